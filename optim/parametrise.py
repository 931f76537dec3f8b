"""A Pyomo model compiled once into arrays that are affine in its mutable parameters (`parametric`).

This is the way for any Pyomo model. What the blocks here state is read quicker, by `matrix`, into the same arrays,
and comes here only where a rule cannot be read for all its indices at once.

Pyomo stays the only place where the program is written. The model is taken to its standard form at two
random points of its parameters; entries that differ depend on them, and only those get a symbolic look:
each is an affine expression, read off as a constant and one coefficient a parameter. From then on the model
need not stay in memory.

Anything that is not affine raises and names the expression. At any theta the arrays equal a fresh
compilation of the model (`Parametric.at` against `standard_form.compile_model`): the tests hold that for every
program.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pyomo.environ as pyo
import scipy.sparse as sp
from pyomo.core.expr.calculus.diff_with_pyomo import reverse_ad
from pyomo.repn import generate_standard_repn

from .parametric import Affine, Layout, Parametric
from .solver import Compiled
from .standard_form import compile_model, over_hours, shape
from .stated import Stated

Array = np.ndarray


def layout_of(m: Any) -> Layout:
    """The mutable parameters of a model, or of what blocks have stated."""
    hourly = m.over_hours if isinstance(m, Stated) else over_hours
    parameters = _parameters(m)
    return Layout(
        {name: shape(p) for name, p in parameters.items()},
        tuple(name for name, p in parameters.items() if hourly(p)),
    )


def _parameters(m: Any) -> dict[str, Any]:
    """The same by name."""
    if isinstance(m, Stated):
        return m.of(pyo.Param)
    return {p.name: p for p in m.component_objects(pyo.Param, active=True) if p.mutable}


def entries(m: Any) -> list[Any]:
    """The model's mutable parameters, entry by entry, in the order of `Theta.vector`."""
    return [entry for p in _parameters(m).values() for entry in p.values()]


def fill(m: Any, theta: Array) -> None:
    """Give the model's own parameters the values of a vector."""
    for entry, value in zip(entries(m), theta.tolist(), strict=True):
        entry.set_value(value)


def parametrise(m: Any, duals_of: Sequence[str] = (), budgets: Sequence[str] = ()) -> Parametric:
    """Compile a model once for all values of its mutable parameters.

    Raises:
        ValueError: an entry is not affine in the parameters.
    """
    rng = np.random.default_rng(0)
    points = [rng.uniform(1.0, 2.0, len(entries(m))) for _ in range(2)]
    forms = []
    for point in points:
        fill(m, point)
        forms.append(compile_model(m, duals_of, keep=True))
    one, two = forms
    place = {id(entry): k for k, entry in enumerate(entries(m))}
    read = _Reader(place)
    fill(m, np.zeros(len(points[0])))  # an affine expression's constant, to the last digit
    columns, rows = two.columns, two.constraints

    by_column = {id(v): i for i, v in enumerate(columns)}
    objective = next(m.component_data_objects(pyo.Objective, active=True))
    form = generate_standard_repn(objective.expr, compute_values=False)
    price = {by_column[id(v)]: c for v, c in zip(form.linear_vars, form.linear_coefs, strict=True)}

    column_of_entry = np.repeat(np.arange(two.A.shape[1]), np.diff(two.A.indptr))
    differs = np.flatnonzero(one.A.data != two.A.data)
    at_rows = set(two.A.indices[differs].tolist())
    moved = np.flatnonzero(
        (np.nan_to_num(one.row_lower) != np.nan_to_num(two.row_lower))
        | (np.nan_to_num(one.row_upper) != np.nan_to_num(two.row_upper))
    )
    body = {row: _linear(rows[row], by_column) for row in sorted(at_rows | set(moved.tolist()))}
    data = [body[two.A.indices[e]][1][column_of_entry[e]] for e in differs.tolist()]
    low = [r for r in moved.tolist() if np.isfinite(two.row_lower[r])]
    high = [r for r in moved.tolist() if np.isfinite(two.row_upper[r])]
    cheap = np.flatnonzero(one.cost != two.cost)
    lower, upper = np.flatnonzero(one.lower != two.lower), np.flatnonzero(one.upper != two.upper)
    made = Parametric(
        layout=layout_of(m),
        base=replace(two, columns=(), constraints=()),
        data=read.affine(differs, data),
        cost=read.affine(cheap, [price[i] for i in cheap.tolist()]),
        lower=read.affine(lower, [columns[i].lower for i in lower.tolist()]),
        upper=read.affine(upper, [columns[i].upper for i in upper.tolist()]),
        row_lower=read.affine(np.array(low, int), [rows[r].lower - body[r][0] for r in low]),
        row_upper=read.affine(np.array(high, int), [rows[r].upper - body[r][0] for r in high]),
        offset=read.affine(np.arange(1), [form.constant]),
        budgets=tuple(budgets),
    )
    _same(made.at(points[0]), one)
    _same(made.at(points[1]), two)
    return made


def _same(found: Compiled, fresh: Compiled) -> None:
    """The map was read where all parameters are 0; if it is affine it holds at any other point.

    Raises:
        ValueError: it does not; the message names a variable or constraint.
    """
    where = {
        "cost": fresh.columns, "lower": fresh.columns, "upper": fresh.columns,
        "row_lower": fresh.constraints, "row_upper": fresh.constraints,
    }  # fmt: skip
    for name, objects in where.items():
        off = ~np.isclose(getattr(found, name), getattr(fresh, name), rtol=1e-9, atol=1e-9)
        if off.any():
            raise ValueError(
                f"{name} of {objects[int(off.argmax())].name} is not affine in the parameters"
            )
    off = ~np.isclose(found.A.data, fresh.A.data, rtol=1e-9, atol=1e-9)
    if off.any():
        row = fresh.constraints[int(fresh.A.indices[int(off.argmax())])]
        raise ValueError(f"a coefficient of {row.name} is not affine in the parameters")
    if not np.isclose(found.offset, fresh.offset, rtol=1e-9, atol=1e-9):
        raise ValueError("the objective's constant is not affine in the parameters")


def _linear(constraint: Any, by_column: dict[int, int]) -> tuple[Any, dict[int, Any]]:
    """The constant of a constraint's body, and the coefficient of each column in it."""
    form = generate_standard_repn(constraint.body, compute_values=False)
    if form.nonlinear_expr is not None or form.quadratic_vars:
        raise ValueError(f"{constraint.name} is not linear in the variables")
    pairs = zip(form.linear_vars, form.linear_coefs, strict=True)
    return form.constant, {by_column[id(v)]: c for v, c in pairs}


class _Reader:
    """Reads affine maps off expressions in the parameters, all of which are 0: value and gradient there."""

    def __init__(self, place: dict[int, int]) -> None:
        self._place = place

    def affine(self, where: Array, expressions: list[Any]) -> Affine:
        """One map for the entries `where`, each given by an expression."""
        constant = np.zeros(len(expressions))
        row, column, slope = [], [], []
        for i, e in enumerate(expressions):
            constant[i] = pyo.value(e)
            for k, c in self._gradient(e):
                row.append(i)
                column.append(k)
                slope.append(c)
        shape = (len(expressions), len(self._place))
        return Affine(np.asarray(where, int), constant, sp.csr_array((slope, (row, column)), shape))

    def _gradient(self, e: Any) -> list[tuple[int, float]]:
        if id(e) in self._place:
            return [(self._place[id(e)], 1.0)]
        if not hasattr(e, "is_expression_type"):
            return []
        found = reverse_ad(e)
        return [(self._place[id(x)], float(g)) for x, g in found.items() if id(x) in self._place]
