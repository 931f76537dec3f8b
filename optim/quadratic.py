r"""Quadratic costs on top of a linear program: chords laid ever finer, and then the exact step.

.. math::
    \min\ c x + \sum_g (\alpha_g p_g + \beta_g p_g^2), \quad A x = b, \quad l \le x \le u, \quad
    p_g = \sum_{j \in g} x_j, \quad \underline p_g \le p_g \le \bar p_g

Each p_g is cut into slots, columns whose costs are chords of its parabola: a linear program that costs no
less than the true one. Once the chords near its optimum are short, the bounds that hold there are those
that hold in the quadratic program; with them held, the conditions of optimality are linear equations and
are solved as such. By weak duality any y bounds the optimum from below,

.. math::
    y b + \sum_j \min_{l_j \le x \le u_j} (c_j - y A_j) x
    + \sum_g \min_{\underline p_g \le p \le \bar p_g} (\alpha_g - y A_g) p + \beta_g p^2,

so the error of what is returned is known by whatever way it was found. (HiGHS solves quadratic programs
itself, but adds a regularisation that moves prices by some 1e-6 of their size.)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import splu

from ..models.errors import SolveError
from ..models.matpower_grid import SLOTS, chords
from .solver import Compiled, begin, optimum, row_rates

Array = np.ndarray

GAP = 1e-8
"""Greatest error of the cost, relative."""
MISS = 1e-8
"""By how much a bound may be missed, or a price be wrong for its bound, relative to the greatest."""
ROUNDS = 40
DEVEX = 1


@dataclass(frozen=True, eq=False)
class Parabolas:
    """The quadratic costs of a compiled program.

    Attributes:
        slots: columns that each one is cut into, with equal entries (P, SLOTS).
        low, high: bounds on their sum (P,).
        linear, quadratic: coefficients, the latter above 0 (P,).
    """

    slots: Array
    low: Array
    high: Array
    linear: Array
    quadratic: Array


@dataclass(frozen=True, eq=False)
class Optimum:
    """A solution of the quadratic program.

    Attributes:
        x: value of each column that is no slot, 0 for slots (C,).
        p: sum of each parabola's slots (P,).
        y: change of the cost per unit of each row's right-hand side (rows,).
        cost: of the columns and parabolas, without the program's constant.
        gap: by how much at most that is above the least possible.
        miss: how far a row or a bound is missed, relative to the greatest value; or how far a column
            is from the bound to which its reduced cost drives it, or that cost from 0, relative to the
            greatest price.
    """

    x: Array
    p: Array
    y: Array
    cost: float
    gap: float
    miss: float


def minimise(program: Compiled, q: Parabolas, budgets: Sequence[str] = ()) -> Optimum:
    """Solve a program whose rows are all equations.

    Raises:
        InfeasibleError: nothing satisfies it.
        SolveError: HiGHS fails, or the error of the cost stays above what may be.
    """
    edges = q.low[:, None] + (q.high - q.low)[:, None] * np.arange(SLOTS + 1) / SLOTS
    widest = (q.high - q.low) / (100 * SLOTS)
    step, before = widest, None
    basis, best = None, None
    for _ in range(ROUNDS):
        lp = _laid(program, q, edges)
        highs = begin(lp, 0.0, basis)
        if (
            basis is not None
        ):  # few steps are left: exact edge weights would cost more than they save
            highs.setOptionValue("simplex_dual_edge_weight_strategy", DEVEX)
        columns = optimum(highs, lp, budgets)
        basis, (_, basic) = highs.getBasis(), highs.getBasicVariables()
        y = row_rates(highs, lp.cost)
        found = _judged(lp, q, _without(q, columns), columns[q.slots].sum(axis=1), y)
        if len(q.slots):
            found = _exact(lp, q, found, np.asarray(basic)) or found
        if found.gap <= GAP * max(1.0, abs(found.cost)) and found.miss <= MISS:
            return found
        if best is None or found.gap < best.gap:
            best = found
        if not len(q.slots):
            break  # nothing to refine
        at = columns[q.slots].sum(axis=1)
        # Shorter chords where the last ones sufficed, longer where the solution ran off them.
        if before is not None:
            step = np.where(
                np.abs(at - before) > 2 * step, np.minimum(10 * step, widest), step / 20
            )
        before = at
        reach = step[:, None] * np.array([-100.0, -10.0, -1.0, 0.0, 1.0, 10.0, 100.0])
        edges = np.column_stack([q.low, at[:, None] + reach, q.high])
        edges = np.clip(edges, q.low[:, None], q.high[:, None])
    assert best is not None
    raise SolveError(
        f"The program {program.name} could not be solved to a relative error of {GAP:g}: "
        f"{best.gap:g} of {best.cost:g} is left, and bounds are missed by {best.miss:g}."
    )


def _laid(program: Compiled, q: Parabolas, edges: Array) -> Compiled:
    """The program with the slots at these edges (P, SLOTS + 1)."""
    cost, lower, upper = program.cost.copy(), program.lower.copy(), program.upper.copy()
    for g, slots in enumerate(q.slots):
        lower[slots], upper[slots], cost[slots] = chords(edges[g], q.linear[g], q.quadratic[g])
    return replace(program, cost=cost, lower=lower, upper=upper)


def _without(q: Parabolas, x: Array) -> Array:
    rest = x.copy()
    rest[q.slots] = 0.0
    return rest


def _exact(lp: Compiled, q: Parabolas, near: Optimum, basic: Array) -> Optimum | None:
    """The optimum where the same bounds hold as in a nearby solution; None where that breaks others.

    Free are the columns in the basis, and the parabolas that have one there or lie between their bounds:
    a basis is among them, and every direction beyond it is curved, so the equations have one solution.
    """
    C, rows = len(lp.cost), len(lp.row_lower)
    in_basis = np.zeros(C, bool)
    in_basis[basic[basic >= 0]] = True
    edge = 1e-9 * np.maximum(1.0, q.high - q.low)
    at_low, at_high = near.p <= q.low + edge, near.p >= q.high - edge
    curved = in_basis[q.slots].any(axis=1) | ~(at_low | at_high)
    in_basis[q.slots] = False
    x = np.where(in_basis, 0.0, near.x)
    p = np.where(curved, 0.0, np.where(at_low, q.low, q.high))
    A, A_p = lp.A, lp.A[:, q.slots[:, 0]]
    F = sparse.hstack([A[:, in_basis], A_p[:, curved]], format="csc")
    bend = np.concatenate([np.zeros(in_basis.sum()), 2 * q.quadratic[curved]])
    cost = np.concatenate([lp.cost[in_basis], q.linear[curved]])
    logical = (
        -1 - basic[basic < 0]
    )  # rows whose own slack, fixed at 0, is in the basis: y is 0 there
    kept = np.ones(rows, bool)
    kept[logical] = False
    F = F.tocsr()[kept].tocsc()
    right = np.concatenate([-cost, (lp.row_lower - A @ x - A_p @ p)[kept]])
    K = sparse.bmat([[sparse.diags(bend), -F.T], [F, None]], format="csc")
    try:
        factors = splu(K)
    except RuntimeError:  # singular: the numbers are too far apart
        return None
    z = factors.solve(right)
    z += factors.solve(right - K @ z)
    n = len(cost)
    x[in_basis] = z[: in_basis.sum()]
    p[curved] = z[in_basis.sum() : n]
    y = np.zeros(rows)
    y[kept] = z[n:]
    return _judged(lp, q, x, p, y) if np.isfinite(z).all() else None


def _judged(lp: Compiled, q: Parabolas, x: Array, p: Array, y: Array) -> Optimum:
    """A solution with its cost, the gap to the lower bound that y gives, and what it misses."""
    flat = np.ones(len(lp.cost), bool)
    flat[q.slots] = False
    low, high = np.where(flat, lp.lower, 0.0), np.where(flat, lp.upper, 0.0)
    reduced = np.where(flat, lp.cost - lp.A.T @ y, 0.0)
    slope = q.linear - lp.A[:, q.slots[:, 0]].T @ y if len(p) else np.zeros(0)
    best = np.clip(-slope / (2 * q.quadratic), q.low, q.high)
    bound = y @ lp.row_lower + np.minimum(reduced * low, reduced * high).sum()
    bound += (slope * best + q.quadratic * best**2).sum()
    cost = float(lp.cost[flat] @ x[flat] + (q.linear * p + q.quadratic * p**2).sum())
    size = max(1.0, float(np.abs(x).max(initial=0.0)), float(np.abs(p).max(initial=0.0)))
    off = np.concatenate([low - x, x - high, q.low - p, p - q.high])
    left = lp.A @ x + (lp.A[:, q.slots[:, 0]] @ p if len(p) else 0.0) - lp.row_lower
    # Where a price says that a column should move, it should be at the bound on that side.
    wrong = np.where(reduced > 0, np.minimum(reduced, x - low), np.minimum(-reduced, high - x))
    bent = slope + 2 * q.quadratic * p
    wrong_p = np.where(bent > 0, np.minimum(bent, p - q.low), np.minimum(-bent, q.high - p))
    price = max(1.0, float(np.abs(y).max(initial=0.0)))
    miss = max(
        float(off.max(initial=0.0)) / size,
        float(np.abs(left).max(initial=0.0)) / size,
        float(np.concatenate([wrong, wrong_p]).max(initial=0.0)) / price,
    )
    return Optimum(x, p, y, cost, max(0.0, cost - float(bound)), miss)
