"""A sweep's own cost: beside a run, on two workers instead of one, with 100,000 cases, started again, tabulated.

Where workers are counted seconds are wall clock, driver, scheduler and the start of workers included, and want a
quiet machine with two free cores; else they are CPU seconds. The 100,000 cases do nothing.
"""

from __future__ import annotations

import contextlib
import functools
import itertools
import json
import math
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from westshift.models.errors import SolveError

from ..sweep.case import SweepCase
from ..sweep.drive import InProcess, Local, drive
from ..sweep.laid import LaidOut
from ..sweep.plan import SweepPlan, plan_of
from ..sweep.store import RECORD, Store
from ..sweep.sweep import Status, prepared, run_missing
from ..sweep.tabulate import table_of
from .apart import Run, apart, peak_mib
from .row import Row

Tell = Callable[[str], None]

BESIDE = "a case of a sweep beside its run, wall s"
SPEED = "a sweep on local workers, wall s"
EMPTY = "empty cases through two local workers, wall s"
AGAIN = "a half-done sweep started again: what is missing, CPU s"
TABLE = "stored cases as a table, CPU s"
SCENARIO = "two_region"
LONG = {"scenario": "east_west", "policies": ["co-planned"]}
"""A run of some seconds."""


def rows(
    tell: Tell = lambda what: None,
    few: int = 200,
    cases: int = 8,
    length_h: int = 336,
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
    laid, record = _first(plan, at)
    store = Store(at)
    run_s = record["apart"]["wall_s"]
    planned_s = (time.perf_counter() - start - run_s) / cases
    size = f"{cases} cases of {SCENARIO}"
    out = [Row(BESIDE, f"its run, {len(record['measures'])} policies", size, 1, run_s, 1.0)]
    for way, how in (("in this process", InProcess()), ("one by one to a local worker", Local(1))):
        ends: list[float] = []
        do = functools.partial(write_again, str(at / "again" / way), record)
        missing = (case for case in laid.cases() if not store.done(case.key) or ends)
        drive(missing, do, _refuse, how, lambda *_: ends.append(time.perf_counter()), chunk=1)  # noqa: B023
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
    counts = drive(map(small_case, range(number)), idle, _refuse, Local(2))
    if counts.done != number:
        raise SolveError(f"{counts.done} of {number} empty cases were done")
    return time.perf_counter() - start, peak_mib()


def small_case(number: int) -> dict[str, Any]:
    """About as much as a case of a sweep holds."""
    return {"scenario": SCENARIO, "overrides": {"seed": number}, "key": f"{number:016x}"}


def idle(case: dict[str, Any]) -> None:
    """Nothing."""


def started_again(folder: Path, cases: int) -> list[Row]:
    """From the study to the first case that runs, of a sweep whose every second case is stored."""
    plan, at = plan_with("again", cases), folder / "again"
    laid = _fill(plan, at, 2)
    start = time.process_time()
    laid, seen = prepared(plan, at), []

    def enough(status: Status) -> None:
        seen.append(status)
        raise _Enough

    try:
        run_missing(laid, at, InProcess(), enough)
    except _Enough:
        took = time.process_time() - start
    else:
        raise SolveError("the sweep told nothing")
    if seen[0].before != math.ceil(cases / 2):
        raise SolveError(f"{seen[0].before} of {cases} cases count as done")
    return [Row(AGAIN, "plan, design and store read", f"{cases} cases", 1, took, 1.0)]


def tabulated(folder: Path, cases: int) -> list[Row]:
    """Records to a table."""
    plan, at = plan_with("table", cases), folder / "table"
    laid = _fill(plan, at, 1)
    start = time.process_time()
    table = table_of(laid, at)
    took = time.process_time() - start
    if set(table["status"]) != {"complete"} or table["key"].nunique() != cases:
        raise SolveError(f"the table does not hold the {cases} cases that are stored")
    return [Row(TABLE, f"{len(table)} rows", f"{cases} cases", 1, took, 1.0)]


def plan_with(name: str, cases: int, length_h: int = 24, **rest: Any) -> SweepPlan:
    """A grid of so many cases, each with its own price of carbon."""
    fixed = {"horizon.length_h": length_h, "horizon.weeks": [0]}
    prices = [round(100 + 100 * k / cases, 6) for k in range(cases)]
    content = {"name": name, "scenario": SCENARIO, "set": fixed, "design": {"kind": "grid"}}
    vary = {"parameters.carbon_price_cny_per_t": prices}
    return plan_of(content | rest | {"vary": vary}, name)


class _Enough(Exception):
    """The sweep knows what is missing."""


def _first(plan: SweepPlan, folder: Path) -> tuple[LaidOut, dict[str, Any]]:
    """A sweep of which the first case alone was run, and its record."""
    laid = prepared(plan, folder)

    def only(status: Status) -> None:
        if status.now:
            raise _Enough

    with contextlib.suppress(_Enough):
        run_missing(laid, folder, InProcess(), only)
    return laid, Store(folder).record(laid.keys[0][0]) or {}


def _fill(plan: SweepPlan, folder: Path, every: int) -> LaidOut:
    """A folder with the record of one real case under the keys of all, or of every second."""
    laid, record = _first(plan, folder)
    store = Store(folder)
    for case in itertools.islice(laid.cases(), every, None, every):
        path = store.place(case.key) / RECORD
        path.parent.mkdir(parents=True)
        # Not `Store.write`: that waits for the disk, which is not what is measured here.
        path.write_text(json.dumps(record | {"key": case.key, "overrides": dict(case.overrides)}))
    return laid


def _all_done(status: Status) -> None:
    if status.failed or status.left:
        raise SolveError(f"a case of the sweep failed: {status.why}")


def _refuse(case: Any, error: str, attempts: int) -> None:
    raise SolveError(f"a case of the sweep failed: {error}")
