"""Electricity demand of a region, hour by hour."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..calendar import DAY_H, SEASONS, Calendar
from ..errors import InputError


def demand_mw(
    shape: ArrayLike, annual_mwh: ArrayLike, calendar: Calendar, blend_days: int = 10
) -> NDArray[np.float64]:
    """Demand [MW] from a typical day for each season and the annual consumption.

    shape: relative demand by season (order of SEASONS) and hour of day, on one scale for all four
        seasons, so that it also holds how the seasons differ  # (N, 4, 24)
    annual_mwh: consumption of the year [MWh]  # (N,)
    blend_days: a day's curve is the mean of the season curves of the days up to this many before
        and after it (cyclic), so that the year has no step where a season begins
    Returns  # (N, H); each row sums to annual_mwh.

    Weekdays and weekends are alike, and there is no random part.

    Errors: InputError when a value is negative or not finite, or a row is all zero although
    something is consumed.
    """
    curves = np.asarray(shape, dtype=float)
    annual = np.atleast_1d(np.asarray(annual_mwh, dtype=float))
    if curves.shape != (annual.size, len(SEASONS), DAY_H):
        raise InputError(
            f"load shape has shape {curves.shape}; give 4 seasons of 24 hours for each of the "
            f"{annual.size} regions"
        )
    for row, season, hour in np.argwhere(~(np.isfinite(curves) & (curves >= 0))):
        raise InputError(
            f"load shape, region row {row + 1}, {SEASONS[season]}, h{hour:02d}: "
            f"{curves[row, season, hour]}; give relative demand, zero or more"
        )
    for row in np.flatnonzero(~(np.isfinite(annual) & (annual >= 0))):
        raise InputError(f"annual demand, row {row + 1}: {annual[row]} MWh; give zero or more")
    weights = season_weights(calendar, blend_days)  # (4, D)
    relative = np.einsum("nsh,sd->ndh", curves, weights).reshape(annual.size, -1)  # (N, H)
    total = relative.sum(axis=1)
    for row in np.flatnonzero((total == 0) & (annual > 0)):
        raise InputError(
            f"load shape, region row {row + 1}: all zero, but {annual[row]} MWh are consumed; "
            "give its proportions"
        )
    return relative * (annual / np.where(total > 0, total, 1.0))[:, None]


def season_weights(calendar: Calendar, blend_days: int) -> NDArray[np.float64]:
    """Weight of each season on each day; a day's weights sum to 1  # (4, D)"""
    season_of_day = calendar.season[::DAY_H]
    pure = (np.arange(len(SEASONS))[:, None] == season_of_day).astype(float)
    shifted = [np.roll(pure, days, axis=1) for days in range(-blend_days, blend_days + 1)]
    return np.mean(shifted, axis=0)
