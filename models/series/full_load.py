"""The checks that solar and wind share."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..errors import InputError


def full_load_hours(
    technology: str, regions: Sequence[str], full_load_h: ArrayLike, hours: int
) -> NDArray[np.float64]:
    """The hours as a checked array  # (N,)

    Errors: InputError when there is not one figure a region, or one is not in [0, hours].
    """
    target = np.atleast_1d(np.asarray(full_load_h, dtype=float))
    if target.shape != (len(regions),):
        raise InputError(
            f"{technology}: full_load_h has shape {target.shape} for {len(regions)} regions; "
            "give one figure each"
        )
    for region, value in zip(regions, target, strict=True):
        if not 0.0 <= value <= hours:
            raise InputError(
                f"{technology}, region {region}: full_load_h is {value}; give hours of the year, "
                f"from 0 to {hours}"
            )
    return target


def check_places(technology: str, regions: Sequence[str], **columns: ArrayLike) -> None:
    """Refuse a place that is nowhere.

    Errors: InputError when a column (lat, lon, altitude_m) has not one finite figure a region, or
    a latitude or longitude is off the globe.
    """
    limits = {"lat": 90.0, "lon": 360.0}
    for column, given in columns.items():
        values = np.atleast_1d(np.asarray(given, dtype=float))
        if values.shape != (len(regions),):
            raise InputError(
                f"{technology}: {column} has shape {values.shape} for {len(regions)} regions; "
                "give one figure each"
            )
        for region, value in zip(regions, values, strict=True):
            if not abs(value) <= limits.get(column, 1e4):
                raise InputError(
                    f"{technology}, region {region}: {column} is {value}; give where it lies"
                )
