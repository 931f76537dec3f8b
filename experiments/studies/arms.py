"""Studies of several sweeps side by side: what differs between them is more than a grid over single fields.

Each sweep is an *arm*: the same scenario with the same seeds, and its own fixed changes. Differences between
arms are taken seed by seed, as between the points of one sweep.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from westshift.experiments.sweep.plan import SweepPlan
from westshift.experiments.sweep.replicates import Interval, interval
from westshift.models.errors import InputError
from westshift.models.scenario import Scenario

from .found import Found

Changes = Mapping[str, Any]
SLICE_H = 48
UNMET_PCT = 0.1
"""Of computing's energy: with more demand shed, what the whole system avoids is no saving, for who is cut off emits
nothing."""


def slices(s: Scenario, starts: Sequence[int], length_h: int = SLICE_H) -> Changes:
    """Short stretches in mid-season in place of whole weeks; the scenario's own hours where it lists them."""
    if not isinstance(s.horizon.weeks, str):
        return {}
    return {"horizon.weeks": tuple(starts), "horizon.length_h": length_h}


def of_classes(s: Scenario, column: str, value: Any, which: Sequence[str] | None = None) -> Changes:
    """The same cell for several classes of work, all where none are named."""
    names = [c.job_class for c in s.classes] if which is None else which
    return {f"classes.{name}.{column}": value for name in names}


def deferrable(s: Scenario) -> tuple[str, ...]:
    """Classes that may wait for longer than an hour, and have work.

    Raises:
        InputError: there are none.
    """
    found = tuple(c.job_class for c in s.classes if c.slack_h > 1 and c.share > 0)
    if not found:
        raise InputError(
            f"no class of '{s.name}' may wait for more than an hour, so there is no slack to vary: "
            "raise slack_h of one in classes.csv"
        )
    return found


def together(founds: Sequence[Found], name: str, fixed: Changes | None = None) -> Found:
    """All arms as one, for a caption. fixed: what counts as changed in all; None: what they have in common."""
    plans = [f.plan for f in founds]
    if fixed is None:
        first = plans[0].changes
        fixed = {k: v for k, v in first.items() if all(p.changes.get(k) == v for p in plans)}
    known = {x for p in plans for x in p.policies or ()}
    policies = tuple(sorted(known)) or None
    plan = SweepPlan(
        name=name, scenario=plans[0].scenario, policies=policies, set=dict(fixed), replicates=1
    )
    table = pd.concat([f.table for f in founds], ignore_index=True)
    return Found(plan, founds[0].folder, table, sum(f.failed for f in founds))


def by_replicate(found: Found, measure: str, policy: str, **where: Any) -> pd.Series:
    """A measure by replicate, of one policy at one point of an arm.

    Raises:
        InputError: there is no such run, or more than one to a replicate.
    """
    rows = found.table[found.table["policy"] == policy]
    for field, value in where.items():
        rows = rows[rows[field] == value]
    own = rows.set_index("replicate")[measure].sort_index()
    if own.empty or own.index.has_duplicates:
        raise InputError(
            f"study {found.plan.name}: {len(own)} runs of {policy} where one to a seed is wanted; start it again"
        )
    return own


def unmet_pct(runs: pd.DataFrame) -> pd.Series:
    """Demand that the grid did not meet, in per cent of what computing draws (see UNMET_PCT)."""
    return 100.0 * runs["shed_mwh"] / runs["energy_mwh"].where(runs["energy_mwh"] > 0)


def paired(one: pd.Series, other: pd.Series) -> Interval:
    """The mean of the differences, seed by seed, and its 95 % interval; a seed that one lacks is left out.

    Raises:
        InputError: they have no seed in common.
    """
    shared = one.index.intersection(other.index)
    if shared.empty:
        raise InputError("two arms have no seed in common, so they have no difference; start again")
    return spread((one.loc[shared] - other.loc[shared]).to_numpy(float))


def spread(values: Sequence[float] | np.ndarray) -> Interval:
    """The mean and its 95 % interval; NaN: of one seed alone the interval, of a seed without a number all."""
    x, nan = np.asarray(values, float), float("nan")
    if not np.isfinite(x).all():
        return Interval(len(x), nan, nan, nan)
    return interval(x) if len(x) > 1 else Interval(1, float(x.mean()), nan, nan)


def columns(name: str, unit: str, found: Interval) -> dict[str, float]:
    """An interval as columns of a figure's numbers."""
    return {
        f"{name}_{unit}": found.mean,
        f"{name}_low_{unit}": found.low,
        f"{name}_high_{unit}": found.high,
    }
