"""From a Pyomo model to HiGHS and back, as arrays.

The model is compiled to its standard form and handed over whole; the basis of the last solve is put
back first, so that a re-solve of the same structure starts warm. Any status but optimal raises. All
solves run on one thread. A tiny deterministic cost breaks ties between equal optima, so that a
schedule does not depend on the solver's mood; it is left out of the objective that is reported.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np
import pyomo.environ as pyo
from pyomo.common.gc_manager import PauseGC
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler

from ..models.errors import SolveError

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
        iterations: simplex iterations that this solve took.
        values: one array for each variable of the model, in the shape of its axes.
        duals: one array for each constraint of the model: change of the optimum per unit of its
            right-hand side, in the shape of its axes.
        basis: HiGHS's basis, to start the next solve of the same structure from.
    """

    objective: float
    iterations: int
    values: dict[str, Array]
    duals: dict[str, Array]
    basis: Any


def solve(
    m: Any,
    *,
    basis: Any = None,
    tie_break: float = 1e-4,
    budgets: Sequence[str] = (),
    duals_of: Sequence[str] = (),
) -> Solution:
    """Compile and solve a Pyomo model whose variables and constraints are indexed by ranges.

    Args:
        m: the model; all its variables must be boxed.
        basis: of an earlier Solution of the same structure.
        tie_break: greatest extra cost per unit of a column.
        budgets: what limits the program, in words, for the message of an infeasible one.
        duals_of: names of the constraints whose duals are wanted.

    Raises:
        SolveError: HiGHS ends with any status but optimal.
    """
    variables = list(m.component_objects(pyo.Var, active=True))
    with PauseGC():
        form = LinearStandardFormCompiler().write(
            m, mixed_form=True, set_sense=pyo.minimize, column_order=variables
        )
    n, columns = len(form.columns), form.columns
    lower = np.fromiter((v.lb for v in columns), float, n)
    upper = np.fromiter((v.ub for v in columns), float, n)
    cost = np.asarray(form.c.todense()).ravel()
    sense = np.fromiter((row.bound_type for row in form.rows), int, len(form.rows))
    row_lower = np.where(sense <= 0, form.rhs, -np.inf)
    row_upper = np.where(sense >= 0, form.rhs, np.inf)
    highs = _highs()
    _check(
        _pass(highs, form.A, cost + tie_break * _even_spread(n), lower, upper, row_lower, row_upper)
    )
    if basis is not None:
        _check(highs.setBasis(basis))
    highs.run()
    status = highs.getModelStatus()
    if status == highspy.HighsModelStatus.kInfeasible:
        raise SolveError(
            f"The program {m.name} is infeasible: nothing satisfies at once "
            f"{', '.join(budgets) or 'its constraints'}. Loosen one of them."
        )
    if status != highspy.HighsModelStatus.kOptimal:
        raise SolveError(
            f"The program {m.name} ended as {highs.modelStatusToString(status)}, not optimal."
        )
    found = highs.getSolution()
    x = np.clip(np.array(found.col_value), lower, upper)
    row_dual = np.array(found.row_dual)
    place = {id(v): i for i, v in enumerate(columns)}
    return Solution(
        objective=float(cost @ x) + float(np.sum(form.c_offset)),
        iterations=int(highs.getInfo().simplex_iteration_count),
        values={v.name: _gather(v, place, x) for v in variables},
        duals={name: _duals(m.component(name), form.rows, row_dual) for name in duals_of},
        basis=highs.getBasis(),
    )


def _highs() -> Any:
    if highspy.Highs().version() == "1.14.0":
        raise SolveError(
            "HiGHS 1.14.0 gives wrong answers on warm starts: install another highspy."
        )
    highs = highspy.Highs()
    for name, value in OPTIONS.items():
        _check(highs.setOptionValue(name, value))
    return highs


def _pass(highs: Any, A: Any, cost: Array, lower: Array, upper: Array, rl: Array, ru: Array) -> Any:
    A = A.tocsc()
    n, rows = len(cost), len(rl)
    return highs.passModel(
        n, rows, A.nnz, int(highspy.MatrixFormat.kColwise), int(highspy.ObjSense.kMinimize), 0.0,
        cost, lower, upper, rl, ru, A.indptr.astype(np.int32), A.indices.astype(np.int32), A.data,
        np.zeros(n, np.int32),
    )  # fmt: skip


def _check(status: Any) -> None:
    """highspy returns statuses and raises nothing."""
    if status == highspy.HighsStatus.kError:
        raise SolveError("HiGHS refused the program or one of its options.")


def _even_spread(n: int) -> Array:
    """n numbers in [0, 1), evenly spread and without order: the golden-ratio sequence."""
    return (np.arange(1, n + 1) * 0.6180339887498949) % 1.0


def _gather(variable: Any, place: dict[int, int], x: Array) -> Array:
    """A variable's values in the shape of its axes; a column in no row rests at its cheap bound."""
    out = np.empty(len(variable))
    for i, v in enumerate(variable.values()):
        at = place.get(id(v))
        out[i] = v.lb if at is None else x[at]
    return out.reshape(_shape(variable))


def _duals(constraint: Any, rows: Any, row_dual: Array) -> Array:
    place = {id(row.constraint): i for i, row in enumerate(rows)}
    out = np.fromiter((row_dual[place[id(c)]] for c in constraint.values()), float, len(constraint))
    return out.reshape(_shape(constraint))


def _shape(component: Any) -> tuple[int, ...]:
    subsets = list(component.index_set().subsets())
    return tuple(len(s) for s in subsets)
