"""A program without what is not there at these values: for one that is solved for one outlook only."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..models.errors import InfeasibleError
from .solver import Compiled


def pruned(p: Compiled) -> Compiled:
    """Drop entries that are 0, rows without an entry whose dual is not asked for, and columns without an entry and
    a cost.

    Raises:
        InfeasibleError: a row without an entry cannot be kept.
    """
    A = p.A.copy()
    A.eliminate_zeros()
    filled = np.bincount(A.indices, minlength=A.shape[0]) > 0
    if ((p.row_lower > 0.0) | (p.row_upper < 0.0))[~filled].any():
        raise InfeasibleError(f"The program {p.name} has a row that nothing can satisfy.")
    for name in p.duals_of:
        filled[p.rows[name][p.rows[name] >= 0]] = True
    used = (np.diff(A.indptr) > 0) | (p.cost != 0.0)
    row, column = (np.where(kept, np.cumsum(kept) - 1, -1) for kept in (filled, used))
    places = {}
    for name, (at, rest) in p.places.items():
        gone = (at >= 0) & ~used[at]
        places[name] = (np.where(at >= 0, column[at], -1), np.where(gone, p.lower[at], rest))
    return replace(
        p,
        A=A[:, used][filled] if not (filled.all() and used.all()) else A,
        cost=p.cost[used],
        lower=p.lower[used],
        upper=p.upper[used],
        row_lower=p.row_lower[filled],
        row_upper=p.row_upper[filled],
        places=places,
        rows={name: np.append(row, -1)[at] for name, at in p.rows.items()},
    )
