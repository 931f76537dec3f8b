r"""Weeks of the siting program side by side: each has its hours, all have one plan.

.. math::
    \min \sum_k w_k\,C_k(b_k, x_k) + \beta \Big(z + \tfrac{1}{a} \sum_f p_f e_f\Big), \qquad
    b_k = \sum_{v \le k} b^v, \qquad \sum_k w_k u_{ik} \le U_i

with w the weight of week k to the year (for a path over years, to its present value as well), b what stands in
it, the sum of what is built in the years v up to its own, and u what it uses of a quota of the year: energy, water,
CO2. With several futures f of likelihood p that one plan must serve, :math:`\sum_{k \in f} w_k C_k - z \le e_f`
is the tail of their cost (`cvar`); the likelihood is part of w then.

A week is a program as compiled (`program`); this module only puts them together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp

from .siting import ONCE, SHARED
from .siting_parts import (
    Tail,
    Week,
    Yearly,
    hour_of_rows,
    mapped_rows,
    quotas_rows,
    tail_rows,
    whole_days_h,
)
from .solver import Compiled

Array = np.ndarray

__all__ = ["Joined", "Tail", "Week", "Yearly", "joined"]


@dataclass(frozen=True, eq=False)
class Joined:
    """The joint program, and where each week's columns went.

    program: its places are those of what is built, (V, n) each, V times of building.
    columns: of each week, column of the joint program, -1 for what is built.
    weeks: as given. yearly_row: first row of the quotas, in the order of year and quota.
    hour_of_row: of each row, its hour counted on through the weeks, -1 where it is of none.
    """

    program: Compiled
    columns: tuple[Array, ...]
    weeks: tuple[Week, ...]
    yearly_row: int
    counts: tuple[float, ...]
    yearly: tuple[Yearly, ...]
    shape: tuple[int, int]
    hour_of_row: Array

    def values(self, x: Array, k: int, name: str) -> Array:
        """What week k decided of a variable with hours."""
        at, rest = self.weeks[k].program.places[name]
        joint = np.where(at >= 0, self.columns[k][at], -1)
        return np.where(joint >= 0, x[joint], rest)

    def built(self, x: Array, name: str) -> Array:
        """What was built (V, n)."""
        at, rest = self.program.places[name]
        return np.where(at >= 0, x[at], rest)


def joined(
    weeks: Sequence[Week],
    counts: Sequence[float],
    yearly: Sequence[Yearly] = (),
    tail: Tail | None = None,
) -> Joined:
    """The joint program.

    Args:
        weeks: each with its weight in the objective. counts: how often each counts towards its own year's quotas.
        yearly: quotas, of every year alike. tail: with several futures.
    """
    first = weeks[0].program
    sizes = {name: first.places[name][0].size for name in SHARED}
    starts = dict(zip(SHARED, np.cumsum([0, *sizes.values()]).tolist(), strict=False))
    n = sum(sizes.values())
    V = 1 + max(v for week in weeks for v in week.built_by)
    lower, upper = np.zeros(V * n), np.zeros(V * n)
    N, blocks, columns = V * n, [], []
    cost_parts: list[tuple[Array, Array]] = []
    row_lower, row_upper = [], []
    own_lower, own_upper, offset = [], [], 0.0
    hour_of_row, begun_h = [], 0
    for k, week in enumerate(weeks):
        p = week.program
        shared = np.full(len(p.cost), -1)
        for name in SHARED:
            at = p.places[name][0].ravel()
            shared[at[at >= 0]] = starts[name] + np.flatnonzero(at >= 0)
        own = np.flatnonzero(shared < 0)
        column = np.full(len(p.cost), -1)
        column[own] = N + np.arange(len(own))
        columns.append(column)
        N += len(own)
        entry_of, to = [own], [column[own]]
        there = np.flatnonzero(shared >= 0)
        for v in week.built_by:
            entry_of.append(there)
            to.append(v * n + shared[there])
            np.maximum.at(upper, v * n + shared[there], p.upper[there])
        spread = np.concatenate(entry_of), np.concatenate(to)
        keep = np.ones(p.A.shape[0], bool)
        if k and week.built_by == weeks[0].built_by:
            for name in ONCE:
                rows = p.rows[name][p.rows[name] >= 0]
                keep[rows] = False
        blocks.append((p.A, spread, keep))
        hours = hour_of_rows(p)[keep]
        hour_of_row.append(np.where(hours >= 0, hours + begun_h, -1))
        begun_h += whole_days_h(hours)
        cost_parts.append((spread[1], week.weight * p.cost[spread[0]]))
        row_lower.append(p.row_lower[keep])
        row_upper.append(p.row_upper[keep])
        own_lower.append(p.lower[own])
        own_upper.append(p.upper[own])
        offset += week.weight * p.offset
    lower = np.concatenate([lower, *own_lower])
    upper = np.concatenate([upper, *own_upper])
    futures = 0 if tail is None else len(tail.likelihood)
    total = N + (1 + futures if futures else 0)
    cost = np.zeros(total)
    for at, value in cost_parts:
        np.add.at(cost, at, value)
    matrices = [mapped_rows(A, spread, total)[keep] for A, spread, keep in blocks]
    years = sorted({week.year for week in weeks})
    uses = [(q, y) for y in years for q in yearly]
    matrices.append(quotas_rows(uses, weeks, columns, counts, total))
    rows_before = sum(len(x) for x in row_lower)
    row_lower.append(np.full(len(uses), -np.inf))
    row_upper.append(np.array([q.limit for q, _ in uses], float))
    if V > 1:  # built over time, no more than may stand at once
        eye = sp.identity(n, format="csr")
        wide = sp.hstack([eye] * V + [sp.csr_array((n, total - V * n))])
        matrices.append(sp.csr_array(wide))
        row_lower.append(np.full(n, -np.inf))
        row_upper.append(upper[: V * n].reshape(V, n).max(axis=0))
    if tail is not None:
        rows, limits, more_lower, more_upper = tail_rows(
            weeks, tail, cost_parts, N, total, lower, upper
        )
        matrices.append(rows)
        row_lower.append(np.full(futures, -np.inf))
        row_upper.append(limits)
        lower, upper = np.append(lower, more_lower), np.append(upper, more_upper)
        cost[N] = tail.weight
        cost[N + 1 :] = tail.weight / tail.share * np.array(tail.likelihood)
    at = {
        name: np.arange(V)[:, None] * n + starts[name] + np.arange(sizes[name]) for name in SHARED
    }
    program = replace(
        first,
        name=f"siting over {len(weeks)} weeks",
        A=sp.csc_array(sp.vstack(matrices)),
        cost=cost,
        lower=lower,
        upper=upper,
        row_lower=np.concatenate(row_lower),
        row_upper=np.concatenate(row_upper),
        offset=offset,
        places={name: (x, np.zeros(x.shape)) for name, x in at.items()},
        rows={},
        duals_of=(),
        hourly=frozenset(),
    )
    none = np.full(program.A.shape[0] - rows_before, -1)
    return Joined(
        program, tuple(columns), tuple(weeks), rows_before, tuple(counts), tuple(yearly), program.A.shape,
        np.concatenate([*hour_of_row, none]),
    )  # fmt: skip
