"""From twelve monthly values to every hour of the year."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..calendar import Calendar
from ..errors import InputError


def between_mid_months(monthly: ArrayLike, calendar: Calendar) -> NDArray[np.float64]:
    """Straight lines from mid-month to mid-month, December joined to January.

    monthly: values at the middle of each month  # (N, 12)
    Returns the same unit at the middle of each hour, without jumps  # (N, H)
    """
    return twelve(monthly) @ _weights(calendar)


def preserving_means(monthly: ArrayLike, calendar: Calendar) -> NDArray[np.float64]:
    """The same lines through mid-month values chosen so that every month keeps its mean exactly.

    monthly: means over each month  # (N, 12); returns  # (N, H)

    Lines drawn through the means themselves cut off the peaks (1.3 °C in a Harbin January). The
    right mid-month values solve a 12 x 12 system: Taylor, Williamson and Zwiers 2000, The sea
    surface temperature and sea-ice concentration boundary conditions for AMIP II simulations,
    PCMDI report 60. They may overshoot the means, so quantities that must stay positive
    should not use this.
    """
    weights = _weights(calendar)  # (12, H)
    in_month = np.arange(1, 13)[:, None] == calendar.month  # (12, H)
    mean_of = weights @ (in_month / in_month.sum(axis=1, keepdims=True)).T  # (12 knots, 12 means)
    return np.linalg.solve(mean_of.T, twelve(monthly).T).T @ weights


def twelve(monthly: ArrayLike) -> NDArray[np.float64]:
    """Checked monthly values  # (N, 12)"""
    values = np.asarray(monthly, dtype=float)
    if values.ndim != 2 or values.shape[1] != 12:
        raise InputError(f"monthly values have shape {values.shape}; give twelve (m01..m12) a row")
    for row, column in np.argwhere(~np.isfinite(values)):
        raise InputError(f"monthly values, row {row + 1}, m{column + 1:02d}: not a number")
    return values


def _weights(calendar: Calendar) -> NDArray[np.float64]:
    """Share of each mid-month value in each hour; every hour's shares sum to 1  # (12, H)"""
    middle_of_hour = np.arange(calendar.hours) + 0.5
    middle = np.bincount(calendar.month - 1, middle_of_hour) / np.bincount(calendar.month - 1)
    return np.stack(
        [np.interp(middle_of_hour, middle, unit, period=calendar.hours) for unit in np.eye(12)]
    )
