"""Outdoor dry-bulb temperature at a site."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..calendar import Calendar
from ..errors import InputError
from .months import preserving_means

COLDEST_H = 5.5  # local time of day [h]
WARMEST_H = 15.0


def temperature_c(
    monthly: ArrayLike,
    calendar: Calendar,
    diurnal_range_c: ArrayLike = 10.0,
    lon: ArrayLike | None = None,
) -> NDArray[np.float64]:
    """Temperature [°C] from monthly means and a daily swing; no weather, so no heat waves.

    monthly: monthly mean temperature [°C], kept exactly  # (N, 12)
    diurnal_range_c: warmest less coldest hour of a day [°C], scalar or  # (N,)
    lon: longitude [degrees]  # (N,); with it, coldest at 5:30 and warmest at 15:00 are mean solar
        times (in Urumqi, two hours later on the clock); without it they are clock times.
    Returns  # (N, H)

    Half a cosine up from the coldest to the warmest hour, half a cosine down again. Swing and
    times are assumptions.

    Errors: InputError when the range is negative or shapes do not fit.
    """
    daily_mean = preserving_means(monthly, calendar)  # (N, H)
    count = daily_mean.shape[0]
    swing = np.broadcast_to(np.asarray(diurnal_range_c, dtype=float), (count,))
    for row in np.flatnonzero(~(np.isfinite(swing) & (swing >= 0))):
        raise InputError(f"diurnal_range_c, row {row + 1}: {swing[row]} °C; give zero or more")
    shift_h = np.zeros(count)
    if lon is not None:
        shift_h = np.broadcast_to(np.asarray(lon, dtype=float), (count,)) / 15.0
        shift_h = shift_h - calendar.utc_offset_h
    clock = np.arange(24) + 0.5
    day = _daily_wave((clock + shift_h[:, None]) % 24)  # (N, 24)
    day -= day.mean(axis=1, keepdims=True)  # 24 samples of the wave do not average exactly zero
    return daily_mean + swing[:, None] * day[:, calendar.hour_of_day]


def _daily_wave(hour: NDArray[np.float64]) -> NDArray[np.float64]:
    """-1/2 at the coldest hour, +1/2 at the warmest."""
    rise_h = WARMEST_H - COLDEST_H
    since_cold = (hour - COLDEST_H) % 24
    up = -np.cos(np.pi * since_cold / rise_h)
    down = np.cos(np.pi * (since_cold - rise_h) / (24 - rise_h))
    return 0.5 * np.where(since_cold < rise_h, up, down)
