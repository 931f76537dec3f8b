"""Cheapest: work runs at once where the tariff is lowest in this hour (tariff only)."""

from __future__ import annotations

from ...models.outlook import Outlook
from ...models.schedule import Schedule
from ..placing import fill_in_order
from ..policy import Policy


class Cheapest(Policy):
    """Memoryless spatial greedy on PUE times tariff; neither carbon nor the price of data counts."""

    name = "cheapest"

    def decide(self, outlook: Outlook) -> Schedule:
        """All that is here, to the site of least CNY per MWh of work with room."""
        c = outlook.system.compute
        tariff = outlook.tariff_cny_per_mwh[c.site_region, 0]
        score = (outlook.pue[:, 0] / c.site_efficiency * tariff)[c.stream_site]
        return Schedule(
            outlook.start_h, fill_in_order(c, score, outlook.available_mwh[:, :, 0])[:, None]
        )
