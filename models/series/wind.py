"""Availability of a region's wind fleet: correlated speeds through a power curve."""

import math
from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..calendar import Calendar
from ..errors import InputError
from .field import gaussian_field, normal_cdf
from .full_load import check_places, full_load_hours

CORRELATION_KM = 350.0
FAST_H, FAST_SMOOTH_H = 15.0, 3.0  # falls to 1/e in 18 h
SLOW_H = 84.0  # passing of weather systems, 3-4 days
SLOW_SHARE = 0.35  # of the variance
INSIDE_SHARE = 0.35  # of a place's variance, not shared by the other places of its province
CUT_IN_M_S, RATED_M_S, CUT_OUT_M_S = 3.0, 11.0, 25.0
FARM_MAX = 0.95  # of capacity: machines in repair, wakes
FASTEST_MEAN_M_S = 12.0  # beyond it storms cost more than they give


def wind_availability(
    regions: Sequence[str],
    lat: ArrayLike,
    lon: ArrayLike,
    full_load_h: ArrayLike,
    calendar: Calendar,
    seed: int,
) -> NDArray[np.float64]:
    """Output before curtailment per installed capacity [-], 0 to 1  # (N, H)

    regions: names, for messages  # (N,)
    lat, lon: [degrees]; full_load_h: sum of each row [h]  # (N,)
    seed: of the weather

    At each place of a province the speed is Weibull of shape k = 2 times a seasonal and a daily
    factor (see `speed_factor`), and goes through the power curve of a farm (see `farm_power`).
    65 % of a place's variance is weather the province shares (see `wind_weather`); output is the
    mean over the rest, so that a province neither stands still nor runs full as one farm does. The
    mean speed of each region is what meets full_load_h, found by bisection.

    Correlations, seasons and hours are assumptions: no hourly wind for China is openly available.

    Errors: InputError naming the region when full_load_h is more than a mean speed of 12 m/s gives.
    """
    target = full_load_hours("wind", regions, full_load_h, calendar.hours)
    check_places("wind", regions, lat=lat, lon=lon)
    factor = speed_factor(lat, lon, calendar)  # (N, H)
    weather = math.sqrt(1 - INSIDE_SHARE) * wind_weather(lat, lon, calendar.hours, seed)
    # Gauss-Hermite points of the weather inside the province: speeds at a mean of 1 m/s
    points, weights = np.polynomial.hermite_e.hermegauss(5)
    speeds = [factor * weibull_speed(weather + math.sqrt(INSIDE_SHARE) * point) for point in points]

    def output(mean_m_s: NDArray) -> NDArray:
        parts = [
            weight * farm_power(mean_m_s[:, None] * speed)
            for weight, speed in zip(weights / weights.sum(), speeds, strict=True)
        ]
        return np.sum(parts, axis=0)  # (N, H)

    low, high = np.zeros(target.size), np.full(target.size, FASTEST_MEAN_M_S)
    for region, wanted, most in zip(regions, target, output(high).sum(axis=1), strict=True):
        if wanted > most:
            raise InputError(
                f"wind, region {region}: full_load_h is {wanted:g} h, but a mean wind speed of "
                f"{FASTEST_MEAN_M_S:g} m/s gives {most:.0f} h; lower it, or give a measured series"
            )
    while (high - low).max(initial=0.0) > 1e-12:
        middle = 0.5 * (low + high)
        below = output(middle).sum(axis=1) < target
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return output(low)


def wind_weather(lat: ArrayLike, lon: ArrayLike, hours: int, seed: int) -> NDArray[np.float64]:
    """Standard normal weather, correlated as exp(-d / 350 km)  # (N, H)

    65 % of the variance falls to 1/e in 18 h, smoothed over 3 h (a province's hourly mean does
    not jump as a mast does); 35 % are systems that last 84 h.
    """
    fast = gaussian_field(
        lat,
        lon,
        hours,
        length_km=CORRELATION_KM,
        efold_h=FAST_H,
        smooth_h=FAST_SMOOTH_H,
        seed=seed,
        label="wind fast",
    )
    slow = gaussian_field(
        lat, lon, hours, length_km=CORRELATION_KM, efold_h=SLOW_H, seed=seed, label="wind slow"
    )
    return math.sqrt(1 - SLOW_SHARE) * fast + math.sqrt(SLOW_SHARE) * slow


def speed_factor(lat: ArrayLike, lon: ArrayLike, calendar: Calendar) -> NDArray[np.float64]:
    """Mean speed of the season and the hour over that of the year [-]  # (N, H)

    North of 38° N: 14 % up at the beginning of March, down at the end of August. South of 28° N:
    10 % up in early December with the winter monsoon, down in early June. A blend between.
    Everywhere 6 % up at 23:00 local solar time and down at 11:00: at hub height inland wind is
    stronger at night. All assumed.
    """
    north = np.clip((np.atleast_1d(lat) - 28.0) / 10.0, 0.0, 1.0)[:, None]
    turn = 2 * np.pi * (np.arange(calendar.hours) + 0.5) / calendar.hours
    spring = 0.14 * np.cos(turn - 2 * np.pi * 60 / 365)
    winter = 0.10 * np.cos(turn - 2 * np.pi * 340 / 365)
    utc = calendar.hour_of_day + 0.5 - calendar.utc_offset_h
    solar_time = utc + np.atleast_1d(lon)[:, None] / 15
    daily = 0.06 * np.cos(2 * np.pi * (solar_time - 23.0) / 24)
    return (1 + north * spring + (1 - north) * winter) * (1 + daily)


def weibull_speed(z: ArrayLike) -> NDArray[np.float64]:
    """Standard normal weather as a Weibull speed of shape 2 and mean 1."""
    return np.sqrt(-np.log(normal_cdf(-np.asarray(z)))) / math.gamma(1.5)


def farm_power(speed_m_s: ArrayLike) -> NDArray[np.float64]:
    """Output per capacity [-] of a wind farm at a hub-height speed [m/s].

    One machine: cubic from 3 m/s to 11 m/s, full to 25 m/s. The farm: that curve under a Gaussian
    of standard deviation 0.6 + 0.2 v m/s, for an hour and a farm do not have one speed (Staffell
    and Pfenninger 2016, doi:10.1016/j.energy.2016.08.068), times 0.95 for repair and wakes.
    """
    return np.interp(np.asarray(speed_m_s, dtype=float), *_farm_curve())


@cache
def _farm_curve() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    speed = np.arange(0.0, 60.05, 0.1)
    rise = (speed**3 - CUT_IN_M_S**3) / (RATED_M_S**3 - CUT_IN_M_S**3)
    machine = np.where(speed <= CUT_OUT_M_S, np.clip(rise, 0.0, 1.0), 0.0)
    width = 0.6 + 0.2 * speed[:, None]
    kernel = np.exp(-0.5 * ((speed - speed[:, None]) / width) ** 2)
    curve = FARM_MAX * (kernel @ machine) / kernel.sum(axis=1)
    curve[0] = 0.0
    return speed, curve
