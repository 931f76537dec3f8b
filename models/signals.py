"""What grid regions publish about their electricity, and the value a plan may put on it.

Which signal a plan follows is its own affair; which ledger it is scored by is another's. The average is
observable and additive; the marginal is what responds; the price is what the program itself pays.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .outlook import Outlook

Array = np.ndarray
Value = Callable[[Outlook], Array]
"""What a megawatt-hour drawn in each region and hour is held to cost (R, T) [CNY/MWh]."""


@dataclass(frozen=True, eq=False)
class Signals:
    """Series of each region, with the day of history before the horizon.

    Attributes:
        average_kg_per_mwh: flow-traced average intensity (R, HISTORY_H + T) [kg/MWh].
        marginal_kg_per_mwh: marginal emissions of the dispatch (R, HISTORY_H + T) [kg/MWh].
        price_cny_per_mwh: marginal cost of electricity, carbon at its price included
            (R, HISTORY_H + T) [CNY/MWh].
    """

    average_kg_per_mwh: Array
    marginal_kg_per_mwh: Array
    price_cny_per_mwh: Array


def only_average(kg_per_mwh: Array) -> Signals:
    """Signals that say nothing but the average; the others are zero."""
    return Signals(kg_per_mwh, 0.0 * kg_per_mwh, 0.0 * kg_per_mwh)


def average_carbon(outlook: Outlook) -> Array:
    """Carbon at its price on average intensity, and nothing else."""
    return outlook.carbon_cny_per_kg * outlook.intensity_kg_per_mwh


def marginal_carbon(outlook: Outlook) -> Array:
    """Carbon at its price on marginal emissions, and nothing else."""
    return outlook.carbon_cny_per_kg * outlook.marginal_kg_per_mwh


def marginal_price(outlook: Outlook) -> Array:
    """The grid's marginal cost, carbon at its price included."""
    return outlook.price_cny_per_mwh
