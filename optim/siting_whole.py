r"""Halls of a least size, or in whole phases: a mixed-integer program over the joint program.

.. math::
    K^{min} y_h \le K_h \le \overline K_h y_h, \; y_h \in \{0, 1\}, \qquad
    K_h = \varphi\, n_h, \; n_h \in \mathbb{Z}_{\ge 0}

Small programs are solved as they are, to a gap of 1e-6. Large ones are rounded: what the continuous plan builds is
raised to whole halls or left out, and the rest is solved again; the bound is the continuous optimum. Either way the gap
between the plan and the best bound is part of the result.
"""

from __future__ import annotations

from dataclasses import replace

import highspy
import numpy as np

from ..models.errors import SolveError
from .siting_join import Joined
from .siting_solve import BUDGETS, Found, bounded, solve_joined, with_rows
from .solver import begin, optimum

Array = np.ndarray

GAP = 1e-6
LONGEST_S = 600.0
"""Time after which a mixed-integer program gives what it has, its gap said."""


def whole_halls(j: Joined, new: Array, least_mw: float, phase_mw: float) -> Found:
    """The best plan in whole halls, exactly.

    Args:
        new: which halls are new (H,). least_mw, phase_mw: smallest hall, size of a phase; 0: any [MW].

    Raises:
        SolveError: no plan was found in time.
    """
    at = j.program.places["hall"][0][0]
    rows, whole, first = [], [], len(j.program.cost)
    most = j.program.upper
    halls = np.flatnonzero(new & (most[at] > 0.0)).tolist()
    upper = 1.0
    for h in halls:
        column = int(at[h])
        if phase_mw > 0.0:
            n = first + len(whole)
            rows.append(([column, n], [1.0, -phase_mw], 0.0, 0.0))
            whole.append(n)
            upper = max(upper, float(np.floor(most[column] / phase_mw)))
        if least_mw > 0.0:
            y = first + len(whole)
            rows.append(([column, y], [1.0, -float(most[column])], -np.inf, 0.0))
            rows.append(([column, y], [1.0, -least_mw], 0.0, np.inf))
            rows.append(([y], [1.0], 0.0, 1.0))
            whole.append(y)
    wide = with_rows(j, rows, more=len(whole), upper=upper)
    p = wide.program
    highs = begin(p, 0.0)
    highs.setOptionValue("mip_rel_gap", GAP)
    highs.setOptionValue("time_limit", LONGEST_S)
    for column in whole:
        highs.changeColIntegrality(column, highspy.HighsVarType.kInteger)
    try:
        x = optimum(highs, p, BUDGETS)
    except SolveError:
        x = np.array(highs.getSolution().col_value)
        if highs.getInfo().primal_solution_status != 2:  # no plan that holds
            raise
    bound = float(highs.getInfo().mip_dual_bound) + p.offset
    value = float(np.sum(p.cost * x)) + p.offset
    nothing = np.zeros(len(p.cost))
    gap = max(value - bound, 0.0) / max(abs(value), 1e-12)
    return Found(value, x, nothing, np.zeros(0), "mip", int(highs.getInfo().mip_node_count), gap)


def rounded_halls(
    j: Joined, continuous: Found, new: Array, least_mw: float, phase_mw: float, solver: str | None
) -> Found:
    """A plan in whole halls near the continuous one, and its gap to that bound."""
    at = j.program.places["hall"][0][0]
    most, value = j.program.upper[at], continuous.x[at]
    size = np.where(new, value, 0.0)
    if phase_mw > 0.0:
        size = phase_mw * np.ceil(size / phase_mw - 0.25)  # a quarter of a phase is left out
    if least_mw > 0.0:
        size = np.where(size >= least_mw, size, np.where(size >= 0.25 * least_mw, least_mw, 0.0))
    unit = phase_mw if phase_mw > 0.0 else 1e-9
    size = np.minimum(size, unit * np.floor(most / unit + 1e-9))
    fixed = np.where(new, size, j.program.upper[at])
    try:
        found = solve_joined(_held(j, new, fixed), solver)
    except SolveError:  # what was left out is missed: raise all to the next whole hall
        step = max(phase_mw, least_mw)
        more = np.where(new & (value > 1e-6), step * np.ceil(value / step - 1e-9), 0.0)
        fixed = np.where(new, np.minimum(more, unit * np.floor(most / unit + 1e-9)), most)
        found = solve_joined(_held(j, new, fixed), solver)
    gap = max(found.objective - continuous.objective, 0.0) / max(abs(found.objective), 1e-12)
    return replace(found, gap=gap)


def _held(j: Joined, new: Array, size: Array) -> Joined:
    """New halls of just this size."""
    at = j.program.places["hall"][0][0]
    return bounded(j, "hall", np.where(new, size, j.program.lower[at]), size)
