r"""How good a forecast was: mean absolute percentage error, and Kendall's rank correlation τ-b.

.. math::
    \tau_b = \frac{\sum_{i<j} \text{sgn}(x_i - x_j)\,\text{sgn}(y_i - y_j)}
                  {\sqrt{\sum_{i<j} \text{sgn}^2(x_i - x_j) \sum_{i<j} \text{sgn}^2(y_i - y_j)}}

Which hours are best is a matter of rank, not of size: a forecast of small error that ranks badly can lose what
a coarse one saves. M. G. Kendall, "The treatment of ties in ranking problems", Biometrika 33(3), 1945,
doi:10.1093/biomet/33.3.239.
"""

from __future__ import annotations

import numpy as np

Array = np.ndarray

PARTS = ("absolute error shares", "values", "taus", "rankings")


def skill_sums(shown: Array, came: Array) -> Array:
    """Sums from which `mape_pct` and `mean_tau` are taken; those of several forecasts add up.

    A value that came as zero has no percentage error, and hours that came all alike have no ranking: neither
    is counted. A forecast that tells no hour from another where they did differ has a τ of 0.

    Args:
        shown, came: hours ahead of the same series (N, T), the hour that is observed left out.

    Returns:
        (4,), see `PARTS`.
    """
    some = came != 0.0
    error = np.abs(shown - came)[some] / np.abs(came[some])
    taus = [tau for x, y in zip(shown, came, strict=True) if (tau := tau_b(x, y)) is not None]
    return np.array([error.sum(), error.size, sum(taus), len(taus)], float)


def tau_b(shown: Array, came: Array) -> float | None:
    """Kendall's τ-b of two series (T,); None where `came` has nothing to rank."""
    x, y = (np.sign(np.subtract.outer(v, v)) for v in (shown, came))
    both, of_x, of_y = (x * y).sum(), (x * x).sum(), (y * y).sum()
    if of_y == 0.0:
        return None
    return float(both / np.sqrt(of_x * of_y)) if of_x > 0.0 else 0.0


def mape_pct(sums: Array) -> float | None:
    """Mean absolute percentage error [%]; None where nothing was forecast."""
    return float(100.0 * sums[0] / sums[1]) if sums[1] > 0 else None


def mean_tau(sums: Array) -> float | None:
    """Mean over forecasts and regions of τ-b [-]; None where nothing was ranked."""
    return float(sums[2] / sums[3]) if sums[3] > 0 else None
