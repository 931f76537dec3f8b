"""A scenario's own plan made anew after a day: the compiled program against slower ways to the same answer.

The windows are those of the co-planned policy on a perfect forecast of the first horizon. Every way has to find
the same optimum. Seconds are CPU seconds of this process (HiGHS on one thread); ratios and iteration counts
are firmer than seconds.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from westshift.models.errors import InputError
from westshift.models.outlook import Outlook
from westshift.models.scenario import Scenario
from westshift.models.year import actual_of, horizons, make_year
from westshift.optim.peers import appsi_objective
from westshift.optim.program import co_planner
from westshift.optim.solver import Solution
from westshift.sim.settle import foreseen

from .row import Row, agree, worst_difference
from .windows import windows_of

SAME = 1e-6
"""What the tie-break may cost, relative."""

Way = Callable[[Outlook], tuple[float, int]]
"""A window to (objective, simplex iterations; -1 where they are not known)."""


def windows(scenario: Scenario, window_h: int, step_h: int, most: int) -> list[Outlook]:
    """The first windows of a rolling plan over the first horizon, all earlier work done as it came."""
    year = make_year(scenario)
    whole = foreseen(actual_of(scenario, year, horizons(scenario, year)[0]))
    return list(windows_of(whole, window_h, step_h, most))


def rows(
    scenario: Scenario,
    tell: Callable[[str], None] = lambda what: None,
    count: int = 6,
    slow: int = 2,
) -> list[Row]:
    """One row a way to solve the windows again.

    Args:
        count: how many windows there are; the first only starts each way. slow: how many the slow ways get.

    Raises:
        InputError: there are fewer than two windows.
        SolveError: two ways disagree.
    """
    seen = windows(scenario, scenario.plan.window_h, 24, count)
    if len(seen) < 2:
        raise InputError(
            f"the first horizon holds {len(seen)} windows of {scenario.plan.window_h} h, a day apart, and timing needs "
            "two: lengthen horizon.length_h or shorten plan.window_h"
        )
    warm, cold = co_planner(), co_planner()
    tell(f"{scenario.name}: compiling once")
    warm.solve(seen[0])
    cold.solve(seen[0])

    def again(o: Outlook) -> tuple[float, int]:
        return _told(warm.solve(o))

    def from_nothing(o: Outlook) -> tuple[float, int]:
        cold.basis = None
        return _told(cold.solve(o))

    def fresh(o: Outlook) -> tuple[float, int]:
        return _told(co_planner().solve(o, once=True))

    ways: list[tuple[str, Way, int]] = [
        ("compiled once, from the last basis", again, len(seen)),
        ("compiled once, from nothing", from_nothing, len(seen)),
        ("Pyomo built and compiled anew, from nothing", fresh, slow),
        ("Pyomo built anew, appsi_highs", lambda o: (appsi_objective(o), -1), slow),
    ]
    shape = warm.at(seen[0]).A.shape
    size = f"{scenario.name}, {scenario.plan.window_h} h, {shape[1]:,} columns"
    out: list[Row] = []
    reference: list[float] = []
    for name, way, most in ways:
        tell(f"{scenario.name}: {name}")
        spent, iterations, objectives = [], [], []
        for o in seen[1 : most + 1]:
            start = time.process_time()
            objective, took = way(o)
            spent.append(time.process_time() - start)
            iterations.append(took)
            objectives.append(objective)
        reference = reference or objectives
        off = worst_difference(objectives, reference[: len(objectives)])
        agree(name, ways[0][0], off, SAME)
        seconds = float(np.median(spent))
        out.append(
            Row(
                measured="a scenario's plan made anew after a day",
                way=name,
                size=size,
                repeats=len(spent),
                seconds=seconds,
                times=seconds / out[0].seconds if out else 1.0,
                iterations=float(np.mean(iterations)) if min(iterations) >= 0 else np.nan,
                furthest_off=off,
            )
        )
    return out


def _told(found: Solution) -> tuple[float, int]:
    return found.objective, found.iterations
