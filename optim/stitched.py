"""A long horizon in one program, started from what its windows found.

Cold, the simplex method takes more and more iterations for each hour that a horizon is longer; windows of two days,
each started from the last one's basis, take few. So windows are solved first, their bases are put together hour by
hour, and the whole program starts from there: near its optimum, and then exact. The answer is that of the whole
program and hangs on no window; only the time does.
"""

from __future__ import annotations

from typing import Any

import highspy
import numpy as np

from ..models.errors import SolveError
from ..models.outlook import Outlook, window_of
from .program import Program, emission_kg_per_mw
from .solver import Compiled, Solution, solve

Array = np.ndarray


def solve_by_windows(
    program: Program, windows: Program, whole: Outlook, window_h: int, step_h: int = 24
) -> Solution:
    """The optimum of the whole horizon.

    Args:
        program: solves the whole; not kept. windows: the same blocks, for windows of `window_h`.
        whole: all hours. window_h, step_h: seen, and moved on by [h].

    Raises:
        SolveError: infeasible, or any status but optimal.
    """
    if whole.hours <= window_h:
        return program.solve(whole, once=True)
    compiled = program.at(whole, once=True)
    try:
        basis = _stitched(compiled, windows, whole, window_h, min(step_h, window_h))
    except SolveError:  # the whole program will say in its own words what cannot be
        basis = None
    return solve(
        compiled,
        basis=basis,
        tie_break=program.tie_break,
        budgets=program.budgets,
        weight=emission_kg_per_mw(compiled, whole) if "output" in compiled.places else None,
    )


def _stitched(
    compiled: Compiled, windows: Program, whole: Outlook, window_h: int, step_h: int
) -> Any:
    """Each hour's part of the basis from the first window that carries it out."""
    status = highspy.HighsBasisStatus
    column = np.full(compiled.A.shape[1], status.kLower, dtype=object)
    row = np.full(compiled.A.shape[0], status.kBasic, dtype=object)
    last = whole.hours - window_h
    served = np.zeros(whole.available_mwh.shape[:2])
    for start in sorted({*range(0, last, step_h), last}):
        seen = window_of(whole, start, start + window_h, served)
        arrays = windows.at(seen)
        found = windows.solve(seen)
        hours = min(step_h, last - start) or window_h
        for into, mine, theirs, held in (
            (column, compiled.places, arrays.places, found.basis.col_status),
            (row, compiled.rows, arrays.rows, found.basis.row_status),
        ):
            _copy(into, mine, theirs, np.array(list(held), dtype=object), compiled, start, hours)
        if "done" in found.values:
            served = served + found.values["done"][:, hours - 1].reshape(served.shape)
    basis = highspy.HighsBasis()
    basis.col_status, basis.row_status = column.tolist(), row.tolist()
    basis.valid = basis.alien = True  # alien: it need not be square; HiGHS mends it
    return basis


def _copy(
    into: Array, mine: Any, theirs: Any, held: Array, compiled: Compiled, start: int, hours: int
) -> None:
    """The statuses of a window's first hours, series by series."""
    for name in compiled.hourly:
        if name in mine and name in theirs:
            to, source = (x[0] if isinstance(x, tuple) else x for x in (mine[name], theirs[name]))
            to, source = to[..., start : start + hours], source[..., :hours]
            there = (to >= 0) & (source >= 0)
            into[to[there]] = held[source[there]]
