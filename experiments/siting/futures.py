"""One plan that must serve every path of growth: least expected cost, and the tail of it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from westshift.experiments.siting.paths import NAMES, built_path, solved_path, years_of
from westshift.experiments.siting.problem import Growth, Problem, make_problem, yearly
from westshift.models.errors import InputError
from westshift.models.scenario import Scenario
from westshift.models.siting import make_choices
from westshift.models.siting_world import Built
from westshift.models.year import make_year
from westshift.optim.siting_join import Joined, Tail, joined
from westshift.optim.siting_solve import Found, solve_joined

Array = np.ndarray


@dataclass(frozen=True, eq=False)
class OneForAll:
    """One plan that serves every path in one year.

    Attributes:
        year: of growth.csv. problems: one a path. built: the plan. expected_cny: its mean cost. tail_cny: mean cost
        of the dearest share of paths [CNY/a]. table: one row a path: what it costs there, and what a plan made for that
        path alone would cost.
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
        raise InputError(
            f"growth.csv has no path with a likelihood in {when}; take one of {', '.join(map(str, years_of(scenario)))}"
        )
    if not (weight >= 0.0 and 0.0 < share <= 1.0):
        raise InputError(
            f"a tail of {share:g} of the paths with weight {weight:g}: a share in (0, 1] and 0 or more"
        )
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
    found = solved_path(j, tuple(problems), solver)
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
        when, tuple(problems), built_path(j, found, (0,)), float(np.array(likely) @ costs),
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
