"""How fast are programs solved again? Each row is a ratio of two ways to the same answer, measured in one run.

The windows are those of the co-planned policy on a perfect forecast of the first horizon. Before anything is
timed, every way has to find the same optimum. Seconds are CPU seconds of this process (HiGHS on one thread);
ratios and iteration counts are firmer than seconds.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import pandas as pd

from westshift.models.errors import InputError, SolveError
from westshift.models.outlook import Outlook
from westshift.models.scenario import Scenario
from westshift.models.year import actual_of, horizons, make_year
from westshift.optim.peers import appsi_objective
from westshift.optim.program import co_planner
from westshift.optim.solver import Solution
from westshift.sim.rolling import foreseen, window_of

SAME = 1e-6
"""What the tie-break may cost, relative."""

Way = Callable[[Outlook], tuple[float, int]]
"""A window to (objective, simplex iterations; -1 where they are not known)."""


def windows(scenario: Scenario, window_h: int, step_h: int, most: int) -> list[Outlook]:
    """The first windows of a rolling plan over the first horizon, all earlier work done as it came."""
    year = make_year(scenario)
    whole = foreseen(actual_of(scenario, year, horizons(scenario, year)[0]))
    starts = range(0, whole.hours - window_h + 1, step_h)
    done = np.concatenate([0.0 * whole.available_mwh[..., :1], whole.available_mwh], axis=-1)
    return [window_of(whole, t, t + window_h, done[..., t]) for t in list(starts)[:most]]


def run(
    scenario: Scenario,
    windows_: int = 6,
    peers: int = 2,
    tell: Callable[[str], None] = lambda what: None,
) -> pd.DataFrame:
    """One row a way to solve the windows again.

    Columns: way; windows; columns, rows of the program; seconds_per_window, CPU; times_slower than the first
    row on the same windows; iterations_per_window; furthest_off, relative difference of objectives.

    Args:
        windows_: how many windows are timed. peers: how many of them the slow ways are given.

    Raises:
        InputError: there are fewer than two windows.
        SolveError: two ways disagree.
    """
    seen = windows(scenario, scenario.plan.window_h, 24, windows_)
    if len(seen) < 2:
        raise InputError(
            f"the first horizon holds {len(seen)} windows of {scenario.plan.window_h} h, a day apart, and timing needs "
            "two: lengthen horizon.length_h or shorten plan.window_h"
        )
    warm, cold = co_planner(), co_planner()
    tell("compiling once")
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
        ("Pyomo built and compiled anew, from nothing", fresh, peers),
        ("Pyomo built anew, its own interface to HiGHS", lambda o: (appsi_objective(o), -1), peers),
    ]
    shape = warm.at(seen[0]).A.shape
    rows, reference, first = [], [], 0.0
    for name, way, most in ways:
        tell(name)
        spent, iterations, objectives = [], [], []
        for o in seen[1 : most + 1]:
            start = time.process_time()
            objective, count = way(o)
            spent.append(time.process_time() - start)
            iterations.append(count)
            objectives.append(objective)
        reference = reference or objectives
        off = max(abs(a / b - 1.0) for a, b in zip(objectives, reference, strict=False))
        if off > SAME:
            raise SolveError(f"{name} and {ways[0][0]} differ by {off:.2g}: nothing was measured")
        each = float(np.median(spent))
        first = first or each
        rows.append(
            {
                "way": name,
                "windows": len(spent),
                "columns": shape[1],
                "rows": shape[0],
                "seconds_per_window": each,
                "times_slower": each / first,
                "iterations_per_window": float(np.mean(iterations))
                if min(iterations) >= 0
                else np.nan,
                "furthest_off": off,
            }
        )
    return pd.DataFrame(rows)


def _told(found: Solution) -> tuple[float, int]:
    return found.objective, found.iterations
