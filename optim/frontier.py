r"""The front: least carbon of many horizons together while other sums are held (ε-constraint), with prices.

With z the six sums of `axes`, X_h what the program of horizon h allows, and w_h its weight to the year,

.. math::
    \min_{x_h \in X_h} \sum_h w_h\, c^T z_h(x_h)
    \quad \text{subject to} \quad \sum_h w_h\, z_{ha}(x_h) \le \varepsilon_a \quad \forall a \text{ that is held}

Only the held sums join the horizons, so the one large program is never written down. Each horizon gives corners of
what is possible (columns), a small master program mixes them, and its duals μ say which corner to look for next:

.. math::
    \min_{x_h} (c + \mu)^T z_h(x_h)                                       \qquad (\text{a horizon, alone})

G. B. Dantzig and P. Wolfe, "Decomposition principle for linear programs", Operations Research 8(1), 1960,
doi:10.1287/opre.8.1.101. A mix of two schedules is a schedule, so the master's optimum can be carried out and meets
every ε exactly; the horizons' optima bound from below what can be reached at all:

.. math::
    \sum_h w_h \min_{x_h} (c + \mu)^T z_h(x_h) - \mu^T \varepsilon \;\le\; \text{optimum} \;\le\; \text{master}

Corners and bounds are kept from one ε to the next. The sum of what is held is in the objective at a tiny weight, which
is the slack of the augmented ε-constraint method, so that no weakly efficient point appears: G. Mavrotas, Appl. Math.
Comput. 213(2), 2009, doi:10.1016/j.amc.2009.03.037.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import linprog

from ..models.errors import SolveError
from .axes import CARBON
from .part import Part

Array = np.ndarray

NEAR = 1e-4
"""A sum is found when no less than this part of it, or of the front's height, can still be missing."""
SLACK = 1e-3
"""Weight of the axis in the objective, in units of the front's height over its width."""
MOST_ROUNDS = 400


@dataclass(frozen=True, eq=False)
class Point:
    """A least sum.

    Attributes:
        sums: of all horizons, each times its weight (6,), see `axes`.
        price: how much the objective falls with each bound, per unit of it (6,); 0 where nothing is held.
        gap: the objective cannot be less than it is by more than this.
    """

    sums: Array
    price: Array
    gap: float


