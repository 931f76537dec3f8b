"""A Pyomo model handed to HiGHS by Pyomo's own ways, to measure ours against. Nothing else uses it.

M. L. Bynum et al., "Pyomo: Optimization Modeling in Python", 3rd ed., Springer, 2021,
doi:10.1007/978-3-030-68928-5.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import highspy
from pyomo.common.gc_manager import PauseGC
from pyomo.contrib.appsi.solvers import Highs as Appsi
from pyomo.contrib.solver.solvers.highs import Highs as Newer

from ..models.errors import SolveError


def no_constant(m: Any) -> float:
    """These ways leave nothing out of the objective."""
    return 0.0


def by_appsi(m: Any) -> Any:
    """The HiGHS object that `appsi_highs` makes of a model; Pyomo has no public way to it short of solving."""
    solver: Any = Appsi()
    with PauseGC():
        solver.set_instance(m)
    return solver._solver_model


def by_newer(m: Any) -> Any:
    """The same by `pyomo.contrib.solver`."""
    solver: Any = Newer()
    with PauseGC():
        solver.set_instance(m)
    return solver._solver_model


def by_file(m: Any) -> Any:
    """The same by a file in LP format that HiGHS reads.

    Raises:
        SolveError: HiGHS cannot read it.
    """
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "co_planner.lp")
        with PauseGC():
            m.write(path)
        if highs.readModel(path) != highspy.HighsStatus.kOk:
            raise SolveError("HiGHS cannot read the LP file that Pyomo wrote")
    return highs
