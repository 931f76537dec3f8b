"""The tidy table of a sweep: one row a case and policy."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from westshift.models.measures import Measures

from .laid import LaidOut, laid_out
from .plan import SweepPlan
from .store import Store

if TYPE_CHECKING:
    import pandas as pd

MEASURES = tuple(f.name for f in fields(Measures))


def tabulate(plan: SweepPlan, folder: str | Path) -> pd.DataFrame:
    """One row a case and policy, in the order of the design.

    Columns: `point`, the varied keys, `seed`, `replicate`, `policy`, every measure (units in their names),
    `status` (complete, failed or missing), `error`, `key`. A case that failed or is missing has one row
    without policy and measures.

    Raises:
        InputError: the plan does not fit its scenario; a record cannot be read.
    """
    folder = Path(folder)
    return table_of(laid_out(plan, folder), folder)


def table_of(laid: LaidOut, folder: Path) -> pd.DataFrame:
    """The same of a design that is laid out."""
    store = Store(folder)
    varied = [key for key in laid.plan.vary if key != "seed"]
    first, last = ("point", *varied, "seed", "replicate", "policy"), ("status", "error", "key")
    columns: dict[str, list[Any]] = {name: [] for name in (*first, *MEASURES, *last)}
    empty = dict.fromkeys(MEASURES)
    for case in laid.cases():
        record = store.record(case.key) or {"status": "missing"}
        point = [shown(laid.points[case.point][key]) for key in varied]
        seed = record.get("seed", case.overrides.get("seed"))
        for policy, measures in record.get("measures", {"": empty}).items():
            head = (case.point, *point, seed, case.replicate, policy)
            tail = (record["status"], record.get("error", ""), case.key)
            for name, value in zip((*first, *last), (*head, *tail), strict=True):
                columns[name].append(value)
            for name in MEASURES:
                columns[name].append(measures[name])
    import pandas as pd  # here: the driver of a long sweep does without until its end

    table = pd.DataFrame(columns)
    return table.astype(dict.fromkeys(MEASURES, float)).astype({"seed": "Int64"})


def shown(value: Any) -> Any:
    """A list, such as of policies, as one text."""
    return ",".join(str(v) for v in value) if isinstance(value, list | tuple) else value
