"""How the time of a rolling run grows with hours, regions and classes.

A run plans 48 h ahead and carries out 24, over and over, on a drawn system; compiling is counted. One of hours,
regions and classes grows while the others stay.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from westshift.optim.program import co_planner

from .reference import Size, reference
from .row import Row
from .windows import windows_of

BASE = Size(10, 3, 48, 10)
DAYS = 28
GROWN: dict[str, tuple[tuple[Size, int], ...]] = {
    "hours": tuple((BASE, days) for days in (7, 14, 28, 91, 182, 365)),
    "regions": tuple((replace(BASE, regions=r, hubs=min(r, 10)), DAYS) for r in (5, 10, 20, 31)),
    "classes": tuple((replace(BASE, classes=j), DAYS) for j in (1, 2, 3, 6)),
}
"""What grows: sizes and days."""


def rows(
    tell: Callable[[str], None] = lambda what: None,
    grown: dict[str, tuple[tuple[Size, int], ...]] = GROWN,
) -> list[Row]:
    """One row a run; `times` is against the smallest of what grows."""
    out = []
    for what, runs in grown.items():
        first = 0.0
        for size, days in runs:
            amount = {"hours": 24 * days, "regions": size.regions, "classes": size.classes}[what]
            tell(f"growth with {what}: {amount}")
            seconds, iterations = _rolled(size, days)
            first = first or seconds
            out.append(
                Row(
                    measured=f"growth with {what}",
                    way=f"{amount} {what}",
                    size=f"{size.regions} regions, {size.classes} classes, {24 * days} h",
                    repeats=days,
                    seconds=seconds,
                    times=seconds / first,
                    iterations=float(np.mean(iterations)),
                )
            )
    return out


def _rolled(size: Size, days: int) -> tuple[float, Sequence[int]]:
    """CPU seconds of a whole run, and the iterations of its windows."""
    whole = reference(size, 24 * days + size.hours - 24)
    program, iterations = co_planner(), []
    start = time.process_time()
    for window in windows_of(whole, size.hours, 24, days):
        iterations.append(program.solve(window).iterations)
    return time.process_time() - start, iterations
