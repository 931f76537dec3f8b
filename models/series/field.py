"""Random weather that neighbouring places share.

A Gaussian field z(x, t) of mean 0 and variance 1 whose correlation falls with distance as
exp(-d / length) and with time as a first-order autoregression. It is a sum of plane waves

    z(x, t) = sum_m [a_m(t) cos(w_m . x) + b_m(t) sin(w_m . x)] / sqrt(M)

whose amplitudes a, b are independent autoregressions. Wave vectors w_m that follow the spectral
density of the exponential kernel (a multivariate Cauchy law) make
Cov(z(x), z(y)) = mean_m cos(w_m . (x - y)) tend to exp(-|x - y| / length)
(Rahimi and Recht 2007, Random features for large-scale kernel machines, NIPS 20).

Why not a Cholesky factor of the correlation matrix: here a place's series depends on the seed and
on where the place is, so adding one leaves the others alone, and two places may coincide. The wave
vectors are a fixed lattice, not drawn, so that every seed has the same correlation.
"""

import math
import zlib
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

EARTH_RADIUS_KM = 6371.0
WAVES = 512  # covariances across China lie within 0.13 of the exponential, 0.03 root mean square


def gaussian_field(
    lat: ArrayLike,
    lon: ArrayLike,
    hours: int,
    *,
    length_km: float,
    efold_h: float,
    smooth_h: float = 0.0,
    seed: int,
    label: str,
) -> NDArray[np.float64]:
    """Hourly standard normal weather at each place.

    lat, lon: [degrees]  # (N,)
    length_km: distance over which the correlation falls to 1/e [km]
    efold_h: time over which the autocorrelation falls to 1/e [h]
    smooth_h: time constant of a second filter that takes off the hour-to-hour jaggedness [h]; the
        autocorrelation is then (efold e^(-t/efold) - smooth e^(-t/smooth)) / (efold - smooth),
        nearly, so that it falls to 1/e a little later than efold_h
    seed, label: the same two give the same weather; another label is independent weather
    Returns z  # (N, H)
    """
    positions = unit_sphere(lat, lon) * EARTH_RADIUS_KM  # (N, 3)
    phase = positions @ wave_vectors(length_km).T  # (N, M)
    basis = np.concatenate([np.cos(phase), np.sin(phase)], axis=1) / math.sqrt(WAVES)  # (N, 2M)
    rng = np.random.default_rng([seed, zlib.crc32(label.encode())])
    return basis @ _amplitudes(rng, hours, efold_h, smooth_h).T


def unit_sphere(lat: ArrayLike, lon: ArrayLike) -> NDArray[np.float64]:
    """Latitude and longitude [degrees] as points on the unit sphere  # (N, 3)

    Straight-line distances between them stay within 2 % of the great circle up to 4,400 km.
    """
    phi, lam = np.radians(np.atleast_1d(lat)), np.radians(np.atleast_1d(lon))
    return np.stack([np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)], axis=1)


def wave_vectors(length_km: float) -> NDArray[np.float64]:
    """M vectors [1/km] spread evenly over the spectral law of exp(-d / length_km)  # (M, 3)

    In three dimensions the law's radius r (in units of 1/length) has the distribution function
    F(r) = 2/pi (arctan r - r / (1 + r^2)), and its direction is uniform. A lattice of the
    golden-ratio family (Roberts 2018, the R3 sequence) fills (radius, height, azimuth).
    """
    g = 1.2207440846057596  # the real root of g^4 = g + 1
    lattice = (0.5 + np.outer(np.arange(1, WAVES + 1), g ** -np.arange(1.0, 4.0))) % 1.0  # (M, 3)
    grid = np.tan(np.linspace(0.0, 0.5 * np.pi, 20001)[:-1])
    radius = np.interp(lattice[:, 0], 2 / np.pi * (np.arctan(grid) - grid / (1 + grid**2)), grid)
    height, azimuth = 2 * lattice[:, 1] - 1, 2 * np.pi * lattice[:, 2]
    flat = np.sqrt(1 - height**2)
    direction = np.stack([flat * np.cos(azimuth), flat * np.sin(azimuth), height], axis=1)
    return direction * radius[:, None] / length_km


def normal_cdf(z: ArrayLike) -> NDArray[np.float64]:
    """Standard normal distribution function, to full precision in the lower tail."""
    return 0.5 * np.asarray(_erfc(-np.asarray(z, dtype=float) / math.sqrt(2.0)), dtype=float)


_erfc = np.frompyfunc(math.erfc, 1, 1)


def _amplitudes(
    rng: np.random.Generator, hours: int, efold_h: float, smooth_h: float
) -> NDArray[np.float64]:
    """Stationary autoregressions of variance 1  # (H, 2M)"""
    warm_up = math.ceil(12 * smooth_h)  # the second filter starts cold
    wave = rng.standard_normal((warm_up + hours, 2 * WAVES))
    a = math.exp(-1.0 / efold_h)
    wave[1:] *= math.sqrt(1.0 - a * a)
    for before, now in pairwise(wave):
        now += a * before
    if smooth_h > 0:
        b = math.exp(-1.0 / smooth_h)
        # the gain that keeps the variance 1, from that of AR(1) filtered by AR(1)
        wave[1:] *= math.sqrt((1.0 - b * b) * (1.0 - a * b) / (1.0 + a * b))
        for before, now in pairwise(wave):
            now += b * before
    return wave[warm_up:]
