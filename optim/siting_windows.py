r"""What a window of hours needs at the least: a few rows that tell the master of `siting_benders` how much to build.

Summed over the hours from a to b, the rows of the load and siting blocks that do not change from hour to hour hold for
the mean of the window as well, and of each workload at least what is due by b and was not there before a is run:

.. math::
    \frac{1}{b-a+1}\sum_{t=a}^{b} \sum_{q \in (o,j)} x_{qt} \;\ge\;
        \frac{\text{due}_{oj,b} - \text{available}_{oj,a-1}}{b-a+1}

A relaxation of the week, so that a bound with it is a bound.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp

from .siting import SHARED
from .solver import Compiled

Array = np.ndarray

OF_AN_HOUR = ("work", "site", "hosted")
ROWS = ("site_work", "hosting", "standing_hall", "new_halls")
LENGTHS_H = (1, 4, 12)


def needs_mwh(p: Compiled, first: int, last: int) -> Array:
    """Work of each workload that must run from hour `first` to `last` (O·J,) [MWh]."""
    at, rest = p.places["done"]
    due = np.where(at >= 0, p.lower[at], rest)
    available = np.where(at >= 0, p.upper[at], rest)
    before = available[:, first - 1] if first else 0.0
    return np.maximum(due[:, last] - before, 0.0)


def windows(p: Compiled) -> list[tuple[int, int]]:
    """The whole week, and of each length the window that needs most per hour."""
    T = p.places["done"][0].shape[1]
    found = [(0, T - 1)]
    for n in LENGTHS_H:
        if n < T:
            starts = range(T - n + 1)
            found.append(
                max(((a, a + n - 1) for a in starts), key=lambda w: needs_mwh(p, *w).sum())
            )
    return list(dict.fromkeys(found))


def window_rows(
    p: Compiled, first: int, last: int
) -> tuple[sp.csr_array, Array, Array, Array, Array, Array]:
    """The rows of a window's mean hour.

    Returns:
        A over the shared columns, in the order of `SHARED`, and then the window's own; row_lower, row_upper; lower and
        upper of its own columns; and how many shared ones there are (1,).
    """
    shared = np.concatenate([p.places[name][0].ravel() for name in SHARED])
    n = len(shared)
    hour = [p.places[name][0][:, first] for name in OF_AN_HOUR]
    own = np.concatenate(hour)
    own = own[own >= 0]
    place = np.full(len(p.cost), -1)
    place[shared[shared >= 0]] = np.flatnonzero(shared >= 0)
    place[own] = n + np.arange(len(own))
    at = np.concatenate([p.rows[name][:, first] for name in ROWS])
    at = at[at >= 0]
    A = p.A.tocsr()[at].tocoo()
    kept = place[A.col] >= 0
    total = n + len(own)
    held = sp.csr_array((A.data[kept], (A.row[kept], place[A.col[kept]])), (len(at), total))
    served = p.rows["served"][:, first]
    B = p.A.tocsr()[served].tocoo()
    work = np.zeros(len(p.cost), bool)
    work[hour[0][hour[0] >= 0]] = True
    mine = work[B.col]
    run = sp.csr_array((-B.data[mine], (B.row[mine], place[B.col[mine]])), (len(served), total))
    need = needs_mwh(p, first, last) / (last - first + 1)
    return (
        sp.csr_array(sp.vstack([held, run])),
        np.concatenate([p.row_lower[at], need]),
        np.concatenate([p.row_upper[at], np.full(len(need), np.inf)]),
        p.lower[own],
        p.upper[own],
        np.array([n]),
    )
