r"""Double threshold: work at its origin is paused and resumed by this hour's intensity alone, with a guarantee.

A. Lechowicz, N. Christianson, J. Zuo, N. Bashir, M. Hajiesmaili, A. Wierman, P. Shenoy, "The Online Pause and
Resume Problem: Optimal Algorithms and An Application to Carbon-Aware Load Shifting", Proc. ACM Meas. Anal.
Comput. Syst. 7(3), 2023, doi:10.1145/3626776 (DTPR-min). A job of k units, prices in [L, U], each pause and
each resumption at β. Unit i runs at a price up to :math:`\ell_i` if the last hour was idle, and up to
:math:`\ell_i + 2\beta` if it ran, for going on saves a pause and a resumption:

.. math::
    \ell_{i+1} = \ell_i + \frac{\ell_i + 2\beta - U}{\alpha k}, \qquad
    k\,\ell_1 = \frac{kU + 2\beta}{\alpha} - 2\beta, \qquad
    \sum_{i \le k} (\ell_i + 2\beta) = \alpha\,(kL + 2\beta)

At worst i units have run, each by itself, and the rest runs at the end at U, while :math:`\ell_{i+1}` was the
least price: all these cases cost α times the optimum, and so does the case of the last equation, in which all units
have run and L comes after. It holds for one α. With β = 0 that is the ratio of the search for k minima
(J. Lorenz, K. Panagiotou, A. Steger, Algorithmica 55, 2009, doi:10.1007/s00453-008-9217-8).
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import brentq

from ...models.outlook import Outlook
from ...models.schedule import Schedule
from ..cohorts import backlog_by_due_mwh, now_at_home
from ..policy import Policy

Array = np.ndarray


class DoubleThreshold(Policy):
    """Each cohort is a job of one unit. L and U are the least and greatest intensity published so far, the day
    before the horizon included: the ratio holds while they bound what comes, and while sites have room.
    """

    name = "double-threshold"
    # No forecast of intensity is looked at; of work, only for what sites will have room for (`now_at_home`).
    window_h = 24

    def __init__(self, switch_kg_per_mwh: float = 10.0) -> None:
        self.switch_kg_per_mwh = switch_kg_per_mwh
        self._bounds: tuple[Array, Array] | None = None
        self._ran = np.zeros(0, bool)  # whether work of an origin was let run in the last hour

    def decide(self, outlook: Outlook) -> Schedule:
        """What runs in the hour at hand, at home; what is due runs anyhow.

        Raises:
            ValueError: the outlook holds no history of intensity.
        """
        if outlook.history_kg_per_mwh is None:
            raise ValueError(
                "double-threshold needs the intensity of the day before in the outlook"
            )
        c = outlook.system.compute
        now = outlook.intensity_kg_per_mwh[c.origin_region, 0]
        seen = np.column_stack([outlook.history_kg_per_mwh[c.origin_region], now])
        if self._bounds is None:
            self._bounds = seen.min(axis=1), seen.max(axis=1)
            self._ran = np.zeros(len(now), bool)
        low, high = np.minimum(self._bounds[0], now), np.maximum(self._bounds[1], now)
        self._bounds = low, high
        resume = np.sqrt((high + 2 * self.switch_kg_per_mwh) * (low + 2 * self.switch_kg_per_mwh))
        resume -= 2 * self.switch_kg_per_mwh  # of k = 1, in closed form
        limit = resume + 2 * self.switch_kg_per_mwh * self._ran
        self._ran = now <= limit + 1e-6
        waiting = backlog_by_due_mwh(outlook)
        return now_at_home(outlook, np.where(self._ran[:, None], waiting.sum(axis=2), 0.0))


def thresholds(units: int, low: float, high: float, switch: float) -> Array:
    """Greatest price at which each unit starts from idle (k,); 2β more while running.

    Args:
        units: k, of the job. low, high: bounds L < U on the price, above 0. switch: β, in units of the price.
    """
    ratio = competitive_ratio(units, low, high, switch)
    first = (units * high + 2 * switch) / (ratio * units) - 2 * switch / units
    return (
        high - 2 * switch - (high - 2 * switch - first) * _growth(units, ratio) ** np.arange(units)
    )


def competitive_ratio(units: int, low: float, high: float, switch: float = 0.0) -> float:
    """The proven α: cost over that of who knew all prices, at worst [-].

    Raises:
        ValueError: bounds are not 0 < L <= U.
    """
    if not 0.0 < low <= high or units < 1:
        raise ValueError(f"{units} units at prices in [{low}, {high}]: 0 < L <= U is needed")
    if high - low <= 1e-9 * high:  # one price, but for rounding
        return high / low

    most = 2.0 * units * (high + 2 * switch) / low + 2.0

    def beyond_last(ratio: float) -> float:
        first = (units * high + 2 * switch) / (ratio * units) - 2 * switch / units
        gap = (high - 2 * switch - first) * _growth(units, ratio) ** units
        return high - 2 * switch - gap - low - 2 * switch / (ratio * units)

    return float(brentq(beyond_last, 1.0 + 1e-12, most, xtol=1e-12))


def _growth(units: int, ratio: float) -> float:
    return 1.0 + 1.0 / (ratio * units)
