"""The siting program of a scenario: its weeks, weighted to the year, in a world that has grown."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from westshift.models.calendar import Horizon
from westshift.models.errors import InputError, suggest
from westshift.models.outlook import Outlook
from westshift.models.scenario import Scenario
from westshift.models.siting import Choices, make_choices
from westshift.models.siting_world import (
    Built,
    grown,
    widest,
    with_room,
    with_supply,
    without_sites,
)
from westshift.models.year import Year, actual_of, horizons, make_year
from westshift.optim.siting_join import Joined, Week, Yearly, joined
from westshift.optim.siting_program import siting_week
from westshift.optim.siting_solve import Found, all_met, all_served
from westshift.sim.settle import foreseen

Array = np.ndarray

LEAST_MW, LEAST_INSIDE_MW = 1e-6, 1e-2


@dataclass(frozen=True)
class Growth:
    """How much more there is than in the scenario's own year: its name, work and other demand [-]."""

    name: str
    work_factor: float
    demand_factor: float
    likelihood: float = 1.0


@dataclass(frozen=True, eq=False)
class Problem:
    """What is to be decided.

    Attributes:
        scenario: as loaded. growth: of what. green_field: whether nothing stands.
        year: the hours, grown, with what stands. choices: what may be built.
        horizons: the weeks. counts: how often each counts, so that together they make a year.
        outlooks: the hours of each in the widest system. joined: the joint program.
    """

    scenario: Scenario
    growth: Growth
    green_field: bool
    year: Year
    choices: Choices
    horizons: tuple[Horizon, ...]
    counts: tuple[float, ...]
    outlooks: tuple[Outlook, ...]
    joined: Joined
    cap_t: float | None = None


def growth_of(scenario: Scenario, name: str | None, year: int | None) -> Growth:
    """A row of growth.csv; where nothing is asked for, the middle of its years on its likeliest path.

    Raises:
        InputError: there is no such path or year, or no growth.csv.
    """
    rows = scenario.growth
    if not rows:
        if name is not None or year is not None:
            raise InputError(
                f"scenario '{scenario.name}' has no growth.csv: add it, or leave --growth and --year out"
            )
        return Growth("as it is", 1.0, 1.0)
    names = list(dict.fromkeys(r.growth for r in rows))
    years = sorted({r.growth_year for r in rows})
    chosen = name or max(rows, key=lambda r: r.likelihood).growth
    when = years[len(years) // 2] if year is None else year
    if chosen not in names:
        raise InputError(
            f"--growth {chosen}: growth.csv has no such path; {suggest(chosen, names)}"
        )
    if when not in years:
        raise InputError(
            f"--year {when}: growth.csv has {', '.join(map(str, years))}; take one of them"
        )
    row = next(r for r in rows if (r.growth, r.growth_year) == (chosen, when))
    return Growth(f"{chosen} {when}", row.work_factor, row.demand_factor, row.likelihood)


def make_problem(
    scenario: Scenario,
    growth: Growth,
    green_field: bool = False,
    cap_t: float | None = None,
    year: Year | None = None,
    choices: Choices | None = None,
) -> Problem:
    """Make the siting program.

    Args:
        growth: how much there is to run. green_field: as if no data center stood.
        cap_t: most CO2 of the whole system in a year, embodied included [t], with all demand met; None: no cap.
        year, choices: of the scenario, where they are made already (not grown).
    """
    base = year or make_year(scenario)
    given = choices or make_choices(scenario, base, green_field)
    stands = without_sites(base) if green_field else base
    more = grown(stands, growth.work_factor, growth.demand_factor)
    weeks = horizons(scenario, base)
    H = base.calendar.hours
    covered = sum(h.weight * h.length_h for h in weeks)
    counts = tuple(h.weight * H / covered for h in weeks)
    all_of_it = widest(given)
    wide = with_room(with_supply(more, given, all_of_it), given, all_of_it)
    outlooks = tuple(foreseen(actual_of(scenario, wide, h)) for h in weeks)
    made = [all_served(siting_week(o, given, cap_t is not None)) for o in outlooks]
    if cap_t is not None:
        made = [all_met(p) for p in made]
    program = joined(
        [Week(p, n) for p, n in zip(made, counts, strict=True)], counts, yearly(given, cap_t)
    )
    return Problem(
        scenario, growth, green_field, more, given, weeks, counts, outlooks, program, cap_t
    )


def yearly(c: Choices, cap_t: float | None = None) -> list[Yearly]:
    """The quotas of a year: energy [GWh] and water [1000 m³] of regions that have one, and the cap on CO2 [t]."""
    energy, water = (x[x < np.inf] / 1e3 for x in (c.region_energy_mwh, c.region_water_m3))
    return [
        *(Yearly("drawn", i, float(x)) for i, x in enumerate(energy)),
        *(Yearly("drunk", i, float(x)) for i, x in enumerate(water)),
        *([] if cap_t is None else [Yearly("excess", 0, cap_t)]),
    ]


def carbon_cny_per_kg(problem: Problem, found: Found) -> float:
    """The price of carbon at which the plan is best: the scenario's, and what the cap adds [CNY/kg]."""
    price = problem.outlooks[0].carbon_cny_per_kg
    if problem.cap_t is None:
        return price
    row = problem.joined.yearly_row + len(yearly(problem.choices))
    return price + max(-float(found.row_dual[row]), 0.0) / 1e3


def built_of(problem: Problem, found: Found, v: int = 0) -> Built:
    """The plan in a solution; what is less than `LEAST_MW` is nothing, and of an interior point, which ends near the
    edges and not on them, less than `LEAST_INSIDE_MW`."""
    least = LEAST_INSIDE_MW if found.solver in ("hipo", "ipx") else LEAST_MW
    parts = (
        problem.joined.built(found.x, n)[v]
        for n in ("hall", "servers", "plant", "power", "energy", "link")
    )
    return Built(*(np.where(x > least, x, 0.0) for x in parts))


def weighted(problem: Problem, found: Found, name: str, each: Array) -> float:
    """Sum over the year of `each` (n,) times a variable with hours."""
    j = problem.joined
    return float(
        sum(
            n * (each @ j.values(found.x, k, name).sum(axis=1))
            for k, n in enumerate(problem.counts)
        )
    )
