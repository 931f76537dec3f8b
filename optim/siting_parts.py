"""Parts of the joint siting program (`siting_join`): weeks, quotas of a year, the tail, and their rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp

from .solver import Compiled

Array = np.ndarray


@dataclass(frozen=True, eq=False)
class Week:
    """A week of the joint program: as compiled; how often it counts; when what may stand in it was built; its future;
    quotas of the year that it draws on (`Yearly.of`), a number."""

    program: Compiled
    weight: float
    built_by: tuple[int, ...] = (0,)
    future: int = 0
    year: int = 0


@dataclass(frozen=True)
class Yearly:
    """A quota of a year: entry `entry` of variable `name`, summed over the weeks of each year by `count`, is at most
    `limit`."""

    name: str
    entry: int
    limit: float


@dataclass(frozen=True)
class Tail:
    """How the dearest futures count: likelihood of each, β, and the share a of futures in the tail."""

    likelihood: tuple[float, ...]
    weight: float
    share: float


def mapped_rows(A: sp.csc_array, spread: tuple[Array, Array], total: int) -> sp.csr_array:
    """A week's rows over the joint columns: each of its columns is the sum of those it is spread to."""
    entry, to = spread
    S = sp.csr_array((np.ones(len(entry)), (entry, to)), (A.shape[1], total))
    return sp.csr_array(A @ S)


def hour_of_rows(p: Compiled) -> Array:
    """The hour of each row of a week, -1 where it is of none."""
    hour = np.full(p.A.shape[0], -1)
    for name in p.hourly & p.rows.keys():
        at = p.rows[name]
        if at.size:
            hour[at[at >= 0]] = np.broadcast_to(np.arange(at.shape[-1]), at.shape)[at >= 0]
    return hour


def whole_days_h(hours: Array) -> int:
    """Hours until the day after the last of these begins."""
    return 24 * (int(hours.max(initial=-1)) // 24 + 1)


def quotas_rows(
    uses: Any, weeks: Sequence[Week], columns: Any, counts: Sequence[float], total: int
) -> sp.csr_array:
    """One row a quota and year: what its weeks use."""
    rows = sp.lil_array((len(uses), total))
    for i, (quota, year) in enumerate(uses):
        for k, week in enumerate(weeks):
            if week.year == year:
                at = int(week.program.places[quota.name][0].ravel()[quota.entry])
                if at >= 0:
                    rows[i, columns[k][at]] = counts[k]
    return sp.csr_array(rows)


def tail_rows(
    weeks: Sequence[Week],
    tail: Tail,
    cost_parts: Any,
    N: int,
    total: int,
    lower: Array,
    upper: Array,
) -> tuple[sp.csr_array, Array, Array, Array]:
    """Rows of the tail, their limits, and bounds of z and of each excess."""
    futures = len(tail.likelihood)
    rows, limits = sp.lil_array((futures, total)), np.zeros(futures)
    least, most = np.inf, -np.inf
    for f in range(futures):
        cost, offset = np.zeros(total), 0.0
        for week, (at, value) in zip(weeks, cost_parts, strict=True):
            if week.future == f:
                np.add.at(cost, at, value / tail.likelihood[f])
                offset += week.weight * week.program.offset / tail.likelihood[f]
        there = np.flatnonzero(cost)
        rows[f, there] = cost[there]
        rows[f, N] = rows[f, N + 1 + f] = -1.0
        limits[f] = -offset
        ends = np.stack([cost[there] * lower[there], cost[there] * upper[there]])
        least = min(least, float(ends.min(axis=0).sum()) + offset)
        most = max(most, float(ends.max(axis=0).sum()) + offset)
    return (
        sp.csr_array(rows),
        limits,
        np.array([min(least, 0.0), *np.zeros(futures)]),
        np.array([most, *np.full(futures, most - min(least, 0.0))]),
    )
