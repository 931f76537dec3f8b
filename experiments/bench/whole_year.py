"""A whole year as one program: by simplex from the bases of its windows, and by an interior-point method.

Each way runs in a process of its own, so that its memory is its own. Building and compiling are counted. The
interior-point method ends at the optimum alone; only the simplex method has a basis, and so prices.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

from westshift.models.errors import SolveError
from westshift.optim.interior import best_solver, by_interior_point
from westshift.optim.program import co_planner
from westshift.optim.stitched import solve_by_windows

from .apart import Run, apart, peak_mib
from .reference import Size, reference
from .row import Row, agree, worst_difference

SAME = 1e-5
"""Relative: an interior-point method ends near the optimum."""
SIZE = Size(10, 3, 48, 10)


@dataclass(frozen=True)
class Found:
    """What one way found, and what it took."""

    objective: float
    iterations: int
    seconds: float
    memory_mib: float


def by_windows(hours: int) -> Found:
    """Simplex from the bases of windows of 48 h."""
    whole, start = reference(SIZE, hours), time.process_time()
    found = solve_by_windows(co_planner(), co_planner(), whole, SIZE.hours)
    spent = time.process_time() - start
    return Found(found.objective, found.iterations, spent, peak_mib())


def by_interior(hours: int) -> Found:
    """The best interior-point method that is installed; not a number where it ends without an optimum."""
    whole, start = reference(SIZE, hours), time.process_time()
    compiled = co_planner().at(whole, once=True)
    try:
        found = by_interior_point(compiled)
        objective, iterations = found.objective, found.iterations
    except SolveError:
        objective, iterations = math.nan, 0
    return Found(objective, iterations, time.process_time() - start, peak_mib())


def rows(
    tell: Callable[[str], None] = lambda what: None, hours: int = 8760, run: Run = apart
) -> list[Row]:
    """Two rows.

    Raises:
        SolveError: the two optima differ, or one way ends without one.
    """
    out: list[Row] = []
    ways = (
        ("simplex, from the bases of windows of 48 h", by_windows),
        (f"{best_solver()}, no crossover", by_interior),
    )
    first: Found | None = None
    for name, way in ways:
        tell(f"{hours} h as one program: {name}")
        found = run(way, hours)
        first = first or found
        off = worst_difference([found.objective], [first.objective])
        if math.isnan(found.objective):
            name += ": ended without an optimum"
        else:
            agree(name, ways[0][0], off, SAME)
        out.append(
            Row(
                measured=f"{hours} h as one program",
                way=name,
                size=f"{SIZE.regions} regions, {hours} h",
                repeats=1,
                seconds=found.seconds,
                times=found.seconds / first.seconds,
                iterations=float(found.iterations),
                memory_mib=found.memory_mib,
                furthest_off=off,
            )
        )
    return out
