"""The points of a sweep: a grid, or samples of the unit cube laid over ranges and lists.

Sequences by scipy.stats.qmc; points for sensitivity by SALib, whose order the analysis needs: so the
matrix is kept (`unit_matrix`), and a point's number is its row in it.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from westshift.models.errors import InputError

from .kinds import Grid, Morris, Range, Sobol, Value
from .plan import SweepPlan

Array = np.ndarray


def points(plan: SweepPlan) -> list[dict[str, Any]]:
    """What each point sets, in the order of the design.

    Raises:
        InputError: SALib, which the design needs, is not installed.
    """
    if isinstance(plan.design, Grid):
        return points_of(plan, [])
    return points_of(plan, unit_matrix(plan).tolist())


def points_of(plan: SweepPlan, matrix: Sequence[Sequence[float]]) -> list[dict[str, Any]]:
    """The same, from points of the unit cube, (points, fields); a grid has none."""
    if isinstance(plan.design, Grid):
        lists = [v for v in plan.vary.values() if not isinstance(v, Range)]
        return [dict(zip(plan.vary, chosen, strict=True)) for chosen in itertools.product(*lists)]
    return [
        {key: laid_over(u, over) for u, (key, over) in zip(row, plan.vary.items(), strict=True)}
        for row in matrix
    ]


def unit_matrix(plan: SweepPlan) -> Array:
    """The sampled points in the unit cube, (points, fields), of any design but a grid."""
    design, problem = plan.design, unit_problem(plan)
    if isinstance(design, Grid):
        raise TypeError("a grid is not sampled")
    if isinstance(design, Morris):
        from_salib("morris")
        from SALib.sample import morris

        return morris.sample(
            problem, design.trajectories, num_levels=design.levels, seed=design.seed
        )
    if isinstance(design, Sobol) and design.indices:
        from_salib("sobol with indices")
        from SALib.sample import sobol

        return sobol.sample(problem, design.points, calc_second_order=False, seed=design.seed)
    from scipy.stats import qmc

    kind = qmc.Sobol if isinstance(design, Sobol) else qmc.LatinHypercube
    rng: Any = np.random.default_rng(design.seed)
    return kind(problem["num_vars"], seed=rng).random(design.points)


def unit_problem(plan: SweepPlan) -> dict[str, Any]:
    """The fields as SALib wants them, each from 0 to 1."""
    names = list(plan.vary)
    return {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}


def laid_over(u: float, over: Range | tuple[Value, ...]) -> Any:
    """The value at u in [0, 1] of a range or a list; all whole numbers and all choices as likely."""
    if not isinstance(over, Range):
        return over[min(_floor(u * len(over)), len(over) - 1)]
    low, high = over.low, over.high + (1.0 if over.whole else 0.0)
    value = low * (high / low) ** u if over.log else low + u * (high - low)
    if over.whole:
        return min(_floor(value), int(over.high))
    return min(max(value, low), high)


def _floor(value: float) -> int:
    """A step of a Morris trajectory, such as 3 · 2/3, may come out just below a whole number."""
    return math.floor(value + 1e-9)


def from_salib(what: str) -> None:
    """Say so where SALib is not installed."""
    try:
        import SALib  # noqa: F401
    except ImportError:
        raise InputError(
            f"design {what} needs SALib, which is not installed; run `pip install 'westshift[sweep]'`"
        ) from None
