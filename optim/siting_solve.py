"""The joint siting program to HiGHS and back: by the simplex method, an interior point, or week by week."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import scipy.sparse as sp

from .interior import best_solver
from .siting_inside import solve_inside
from .siting_join import Joined
from .solver import Compiled, begin, optimum

Array = np.ndarray

LARGE_COLUMNS = 600_000
"""Larger programs are not left to the simplex method unless it is asked for (docs/siting.md has the timings)."""
INSIDE_COLUMNS = 250_000
"""Where HiPO is installed, it takes programs from this size on."""

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
        gap: between the plan and the best bound, relative; 0 for a vertex that the simplex method proved [-].
    """

    objective: float
    x: Array
    reduced: Array
    row_dual: Array
    solver: str
    iterations: int
    gap: float = 0.0


def solve_joined(
    j: Joined,
    solver: str | None = None,
    tie_break: float = 1e-4,
    tell: Callable[[str], None] = lambda line: None,
) -> Found:
    """The optimum of the joint program.

    Args:
        solver: "simplex", "hipo", "ipx", or "weeks" (`siting_benders`); None chooses by size (`best_way`).
            An interior point runs without crossover: values and duals are right to about a millionth, and ties are
            not broken. tell: is told how far a long solve is.

    Raises:
        InfeasibleError: nothing serves all work within the quotas. SolveError: any other end but optimal.
    """
    p = j.program
    chosen = solver or best_way(j)
    if chosen == "weeks":
        from .siting_benders import by_weeks

        return by_weeks(j, tell=tell)
    if chosen != "simplex":
        return Found(*_inside(j, chosen, tell))
    highs = begin(p, tie_break)
    x = optimum(highs, p, BUDGETS)
    told, info = highs.getSolution(), highs.getInfo()
    return Found(
        float(np.sum(p.cost * x)) + p.offset,
        x,
        np.array(told.col_dual),
        np.array(told.row_dual),
        chosen,
        int(info.simplex_iteration_count),
    )


def _inside(j: Joined, solver: str, tell: Callable[[str], None]) -> tuple[Any, ...]:
    objective, x, reduced, y, iterations, gap = solve_inside(j, solver, BUDGETS, tell)
    return objective, x, reduced, y, solver, iterations, gap


def best_way(j: Joined) -> str:
    """Simplex for small programs; for larger ones HiPO where it is installed, else weeks, else IPX."""
    columns = len(j.program.cost)
    if best_solver() == "hipo":
        return "hipo" if columns > INSIDE_COLUMNS else "simplex"
    if columns <= LARGE_COLUMNS:
        return "simplex"
    apart = len(j.program.places["hall"][0]) == 1 and len({w.future for w in j.weeks}) == 1
    return "weeks" if apart else "ipx"


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
