"""A compiled program whose columns are all whole numbers, through HiGHS's branch and bound."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np

from ..models.errors import SolveError
from .solver import Compiled, begin

Array = np.ndarray


@dataclass(frozen=True, eq=False)
class WholeSolution:
    """The best that was found: objective, the bound below all, whether it is proven best, values by variable."""

    objective: float
    bound: float
    proven: bool
    values: dict[str, Array]


def solve_whole(
    p: Compiled, known: dict[str, Array], time_limit_s: float, gap: float = 0.0
) -> WholeSolution:
    """Minimise over whole numbers.

    Args:
        p: the program. known: a point that keeps all rows, by variable, 0 where none is named: it is the answer
            until a better one is found. time_limit_s: when to stop [s]. gap: relative, when to stop [-].

    Raises:
        SolveError: the solver ends neither optimal nor out of time, or has no answer.
    """
    highs = begin(p, tie_break=0.0)
    columns = len(p.cost)
    kinds = np.full(columns, int(highspy.HighsVarType.kInteger), np.uint8)
    status = highs.changeColsIntegrality(columns, np.arange(columns, dtype=np.int32), kinds)
    for name, value in (("mip_rel_gap", gap), ("mip_abs_gap", 0.0), ("time_limit", time_limit_s)):
        if highs.setOptionValue(name, value) == highspy.HighsStatus.kError:
            raise SolveError(f"HiGHS takes no {name} of {value}.")
    if status == highspy.HighsStatus.kError:
        raise SolveError("HiGHS refused whole numbers.")
    start: Any = highspy.HighsSolution()
    x = np.zeros(columns)
    for name, values in known.items():
        at, _ = p.places[name]
        x[at[at >= 0]] = values[at >= 0]
    start.col_value = x.tolist()
    highs.setSolution(start)
    highs.run()
    ended, info = highs.getModelStatus(), highs.getInfo()
    done = ended == highspy.HighsModelStatus.kOptimal
    if not done and ended not in (
        highspy.HighsModelStatus.kTimeLimit,
        highspy.HighsModelStatus.kSolutionLimit,
        highspy.HighsModelStatus.kInterrupt,
    ):
        raise SolveError(f"The program {p.name} ended as {highs.modelStatusToString(ended)}.")
    found = np.round(np.array(highs.getSolution().col_value))
    if len(found) != columns or not highs.getSolution().value_valid:
        raise SolveError(f"The program {p.name} has no answer within {time_limit_s:g} s.")
    # Of the whole numbers themselves: the solver's own sum has its tolerance in it.
    objective = float(np.sum(p.cost * found)) + p.offset
    bound = float(info.mip_dual_bound) + p.offset
    return WholeSolution(
        objective=objective,
        bound=min(bound, objective),
        proven=done and gap == 0.0,
        values={name: np.where(at >= 0, found[at], rest) for name, (at, rest) in p.places.items()},
    )
