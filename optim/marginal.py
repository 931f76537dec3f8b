r"""Marginal emissions and prices on both sides of a demand: what a megawatt-hour more adds, one less saves.

The optimum of a linear program is piecewise linear in its demands. Away from its kinks the basis says all:
`program.solve` gives :math:`B^{-T} c_B` and :math:`B^{-T} \epsilon_B`. At a kink, where another unit takes over,
each side has a value of its own and the basis holds for one of them or for neither; so both sides are
measured by solving again with a little more and a little less,

.. math::
    \epsilon^{\pm}_{rt} = \pm\,\frac{E(D \pm \delta e_{rt}) - E(D)}{\delta}, \qquad
    \pi^{\pm}_{rt} = \pm\,\frac{C(D \pm \delta e_{rt}) - C(D)}{\delta}

and what differs is flagged. :math:`[\pi^-, \pi^+]` is the interval of prices that support the optimum: any in it
is a dual. The differences are taken column by column, so that what does not move cancels exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..models.errors import InfeasibleError
from ..models.outlook import Outlook
from .program import Program, emission_kg_per_mw
from .solver import Compiled, begin, optimum, row_rates

Array = np.ndarray

LEAST_STEP_MW = 1e-6
"""The solver's own tolerance is 1e-7."""
SAME = 1e-6
"""Two values closer than this, relative to the larger or to 1, are the same."""


@dataclass(frozen=True, eq=False)
class Margins:
    """Marginal emissions and prices at N places of the program, each a region in an hour.

    Attributes:
        region, hour: indices (N,).
        emission_kg_per_mwh: by the sensitivity of the basis (N,) [kg/MWh].
        emission_less_kg_per_mwh, emission_more_kg_per_mwh: by difference, for less and for more
            demand; NaN where there can be none (N,) [kg/MWh].
        price_cny_per_mwh: dual of the balance at the basis (N,) [CNY/MWh].
        price_less_cny_per_mwh, price_more_cny_per_mwh: ends of the interval of prices (N,) [CNY/MWh].
        step_mw: how much more and less was tried [MW].
        tied: whether another optimum of the same cost emits something else, so that the tie-break of the
            program and not the cost says which unit responds somewhere.
    """

    region: Array
    hour: Array
    emission_kg_per_mwh: Array
    emission_less_kg_per_mwh: Array
    emission_more_kg_per_mwh: Array
    price_cny_per_mwh: Array
    price_less_cny_per_mwh: Array
    price_more_cny_per_mwh: Array
    step_mw: float
    tied: bool

    @property
    def emission_differs(self) -> Array:
        """Whether the two sides emit differently, or one of them is not there (N,)."""
        return differ(self.emission_less_kg_per_mwh, self.emission_more_kg_per_mwh)

    @property
    def price_differs(self) -> Array:
        """Whether the price is an interval, not a number (N,)."""
        return differ(self.price_less_cny_per_mwh, self.price_more_cny_per_mwh)


def two_sided(
    program: Program,
    outlook: Outlook,
    places: Sequence[tuple[int, int]] | None = None,
    step_mw: float | None = None,
) -> Margins:
    """Marginal emissions and prices of a program with the grid in it.

    Args:
        program: dispatch or co_planner.
        outlook: the hours.
        places: (region, hour) indices; all where None.
        step_mw: what is added and taken away; by default 1e-5 of the largest demand [MW].

    Raises:
        ValueError: the program has no grid in it, or the step is not a positive number.
        SolveError: the program itself has no optimum.
    """
    R, T = outlook.demand_mw.shape
    chosen = [(r, t) for r in range(R) for t in range(T)] if places is None else list(places)
    largest = float(np.abs(outlook.demand_mw).max(initial=0.0))
    step = 1e-5 * max(largest, 1.0) if step_mw is None else step_mw
    if not (np.isfinite(step) and step >= LEAST_STEP_MW):
        raise ValueError(f"a step of {step} MW cannot be tried: give at least {LEAST_STEP_MW:g}")
    compiled = program.at(outlook, once=True)
    if "output" not in compiled.places:
        raise ValueError(f"{program.name} holds no grid: take dispatch or co_planner")
    emission = emission_kg_per_mw(compiled, outlook)
    highs = begin(compiled, program.tie_break)
    base = optimum(highs, compiled, program.budgets)
    price, kg = row_rates(highs, compiled.cost), row_rates(highs, emission)
    basis = highs.getBasis()
    rows = [int(compiled.rows["balance"][r, t]) for r, t in chosen]
    sides = np.full((2, 2, len(rows)), np.nan)  # (cost or emission, less or more, N)
    for n, row in enumerate(rows):
        for side, sign in enumerate((-1.0, 1.0)):
            shed = int(compiled.places["shed"][0][chosen[n]])
            moved = _moved(highs, compiled, row, shed, sign * step)
            highs.setBasis(basis)  # the order of places must not matter
            if moved is not None:
                change = np.array([np.sum(w * (moved - base)) for w in (compiled.cost, emission)])
                sides[:, side, n] = sign * change / step
    region, hour = (np.array([p[i] for p in chosen], int) for i in range(2))
    return Margins(
        region=region,
        hour=hour,
        emission_kg_per_mwh=kg[rows],
        emission_less_kg_per_mwh=sides[1, 0],
        emission_more_kg_per_mwh=sides[1, 1],
        price_cny_per_mwh=price[rows],
        price_less_cny_per_mwh=sides[0, 0],
        price_more_cny_per_mwh=sides[0, 1],
        step_mw=step,
        tied=_tied(compiled, price, kg, emission),
    )


def _tied(p: Compiled, price: Array, kg: Array, emission: Array) -> bool:
    """Whether a column that could move at no cost would change emissions (its two reduced costs)."""
    reduced, reduced_kg = p.cost - p.A.T @ price, emission - p.A.T @ kg
    free = (np.abs(reduced) <= 1e-9 * np.maximum(np.abs(p.cost), 1.0)) & (p.upper > p.lower)
    return bool((np.abs(reduced_kg[free]) > SAME).any())


def _moved(highs: Any, p: Compiled, row: int, shed: int, step: float) -> Array | None:
    """The optimum with a demand moved by `step`, which may be shed too; None where there is none."""
    low, high = float(p.row_lower[row]), float(p.row_upper[row])
    most = float(p.upper[shed])
    highs.changeRowBounds(row, low + step, high + step)
    highs.changeColBounds(shed, 0.0, most + max(step, 0.0))
    try:
        return optimum(highs, p, clip=False)
    except InfeasibleError:
        return None
    finally:
        highs.changeRowBounds(row, low, high)
        highs.changeColBounds(shed, 0.0, most)


def differ(less: Array, more: Array, same: float = SAME) -> Array:
    """Whether two sides are further apart than `same`, relative to the larger or to 1, or one is NaN."""
    scale = np.maximum(np.maximum(np.abs(less), np.abs(more)), 1.0)
    return ~(np.abs(more - less) <= same * scale)
