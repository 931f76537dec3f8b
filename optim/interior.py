"""A very large program by an interior-point method, for its optimum alone.

No basis comes out of it, so no price: where prices are wanted, the simplex method has to follow. HiPO comes with the
package highspy-extras (`pip install 'westshift[hipo]'`); without it HiGHS has IPX. Which one is named, never left
to `ipm`, which means one or the other by what is installed.
"""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass

import highspy
import numpy as np

from ..models.errors import SolveError
from .solver import Compiled, begin

TOLERANCE = 1e-7
"""Relative gap between the primal and the dual objective at which either method ends."""


@dataclass(frozen=True)
class Interior:
    """What an interior-point method found.

    Attributes:
        objective: of the program, its constant included. solver: "hipo" or "ipx". iterations: of it.
    """

    objective: float
    solver: str
    iterations: int


def best_solver() -> str:
    """HiPO where it is installed, else IPX."""
    return "hipo" if importlib.util.find_spec("highspy_extras") else "ipx"


def by_interior_point(p: Compiled, solver: str | None = None) -> Interior:
    """The optimum of a program, without crossover and without the tie-break.

    Raises:
        SolveError: any status but optimal.
    """
    chosen = solver or best_solver()
    highs = begin(p, tie_break=0.0)
    for name, value in (
        ("solver", chosen), ("run_crossover", "off"), ("ipm_optimality_tolerance", TOLERANCE),
    ):  # fmt: skip
        if highs.setOptionValue(name, value) == highspy.HighsStatus.kError:
            raise SolveError(f"HiGHS does not know {name}={value}: install another highspy")
    highs.run()
    status = highs.getModelStatus()
    if status != highspy.HighsModelStatus.kOptimal:
        raise SolveError(
            f"The program {p.name} ended as {highs.modelStatusToString(status)} by {chosen}."
        )
    x = np.array(highs.getSolution().col_value)
    return Interior(
        float(np.sum(p.cost * x)) + p.offset, chosen, int(highs.getInfo().ipm_iteration_count)
    )