class Search:
    """Least sums over horizons together; what one search learns serves the next.

    Args:
        parts: one a horizon. threads: how many are solved at the same time; the result is the same.
    """

    def __init__(self, parts: Sequence[Part], threads: int = 1) -> None:
        self.parts, self._threads = parts, threads
        self.rounds = 0
        self._weight = np.array([p.weight for p in parts])
        self._base = np.array(
            [p.base for p in parts]
        )  # (H, 6); corners are kept as what they differ from it
        self._corners = np.zeros((len(parts), 1, 6))
        self._cuts: list[
            tuple[Array, float]
        ] = []  # weights (6,), least weighted sum less the baseline's

    @property
    def base(self) -> Array:
        """Sums of the baseline (6,)."""
        return self._weight @ self._base

    def least(self, objective: Array, held: Array, height: float = 0.0) -> Point:
        """The least weighted sum while others are held.

        Args:
            objective: weight of each sum, none below 0 (6,). held: bound on each (6,), infinite where there is none.
            height: a difference of the objective that is large; see `NEAR`.

        Raises:
            SolveError: the bounds cannot be met from what is known, or rounds do not end.
        """
        limit = held - self.base
        new = True
        for _ in range(MOST_ROUNDS):
            sums, price, value = self._mixed(objective, limit)
            bound = self._bound(objective, limit)
            gap = max(value - bound, 0.0)
            if gap <= NEAR * max(abs(value), height) + self._digits(objective):
                return Point(self.base + sums, price, gap)
            if not new:
                raise SolveError(f"the front cannot be found closer than {gap:g}; report it")
            new = self.look(objective + price)
        raise SolveError(f"the front was not found in {MOST_ROUNDS} rounds")

    def mixed(self, objective: Array, held: Array) -> Point:
        """The same from the corners that are known, without looking for more."""
        limit = held - self.base
        sums, price, value = self._mixed(objective, limit)
        return Point(self.base + sums, price, max(value - self._bound(objective, limit), 0.0))

    def _mixed(self, objective: Array, limit: Array) -> tuple[Array, Array, float]:
        """The master program: sums above the baseline's (6,), prices (6,), the objective."""
        H, n, _ = self._corners.shape
        z = (self._corners * self._weight[:, None, None]).reshape(H * n, 6)
        scale = np.maximum(np.abs(z).max(axis=0), 1e-9)
        bound = np.isfinite(limit)
        cost = z @ objective
        unit = max(float(np.abs(cost).max()), 1e-9)
        found = linprog(
            cost / unit,
            A_ub=(z / scale)[:, bound].T if bound.any() else None,
            b_ub=(limit / scale)[bound] if bound.any() else None,
            A_eq=np.repeat(np.eye(H), n, axis=1),
            b_eq=np.ones(H),
            method="highs-ds",
        )
        if found.status != 0:
            raise SolveError(f"the bounds of a front cannot be met together: {found.message}")
        price = np.zeros(6)
        if bound.any():
            price[bound] = np.maximum(-found.ineqlin.marginals, 0.0) * unit / scale[bound]
        return found.x @ z, price, float(found.x @ cost)

    def _bound(self, objective: Array, limit: Array) -> float:
        """The greatest of all lower bounds on the objective that are known."""
        pivot, free = int(np.argmax(objective)), ~np.isfinite(limit)
        best = -np.inf
        for weights, least in self._cuts:
            if weights[pivot] <= 0.0:
                continue
            times = objective[pivot] / weights[pivot]
            price = times * weights - objective
            if (price < -1e-12 * np.abs(objective)).any() or price[free].any():
                continue
            best = max(best, times * least - float(price[~free] @ limit[~free]))
        return best

    def rounding(self, axis: int) -> float:
        """How exactly a bound on a sum can be kept: a ten-millionth of what corners differ by."""
        return 1e-7 * float(np.abs(self._corners[:, :, axis]).max(axis=1) @ self._weight)

    def _digits(self, objective: Array) -> float:
        """What the last digits of its sums make uncertain: of the baseline's, and of what corners differ by."""
        base = self._weight @ np.abs(self._base)
        spread = np.array([self.rounding(axis) for axis in range(6)])
        return float(objective @ (1e-13 * base + 1e-2 * spread))

    def look(self, weights: Array) -> bool:
        """Each horizon's best corner at these weights; whether one is new."""
        self.rounds += 1
        with ThreadPoolExecutor(self._threads) as pool:
            best = np.array(list(pool.map(lambda p: p.best(weights), self.parts))) - self._base
        self._cuts.append((weights, float(self._weight @ (best @ weights))))
        known = (self._corners == best[:, None, :]).all(axis=2).any(axis=1)
        self._corners = np.concatenate([self._corners, best[:, None, :]], axis=1)
        return not known.all()


def one(axis: int) -> Array:
    """The objective of one sum alone (6,)."""
    return np.eye(6)[axis]


def trace(
    search: Search, axis: int, held: Array, points: int, tick: Callable[[], None] = lambda: None
) -> list[Point]:
    """Points of the front of carbon against one other sum, from its least to where carbon is least.

    Args:
        search: over the horizons. axis: the other sum. held: bounds that hold all along (6,).
        points: how many, evenly spread, both lexicographic ends among them. tick: called when one is found.

    Returns:
        as many, fewer where the two sums do not contradict each other: then one. Price is of carbon [kg per unit].
    """

    def also(which: int, most: float) -> Array:
        bound = held.copy()
        bound[which] = min(most, held[which])
        return bound

    low = search.least(one(axis), held).sums[axis]
    lowest = low + search.rounding(axis)
    high_kg = search.least(one(CARBON), also(axis, lowest)).sums[CARBON]
    tick()
    end = search.least(one(CARBON), held).sums
    height, width = high_kg - end[CARBON], end[axis] - lowest
    objective, at = one(CARBON), np.array([lowest])
    if height > NEAR * abs(end[CARBON] - search.base[CARBON]) and width > 0.0:
        objective[axis] = SLACK * height / width
        end = search.least(objective, held, height).sums
        at = np.linspace(lowest, end[axis], points)
    tick()
    for most in at[-2:0:-1]:
        search.least(objective, also(axis, most), height)
        tick()
    # Once more from all corners: then all points lie on one convex line.
    found = [search.mixed(objective, also(axis, most)) for most in at]
    slack = np.where(np.arange(6) == axis, objective, 0.0)  # its own weight is part of the price
    return [replace(p, price=p.price + slack * (p.price > 0.0)) for p in found]
