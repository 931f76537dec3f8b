r"""Forecasts: what is expected of a series, from what has been seen and, blurred, from what will be.

The hour at hand is always observed: the first column of every forecast is the actual. The rest is

* perfect: the actual;
* persistence: the last full day seen, repeated;
* noisy: the actual plus white noise of `error_share` times the series' mean over the window, as in
  P. Wiesner et al., "Let's Wait Awhile", Middleware 2021, doi:10.1145/3464298.3493399; cut at zero.
  Demand is foreseen four times as well and PUE ten times as well as wind, sun, intensity and arrivals
  (`DEMAND`, `PUE`; assumed);
* ar1: the actual times an error that grows with the hours ahead and lasts:

  .. math:: F_h = A_h \max(1 + e_h, 0), \quad e_0 = 0, \quad
            e_h = \varphi e_{h-1} + \sigma\sqrt{1-\varphi^2}\,\varepsilon_h, \quad
            \text{sd}(e_h) = \sigma\sqrt{1-\varphi^{2h}}

  with :math:`\varphi` the memory (0.9 an hour, assumed) and :math:`\sigma` the error share;
* rank-shuffled: the right values in the wrong hours: those of each calendar day change places at random, so that
  sums, spread and the size of errors are what the day makes them, and the ranking is lost. Demand and PUE, which
  are foreseen far better, stay as they will be.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable

import numpy as np

Array = np.ndarray
Forecast = Callable[[Array, Array, str, int, float], Array]
"""(seen (…, >=24), coming (…, T), what it is, hour of the year, noise against others') -> (…, T)."""

DEMAND = 0.25
PUE = 0.1


def perfect(seen: Array, coming: Array, what: str, start_h: int, noise: float = 1.0) -> Array:
    """What will be."""
    return coming


def persistence(seen: Array, coming: Array, what: str, start_h: int, noise: float = 1.0) -> Array:
    """The last 24 hours seen, repeated over the window; the first hour as observed."""
    T = coming.shape[-1]
    days = -(-T // 24)
    out = np.concatenate([seen[..., -24:]] * days, axis=-1)[..., :T].copy()
    out[..., 0] = coming[..., 0]
    return out


def noisy(seed: int, error_share: float) -> Forecast:
    """The actual with additive normal noise, keyed by seed, series and hour it is made in.

    Policies that plan at the same hour see the same noise.
    """

    def forecast(seen: Array, coming: Array, what: str, start_h: int, noise: float = 1.0) -> Array:
        rng = np.random.default_rng([seed, zlib.crc32(what.encode()), start_h])
        spread = noise * error_share * np.abs(coming).mean(axis=-1, keepdims=True)
        # Drawn hour by hour, so that a longer window begins with the noise of a shorter one.
        draw = np.moveaxis(rng.standard_normal((coming.shape[-1], *coming.shape[:-1])), 0, -1)
        out = coming + spread * draw
        # What is never negative stays so (prices may be); what is zero for a reason (night, no plant)
        # stays zero.
        least = 0.0 if min(seen.min(initial=0.0), coming.min(initial=0.0)) >= 0.0 else -np.inf
        out = np.where(coming == 0.0, 0.0, np.maximum(out, least))
        out[..., 0] = coming[..., 0]
        return out

    return forecast


def ar1(seed: int, error_share: float, memory: float = 0.9) -> Forecast:
    """The actual times an AR(1) error, keyed by seed, series and hour it is made in.

    Args:
        seed: of all draws. error_share: standard deviation far ahead, over the actual [-].
        memory: share of an hour's error that the next hour keeps [-].
    """

    def forecast(seen: Array, coming: Array, what: str, start_h: int, noise: float = 1.0) -> Array:
        rng = np.random.default_rng([seed, zlib.crc32(what.encode()), start_h])
        drawn = rng.standard_normal((coming.shape[-1], *coming.shape[:-1]))
        fresh = noise * error_share * np.sqrt(1.0 - memory**2)
        out, error = coming.copy(), np.zeros(coming.shape[:-1])
        for h in range(1, coming.shape[-1]):
            error = memory * error + fresh * drawn[h]
            out[..., h] = coming[..., h] * np.maximum(1.0 + error, 0.0)
        return out

    return forecast


def rank_shuffled(seed: int) -> Forecast:
    """The actual with the hours of each day in another order, keyed by seed, series and hour it is made in.

    All rows of a series change places alike.
    """

    def forecast(seen: Array, coming: Array, what: str, start_h: int, noise: float = 1.0) -> Array:
        if noise < 1.0:
            return coming
        rng = np.random.default_rng([seed, zlib.crc32(what.encode()), start_h])
        hours = np.arange(1, coming.shape[-1])
        day = (start_h + hours) // 24
        place = np.arange(coming.shape[-1])
        for d in np.unique(day):
            place[hours[day == d]] = rng.permutation(hours[day == d])
        return coming[..., place]

    return forecast
