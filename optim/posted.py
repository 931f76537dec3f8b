r"""Prices that make the program's plan everybody's own: the dual of each site's work.

At the optimum of the price-taker's program (`market`, `load`) the dual of :math:`w_{st} = \sum_{q \to s} x_{qt}` is
what one more MWh of work at site s in hour t costs: its energy, and the rent of capacity where the site is full. Who
faces these prices, and pays latency, data and delay himself, gains nothing by choosing otherwise (strong duality).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..models.outlook import Outlook
from .load import add_load, set_load
from .market import add_market, set_market
from .program import Program

Array = np.ndarray


@dataclass(frozen=True, eq=False)
class Posted:
    """Prices of a plan.

    Attributes:
        site_cny_per_mwh: of work at each site and hour, energy and rent (S, T) [CNY/MWh].
        energy_cny_per_mwh: of what is drawn in each region (R, T) [CNY/MWh].
        leaving_cny_per_mwh: what it costs that a MWh leaves a backlog in an hour, run or given up
            (O, J, T) [CNY/MWh].
        objective_cny: of the plan [CNY]. work_mw: the plan itself (Q, T) [MW].
    """

    site_cny_per_mwh: Array
    energy_cny_per_mwh: Array
    leaving_cny_per_mwh: Array
    objective_cny: float
    work_mw: Array


def posted_prices(outlook: Outlook) -> Posted:
    """Solve the price-taker's program for these hours and read its prices.

    Raises:
        SolveError: any status but optimal.
    """
    blocks = (add_market, add_load), (set_market, set_load)
    program = Program("posted prices", *blocks, ("balance", "site_work", "served"), False, 0.0)
    found = program.solve(outlook, once=True)
    c = outlook.system.compute
    leaving = -found.duals["served"].reshape(outlook.available_mwh.shape)
    energy, at = found.duals["balance"], c.stream_site
    # Duals are not unique where bounds say the same twice. An empty site costs its energy, not less; and a stream that
    # fills its site alone is at a bound of its own, where the rent may lie: it is the site's.
    own = (outlook.pue / c.site_efficiency[:, None]) * energy[c.site_region]
    site = np.maximum(found.duals["site_work"], own)
    cost = (c.stream_transfer_cny_per_mwh + c.stream_latency_cny_per_mwh)[:, None] + site[at]
    cost = cost + c.stream_transfer_mwh_per_mwh[:, None] * energy[c.site_region[at]]
    rent = np.zeros_like(site)
    np.maximum.at(rent, at, leaving[c.stream_origin, c.stream_class] - cost)
    return Posted(
        site_cny_per_mwh=site + rent,
        energy_cny_per_mwh=energy,
        leaving_cny_per_mwh=leaving,
        objective_cny=found.objective,
        work_mw=found.values["work"],
    )
