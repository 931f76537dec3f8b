r"""How an operator sets what it asks above the cost of energy [CNY/MWh], month by month.

* a price-taker asks what its capacity is scarce by, :math:`m \leftarrow \max(0,\ m + k\,(w - 1))` with w the
  greatest hourly work wanted over capacity: nothing while there is room (tâtonnement);
* an operator with market power asks its capital charge with a markup that follows utilisation,
  :math:`m = k_0\,(1 + a + b\,(u - u^*))`, never less than nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


class Pricing(Protocol):
    """A way to set the margin."""

    def first(self, charge_cny_per_mwh: float, use: float) -> float:
        """Margin before anything has happened [CNY/MWh]. charge: capital charge; use: utilisation [-]."""
        ...

    def next(self, margin: float, charge_cny_per_mwh: float, use: float, wanted: float) -> float:
        """Margin of the next month. use: expected utilisation; wanted: peak of what was asked, over capacity."""
        ...


@dataclass(frozen=True)
class Scarcity:
    """A price-taker. step_cny_per_mwh: k above."""

    step_cny_per_mwh: float

    def first(self, charge_cny_per_mwh: float, use: float) -> float:
        return 0.0

    def next(self, margin: float, charge_cny_per_mwh: float, use: float, wanted: float) -> float:
        return max(0.0, margin + self.step_cny_per_mwh * (min(wanted, 2.0) - 1.0))


@dataclass(frozen=True)
class MarkUp:
    """Market power. base, slope: a and b above; target: u*."""

    base: float
    slope: float
    target: float

    def first(self, charge_cny_per_mwh: float, use: float) -> float:
        return self.next(0.0, charge_cny_per_mwh, use, 0.0)

    def next(self, margin: float, charge_cny_per_mwh: float, use: float, wanted: float) -> float:
        return max(0.0, charge_cny_per_mwh * (1.0 + self.base + self.slope * (use - self.target)))
