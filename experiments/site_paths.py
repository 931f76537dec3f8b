"""A path over years, and one plan that must serve every path of growth."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from westshift.experiments.site_books import build_table
from westshift.experiments.site_problem import Growth, Problem, make_problem, yearly
from westshift.experiments.site_why import what_binds
from westshift.models.errors import InfeasibleError, InputError
from westshift.models.scenario import Scenario
from westshift.models.siting import make_choices
from westshift.models.siting_world import Built
from westshift.models.year import make_year
from westshift.optim.siting_join import Joined, Tail, Week, joined
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
        raise InputError(f"scenario '{scenario.name}' has no growth.csv, which a path over years needs: add it")
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
    scenario: Scenario, name: str, years: tuple[int, ...], problems: tuple[Problem, ...], solver: str | None
) -> Path:
    rate = scenario.parameters.discount_rate_per_a or 0.0
    spans = [b - a for a, b in zip(years, years[1:], strict=False)]
    spans.append(spans[-1] if spans else 1)
    weeks, counts = [], []
    for v, (when, span, p) in enumerate(zip(years, spans, problems, strict=True)):
        worth = sum((1.0 + rate) ** -(when - years[0] + i) for i in range(span))
        for week, n in zip(p.joined.weeks, p.counts, strict=True):
            weeks.append(Week(week.program, worth * n, tuple(range(v + 1)), year=v))
            counts.append(n)
    j = joined(weeks, counts, yearly(problems[0].choices))
    found = _solved(j, problems, solver)
    new = tuple(_built(j, found, (v,)) for v in range(len(years)))
    stands = tuple(_built(j, found, tuple(range(v + 1))) for v in range(len(years)))
    return Path(name, years, problems, found, new, stands, found.objective)


def _solved(j: Joined, problems: tuple[Problem, ...], solver: str | None) -> Found:
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


def _built(j: Joined, found: Found, when: tuple[int, ...]) -> Built:
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


@dataclass(frozen=True, eq=False)
class OneForAll:
    """One plan that serves every path in one year.

    Attributes:
        year: of growth.csv. problems: one a path. built: the plan. expected_cny: its mean cost. tail_cny: mean cost of the
        dearest share of paths [CNY/a]. table: one row a path: what it costs there, and what a plan made for that path alone
        would cost.
    """

    year: int
    problems: tuple[Problem, ...]
    built: Built
    expected_cny: float
    tail_cny: float
    table: pd.DataFrame


def one_for_all(
    scenario: Scenario,
    when: int,
    weight: float = 1.0,
    share: float = 0.25,
    green_field: bool = False,
    solver: str | None = None,
) -> OneForAll:
    """Build now, see the path then: least expected cost and, times `weight`, the mean of the dearest `share` of paths.

    Raises:
        InputError: the quotas cannot hold the work of the greatest path; or no path has that year.
    """
    rows = [r for r in scenario.growth if r.growth_year == when and r.likelihood > 0.0]
    if not rows:
        raise InputError(f"growth.csv has no path with a likelihood in {when}; take one of {', '.join(map(str, years_of(scenario)))}")
    if not (weight >= 0.0 and 0.0 < share <= 1.0):
        raise InputError(f"a tail of {share:g} of the paths with weight {weight:g}: a share in (0, 1] and 0 or more")
    sum_of = sum(r.likelihood for r in rows)
    year = make_year(scenario)
    choices = make_choices(scenario, year, green_field)
    likely, problems, weeks, counts = [], [], [], []
    for f, row in enumerate(rows):
        p = row.likelihood / sum_of
        growth = Growth(f"{row.growth} {when}", row.work_factor, row.demand_factor, p)
        problem = make_problem(scenario, growth, green_field, year=year, choices=choices)
        for week, n in zip(problem.joined.weeks, problem.counts, strict=True):
            weeks.append(replace(week, weight=p * n, future=f, year=f))
            counts.append(n)
        likely.append(p)
        problems.append(problem)
    j = joined(weeks, counts, yearly(choices), Tail(tuple(likely), weight, share))
    found = _solved(j, tuple(problems), solver)
    costs = np.array([_cost(j, found, f) / p for f, p in enumerate(likely)])
    alone = [solve_joined(p.joined, solver).objective for p in problems]
    table = pd.DataFrame(
        {
            "growth": [r.growth for r in rows],
            "likelihood_pct": 100.0 * np.array(likely),
            "total_m_cny": costs / 1e6,
            "alone_m_cny": np.array(alone) / 1e6,
            "regret_m_cny": (costs - np.array(alone)) / 1e6,
        }
    )
    return OneForAll(
        when, tuple(problems), _built(j, found, (0,)), float(np.array(likely) @ costs),
        cvar(costs, np.array(likely), share), table,
    )  # fmt: skip


def _cost(j: Joined, found: Found, future: int) -> float:
    """What the weeks of a future cost, times its likelihood."""
    total = 0.0
    for k, week in enumerate(j.weeks):
        if week.future != future:
            continue
        p, x = week.program, np.zeros(len(week.program.cost))
        own = j.columns[k] >= 0
        x[own] = found.x[j.columns[k][own]]
        for name in NAMES:
            at = p.places[name][0]
            x[at[at >= 0]] = j.built(found.x, name)[0][at >= 0]
        total += week.weight * (float(np.sum(p.cost * x)) + p.offset)
    return total


def cvar(costs: Array, likelihood: Array, share: float) -> float:
    """Mean cost of the dearest `share` of futures, one of them counted in part."""
    order = np.argsort(-costs)
    before = np.concatenate([[0.0], np.cumsum(likelihood[order])[:-1]])
    part = np.clip(share - before, 0.0, likelihood[order])
    return float(part @ costs[order] / share)


