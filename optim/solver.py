"""From arrays to HiGHS and back.

`solve` hands a compiled program over whole; the basis of the last solve is put back first, so that a re-solve of
the same structure starts warm. Any status but optimal raises. All solves run on one thread. A tiny deterministic
cost breaks ties between equal optima, so that a schedule does not depend on the solver's mood; it is left out of
the objective that is reported. Nothing here knows Pyomo; `standard_form` makes the arrays of a model.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import highspy
import numpy as np

from ..models.errors import InfeasibleError, SolveError

Array = np.ndarray

OPTIONS: dict[str, Any] = {
    "output_flag": False,
    "threads": 1,
    "dual_simplex_cost_perturbation_multiplier": 0.0,
}


@dataclass(frozen=True, eq=False)
class Solution:
    """An optimum.

    Attributes:
        objective: value of the model's own objective, without the tie-break.
        solved: the same with the tie-break: what HiGHS minimised.
        iterations: simplex iterations that this solve took.
        values: one array for each variable of the model, in the shape of its axes.
        duals: one array for each constraint in `Compiled.duals_of`: change of the objective per unit of its
            right-hand side at this basis, in the shape of its axes; 0 for a row that was dropped.
        rates: the same for the sum that was asked for in `weight`; empty where none was.
        basis: HiGHS's basis, to start the next solve of the same structure from.
    """

    objective: float
    solved: float
    iterations: int
    values: dict[str, Array]
    duals: dict[str, Array]
    rates: dict[str, Array]
    basis: Any


@dataclass(frozen=True, eq=False)
class Compiled:
    """A program as arrays, with where each variable and constraint of its model went.

    Attributes:
        name: of the model. A (rows, columns), cost, lower, upper, row_lower, row_upper: the program.
        offset: constant of the objective.
        places: for each variable the column of every entry, -1 for a column in no row; its shape;
            and where such entries rest.
        rows: for each constraint the row of every entry, in its shape; -1 for one that was dropped.
        duals_of: names of the constraints whose duals a solution has.
        hourly: names of the variables and constraints whose last axis is the hours.
        columns, constraints: the model's own objects by column and row, where they are kept.
    """

    name: str
    A: Any
    cost: Array
    lower: Array
    upper: Array
    row_lower: Array
    row_upper: Array
    offset: float
    places: dict[str, tuple[Array, Array]]
    rows: dict[str, Array]
    duals_of: tuple[str, ...] = ()
    hourly: frozenset[str] = frozenset()
    columns: Sequence[Any] = ()
    constraints: Sequence[Any] = ()


def solve(
    p: Compiled,
    *,
    basis: Any = None,
    tie_break: float = 1e-4,
    budgets: Sequence[str] = (),
    weight: Array | None = None,
) -> Solution:
    """Solve a compiled program.

    Args:
        p: the program.
        basis: of an earlier Solution of the same structure.
        tie_break: greatest extra cost per unit of a column.
        budgets: what limits the program, in words, for the message of an infeasible one.
        weight: a number for each column; how the weighted sum of the columns changes with each
            right-hand side is then among the results (`rates`).

    Raises:
        SolveError: HiGHS ends with any status but optimal.
    """
    highs = begin(p, tie_break, basis)
    x = optimum(highs, p, budgets)
    # Of the model's own cost, without the tie-break.
    row_dual = row_rates(highs, p.cost)
    row_rate = None if weight is None else row_rates(highs, weight)
    return Solution(
        # Not p.cost @ x: for so long a vector BLAS wakes its threads, which then spin for 50 ms on other cores.
        objective=float(np.sum(p.cost * x)) + p.offset,
        solved=float(highs.getInfo().objective_function_value) + p.offset,
        iterations=int(highs.getInfo().simplex_iteration_count),
        values={name: np.where(at >= 0, x[at], rest) for name, (at, rest) in p.places.items()},
        duals=_by_name(p, row_dual),
        rates={} if row_rate is None else _by_name(p, row_rate),
        basis=highs.getBasis(),
    )


def _by_name(p: Compiled, of_row: Array) -> dict[str, Array]:
    """A number of each row for the constraints asked for; 0 where the row was dropped."""
    return {name: np.append(of_row, 0.0)[p.rows[name]] for name in p.duals_of}


def turned(p: Compiled, hours: int) -> Compiled:
    """The same program whose variables are read from the `hours`-th hour of its ring on."""

    def from_there(name: str, at: Array) -> Array:
        return np.roll(at, -hours, axis=-1) if name in p.hourly else at

    return replace(
        p,
        places={n: (from_there(n, at), from_there(n, rest)) for n, (at, rest) in p.places.items()},
        rows={n: from_there(n, at) for n, at in p.rows.items()},
    )


def begin(p: Compiled, tie_break: float, basis: Any = None) -> Any:
    """A HiGHS object that holds the program, and starts from a basis where one is given."""
    highs = _highs()
    _check(_pass(highs, p, p.cost + tie_break * _even_spread(len(p.cost))))
    if basis is not None:
        _check(highs.setBasis(basis))
        # A few hundred iterations follow: working out how to scale the matrix takes longer than it saves.
        _check(highs.setOptionValue("simplex_scale_strategy", 0))
    return highs


def optimum(highs: Any, p: Compiled, budgets: Sequence[str] = (), clip: bool = True) -> Array:
    """Run to the optimum; the value of each column, within the bounds of `p` to the last bit if `clip`.

    Raises:
        SolveError: any status but optimal.
    """
    highs.run()
    status = highs.getModelStatus()
    if status == highspy.HighsModelStatus.kInfeasible:
        raise InfeasibleError(
            f"The program {p.name} is infeasible: nothing satisfies at once "
            f"{', '.join(budgets) or 'its constraints'}. Loosen one of them."
        )
    if status != highspy.HighsModelStatus.kOptimal:
        raise SolveError(
            f"The program {p.name} ended as {highs.modelStatusToString(status)}, not optimal."
        )
    x = np.array(highs.getSolution().col_value)
    return np.clip(x, p.lower, p.upper) if clip else x


def row_rates(highs: Any, weight: Array) -> Array:
    r"""How a weighted sum of the columns changes with each row's right-hand side at this basis.

    .. math::
        \partial (w^T x) / \partial b = B^{-T} w_B

    With the cost as weight these are the duals; with emissions, marginal emissions, storage and other hours
    included (L. Fuentes Valenzuela et al., "Dynamic locational marginal emissions via implicit
    differentiation", arXiv:2302.14282). At a kink they hold on one side at most: `marginal.two_sided`
    gives both.
    """
    status, basic = highs.getBasicVariables()
    _check(status)
    at = np.asarray(basic)
    status, rates = highs.getBasisTransposeSolve(np.where(at >= 0, weight[np.maximum(at, 0)], 0.0))
    _check(status)
    return np.array(rates)


def _highs() -> Any:
    if highspy.Highs().version() == "1.14.0":
        raise SolveError(
            "HiGHS 1.14.0 gives wrong answers on warm starts: install another highspy."
        )
    highs = highspy.Highs()
    for name, value in OPTIONS.items():
        _check(highs.setOptionValue(name, value))
    return highs


def _pass(highs: Any, p: Compiled, cost: Array) -> Any:
    n, rows, A = len(cost), len(p.row_lower), p.A
    return highs.passModel(
        n, rows, A.nnz, int(highspy.MatrixFormat.kColwise), int(highspy.ObjSense.kMinimize), 0.0,
        cost, p.lower, p.upper, p.row_lower, p.row_upper,
        A.indptr.astype(np.int32), A.indices.astype(np.int32), A.data, np.zeros(n, np.int32),
    )  # fmt: skip


def _check(status: Any) -> None:
    """highspy returns statuses and raises nothing."""
    if status == highspy.HighsStatus.kError:
        raise SolveError("HiGHS refused the program or one of its options.")


def _even_spread(n: int) -> Array:
    """n numbers in [0, 1), evenly spread and without order: the golden-ratio sequence."""
    return (np.arange(1, n + 1) * 0.6180339887498949) % 1.0
