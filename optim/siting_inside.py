"""The joint siting program by an interior point, without crossover: two threads, copies by day, the gap proven."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any

import highspy
import numpy as np

from ..models.errors import SolveError
from .interior import best_solver
from .siting_join import Joined
from .siting_split import KEEP_COPIES, furthest_off, proven_bound, split
from .solver import OPTIONS, Compiled, begin, optimum

Array = np.ndarray

TOLERANCE, LOOSE = 1e-7, 1e-4
"""Of optimality, relative; the loose one where there are `LOOSE_COLUMNS` and more: a fifth of the iterations less."""
LOOSE_COLUMNS = 1_000_000
MOST_GAP = 1e-3
"""A solution whose proven gap is more is not one."""
FURTHEST_OFF = 1e-4
"""A solution that misses a row by more of the row's size is not one."""
QUIET_S = 20.0
"""A line of progress at most so often [s]."""
THREADS = 2


def solve_inside(
    j: Joined,
    solver: str | None = None,
    budgets: tuple[str, ...] = (),
    tell: Callable[[str], None] = lambda line: None,
) -> tuple[float, Array, Array, Array, int, float]:
    """The optimum, as good as its gap.

    Args:
        solver: "hipo" or "ipx"; None takes the better that is installed. tell: is told the iteration now and then.

    Returns:
        objective; x of each column; reduced costs; duals of rows; iterations; and the relative gap between the
        objective and a bound proven from the duals, at least 0.

    Raises:
        InfeasibleError: nothing serves all work. SolveError: any other end but optimal, or a row that is missed.
    """
    chosen, p = solver or best_solver(), j.program
    wide = split(j)
    tolerance = LOOSE if len(p.cost) >= LOOSE_COLUMNS else TOLERANCE
    threads = min(THREADS, os.cpu_count() or 1) if chosen == "hipo" else OPTIONS["threads"]
    # HiGHS takes a number of threads once a process: it is told to forget, before and after.
    highspy.Highs.resetGlobalScheduler(True)
    try:
        highs = begin(wide, 0.0)
        for name, value in (
            ("solver", chosen), ("run_crossover", "off"), ("ipm_optimality_tolerance", tolerance), ("threads", threads),
            ("presolve_rule_off", KEEP_COPIES),
        ):  # fmt: skip
            if highs.setOptionValue(name, value) == highspy.HighsStatus.kError:
                raise SolveError(f"HiGHS does not know {name}={value}: install another highspy")
        highs.cbIpmInterrupt += _progress(chosen, tell)
        x = _end(highs, wide, budgets)[: len(p.cost)]
    finally:
        highspy.Highs.resetGlobalScheduler(True)
    y = np.array(highs.getSolution().row_dual)[: len(p.row_lower)]
    return _judged(p, x, y, chosen, int(highs.getInfo().ipm_iteration_count))


def _end(highs: Any, wide: Compiled, budgets: tuple[str, ...]) -> Array:
    """Each column where it ended. HiGHS calls Unknown what misses its own tolerances: `_judged` looks for itself."""
    try:
        return optimum(highs, wide, budgets)
    except SolveError:
        if highs.getModelStatus() != highspy.HighsModelStatus.kUnknown:
            raise
        x = np.array(highs.getSolution().col_value)
        if len(x) < len(wide.cost):
            raise
        return np.clip(x, wide.lower, wide.upper)


def _judged(
    p: Compiled, x: Array, y: Array, solver: str, iterations: int
) -> tuple[float, Array, Array, Array, int, float]:
    """What was found, with its gap; raises where a row is missed."""
    off = furthest_off(p, x)
    if off > FURTHEST_OFF:
        raise SolveError(
            f"The program {p.name} by {solver}: a row is missed by {off:.2g} of its size: take another --solver."
        )
    objective = float(np.sum(p.cost * x)) + p.offset
    gap = max(objective - proven_bound(p, y), 0.0) / max(abs(objective), 1e-12)
    if not gap <= MOST_GAP:
        raise SolveError(
            f"The program {p.name} by {solver} ended {100 * gap:.2g} % above what it proves: take another --solver."
        )
    return objective, x, p.cost - p.A.T @ y, y, iterations, gap


def _progress(solver: str, tell: Callable[[str], None]) -> Callable[[Any], None]:
    begun = said = time.monotonic()

    def at(event: Any) -> None:
        nonlocal said
        now = time.monotonic()
        if now - said >= QUIET_S:
            said = now
            done = int(event.data_out.ipm_iteration_count)
            tell(f"{solver}: iteration {done}, {now - begun:.0f} s")

    return at
