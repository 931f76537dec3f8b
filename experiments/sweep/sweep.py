"""A whole sweep: what is missing is run, and the table made."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from .case import SweepCase
from .check import check
from .drive import How, InProcess, drive
from .formats import need_pyarrow
from .key import SCHEMA, Base
from .laid import LaidOut, design_name, keep, lay_out, stored
from .plan import SweepPlan
from .run_one import run_into
from .store import Store
from .tabulate import table_of

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Status:
    """How far a sweep is. Different points that come to the same case are one.

    Attributes: cases: of the design, or of this shard. before: done before. now: done in this run.
    failed: in this run. why: the first error.
    """

    cases: int
    before: int
    now: int = 0
    failed: int = 0
    why: str = ""

    @property
    def left(self) -> int:
        """Cases that were neither done nor failed yet."""
        return self.cases - self.before - self.now - self.failed


Tell = Callable[[Status], None]


def run_plan(
    plan: SweepPlan,
    folder: str | Path,
    how: How = InProcess(),  # noqa: B008  a frozen value
    tell: Tell = lambda status: None,
) -> pd.DataFrame:
    """Run what is missing of a plan into a folder, and give its table.

    Args:
        plan: the sweep. folder: of its results; made, or gone on with.
        how: where the cases run; see drive.py. tell: told at the start and after each case.

    Returns: the table; see `tabulate`. A case that failed is a row with its error.

    Raises:
        InputError: the plan does not fit its scenario, the folder is another's, the disk is full.
    """
    folder = Path(folder)
    laid = prepared(plan, folder)
    run_missing(laid, folder, how, tell)
    return table_of(laid, folder)


def prepared(plan: SweepPlan, folder: Path) -> LaidOut:
    """The design of a plan, every change in it checked; as stored, if it is. Nothing is written.

    Raises:
        InputError: as for `run_plan`.
    """
    Store(folder).may_open()
    if "hourly" in plan.keep:
        need_pyarrow()
    base = Base(plan.scenario)
    laid = stored(folder, design_name(plan, base))
    if laid is None:
        laid = lay_out(plan, base)
        check(laid)
    return laid


def run_missing(
    laid: LaidOut,
    folder: Path,
    how: How,
    tell: Tell = lambda status: None,
    shard: tuple[int, int] = (0, 1),
    say: Callable[[str], None] = lambda sentence: None,
) -> Status:
    """Run what is missing, or a shard's part of it.

    Args:
        laid: the design. folder: of the results. how: where the cases run.
        tell: told at the start and after each case.
        shard: (k, n): every n-th case of the design from the k-th, whoever else runs meanwhile.
        say: told in a sentence when no worker comes.
    """
    store = Store(folder)
    store.open()
    keep(folder, laid)
    k, n = shard
    keys = laid.unique_keys()[k::n]
    missing = {key for key in keys if not store.done(key)}
    status = Status(len(keys), len(keys) - len(missing))
    tell(status)

    def told(case: SweepCase, good: bool) -> None:
        nonlocal status
        status = replace(status, now=status.now + good, failed=status.failed + (not good))
        tell(status)

    def failed(case: SweepCase, error: str, attempts: int) -> None:
        nonlocal status
        status = replace(status, why=status.why or error)
        store.fail(
            case.key,
            {
                "schema": SCHEMA,
                "status": "failed",
                "key": case.key,
                "scenario": case.scenario,
                "overrides": dict(case.overrides),
                "error": error,
                "attempts": attempts,
            },
        )

    if missing:
        drive(
            once_each(laid, missing),
            functools.partial(run_into, str(folder)),
            failed,
            how,
            told,
            say=say,
        )
    return status


def once_each(laid: LaidOut, keys: set[str]) -> Iterator[SweepCase]:
    """The cases of these keys, each once, made as they are asked for."""
    wanted = set(keys)
    for case in laid.cases():
        if case.key in wanted:
            wanted.remove(case.key)
            yield case
