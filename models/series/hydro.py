"""Hydro inflow through the year."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..calendar import Calendar
from ..errors import InputError
from .months import between_mid_months, twelve


def hydro_share(shape: ArrayLike, calendar: Calendar) -> NDArray[np.float64]:
    """Available hydro power as a multiple of its annual mean [-].

    shape: relative inflow by month, any positive scale  # (N, 12)
    Returns  # (N, H), each row of mean exactly 1; availability is this times full-load hours over
    the hours of the year.

    The monthly values sit at mid-month and are joined by straight lines (cyclic), so there is no
    jump at the end of a month; the months' own means are then met only roughly (a sharp peak
    month loses some per cent to its neighbours). No day-to-day or year-to-year variation.

    Errors: InputError when a value is negative or a row is all zero.
    """
    monthly = twelve(shape)
    for row, column in np.argwhere(monthly < 0):
        raise InputError(
            f"hydro shape, row {row + 1}, m{column + 1:02d}: {monthly[row, column]} is negative; "
            "give relative inflow, zero or more"
        )
    for row in np.flatnonzero(monthly.sum(axis=1) == 0):
        raise InputError(f"hydro shape, row {row + 1}: all months are zero; give their proportions")
    hourly = between_mid_months(monthly, calendar)
    return hourly / hourly.mean(axis=1, keepdims=True)
