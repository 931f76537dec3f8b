"""Work arriving at the data centers, by origin and class."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..calendar import DAY_H, Calendar
from ..errors import InputError


def arrivals_mw(
    total_mw: float,
    origin_share: ArrayLike,
    class_share: ArrayLike,
    profile: ArrayLike,
    weekend_factor: ArrayLike,
    calendar: Calendar,
) -> NDArray[np.float64]:
    """Arriving work [MW of IT energy above idle, at reference hardware].

    total_mw: mean over the year of all work [MW]
    origin_share: share of each origin, any positive scale  # (O,)
    class_share: share of each job class, any positive scale  # (J,)
    profile: relative arrivals by hour of day (clock time)  # (J, 24)
    weekend_factor: arrivals on Saturday and Sunday relative to other days [-]  # (J,)
    Returns  # (O, J, H)

    Each class keeps its share of the year's work whatever its profile and weekends: its mean over
    the year is total_mw times its shares. No random part.

    Errors: InputError when a value is negative or not finite, shares sum to zero, or a class never
    arrives although it has a share.
    """
    origins = _checked("origin shares", origin_share, (np.size(origin_share),))
    classes = _checked("class shares", class_share, (np.size(class_share),))
    daily = _checked("profiles", profile, (classes.size, DAY_H))
    weekend = _checked("weekend_factor", weekend_factor, (classes.size,))
    total = _checked("total_mw", total_mw, ())
    for label, shares in (("origin shares", origins), ("class shares", classes)):
        if shares.sum() <= 0:
            raise InputError(f"{label} sum to zero; give at least one positive share")
    hourly = daily[:, calendar.hour_of_day]  # (J, H)
    hourly *= np.where(calendar.is_weekend, weekend[:, None], 1.0)
    mean = hourly.mean(axis=1)
    for row in np.flatnonzero((mean == 0) & (classes > 0)):
        raise InputError(f"profiles, row {row + 1}: all zero, but the class has a share of work")
    hourly *= (classes / classes.sum() / np.where(mean > 0, mean, 1.0))[:, None]
    return total * (origins / origins.sum())[:, None, None] * hourly


def _checked(label: str, given: ArrayLike, shape: tuple[int, ...]) -> NDArray[np.float64]:
    values = np.asarray(given, dtype=float)
    if values.shape != shape:
        raise InputError(f"{label}: shape {values.shape}, but {shape} is wanted")
    for where in np.argwhere(~(np.isfinite(values) & (values >= 0))):
        place = f", row {where[0] + 1}" if where.size else ""
        raise InputError(f"{label}{place}: {values[tuple(where)]}; give zero or more")
    return values
