"""A sweep's own cost: beside a run, on two workers instead of one, with 100,000 cases, started again, tabulated.

Where workers are counted seconds are wall clock, driver, scheduler and the start of workers included, and want a
quiet machine with two free cores; else they are CPU seconds. The 100,000 cases do nothing.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from westshift.models.errors import SolveError

from ..sweep.case import SweepCase
from ..sweep.drive import InProcess, Local, drive
from ..sweep.store import Store
from ..sweep.sweep import Status, prepared, run_missing
from .apart import Run, apart
from .row import Row
from .sweeps_empty import EMPTY, nothing, refuse
from .sweeps_stored import AGAIN, SCENARIO, TABLE, first_alone, plan_with, started_again, tabulated

Tell = Callable[[str], None]

BESIDE = "a case of a sweep beside its run, wall s"
SPEED = "a sweep on local workers, wall s"
LONG = {"scenario": "east_west", "policies": ["co-planned"]}
"""A run of some seconds."""


def rows(
    tell: Tell = lambda what: None,
    few: int = 200,
    cases: int = 8,
    length_h: int = 168,
    empty: tuple[int, ...] = (10_000, 100_000),
    again: int = 1_000,
    stored: int = 10_000,
    run: Run = apart,
) -> list[Row]:
    """One row a way.

    Args:
        tell: progress. few: cases whose cost beside the run is measured.
        cases, length_h: of the sweep on one and two workers: how many, and how long a horizon each has.
        empty: numbers of cases that do nothing. again, stored: cases of the stored sweeps.
        run: how a driver gets a process of its own, for its memory.

    Raises:
        SolveError: a case failed, or one that was stored is not in the table.
    """
    with TemporaryDirectory() as folder:
        parts = (
            lambda at: beside(at, few),
            lambda at: speed(at, cases, length_h),
            lambda at: nothing(empty, run),
            lambda at: started_again(at, again),
            lambda at: tabulated(at, stored),
        )
        out: list[Row] = []
        for name, part in zip((BESIDE, SPEED, EMPTY, AGAIN, TABLE), parts, strict=True):
            tell(name)
            out += part(Path(folder))
        return out


def beside(folder: Path, cases: int) -> list[Row]:
    """What a case costs that its run does not: its key, its way through the driver, its file.

    The run is a real one; the rest is taken by writing its record under the keys of many cases.
    """
    plan, at = plan_with("beside", cases), folder / "beside"
    start = time.perf_counter()
    laid, record = first_alone(plan, at)
    run_s = record["apart"]["wall_s"]
    planned_s = (time.perf_counter() - start - run_s) / cases
    size = f"{cases} cases of {SCENARIO}"
    out = [Row(BESIDE, f"its run, {len(record['measures'])} policies", size, 1, run_s, 1.0)]
    for way, how in (("in this process", InProcess()), ("one by one to a local worker", Local(1))):
        ends: list[float] = []
        do = functools.partial(write_again, str(at / "again" / way), record)
        drive(laid.cases(), do, refuse, how, lambda *_: ends.append(time.perf_counter()), chunk=1)  # noqa: B023
        each = planned_s + (ends[-1] - ends[0]) / (len(ends) - 1)
        out.append(Row(BESIDE, f"all else, {way}", size, 1, each, each / run_s))
    return out


def write_again(folder: str, record: dict[str, Any], case: SweepCase) -> None:
    """A case that is not run, but stored as one that was."""
    store = Store(Path(folder))
    if not store.done(case.key):
        store.write(case.key, record | {"key": case.key, "overrides": dict(case.overrides)}, {})


def speed(folder: Path, cases: int, length_h: int) -> list[Row]:
    """The same sweep on one local worker and on two, workers started anew each time."""
    plan = plan_with("speed", cases, length_h, **LONG)
    out: list[Row] = []
    for workers in (1, 2):
        at = folder / f"speed-{workers}"
        laid, start = prepared(plan, at), time.perf_counter()
        _all_done(run_missing(laid, at, Local(workers)))
        took = time.perf_counter() - start
        store = Store(at)
        each = sum((store.record(k) or {})["apart"]["wall_s"] for k in laid.unique_keys()) / cases
        size = f"{cases} cases of {LONG['scenario']}, {length_h} h"
        way = f"{workers} worker{'s' if workers > 1 else ''}, {each:.1f} s a run"
        out.append(Row(SPEED, way, size, 1, took, took / out[0].seconds if out else 1.0))
    return out


def _all_done(status: Status) -> None:
    if status.failed or status.left:
        raise SolveError(f"a case of the sweep failed: {status.why}")
