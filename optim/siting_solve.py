"""The joint siting program to HiGHS and back: by the simplex method, an interior point, or week by week."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import highspy
import numpy as np
import scipy.sparse as sp

from ..models.errors import SolveError
from .interior import TOLERANCE, best_solver
from .siting_join import Joined
from .solver import Compiled, begin, optimum

Array = np.ndarray

LARGE_COLUMNS = 600_000
"""Larger programs are solved week by week unless another way is asked for (docs/siting.md has the timings)."""

BUDGETS = (
    "room for the work within its round-trip limits",
    "quotas of land, energy and water",
    "the cap on emissions",
)


@dataclass(frozen=True, eq=False)
class Found:
    """An optimum of the joint program.

    Attributes:
        objective: of the model's own cost, without the tie-break. x: each column.
        reduced: what a unit more of each column would cost, the rest following (0 where it is used freely).
        row_dual: change of the objective per unit of each row's right-hand side.
        solver: "simplex", "hipo", "ipx", "weeks" or "mip". iterations: of it.
        gap: of a mixed-integer program, between the best plan and the best bound, relative; else 0 [-].
    """

    objective: float
    x: Array
    reduced: Array
    row_dual: Array
    solver: str
    iterations: int
    gap: float = 0.0


def solve_joined(j: Joined, solver: str | None = None, tie_break: float = 1e-4) -> Found:
    """The optimum of the joint program.

    Args:
        solver: "simplex", "hipo", "ipx", or "weeks" (`siting_benders`); None chooses by size.
            An interior point runs without crossover: values and duals are right to about a millionth, and ties are
            not broken.

    Raises:
        InfeasibleError: nothing serves all work within the quotas. SolveError: any other end but optimal.
    """
    p = j.program
    apart = len(j.program.places["hall"][0]) == 1 and len({w.future for w in j.weeks}) == 1
    large = len(p.cost) > LARGE_COLUMNS
    chosen = solver or ("simplex" if not large else "weeks" if apart else best_solver())
    if chosen == "weeks":
        from .siting_benders import by_weeks

        return by_weeks(j)
    inside = chosen != "simplex"
    highs = begin(p, 0.0 if inside else tie_break)
    if inside:
        for name, value in (
            ("solver", chosen), ("run_crossover", "off"), ("ipm_optimality_tolerance", TOLERANCE),
        ):  # fmt: skip
            if highs.setOptionValue(name, value) == highspy.HighsStatus.kError:
                raise SolveError(f"HiGHS does not know {name}={value}: install another highspy")
    x = optimum(highs, p, BUDGETS)
    told, info = highs.getSolution(), highs.getInfo()
    return Found(
        float(np.sum(p.cost * x)) + p.offset,
        x,
        np.array(told.col_dual),
        np.array(told.row_dual),
        chosen,
        int(info.ipm_iteration_count if inside else info.simplex_iteration_count),
    )


def all_served(p: Compiled) -> Compiled:
    """A week's program in which no work may be given up."""
    upper = p.upper.copy()
    at = p.places["unserved"][0]
    upper[at[at >= 0]] = 0.0
    return replace(p, upper=upper)


def all_met(p: Compiled) -> Compiled:
    """A week's program in which no other demand may be shed: a cap on carbon is not to be kept by leaving it dark."""
    upper = p.upper.copy()
    at = p.places["shed"][0]
    upper[at[at >= 0]] = 0.0
    return replace(p, upper=upper)


def bounded(j: Joined, name: str, lower: Array | None = None, upper: Array | None = None) -> Joined:
    """The same program with other bounds of what is built: (n,) or (V, n) each, None as they are."""
    p, at = j.program, j.program.places[name][0]
    low, high = p.lower.copy(), p.upper.copy()
    if lower is not None:
        low[at] = np.broadcast_to(lower, at.shape)
    if upper is not None:
        high[at] = np.broadcast_to(upper, at.shape)
    return replace(j, program=replace(p, lower=low, upper=high))


def with_rows(
    j: Joined, rows: Sequence[tuple[Sequence[int], Sequence[float], float, float]], more: int = 0,
    upper: float = 0.0,
) -> Joined:  # fmt: skip
    """The same program with more rows (columns, coefficients, least, most), and `more` free columns up to `upper`."""
    p = j.program
    total = len(p.cost) + more
    table = sp.lil_array((len(rows), total))
    for i, (columns, values, _, _) in enumerate(rows):
        for c, v in zip(columns, values, strict=True):
            table[i, c] = v
    wide = sp.hstack([p.A, sp.csc_array((p.A.shape[0], more))]) if more else p.A
    return replace(
        j,
        program=replace(
            p,
            A=sp.csc_array(sp.vstack([wide, table.tocsr()])),
            cost=np.append(p.cost, np.zeros(more)),
            lower=np.append(p.lower, np.zeros(more)),
            upper=np.append(p.upper, np.full(more, upper)),
            row_lower=np.append(p.row_lower, [r[2] for r in rows]),
            row_upper=np.append(p.row_upper, [r[3] for r in rows]),
        ),
    )
