r"""A budget of carbon over many windows, turned into a price for each.

The rule. Before the run, a coarse pass over every horizon at each of a few prices of carbon tells what the
rest of the year would emit from any hour on at that price, :math:`E^{rest}(\tau, h)`. Before each window the
price is the least, between neighbours on a straight line, at which that fits into what is left of the budget:

.. math::
    \tau(h) = \min\{\tau \in [\tau_0, \tau^{max}] : E^{rest}(\tau, h) \le E^{max} - E^{so far}\}

and :math:`\tau^{max}` where none fits: then the budget is overspent, and the table of windows shows by how much.
Never below the scenario's own price. What the coarse pass misjudges is paid back in later windows, and learnt:
:math:`E^{rest}` counts times what the windows so far emitted over what the pass said they would at their prices.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .rolling import CoarsePass

Array = np.ndarray

ROUNDING = 1e-9
"""Of what is left to emit: a budget that is missed by less is met."""


@dataclass(frozen=True, eq=False)
class Curve:
    """What is left to emit, by price.

    Attributes:
        prices_cny_per_kg: rising; the first is the scenario's own, the last the ceiling (P,).
        rest_kg: weighted emissions from the start of each block of each horizon to the end of the
            last horizon, one array a horizon (P, N + 1) [kg].
        block_h: hours of a block.
    """

    prices_cny_per_kg: Array
    rest_kg: tuple[Array, ...]
    block_h: int

    def said_kg(self, horizon: int, start: int, end: int, price_cny_per_kg: float) -> float:
        """What the pass says is emitted, weighted, between two hours of a horizon at a price [kg]."""
        rest = self.rest_kg[horizon]
        between = rest[:, start // self.block_h] - rest[:, end // self.block_h]
        return float(np.interp(price_cny_per_kg, self.prices_cny_per_kg, between))

    def price_cny_per_kg(self, horizon: int, hour: int, left_kg: float, judged: float) -> float:
        """The rule: least price at which the rest of the year fits into what is left.

        Args:
            horizon, hour: where the window starts. left_kg: of the budget.
            judged: emitted so far over what the pass said; 1 at the start.
        """
        rest = judged * np.minimum.accumulate(self.rest_kg[horizon][:, hour // self.block_h])
        fits, prices = rest <= left_kg + ROUNDING * rest[0], self.prices_cny_per_kg
        i = int(fits.argmax()) if fits.any() else len(prices) - 1
        if i == 0 or not fits[i]:
            return float(prices[i])
        share = min((rest[i - 1] - left_kg) / (rest[i - 1] - rest[i]), 1.0)
        return float(prices[i - 1] + share * (prices[i] - prices[i - 1]))


class Account:
    """Keeps a budget over the windows of a year and prices each: the rule in the module's words.

    Attributes:
        limit_kg: the budget [kg]. rows: one a window, what was left and the price set.
    """

    def __init__(self, curve: Curve, limit_kg: float, step_h: int) -> None:
        self.curve, self.limit_kg, self._step_h = curve, limit_kg, step_h
        self.rows: list[dict[str, object]] = []
        self._spent_kg = self._said_kg = 0.0
        self._horizon, self._weight, self._name = -1, 1.0, ""

    def open(self, name: str, weight: float) -> None:
        """The next horizon of the curve begins."""
        self._horizon += 1
        self._name, self._weight = name, weight

    def price_cny_per_kg(self, hour: int, emitted_kg: float) -> float:
        """Price of carbon for the window that starts at `hour`; `emitted_kg` in this horizon so far."""
        so_far = self._spent_kg + self._weight * emitted_kg
        left = self.limit_kg - so_far
        judged = so_far / self._said_kg if self._said_kg > 0 else 1.0
        price = self.curve.price_cny_per_kg(self._horizon, hour, left, judged)
        self.rows.append(
            {
                "horizon": self._name,
                "hour": hour,
                "left_kt": left / 1e6,
                "emitted_over_said": judged,
                "carbon_price_cny_per_t": 1e3 * price,
            }
        )
        last = self.curve.rest_kg[self._horizon].shape[1] - 1
        end = min(hour + self._step_h, last * self.curve.block_h)
        self._said_kg += self.curve.said_kg(self._horizon, hour, end, price)
        return price

    def close(self, emitted_kg: float) -> None:
        """The horizon is over, and emitted so much."""
        self._spent_kg += self._weight * emitted_kg

    @property
    def left_kg(self) -> float:
        """What is left of the budget after the horizons that are closed; negative: overspent [kg]."""
        return self.limit_kg - self._spent_kg


def make_curve(
    prices_cny_per_kg: Array, passes: Sequence[Sequence[CoarsePass]], weights: Sequence[float]
) -> Curve:
    """The curve from the coarse passes of each horizon, in their order, at each price.

    Raises:
        ValueError: prices do not rise, or are not one a pass.
    """
    if (np.diff(prices_cny_per_kg) <= 0).any() or any(
        len(of) != len(prices_cny_per_kg) for of in passes
    ):
        raise ValueError("a budget's curve needs rising prices and one coarse pass for each")
    later = np.zeros(len(prices_cny_per_kg))
    rest = []
    for of, weight in zip(reversed(passes), reversed(weights), strict=True):
        blocks = weight * np.array([p.emission_kg for p in of])  # (P, N)
        from_here = np.cumsum(blocks[:, ::-1], axis=1)[:, ::-1]
        own = np.concatenate([from_here, np.zeros((len(blocks), 1))], axis=1) + later[:, None]
        rest.append(own)
        later = own[:, 0]
    return Curve(prices_cny_per_kg, tuple(reversed(rest)), passes[0][0].block_h)
