"""Cases that do nothing, very many: the driver alone, with its scheduler, in a process that imports nothing else."""

from __future__ import annotations

import time
from typing import Any

from westshift.models.errors import SolveError

from ..sweep.drive import Local, drive
from .apart import Run, apart, peak_mib
from .row import Row

EMPTY = "empty cases through two local workers, wall s"


def nothing(numbers: tuple[int, ...], run: Run = apart) -> list[Row]:
    """Cases that do nothing; the driver, and the scheduler in it, in a process whose memory is its own."""
    out = []
    for number in numbers:
        seconds, mib = run(empty_cases, number)
        way = f"in a window, in chunks, {1000 * seconds / number:.2g} ms each"
        out.append(Row(EMPTY, way, f"{number} cases", 1, seconds, 1.0, memory_mib=mib))
    return out


def empty_cases(number: int) -> tuple[float, float]:
    """Wall clock [s], and the greatest memory of the driver with its scheduler [MiB]."""
    start = time.perf_counter()
    counts = drive(map(small_case, range(number)), idle, refuse, Local(2))
    if counts.done != number:
        raise SolveError(f"{counts.done} of {number} empty cases were done")
    return time.perf_counter() - start, peak_mib()


def small_case(number: int) -> dict[str, Any]:
    """About as much as a case of a sweep holds."""
    return {"scenario": "two_region", "overrides": {"seed": number}, "key": f"{number:016x}"}


def idle(case: dict[str, Any]) -> None:
    """Nothing."""


def refuse(case: Any, error: str, attempts: int) -> None:
    raise SolveError(f"a case of the sweep failed: {error}")
