r"""The joint siting program week by week: a master that builds, and weeks that say what a plan costs them.

.. math::
    \min\; a^T b + \sum_k \vartheta_k, \qquad
    \vartheta_k \ge w_k C_k(\hat b, \hat u) + d_k^T (b - \hat b) + \lambda_k^T (u_k - \hat u_k)

with d the reduced costs of what is built, fixed in week k, and λ the prices of the week's allotment u of the quotas
of the year. Work given up and quotas overdrawn are allowed to the weeks at prices above any other, so that every
plan has a cost; a plan that is returned does neither. The gap between the best plan and the master's bound is said.

J. F. Benders, "Partitioning procedures for solving mixed-variables programming problems", Numerische Mathematik 4,
1962, doi:10.1007/BF01386316. Of three rounds two try the master's best plan within reach of the best one so far (a
trust region whose size follows how well the cuts foretell); the third tries its own, which gives the bound.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import highspy
import numpy as np
import scipy.sparse as sp

from ..models.errors import InfeasibleError, SolveError
from .siting import SHARED
from .siting_join import Joined, Yearly
from .siting_master import Master
from .siting_solve import BUDGETS, Found
from .solver import Compiled, begin

Array = np.ndarray

GAP = 1e-4
CERTAIN = 1e-9
"""Gap at which a plan that gives up work is the best there is: nothing serves it all."""
MOST_ROUNDS = 400
FIRST_REACH, LEAST_REACH = 0.1, 1e-4
"""How far from the best plan a trial may be, in parts of each quota."""
DEARER = 3.0
"""Work given up in one hour of a week costs so many times what a MW of the dearest hall and servers costs a year."""
OVERDRAWN_CNY = 1e8
"""Per unit of a quota: GWh, 1000 m³; of CO2 per t a thousandth of it."""


@dataclass(eq=False)
class _Week:
    """One week as HiGHS holds it: place of each shared column in it, -1 where it has none; rows of the allotments."""

    highs: Any
    columns: Array
    rows: Array
    weight: float
    offset: float
    unserved: Array
    over: Array
    x: Array


def by_weeks(
    j: Joined,
    gap: float = GAP,
    most_rounds: int = MOST_ROUNDS,
    tell: Callable[[str], None] = lambda line: None,
) -> Found:
    """The optimum of a joint program of one time of building and one future, to a relative gap.

    Args:
        j: bounds of what is built may have been changed, and rows on it added. tell: one line a round.

    Raises:
        InfeasibleError: nothing serves all work within the quotas. SolveError: no such gap in so many rounds, or
            several times of building or futures.
    """
    if len(j.program.places["hall"][0]) > 1 or len({w.future for w in j.weeks}) > 1:
        raise SolveError(
            "Several years or futures are not solved by weeks: take simplex, hipo or ipx."
        )
    p = j.program
    at = np.concatenate([p.places[name][0].ravel() for name in SHARED])
    n = len(at)
    supply = np.repeat(
        [name not in ("hall", "servers") for name in SHARED],
        [p.places[name][0].size for name in SHARED],
    )
    dearest = max(float(p.cost[p.places[name][0]].max(initial=0.0)) for name in ("hall", "servers"))
    lost_cny = 2.0 * DEARER * max(dearest, 1e6)
    weeks = [_week(week.program, week.weight, j.yearly, lost_cny) for week in j.weeks]
    master = Master(j, at)
    for k, week in enumerate(weeks):
        master.least(k, _free(week))
    best, best_b, best_x = np.inf, np.zeros(n), None
    bound, reach, whole = -np.inf, FIRST_REACH, False
    for turn in range(most_rounds):
        bound, b, u, reduced = master.solve()
        left = (best - bound) / max(abs(best), 1e-12)
        if best_x is not None and left <= (gap if whole else min(gap, CERTAIN)):
            break
        hoped = bound
        if best_x is None:  # all supply there may be: what weeks cost at the least, nearly
            b = np.where(supply, p.upper[at], b)
        elif turn % 3:
            hoped, b, u, _ = master.solve(best_b, reach)
        u = _all_of_it(u, j.counts, j.yearly)
        total = float(master.cost @ b)
        for k, week in enumerate(weeks):
            value, slope, prices = _evaluate(week, b, u[k])
            total += value
            master.cut(k, value, slope, prices, b, u[k])
        if turn % 3:  # as far as the cuts are to be trusted
            good = best - total >= 0.1 * (best - hoped)
            reach = min(2.0 * reach, 1.0) if good else max(0.5 * reach, LEAST_REACH)
        if total < best:
            best, best_b = total, b
            best_x = [week.x.copy() for week in weeks]
            whole = all(_holds(week, j.yearly) for week in weeks)
        tell(f"round {turn + 1}: {best:.10g} at most, {bound:.10g} at least")
    else:
        raise SolveError(
            f"The siting program by weeks has a gap of {(best - bound) / abs(best):.2g} after {most_rounds} rounds: "
            "solve it by another way."
        )
    assert best_x is not None
    if not whole:
        raise InfeasibleError(
            f"The program {p.name} is infeasible: nothing satisfies at once {', '.join(BUDGETS)}. "
            "Loosen one of them."
        )
    x = np.zeros(len(p.cost))
    x[at] = best_b
    for k, week in enumerate(j.weeks):
        own = j.columns[k] >= 0
        x[j.columns[k][own]] = best_x[k][: len(week.program.cost)][own]
    of_column = np.zeros(len(p.cost))
    of_column[at] = reduced
    row_dual = np.zeros(len(p.row_lower))
    row_dual[j.yearly_row : j.yearly_row + len(j.yearly)] = master.quota_dual
    found_gap = max(best - bound, 0.0) / max(abs(best), 1e-12)
    return Found(
        float(np.sum(p.cost * x)) + p.offset, x, of_column, row_dual, "weeks", turn, found_gap
    )


def _holds(week: _Week, yearly: Sequence[Yearly]) -> bool:
    """Whether a week gave up no work and kept to its allotments."""
    over = week.x[week.over]
    return bool(week.x[week.unserved].sum() <= 1e-3) and all(
        x <= 1e-6 * max(q.limit, 1.0) for x, q in zip(over, yearly, strict=True)
    )


def _all_of_it(u: Array, counts: Sequence[float], yearly: Sequence[Yearly]) -> Array:
    """Allotments with what is left of each quota shared out alike: more is never worse for a week (K, Y)."""
    n = np.array(counts)
    left = np.array([q.limit for q in yearly]) - n @ u
    return u + np.maximum(left, 0.0) / n.sum()


def _week(p: Compiled, weight: float, yearly: Sequence[Yearly], lost_cny: float) -> _Week:
    """A week whose building is fixed and free of cost, with its way out of what a plan lacks."""
    shared = [p.places[name][0].ravel() for name in SHARED]
    columns = np.concatenate(shared)
    cost, upper = weight * p.cost, p.upper.copy()
    cost[columns[columns >= 0]] = 0.0
    at = p.places["unserved"][0]
    unserved = at[at >= 0]
    done, _ = p.places["done"]
    most = np.zeros(len(p.cost))
    most[unserved] = np.broadcast_to(p.upper[done].max(axis=1, keepdims=True), at.shape)[at >= 0]
    upper[unserved] = most[unserved]
    cost[unserved] = lost_cny
    Y, m, n = len(yearly), *p.A.shape
    used = np.array([p.places[q.name][0].ravel()[q.entry] for q in yearly], int).reshape(Y)
    price = np.array([1e-3 if q.name == "excess" else 1.0 for q in yearly]) * OVERDRAWN_CNY
    rows = sp.csc_array((np.ones(Y), (np.arange(Y), used)), (Y, n))
    A = sp.csc_array(sp.block_array([[p.A, None], [rows, -sp.identity(Y)]])) if Y else p.A
    wide = replace(
        p,
        A=A,
        cost=np.append(cost, weight * price),
        lower=np.append(p.lower, np.zeros(Y)),
        upper=np.append(upper, p.upper[used]),
        row_lower=np.append(p.row_lower, np.full(Y, -np.inf)),
        row_upper=np.append(p.row_upper, p.upper[used]),
    )
    highs = begin(wide, 0.0)
    return _Week(
        highs,
        columns,
        m + np.arange(Y),
        weight,
        weight * p.offset,
        unserved,
        n + np.arange(Y),
        np.zeros(0),
    )


def _run(week: _Week) -> None:
    """Solve a week; once more from nothing where its last basis leads nowhere."""
    week.highs.run()
    if week.highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        week.highs.clearSolver()
        week.highs.run()
    status = week.highs.getModelStatus()
    if status != highspy.HighsModelStatus.kOptimal:
        raise SolveError(
            f"A week of the siting program ended as {week.highs.modelStatusToString(status)}."
        )


def _free(week: _Week) -> float:
    """What a week costs at the least where building is free: a bound for every plan, before there are cuts."""
    _run(week)
    return float(week.highs.getInfo().objective_function_value) + week.offset


def _evaluate(week: _Week, b: Array, u: Array) -> tuple[float, Array, Array]:
    """What a plan costs a week, and how that changes with what is built and with its allotments."""
    there = np.flatnonzero(week.columns >= 0)
    columns = week.columns[there].astype(np.int32)
    fixed = b[there].astype(float)
    week.highs.changeColsBounds(len(columns), columns, fixed, fixed)
    for row, most in zip(week.rows.tolist(), u.tolist(), strict=True):
        week.highs.changeRowBounds(row, -np.inf, most)
    _run(week)
    told = week.highs.getSolution()
    slope = np.zeros(len(b))
    slope[there] = np.array(told.col_dual)[columns]
    week.x = np.array(told.col_value)
    prices = np.array(told.row_dual)[week.rows] if len(week.rows) else np.zeros(0)
    return float(week.highs.getInfo().objective_function_value) + week.offset, slope, prices
