"""Availability of a region's solar fleet: clear sky, clouds, and the full-load hours it reached."""

from collections.abc import Sequence
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..calendar import Calendar
from ..errors import InputError
from .field import gaussian_field, normal_cdf
from .full_load import check_places, full_load_hours

TILT_PER_LATITUDE = 0.87  # tilt of the panels over latitude, the catalogue's convention
SYSTEM_RATIO = 0.80  # soiling, heat, wiring, inverter, spread of tilts: output per clear-sky POA
OVERCAST = 0.12  # clearness of a province under the thickest cloud
WEATHER_KM, WEATHER_H = 500.0, 36.0  # weather systems: shared, lasting days
PASSING_KM, PASSING_H = 100.0, 3.0  # clouds within the day: local
PASSING_SHARE = 0.1  # of the variance


def solar_availability(
    regions: Sequence[str],
    lat: ArrayLike,
    lon: ArrayLike,
    altitude_m: ArrayLike,
    full_load_h: ArrayLike,
    calendar: Calendar,
    seed: int,
) -> NDArray[np.float64]:
    """Output before curtailment per installed capacity [-], 0 to 1  # (N, H)

    regions: names, for messages  # (N,)
    lat, lon: [degrees]; altitude_m: [m]  # (N,)
    full_load_h: sum of each row [h]  # (N,)
    seed: of the weather

    Clear-sky plane-of-array irradiance (see `clear_sky_poa_w_m2`) times a clearness (see
    `clearness`) whose mean is full_load_h over what the clear sky would give at a system ratio of
    0.80; then min(1, k x) with the k that meets full_load_h exactly. Night is exactly 0.
    Chinese fleets reached 0.37 to 0.57 of the clear-sky plane of array in 2024 (catalogue table
    solar_clearsky_sites), so the mean clearness lies between 0.46 and 0.71, and k near 0.80.

    A year of this has no cloud season (no plum rains, no monsoon) and no drift of weather from
    west to east. Cell temperature enters only through the constant system ratio.

    Errors: InputError naming the region when full_load_h is more than a cloudless year without
    any loss would give.
    """
    target = full_load_hours("solar", regions, full_load_h, calendar.hours)
    check_places("solar", regions, lat=lat, lon=lon, altitude_m=altitude_m)
    clear = clear_sky_poa_w_m2(lat, lon, altitude_m, calendar) / 1000.0  # (N, H)
    reach = np.minimum(clear, 1.0).sum(axis=1)
    for region, wanted, most in zip(regions, target, reach, strict=True):
        if wanted > most:
            raise InputError(
                f"solar, region {region}: full_load_h is {wanted:g} h, but a year without a cloud "
                f"gives {most:.0f} h there; lower it, or give a measured series"
            )
    share = target / clear.sum(axis=1) / SYSTEM_RATIO
    cloudy = clear * clearness(lat, lon, share, calendar.hours, seed)
    return _scaled_below_one(cloudy, target)


def clear_sky_poa_w_m2(
    lat: ArrayLike, lon: ArrayLike, altitude_m: ArrayLike, calendar: Calendar
) -> NDArray[np.float64]:
    """Irradiance under a clear sky on panels that face the equator [W/m2]  # (N, H)

    Ineichen's model (Ineichen and Perez 2002, doi:10.1016/S0038-092X(02)00045-2) with pvlib's
    monthly Linke turbidity, isotropic sky, tilt 0.87 times latitude, at the middle of each hour.
    """
    import pandas as pd  # pvlib costs a second or more to import
    from pvlib import atmosphere, clearsky, irradiance, solarposition

    first = pd.Timestamp(year=calendar.year, month=1, day=1, tz="UTC")
    first += pd.Timedelta(hours=0.5 - calendar.utc_offset_h)
    times = pd.date_range(first, periods=calendar.hours, freq="h")
    extra = irradiance.get_extra_radiation(times)
    places = np.broadcast_arrays(np.atleast_1d(lat), lon, altitude_m)
    result = np.zeros((places[0].size, calendar.hours))
    for row, (phi, lam, height) in enumerate(zip(*places, strict=True)):
        sun = solarposition.get_solarposition(
            times, phi, lam, altitude=height, method="ephemeris"
        )  # within 0.01° of the slower standard algorithm
        mass = atmosphere.get_absolute_airmass(
            atmosphere.get_relative_airmass(sun["apparent_zenith"]), atmosphere.alt2pres(height)
        )
        turbidity = clearsky.lookup_linke_turbidity(times, phi, lam)
        sky = clearsky.ineichen(sun["apparent_zenith"], mass, turbidity, height, extra)
        plane = irradiance.get_total_irradiance(
            TILT_PER_LATITUDE * abs(phi),
            180.0 if phi >= 0 else 0.0,
            sun["apparent_zenith"],
            sun["azimuth"],
            sky["dni"],
            sky["ghi"],
            sky["dhi"],
            model="isotropic",
        )["poa_global"].to_numpy()
        result[row] = np.where(sun["apparent_elevation"].to_numpy() > 0, plane, 0.0)
    return result


def clearness(
    lat: ArrayLike, lon: ArrayLike, mean: ArrayLike, hours: int, seed: int
) -> NDArray[np.float64]:
    """Share of the clear-sky irradiance that reaches a region's panels [-]  # (N, H)

    mean: wanted mean, held within [0.2, 0.95] (the rest is scaling)  # (N,)

    0.12 + 0.88 Phi(a + z): z is standard normal weather, nine tenths of its variance systems that
    last 36 h and are shared over 500 km, one tenth passing clouds of 3 h and 100 km; a sets the
    mean. Around a mean of 0.56 every value between overcast and clear is equally likely; below it
    dull hours prevail, above it bright ones. Shape and scales are assumptions.
    """
    weather = gaussian_field(
        lat, lon, hours, length_km=WEATHER_KM, efold_h=WEATHER_H, seed=seed, label="solar weather"
    )
    passing = gaussian_field(
        lat, lon, hours, length_km=PASSING_KM, efold_h=PASSING_H, seed=seed, label="solar passing"
    )
    z = np.sqrt(1 - PASSING_SHARE) * weather + np.sqrt(PASSING_SHARE) * passing
    level = (np.clip(np.atleast_1d(mean), 0.2, 0.95) - OVERCAST) / (1 - OVERCAST)
    # the mean of Phi(a + z) is Phi(a / sqrt 2)
    a = np.sqrt(2.0) * np.array([NormalDist().inv_cdf(share) for share in level])
    return OVERCAST + (1 - OVERCAST) * normal_cdf(a[:, None] + z)


def _scaled_below_one(shape: NDArray, target: NDArray) -> NDArray[np.float64]:
    """min(1, k shape) with the k of each row for which the row sums to target  # (N, H)

    The sum is concave in k, so Newton's steps climb to the answer from below and end on it.
    """
    scale = target / shape.sum(axis=1)
    while True:
        scaled = np.minimum(1.0, scale[:, None] * shape)
        missing = target - scaled.sum(axis=1)
        if (missing <= 1e-9).all():
            return scaled
        free = np.where(scaled < 1.0, shape, 0.0).sum(axis=1)
        scale = scale + missing / free
