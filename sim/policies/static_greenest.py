"""Static greenest: regions by their annual figures, the best first, and never another order: migrate once.

T. Sukprasert, A. Souza, N. Bashir, D. Irwin, P. Shenoy, "On the Limitations of Carbon-Aware Temporal and
Spatial Workload Shifting in the Cloud", EuroSys 2024, doi:10.1145/3627703.3650079: most of what moving in
space saves is had by moving once to the region of least annual mean.
"""

from __future__ import annotations

import numpy as np

from ...models.outlook import Outlook
from ...models.schedule import Schedule
from ..placing import fill_in_order
from ..policy import Policy


class StaticGreenest(Policy):
    """Published annual factor of the region times the site's annual PUE, capacity filled in that order.

    What it knows: the official annual factor of each region, as published, and the annual PUE that a site
    publishes; no hour's intensity. A region without an official factor comes last, home first among such.
    """

    name = "static-greenest"

    def decide(self, outlook: Outlook) -> Schedule:
        """All that is here, at once, to the site of least annual kg per MWh of work with room.

        Raises:
            ValueError: the outlook holds no annual figures.
        """
        c = outlook.system.compute
        if outlook.official_kg_per_mwh is None or outlook.annual_pue is None:
            raise ValueError("static-greenest needs official factors and annual PUE in the outlook")
        factor = outlook.official_kg_per_mwh[c.site_region]
        at_site = (
            outlook.annual_pue / c.site_efficiency * np.where(np.isnan(factor), np.inf, factor)
        )
        placed = fill_in_order(c, at_site[c.stream_site], outlook.available_mwh[:, :, 0])
        return Schedule(outlook.start_h, placed[:, None])
