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
        if rest[0] <= left_kg:
            return float(self.prices_cny_per_kg[0])
        if rest[-1] > left_kg:
            return float(self.prices_cny_per_kg[-1])
        return float(np.interp(-left_kg, -rest, self.prices_cny_per_kg))


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
