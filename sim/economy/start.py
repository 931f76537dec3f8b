"""What an economy starts from: the scenario's hours, how its agents behave, and what halls cost."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ...models.actual import Actual
from ...models.calendar import SEASONS, Calendar
from ...models.capital import annuity_per_a
from ...models.economy import behaviour_of, constant_growth, growth_path
from ...models.economy_figures import Behaviour
from ...models.errors import InputError
from ...models.scenario import Scenario
from ...models.year import UTC_OFFSET_H, actual_of, horizons, make_year

Array = np.ndarray


@dataclass(frozen=True)
class HallCost:
    """A new hall: capex_cny_per_mw of IT design power, years of life, upkeep a year as a share of capex."""

    capex_cny_per_mw: float
    lifetime_a: float
    fixed_share_per_a: float

    def yearly_cny_per_mw(self, rate_per_a: float) -> float:
        """Annuity and upkeep [CNY/(MW a)]."""
        return self.capex_cny_per_mw * (
            annuity_per_a(rate_per_a, self.lifetime_a) + self.fixed_share_per_a
        )


@dataclass(frozen=True, eq=False)
class Start:
    """Everything that is given.

    Attributes:
        actuals: the hours of each representative stretch; they share one system.
        stretch_of_month: which of them stands for each month of a year (12,).
        month_h: hours of each month of a year (12,) [h].
        behaviour: figures of economy.csv. hall: cost of a new hall.
        design_mw: IT design power of each site (S,) [MW].
        growth, demand_growth: work, and other demand, over the first year's, by month (M,) [-].
        seed: of all streams of random numbers.
        gain_share: by how much the energy of work falls on all servers, from the first month on; prices and
            demand are referred to the time before [-]. Idle power stays.
    """

    actuals: tuple[Actual, ...]
    stretch_of_month: tuple[int, ...]
    month_h: Array
    behaviour: Behaviour
    hall: HallCost
    design_mw: Array
    growth: Array
    demand_growth: Array
    seed: int
    gain_share: float = 0.0

    @property
    def months(self) -> int:
        """M."""
        return len(self.growth)

    def weight(self, month: int) -> float:
        """How many of its stretch make up a month."""
        return float(self.month_h[month % 12]) / self.actuals[self.stretch(month)].hours

    def stretch(self, month: int) -> int:
        """The stretch that stands for a month."""
        return self.stretch_of_month[month % 12]


def start_of(scenario: Scenario, months: int, growth: str | None = None) -> Start:
    """What an economy of so many months starts from.

    Args:
        scenario: with economy.csv and the hall's row of capital.csv. months: to come.
        growth: a path of growth.csv; None: `growth_per_a` of economy.csv, other demand as it is.

    Raises:
        InputError: a table or a row that is needed is not there, or the path does not reach so far.
    """
    behaviour = behaviour_of(scenario)
    hall = next((row for row in scenario.capital if row.item == "data_center_hall"), None)
    if hall is None:
        raise InputError(
            f"scenario '{scenario.name}' does not say what a hall costs: add a row data_center_hall [CNY/kW] to "
            "capital.csv"
        )
    if growth is None:
        work, demand = constant_growth(behaviour.growth_per_a, months), np.ones(months)
    else:
        work, demand = growth_path(scenario, growth, months)
    year = make_year(scenario)
    chosen = horizons(scenario, year)
    calendar = Calendar(scenario.year, UTC_OFFSET_H)
    return Start(
        actuals=tuple(actual_of(scenario, year, h) for h in chosen),
        stretch_of_month=_stretches(
            [h.name for h in chosen], [h.start_h + h.length_h / 2 for h in chosen], calendar
        ),
        month_h=np.bincount(calendar.month, minlength=13)[1:].astype(float),
        behaviour=behaviour,
        hall=HallCost(1000.0 * hall.capex, hall.lifetime_a, hall.fixed_share_per_a),
        design_mw=np.array([s.it_design_mw for s in scenario.sites], float),
        growth=work,
        demand_growth=demand,
        seed=scenario.seed,
    )


def _stretches(names: list[str], middle_h: list[float], calendar: Calendar) -> tuple[int, ...]:
    """For each month its season's stretch, else the one whose middle is nearest round the year."""
    out = []
    for month in range(1, 13):
        hours = np.flatnonzero(calendar.month == month)
        season = SEASONS[int(calendar.season[hours[0]])]
        if season in names:
            out.append(names.index(season))
            continue
        apart = np.abs(np.array(middle_h) - hours.mean())
        out.append(int(np.minimum(apart, calendar.hours - apart).argmin()))
    return tuple(out)


def more_efficient(actual: Actual, gain_share: float) -> Actual:
    """The same hours where a unit of work takes so much less energy, and servers so do more of it.

    Raises:
        InputError: a gain outside 0 to 1.
    """
    if not 0.0 <= gain_share < 1.0:
        raise InputError(f"efficiency gain {gain_share}: let it be 0 or more and below 1")
    if gain_share == 0.0:
        return actual
    c = actual.system.compute
    more = 1.0 / (1.0 - gain_share)
    compute = replace(
        c, site_efficiency=c.site_efficiency * more, site_capacity_mw=c.site_capacity_mw * more
    )
    return replace(actual, system=replace(actual.system, compute=compute))
