r"""A bound on the oracle's cost that needs no solve of the whole horizon: weak duality, from windows' duals.

The co-planner's program of a horizon is, with every column between two finite bounds,

.. math:: \min c^T x \quad \text{s.t.} \quad b^- \le A x \le b^+, \quad l \le x \le u.

For *any* multipliers y of the rows, :math:`y_i \le 0` where :math:`b^-_i = -\infty` and :math:`y_i \ge 0` where
:math:`b^+_i = \infty`,

.. math::
    g(y) = \sum_i \min_{b^-_i \le s \le b^+_i} y_i s + \sum_j \min_{l_j \le x \le u_j} (c - A^T y)_j\, x

is no more than the optimum. Proof: let x be feasible. Then :math:`c^T x = y^T A x + (c - A^T y)^T x`. Each
:math:`(Ax)_i` lies between its bounds, so that the first part is at least the first sum; each :math:`x_j` lies
between its own, so that the second is at least the second sum. Hence :math:`c^T x \ge g(y)` for every feasible x,
the optimal one included; it holds whatever y is, and for no y is it wrong. ∎

A good y is put together from windows, each solved by itself: a row of an hour takes the dual that it had in the
window in which that hour was carried. Rows that belong to no hour (a day's water) have no such dual; g is concave
and piecewise linear in each, so that the best multiplier of such a row, all others held, is found exactly at one
of its kinks. The bound is tight but for what windows do not see of one another.

A policy's regret is then at most what it was booked less the bound.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from ..models.outlook import Outlook, over_hours
from .parametric import Theta
from .program import Program, co_planner
from .solver import Compiled, solve

Array = np.ndarray


def oracle_bound_cny(outlook: Outlook, window_h: int = 48, step_h: int = 24) -> float:
    """No schedule for these hours costs less than this, by the co-planner's objective [CNY].

    Args:
        outlook: the whole horizon as it will be, storage cyclic, beginning with a day.
        window_h: hours solved at once, whole days. step_h: hours of a window whose duals are kept, whole days.

    Raises:
        ValueError: the hours do not begin with a day, or windows are not of whole days.
        SolveError: a window does not end optimal.
    """
    if outlook.day_begun_h or window_h % 24 or step_h % 24 or not 0 < step_h <= window_h:
        raise ValueError("windows and steps are of whole days, and the horizon begins with one")
    program = co_planner()
    whole = arrays(program, outlook)
    y = np.zeros(len(whole.row_lower))
    start = 0
    while start < outlook.hours:
        end = min(start + window_h, outlook.hours)
        kept = outlook.hours - start if end == outlook.hours else step_h
        part = arrays(program, between(outlook, start, end))
        found = solve(part, tie_break=0.0)
        for name in whole.duals_of:
            rows = whole.rows[name][..., start : start + kept]
            there = rows >= 0
            y[rows[there]] = found.duals[name][..., :kept][there]
        start += kept
    of_an_hour = np.concatenate([whole.rows[name].ravel() for name in whole.duals_of])
    for i in np.setdiff1d(np.arange(len(y)), of_an_hour).tolist():
        improve(whole, y, i)
    return lower_bound(whole, y)


def arrays(program: Program, outlook: Outlook) -> Compiled:
    """The program of these hours, to be solved with the duals of every constraint that has a row for each hour."""
    import pyomo.environ as pyo

    from .parametrise import fill, layout_of
    from .standard_form import compile_model
    from .standard_form import over_hours as over_last_axis

    m: Any = program.build(outlook.system, outlook.hours)
    fill(m, program.values(Theta(layout_of(m)), outlook))
    constraints = m.component_objects(pyo.Constraint, active=True)
    return compile_model(m, [c.name for c in constraints if len(c) and over_last_axis(c)])


def between(outlook: Outlook, start: int, end: int) -> Outlook:
    """Hours `start` to `end` - 1 alone, with the work that arrives in them; `start` begins a day."""
    before = outlook.available_mwh[..., start - 1 : start] if start else 0.0
    available = outlook.available_mwh[..., start:end] - before
    due = np.maximum(outlook.due_mwh[..., start:end] - before, 0.0)
    due[..., -1] = available[..., -1]
    return replace(
        outlook,
        start_h=outlook.start_h + start,
        **over_hours(outlook, lambda series: series[..., start:end]),
        unit_day_mwh=outlook.unit_day_mwh[:, start // 24 : -(-end // 24)],
        available_mwh=available,
        due_mwh=np.minimum(due, available),
    )


def lower_bound(p: Compiled, y: Array) -> float:
    """g(y), with multipliers of the wrong sign for a one-sided row set to zero."""
    y = np.where((y > 0) & np.isinf(p.row_lower) | (y < 0) & np.isinf(p.row_upper), 0.0, y)
    at = np.where(y > 0, p.row_lower, p.row_upper)
    reduced = p.cost - p.A.T @ y
    x = np.where(reduced > 0, p.lower, p.upper)
    rows = float(y @ np.where(y == 0.0, 0.0, at))
    return rows + float(reduced @ x) + p.offset


def improve(p: Compiled, y: Array, row: int) -> None:
    """Set one row's multiplier to the best, all others held: g has its kinks where a reduced cost is zero."""
    y[row] = 0.0
    entries = p.A[[row], :].tocoo()
    a, columns = entries.data, entries.col
    if len(a) == 0:
        return
    reduced = p.cost[columns] - p.A[:, columns].T @ y
    kinks = np.append(reduced / a, 0.0)
    if np.isinf(p.row_lower[row]):
        kinks = np.minimum(kinks, 0.0)
    if np.isinf(p.row_upper[row]):
        kinks = np.maximum(kinks, 0.0)
    left = reduced[None, :] - kinks[:, None] * a
    at = np.where(left > 0, p.lower[columns], p.upper[columns])
    bound = np.where(kinks > 0, p.row_lower[row], p.row_upper[row])
    value = kinks * np.where(kinks == 0.0, 0.0, bound) + (left * at).sum(axis=1)
    y[row] = kinks[int(value.argmax())]
