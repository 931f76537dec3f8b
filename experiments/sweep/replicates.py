"""Uncertainty over seeds: paired differences, and whether there are enough of them.

Replicate r has the same seed at every point and for every policy (common random numbers), so differences
are taken seed by seed: weather and forecast errors that both share cancel. Intervals are Student's t:
mean ± t(0.975, n - 1) · s / √n.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import t as student

from westshift.models.errors import InputError, suggest

LEVEL = 0.95
LEAST = 2


@dataclass(frozen=True)
class Interval:
    """A mean over replicates and its interval, in the unit of the measure.

    Attributes: n: replicates. mean, low, high: the mean and the ends of its interval.
    """

    n: int
    mean: float
    low: float
    high: float

    @property
    def sure(self) -> bool:
        """Whether zero lies outside."""
        return self.low > 0 or self.high < 0


def interval(values: Sequence[float] | np.ndarray, level: float = LEVEL) -> Interval:
    """The mean and its t-interval.

    Raises:
        InputError: fewer than two values, or one that is no number.
    """
    x = _numbers(values)
    mean, half = float(x.mean()), float(_half(x, level))
    return Interval(len(x), mean, mean - half, mean + half)


def policies_differ(
    table: pd.DataFrame, measure: str, policy: str, against: str, level: float = LEVEL
) -> pd.DataFrame:
    """Policy minus another, paired by seed, at each point.

    Args:
        table: from `tabulate`. measure: a column. policy, against: names. level: of the intervals [-].

    Returns:
        One row a point: `point`, `replicates`, `mean`, `low`, `high`, in the unit of the measure.

    Raises:
        InputError: a name that is not there, replicates that do not pair, or fewer than two.
    """
    left, right = _of(table, measure, policy), _of(table, measure, against)
    rows = []
    for point in sorted(table["point"].unique()):
        _whole(table, point)
        found = _paired(left, right, (point, point), f"{policy} and {against}", level)
        rows.append({"point": point, "replicates": found.n} | _ends(found))
    return pd.DataFrame(rows)


def points_differ(
    table: pd.DataFrame, measure: str, policy: str, point: int, against: int, level: float = LEVEL
) -> Interval:
    """A policy at one point minus the same at another, paired by seed.

    Args:
        table: from `tabulate`. measure: a column. policy: a name. point, against: of the design.
        level: of the interval [-].

    Raises:
        InputError: a point that is not there, replicates that do not pair, or fewer than two.
    """
    values = _of(table, measure, policy)
    _whole(table, point, against)
    return _paired(values, values, (point, against), f"points {point} and {against}", level)


def convergence(values: Sequence[float] | np.ndarray, level: float = LEVEL) -> pd.DataFrame:
    """How the mean settles as replicates are added, in their order.

    Returns:
        One row from two replicates on: `replicates`, `mean`, `half_width` of the interval.

    Raises:
        InputError: fewer than two values, or one that is no number.
    """
    x = _numbers(values)
    return pd.DataFrame(
        [
            {"replicates": n, "mean": float(x[:n].mean()), "half_width": float(_half(x[:n], level))}
            for n in range(LEAST, len(x) + 1)
        ]
    )


def _half(x: np.ndarray, level: float) -> float:
    if not 0.0 < level < 1.0:
        raise InputError(f"level {level:g} is not between 0 and 1; give one such as 0.95")
    return student.ppf(0.5 + level / 2, len(x) - 1) * x.std(ddof=1) / np.sqrt(len(x))


def _numbers(values: Sequence[float] | np.ndarray) -> np.ndarray:
    x = np.asarray(values, float)
    if len(x) < LEAST:
        raise InputError(
            f"{len(x)} replicate(s) tell nothing of uncertainty; give replicates: 2 or more in the study file"
        )
    if not np.isfinite(x).all():
        raise InputError(
            f"a replicate has no number ({x[~np.isfinite(x)][0]}); see its row of the table"
        )
    return x


def _of(table: pd.DataFrame, measure: str, policy: str) -> pd.Series:
    """A measure by (point, replicate)."""
    if measure not in table.columns:
        raise InputError(f"measure '{measure}' is not known; {suggest(measure, table.columns)}")
    rows = table[(table["policy"] == policy) & (table["status"] == "complete")]
    if rows.empty:
        known = [p for p in table["policy"].unique() if p]
        raise InputError(f"policy '{policy}' has no rows; {suggest(policy, known)}")
    return rows.set_index(["point", "replicate"])[measure]


def _paired(
    left: pd.Series, right: pd.Series, points: tuple[int, int], what: str, level: float
) -> Interval:
    sides = []
    for series, point in zip((left, right), points, strict=True):
        if point not in series.index.get_level_values("point"):
            raise InputError(f"point {point} has no whole result; start the sweep again")
        sides.append(series.xs(point, level="point").sort_index())
    one, other = sides
    if not one.index.equals(other.index):
        raise InputError(
            f"{what} do not have the same replicates ({len(one)} and {len(other)} are whole); "
            "start the sweep again: differences are taken seed by seed"
        )
    return interval((one - other).to_numpy(float), level)


def _whole(table: pd.DataFrame, *points: int) -> None:
    """No replicate is left out in silence: what fails may not fail by chance."""
    short = table[table["point"].isin(points) & (table["status"] != "complete")]
    if len(short):
        first = short.iloc[0]
        raise InputError(
            f"point {first['point']}, replicate {first['replicate']} is {first['status']}; "
            "start the sweep again, or take its point out of the table"
        )


def _ends(found: Interval) -> dict[str, float]:
    return {"mean": found.mean, "low": found.low, "high": found.high}
