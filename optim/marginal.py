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

    @property
    def emission_differs(self) -> Array:
        """Whether the two sides emit differently, or one of them is not there (N,)."""
        return _differ(self.emission_less_kg_per_mwh, self.emission_more_kg_per_mwh)

    @property
    def price_differs(self) -> Array:
        """Whether the price is an interval, not a number (N,)."""
        return _differ(self.price_less_cny_per_mwh, self.price_more_cny_per_mwh)


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
        SolveError: the program itself has no optimum.
    """
    R, T = outlook.demand_mw.shape
    chosen = [(r, t) for r in range(R) for t in range(T)] if places is None else list(places)
    largest = float(np.abs(outlook.demand_mw).max(initial=0.0))
    step = step_mw or 1e-5 * max(largest, 1.0)
    compiled = program.at(outlook, once=True)
    emission = emission_kg_per_mw(compiled, outlook)
    highs = begin(compiled, program.tie_break)
    base = optimum(highs, compiled, program.budgets)
    price, kg = row_rates(highs, compiled.cost), row_rates(highs, emission)
    basis = highs.getBasis()
    rows = [int(compiled.rows["balance"][r, t]) for r, t in chosen]
    sides = np.full((2, 2, len(rows)), np.nan)  # (cost or emission, less or more, N)
    for n, row in enumerate(rows):
        for side, sign in enumerate((-1.0, 1.0)):
            moved = _moved(highs, compiled, row, sign * step)
            highs.setBasis(basis)  # the order of places must not matter
            if moved is not None:
                change = np.array([compiled.cost @ (moved - base), emission @ (moved - base)])
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
    )


def _moved(highs: Any, p: Compiled, row: int, step: float) -> Array | None:
    """The optimum with a row's right-hand side moved by `step`; None where there is none."""
    low, high = float(p.row_lower[row]), float(p.row_upper[row])
    highs.changeRowBounds(row, low + step, high + step)
    try:
        return optimum(highs, p)
    except InfeasibleError:
        return None
    finally:
        highs.changeRowBounds(row, low, high)


def _differ(less: Array, more: Array) -> Array:
    scale = np.maximum(np.maximum(np.abs(less), np.abs(more)), 1.0)
    return ~(np.abs(more - less) <= SAME * scale)
