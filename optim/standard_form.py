"""The arrays of a Pyomo model: its standard form, and where each variable and constraint went."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyomo.environ as pyo
from pyomo.common.gc_manager import PauseGC
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler

from .solver import Compiled


def compile_model(m: Any, duals_of: Sequence[str] = (), keep: bool = False) -> Compiled:
    """The standard form of a Pyomo model whose variables and constraints are indexed by ranges.

    Args:
        m: the model; all its variables must be boxed.
        duals_of: names of the constraints whose duals will be wanted.
        keep: keep the model's own objects beside the arrays.
    """
    variables = list(m.component_objects(pyo.Var, active=True))
    with PauseGC():
        form = LinearStandardFormCompiler().write(
            m, mixed_form=True, set_sense=pyo.minimize, column_order=variables
        )
    n, columns = len(form.columns), form.columns
    sense = np.fromiter((row.bound_type for row in form.rows), int, len(form.rows))
    column_of = {id(v): i for i, v in enumerate(columns)}
    places = {}
    for variable in variables:
        own = shape(variable)
        at = np.fromiter((column_of.get(id(v), -1) for v in variable.values()), int, len(variable))
        rest = np.zeros(own)
        if (
            at < 0
        ).any():  # in no row and at no cost: any value is optimal, and it rests at its least
            rest = np.fromiter((v.lb for v in variable.values()), float, len(variable))
        places[variable.name] = (at.reshape(own), rest.reshape(own))
    row_of = {id(row.constraint): i for i, row in enumerate(form.rows)}
    constraints = list(m.component_objects(pyo.Constraint, active=True))
    rows = {}
    for c in constraints:
        entry = dict(c.items())  # some may have been skipped
        found = np.fromiter((row_of.get(id(entry.get(i)), -1) for i in c.index_set()), int)
        rows[c.name] = found.reshape(shape(c))
    return Compiled(
        name=m.name,
        A=form.A.tocsc(),
        cost=np.asarray(form.c.todense()).ravel(),
        lower=np.fromiter((v.lb for v in columns), float, n),
        upper=np.fromiter((v.ub for v in columns), float, n),
        row_lower=np.where(sense <= 0, form.rhs, -np.inf),
        row_upper=np.where(sense >= 0, form.rhs, np.inf),
        offset=float(np.sum(form.c_offset)),
        places=places,
        rows=rows,
        duals_of=tuple(duals_of),
        hourly=frozenset(c.name for c in (*variables, *constraints) if over_hours(c)),
        columns=tuple(columns) if keep else (),
        constraints=tuple(row.constraint for row in form.rows) if keep else (),
    )


def over_hours(component: Any) -> bool:
    """Whether the last axis of a model's variable, constraint or parameter is its hours, `T`."""
    hours = getattr(component.model(), "T", None)
    return hours is not None and list(component.index_set().subsets())[-1] is hours


def shape(component: Any) -> tuple[int, ...]:
    """Lengths of the axes of a variable, constraint or parameter; (1,) where it has none."""
    return tuple(len(s) for s in component.index_set().subsets())
