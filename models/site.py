r"""Sites: what cooling and idle servers make of IT power.

Annual mean PUE by T/CAR 9.2-2021 (cooling systems for data centers): :math:`PUE = (1+a)(1+1/GCOP)`, with
a the other overhead per IT energy and GCOP the annual efficiency of cooling, by climate zone and grade.
Over the hours the cooling part follows the dry-bulb temperature as the partial PUE of an economised
site does, :math:`f(T) = 7.1705\cdot10^{-5} T^2 + 0.0041\,T + 0.0743` (H. Xu, C. Feng, B. Li, "Temperature aware
workload management in geo-distributed datacenters", ICAC 2013), scaled so that the year's mean is the law's.
"""

from __future__ import annotations

import numpy as np

Array = np.ndarray

COLDEST_C = -0.0041 / (2 * 7.1705e-5)
"""Where the parabola has its least value; colder air cools no better [°C]."""


def annual_pue(gcop: Array, other_overhead_share: Array, offset: Array) -> Array:
    """Annual mean PUE, (1 + a)(1 + 1/GCOP) + offset (S,) [-]."""
    return (1.0 + other_overhead_share) * (1.0 + 1.0 / gcop) + offset


def hourly_pue(
    gcop: Array, other_overhead_share: Array, offset: Array, temperature_c: Array
) -> Array:
    """PUE of each hour; its mean over the year is `annual_pue`.

    Args:
        gcop, other_overhead_share, offset: (S,) [-].
        temperature_c: dry bulb (S, H) [°C].

    Returns:
        (S, H) [-].
    """
    air = np.maximum(temperature_c, COLDEST_C)
    follows = 7.1705e-5 * air**2 + 0.0041 * air + 0.0743
    fixed = (1.0 + other_overhead_share)[:, None]
    cooling = (annual_pue(gcop, other_overhead_share, offset))[:, None] - fixed
    return fixed + cooling * follows / follows.mean(axis=1, keepdims=True)
