"""Sweeps whose results are there already: started again, and tabulated. One case is run; its record serves all."""

from __future__ import annotations

import contextlib
import itertools
import json
import math
import time
from pathlib import Path
from typing import Any

from westshift.models.errors import SolveError

from ..sweep.drive import InProcess
from ..sweep.laid import LaidOut
from ..sweep.plan import SweepPlan, plan_of
from ..sweep.store import RECORD, Store
from ..sweep.sweep import Status, prepared, run_missing
from ..sweep.tabulate import table_of
from .row import Row

AGAIN = "a half-done sweep started again: what is missing, CPU s"
TABLE = "stored cases as a table, CPU s"
SCENARIO = "two_region"


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


def first_alone(plan: SweepPlan, folder: Path) -> tuple[LaidOut, dict[str, Any]]:
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
    laid, record = first_alone(plan, folder)
    store = Store(folder)
    for case in itertools.islice(laid.cases(), every, None, every):
        path = store.place(case.key) / RECORD
        path.parent.mkdir(parents=True)
        # Not `Store.write`: that waits for the disk, which is not what is measured here.
        path.write_text(json.dumps(record | {"key": case.key, "overrides": dict(case.overrides)}))
    return laid
