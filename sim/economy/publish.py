"""The first stage: what everybody can read at the beginning of a month."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .board import Board
from .operator import subsidised

if TYPE_CHECKING:
    from .economy import Economy


def publish(economy: Economy, month: int) -> Board:
    """Prices, subsidies, published carbon and capacities of a month, and where work was last month."""
    start, c, o = economy.start, economy.compute, economy.options
    b, stretch = start.behaviour, start.stretch(month)
    costs = economy.costs[stretch]
    margin = np.array([operator.margin_cny_per_mwh for operator in economy.operators])
    runs = b.subsidy_cny_per_mwh if subsidised(b, month) else 0.0
    subsidy = np.where(economy.western_hub, runs, 0.0)
    price = economy.price_cny_per_mwh(costs, margin, subsidy)
    intensity = np.array([r.intensity_kg_per_mwh for r in economy.regions])
    delay = c.class_delay_cny_per_mwh_h[c.stream_class[o.stream]] * costs.delay_h
    kg = costs.energy_mwh_per_mwh * intensity[c.site_region[o.site]]
    share = np.concatenate([t.share for t in economy.tenants])
    J = len(c.classes)
    there = np.zeros((J, len(c.sites)))
    np.add.at(there, (economy.option_tenant % J, o.site), share)
    return Board(
        month=month,
        stretch=stretch,
        costs=costs,
        margin_cny_per_mwh=margin,
        subsidy_cny_per_mwh=subsidy,
        price_cny_per_mwh=price,
        posted_cny_per_mwh=price + o.extra_cny_per_mwh + delay + b.green_preference_cny_per_kg * kg,
        intensity_kg_per_mwh=intensity,
        curtailed_share=np.array([r.curtailed_share for r in economy.regions]),
        certificate_cny_per_mwh=economy.certificate_price,
        capacity_mw=np.array([operator.capacity_mw for operator in economy.operators]),
        others_share=there / len(c.origins),
    )
