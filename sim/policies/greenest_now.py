"""Greenest now: work runs at once where the grid is cleanest in this hour (spatial only)."""

from __future__ import annotations

from ...models.outlook import Outlook
from ...models.schedule import Schedule
from ..placing import fill_in_order
from ..policy import Policy


class GreenestNow(Policy):
    """Memoryless spatial greedy on PUE times average intensity, network energy included."""

    name = "greenest-now"

    def decide(self, outlook: Outlook) -> Schedule:
        """All that is here, to the site of least kg per MWh of work with room."""
        c = outlook.system.compute
        intensity = outlook.intensity_kg_per_mwh[c.site_region, 0]
        per_work = (outlook.pue[:, 0] / c.site_efficiency * intensity)[c.stream_site]
        score = per_work + c.stream_transfer_mwh_per_mwh * intensity[c.stream_site]
        return Schedule(
            outlook.start_h, fill_in_order(c, score, outlook.available_mwh[:, :, 0])[:, None]
        )
