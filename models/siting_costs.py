"""What a MW of each thing costs a year, in money and in embodied carbon; what is not said is named."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from .capital import UNITS, annuity_per_a
from .errors import InputError
from .scenario import Scenario
from .siting_checks import COST_UNITS

Array = np.ndarray

PER_MW = {"CNY/kW": 1e3, "CNY/kWh": 1e3, "kg/kW": 1e3, "kg/kWh": 1e3}
"""From the tables' units to MW and MWh; others are per MW already."""


@dataclass(frozen=True, eq=False)
class Price:
    """Of a year, per MW (of energy: per MWh), for each of a number of things.

    cny: annuity with upkeep [CNY/(MW a)]. kg: embodied CO2 over its life [kg/(MW a)].
    """

    cny: Array
    kg: Array

    def times(self, factor: Array) -> Price:
        """Each so many times."""
        return Price(self.cny * factor, self.kg * factor)

    def dearer(self, factor: Array) -> Price:
        """Each at so many times its cost, made of the same: its carbon stays; at no cost there is nothing to make."""
        return Price(self.cny * factor, np.where(factor > 0.0, self.kg, 0.0))

    def __add__(self, other: Price) -> Price:
        return Price(self.cny + other.cny, self.kg + other.kg)

    @staticmethod
    def of(parts: Sequence[Price]) -> Price:
        """Prices one after another."""
        nothing = [np.zeros(0)]
        return Price(
            np.concatenate([*nothing, *(p.cny for p in parts)]),
            np.concatenate([*nothing, *(p.kg for p in parts)]),
        )


def prices(scenario: Scenario) -> Callable[[str, int, bool], Price]:
    """A function (item, n, wanted) -> Price of n alike; for what is not wanted nothing need be said.

    Raises:
        InputError: by the function, where a technology that may be built has no cost, no embodied carbon, or there
            is no discount rate; names the row to add.
    """
    s = scenario
    rows = {row.item: row for row in (*s.capital, *s.build_costs)}
    carbon = {row.item: row for row in s.embodied}
    rate = s.parameters.discount_rate_per_a

    def cost(item: str, n: int, wanted: bool) -> Price:
        if not wanted or n == 0:
            return Price(np.zeros(n), np.zeros(n))
        table = "capital" if item in UNITS else "build_costs"
        if item not in rows:
            unit = {**UNITS, **COST_UNITS}[item]
            raise InputError(
                f"scenario '{s.name}': {item} may be built but has no cost: add a row for it [{unit}] to {table}.csv, "
                "or set its quota to 0"
            )
        if item not in carbon:
            raise InputError(
                f"scenario '{s.name}': {item} may be built but has no embodied carbon: add a row for it to "
                "embodied.csv (0 if it is to be left out)"
            )
        if rate is None:
            raise InputError(
                f"scenario '{s.name}' has no discount_rate_per_a, which annuities need: add it to parameters.csv"
            )
        row, made = rows[item], carbon[item]
        cny = (
            PER_MW.get(row.unit, 1.0)
            * row.capex
            * (annuity_per_a(rate, row.lifetime_a) + row.fixed_share_per_a)
        )
        kg = PER_MW.get(made.unit, 1.0) * made.kg / row.lifetime_a
        return Price(np.full(n, cny), np.full(n, kg))

    return cost
