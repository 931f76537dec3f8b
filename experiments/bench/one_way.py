"""One way from an outlook to a HiGHS object that holds its co-planner, and what it takes."""

from __future__ import annotations

import gc
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from westshift.models.errors import SolveError
from westshift.models.outlook import Outlook

from .apart import peak_mib
from .reference import SMALL, Size, reference


def nothing_before(o: Outlook) -> None:
    """The way starts from nothing."""


@dataclass(frozen=True)
class Way:
    """A way to a HiGHS object that holds the program; functions of modules, so that it can be sent to a process.

    Attributes:
        build: (what `before` gave, outlook) -> written down. hand_over: that -> HiGHS object.
        constant_cny: written down -> what HiGHS's objective leaves out.
        before: outlook -> what has been done already when this way is taken.
    """

    build: Callable[[Any, Outlook], Any]
    hand_over: Callable[[Any], Any]
    constant_cny: Callable[[Any], float]
    before: Callable[[Outlook], Any] = nothing_before


@dataclass(frozen=True)
class Spent:
    """CPU seconds of each repeat; greatest memory up to the first hand-over [MiB]; the optimum [CNY], NaN
    where it was not asked for."""

    build_s: list[float]
    hand_over_s: list[float]
    memory_mib: float
    objective_cny: float


def spend(way: Way, size: Size, repeats: int, solve: bool) -> Spent:
    """Go a way, after a small program."""
    small = reference(SMALL, SMALL.hours)
    way.hand_over(way.build(way.before(small), small))
    o = reference(size, size.hours)
    build_s, hand_over_s, memory_mib, objective = [], [], math.nan, math.nan
    for n in range(repeats):
        before = way.before(o)
        gc.collect()
        start = time.process_time()
        written = way.build(before, o)
        between = time.process_time()
        highs = way.hand_over(written)
        build_s.append(between - start)
        hand_over_s.append(time.process_time() - between)
        if n == 0:
            memory_mib = peak_mib()
        if n == repeats - 1 and solve:
            objective = optimum_cny(highs) + way.constant_cny(written)
        del before, written, highs
    return Spent(build_s, hand_over_s, memory_mib, objective)


def optimum_cny(highs: Any) -> float:
    """Run a HiGHS object on one thread; its objective.

    Raises:
        SolveError: any status but optimal.
    """
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("threads", 1)
    highs.run()
    status = highs.modelStatusToString(highs.getModelStatus())
    if status != "Optimal":
        raise SolveError(f"HiGHS ended as {status}, not optimal")
    return float(highs.getInfo().objective_function_value)
