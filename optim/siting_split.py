r"""The joint siting program for an interior point: what all hours share is given a copy for each day.

An interior point factors a matrix in which a column that stands in the rows of all hours joins all of them to one
another. With a copy of what is built for every stretch of hours, and copies chained to one another,

.. math::
    b_{i0} = b_i, \qquad b_{id} = b_{i,d-1},

the hours of a day touch those of the next only through the chain and through what is carried over (stores, waiting
work), and the factor stays sparse: with copies for 6 h, four single days took 79 s of CPU time in place of 212
(docs/siting.md).
The program is the same: copies are equal, so the first columns and rows of a solution are one of the joint program.
Presolve must not put the copies back together (`KEEP_COPIES`).

Every column has two finite bounds, so any multipliers y of the rows give a bound on the least cost (`proven_bound`;
proof in `certificate`): how near an interior point came is proven by what it returns, not taken from its word.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import scipy.sparse as sp

from .siting import SHARED
from .siting_join import Joined
from .solver import Compiled

Array = np.ndarray

COPY_H = 24
"""Hours that share a copy."""
KEEP_COPIES = 256 + 512 + 4096
"""Rules of HiGHS's presolve to leave out, a bit each: substitution of free columns, doubleton equations, aggregator."""


def split(j: Joined, copy_h: int = COPY_H) -> Compiled:
    """The joint program with copies of what is built for every `copy_h` hours of each week.

    Returns:
        The columns and rows of `j.program` come first, in their order; copies and links follow.
    """
    p = j.program
    A = p.A.tocoo()
    rows, columns = A.shape
    day = np.full(rows, -1)
    day[: len(j.hour_of_row)] = np.where(j.hour_of_row >= 0, j.hour_of_row // copy_h, -1)
    shared = np.concatenate([p.places[name][0].ravel() for name in SHARED])
    number = np.full(columns, -1)
    number[shared] = np.arange(len(shared))
    days = int(day.max(initial=-1)) + 1
    moved = (number[A.col] >= 0) & (day[A.row] >= 0)
    wanted = number[A.col[moved]] * days + day[A.row[moved]]
    copies = np.unique(wanted)  # by what is built, then by day: a chain
    k = len(copies)
    if k == 0:
        return p
    column = A.col.copy()
    column[moved] = columns + np.searchsorted(copies, wanted)
    of = shared[copies // days]
    first = np.append(True, of[1:] != of[:-1])
    mine = columns + np.arange(k)
    before = np.where(first, of, mine - 1)
    link = rows + np.arange(k)
    entries = (
        np.concatenate([A.data, np.ones(k), -np.ones(k)]),
        (np.concatenate([A.row, link, link]), np.concatenate([column, mine, before])),
    )
    nothing = np.zeros(k)
    return replace(
        p,
        A=sp.csc_array(entries, (rows + k, columns + k)),
        cost=np.append(p.cost, nothing),
        lower=np.append(p.lower, p.lower[of]),
        upper=np.append(p.upper, p.upper[of]),
        row_lower=np.append(p.row_lower, nothing),
        row_upper=np.append(p.row_upper, nothing),
    )


def proven_bound(p: Compiled, y: Array) -> float:
    """No solution costs less, whatever the multipliers y of the rows are (optim/certificate.py has the proof)."""
    y = np.where(np.isneginf(p.row_lower), np.minimum(y, 0.0), y)
    y = np.where(np.isposinf(p.row_upper), np.maximum(y, 0.0), y)
    d = p.cost - p.A.T @ y
    side = np.where(y > 0.0, p.row_lower, p.row_upper)
    rows = np.where(y == 0.0, 0.0, y * np.where(y == 0.0, 0.0, side))
    return float(rows.sum() + (d * np.where(d > 0.0, p.lower, p.upper)).sum()) + p.offset


def furthest_off(p: Compiled, x: Array) -> float:
    """Greatest violation of a row, in parts of the row's own size [-]."""
    value = p.A @ x
    least = np.where(np.isneginf(p.row_lower), value, p.row_lower)
    most = np.where(np.isposinf(p.row_upper), value, p.row_upper)
    off = np.maximum(np.maximum(least - value, value - most), 0.0)
    size = np.maximum(abs(p.A) @ np.abs(x), 1.0)
    return float((off / size).max(initial=0.0))
