"""The same program by Pyomo's own way to HiGHS, to measure ours against. Nothing else uses it."""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from ..models.errors import SolveError
from ..models.outlook import Outlook
from .parametric import Theta
from .parametrise import fill, layout_of
from .program import co_planner


def appsi_objective(outlook: Outlook) -> float:
    """The co-planner's optimum by a fresh Pyomo model and `appsi_highs`, as a user would write it.

    Raises:
        SolveError: it does not end optimal.
    """
    program = co_planner()
    m = program.build(outlook.system, outlook.hours)
    fill(m, program.values(Theta(layout_of(m)), outlook))
    solver: Any = pyo.SolverFactory("appsi_highs")
    solver.highs_options = {"threads": 1}
    found = solver.solve(m)
    if found.solver.termination_condition != pyo.TerminationCondition.optimal:
        raise SolveError(f"appsi_highs ended as {found.solver.termination_condition}")
    return float(pyo.value(m.total))
