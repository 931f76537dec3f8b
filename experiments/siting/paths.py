"""A path over years: what is built when, under each growth, foreseen."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from westshift.experiments.siting.books import build_table
from westshift.experiments.siting.problem import Growth, Problem, make_problem, yearly
from westshift.experiments.siting.why import what_binds
from westshift.models.errors import InfeasibleError, InputError
from westshift.models.scenario import Scenario
from westshift.models.siting import make_choices
from westshift.models.siting_world import Built
from westshift.models.year import make_year
from westshift.optim.siting_join import Joined, Week, joined
from westshift.optim.siting_solve import Found, solve_joined

Array = np.ndarray
NAMES = ("hall", "servers", "plant", "power", "energy", "link")


@dataclass(frozen=True, eq=False)
class Path:
    """What is built when on one path of growth.

    Attributes:
        growth: name of the path. years: of the plan.
        problems: one a year. found: the optimum. new: what is built in each year. standing: what stands then.
        present_cny: of all costs, discounted to the first year [CNY].
    """

    growth: str
    years: tuple[int, ...]
    problems: tuple[Problem, ...]
    found: Found
    new: tuple[Built, ...]
    standing: tuple[Built, ...]
    present_cny: float


def years_of(scenario: Scenario) -> tuple[int, ...]:
    """The years of growth.csv, each path of which has all (`models.siting_checks`).

    Raises:
        InputError: there is no growth.csv.
    """
    if not scenario.growth:
        raise InputError(
            f"scenario '{scenario.name}' has no growth.csv, which a path over years needs: add it"
        )
    return tuple(sorted({r.growth_year for r in scenario.growth}))


def paths(scenario: Scenario, green_field: bool = False, solver: str | None = None) -> list[Path]:
    """The best path under each path of growth, foreseen.

    What is built stands from its year on and is paid for in every year since; costs are discounted to the first
    year, each year of the plan standing for those until the next.
    """
    years, year = years_of(scenario), make_year(scenario)
    choices = make_choices(scenario, year, green_field)
    out = []
    for name in dict.fromkeys(r.growth for r in scenario.growth):
        problems = []
        for when in years:
            row = next(r for r in scenario.growth if (r.growth, r.growth_year) == (name, when))
            growth = Growth(f"{name} {when}", row.work_factor, row.demand_factor)
            problems.append(make_problem(scenario, growth, green_field, year=year, choices=choices))
        out.append(_path(scenario, name, years, tuple(problems), solver))
    return out


def _path(
    scenario: Scenario,
    name: str,
    years: tuple[int, ...],
    problems: tuple[Problem, ...],
    solver: str | None,
) -> Path:
    rate = scenario.parameters.discount_rate_per_a or 0.0
    spans = [b - a for a, b in pairwise(years)]
    spans.append(spans[-1] if spans else 1)
    weeks, counts = [], []
    for v, (when, span, p) in enumerate(zip(years, spans, problems, strict=True)):
        worth = sum((1.0 + rate) ** -(when - years[0] + i) for i in range(span))
        for week, n in zip(p.joined.weeks, p.counts, strict=True):
            weeks.append(Week(week.program, worth * n, tuple(range(v + 1)), year=v))
            counts.append(n)
    j = joined(weeks, counts, yearly(problems[0].choices))
    found = solved_path(j, problems, solver)
    new = tuple(built_path(j, found, (v,)) for v in range(len(years)))
    stands = tuple(built_path(j, found, tuple(range(v + 1))) for v in range(len(years)))
    return Path(name, years, problems, found, new, stands, found.objective)


def solved_path(j: Joined, problems: tuple[Problem, ...], solver: str | None) -> Found:
    """The optimum, or which year's work finds no room."""
    try:
        return solve_joined(j, solver)
    except InfeasibleError:
        for p in problems:
            try:
                solve_joined(p.joined, solver)
            except InfeasibleError:
                raise InputError(what_binds(p, solver)) from None
        raise


def built_path(j: Joined, found: Found, when: tuple[int, ...]) -> Built:
    parts = (sum(j.built(found.x, name)[v] for v in when) for name in NAMES)
    return Built(*(np.where(np.asarray(x) > 1e-6, x, 0.0) for x in parts))


def path_table(found: list[Path]) -> pd.DataFrame:
    """One row a path, year and thing built in it."""
    frames = []
    for path in found:
        for when, problem, new in zip(path.years, path.problems, path.new, strict=True):
            frames.append(build_table(problem, new).assign(growth=path.growth, year=str(when)))
    table = pd.concat(frames, ignore_index=True)
    first = ["growth", "year"]
    return table[[*first, *(c for c in table.columns if c not in first)]]
