"""The hours of a year, and the stretches of it that are simulated.

Hour h of a series is the h-th hour of the calendar year in local standard time, labelled by its
beginning: h = 0 is 1 January 00:00-01:00. There is no daylight saving.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import ArrayLike, NDArray

from .errors import InputError

SEASONS = ("winter", "spring", "summer", "autumn")  # Dec-Feb, Mar-May, Jun-Aug, Sep-Nov
WEEK_H = 168
DAY_H = 24
MEAN_COUNTS = 4.0


@dataclass(frozen=True)
class Calendar:
    """One calendar year of hours. utc_offset_h: local standard time minus UTC [h]; China: 8."""

    year: int
    utc_offset_h: float = 8.0

    def __post_init__(self) -> None:
        if not (_whole(self.year) and 1900 <= self.year <= 2200):
            raise InputError(f"year is {self.year!r}; give a whole number from 1900 to 2200")
        if not -12 <= self.utc_offset_h <= 14:
            raise InputError(f"utc_offset_h is {self.utc_offset_h}; give one between -12 and 14 h")

    @property
    def hours(self) -> int:
        """Hours of the year [h]: 8760, or 8784 in a leap year."""
        return self._stamps.size

    @cached_property
    def _stamps(self) -> NDArray[np.datetime64]:
        first, end = f"{self.year:04d}-01-01T00", f"{self.year + 1:04d}-01-01T00"
        return np.arange(first, end, dtype="datetime64[h]")  # (H,)

    @cached_property
    def hour_of_day(self) -> NDArray[np.int64]:
        """Hour of the local day, 0..23  # (H,)"""
        return _frozen(np.arange(self.hours) % DAY_H)

    @cached_property
    def day(self) -> NDArray[np.int64]:
        """Day of the year, from 0  # (H,)"""
        return _frozen(np.arange(self.hours) // DAY_H)

    @cached_property
    def month(self) -> NDArray[np.int64]:
        """Month, 1..12  # (H,)"""
        return _frozen(self._stamps.astype("datetime64[M]").astype(np.int64) % 12 + 1)

    @cached_property
    def season(self) -> NDArray[np.int64]:
        """Index into SEASONS  # (H,)"""
        return _frozen(self.month % 12 // 3)

    @cached_property
    def is_weekend(self) -> NDArray[np.bool_]:
        """Saturday or Sunday; public holidays are not known  # (H,)"""
        days = self._stamps.astype("datetime64[D]").astype(np.int64)
        return _frozen((days + 3) % 7 >= 5)  # day 0, 1 January 1970, was a Thursday


@dataclass(frozen=True)
class Horizon:
    """A stretch of hours simulated in one go.

    weight: how many such stretches make up the hours of the year it stands for [-]; annual sums
    are sums over horizons of weight times the horizon's own sum.
    """

    name: str
    start_h: int
    length_h: int
    weight: float

    @property
    def slice(self) -> slice:
        """For cutting the horizon out of a series: `series[:, horizon.slice]`."""
        return slice(self.start_h, self.start_h + self.length_h)


def whole_year(calendar: Calendar) -> tuple[Horizon, ...]:
    """52 weeks of weight 1 that cover every hour once; the last has the leftover day or two."""
    leftover_h = calendar.hours - 52 * WEEK_H
    weeks = [Horizon(f"week{n + 1:02d}", n * WEEK_H, WEEK_H, 1.0) for n in range(51)]
    return (*weeks, Horizon("week52", 51 * WEEK_H, WEEK_H + leftover_h, 1.0))


def representative_weeks(calendar: Calendar, features: ArrayLike) -> tuple[Horizon, ...]:
    """The week of each season that is most like its season, in the order of SEASONS.

    features: series that matter, in any units, at least one  # (F, H)

    A candidate starts at midnight, lies wholly inside its season within the calendar year (winter
    weeks in January-February or in December), and leaves a day of the year before it for history.
    Distance: squared differences of mean (which counts four times, for it decides the year's energy)
    and standard deviation from the season's own, in units of the season's standard deviation,
    summed over features. Ties go to the earliest. Any seven days
    hold five weekdays and two weekend days. Weight: hours of the season / 168.

    Errors: InputError when the features are not (F, H) finite numbers.
    """
    table = np.atleast_2d(np.asarray(features, dtype=float))
    if table.ndim != 2 or table.size == 0 or table.shape[1] != calendar.hours:
        raise InputError(
            f"features for representative weeks have shape {table.shape}; give one or more series "
            f"of {calendar.hours} hours"
        )
    if not np.isfinite(table).all():
        raise InputError("features for representative weeks hold NaN or infinity; mend them")
    season_of_day = calendar.season[::DAY_H]  # (D,)
    chosen = []
    for index, name in enumerate(SEASONS):
        in_season = calendar.season == index
        outside = sliding_window_view(season_of_day != index, 7).any(axis=1)  # (D - 6,)
        distance = np.where(outside, np.inf, _distances(table, in_season))
        day = 1 + int(np.argmin(distance[1:]))  # a day of history before the week
        chosen.append(Horizon(name, day * DAY_H, WEEK_H, float(in_season.sum()) / WEEK_H))
    return tuple(chosen)


def explicit(
    calendar: Calendar,
    start_h: Sequence[int],
    length_h: int | Sequence[int] = WEEK_H,
    weight: float | Sequence[float] = 1.0,
) -> tuple[Horizon, ...]:
    """Horizons as given, in time order.

    start_h, length_h: [h], from one hour up. weight: [-]; at 1 a horizon stands for itself only.
    One length and one weight serve for all, or one each.

    Errors: InputError when a horizon leaves the year, overlaps another, is shorter than an hour or
    has a weight that is not positive, or when the lists are of different lengths.
    """
    count = len(start_h)
    if count == 0:
        raise InputError("horizon: no start hours; give at least one")
    lengths, weights = _one_each("length_h", length_h, count), _one_each("weights", weight, count)
    made = []
    for start, length, share in zip(start_h, lengths, weights, strict=True):
        for label, value in (("start hour", start), ("length_h", length)):
            if not _whole(value):
                raise InputError(f"horizon: {label} {value!r} is not a whole number of hours")
        if length < 1:
            raise InputError(f"horizon at hour {start}: length_h is {length}; give at least 1")
        if start < 0 or start + length > calendar.hours:
            raise InputError(
                f"horizon at hour {start}, {length} h long, leaves the year {calendar.year} "
                f"(hours 0 to {calendar.hours - 1}); move or shorten it"
            )
        if not (np.isfinite(share) and share > 0):
            raise InputError(f"horizon at hour {start}: weight is {share}; give a positive number")
        made.append(Horizon(f"hour{start:04d}", int(start), int(length), float(share)))
    made.sort(key=lambda horizon: horizon.start_h)
    for before, after in pairwise(made):
        if after.start_h < before.slice.stop:
            raise InputError(
                f"horizons at hours {before.start_h} and {after.start_h} overlap; start the second "
                f"at hour {before.slice.stop} or later"
            )
    return tuple(made)


def _distances(table: NDArray[np.float64], in_season: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Distance of the week that starts on each day from the season  # (D - 6,)"""
    own = table[:, in_season]  # (F, hours of the season)
    centre = own.mean(axis=1, keepdims=True)
    spread = own.std(axis=1, keepdims=True)
    alive = spread[:, 0] > 1e-9 * np.abs(own).max(axis=1)  # a constant feature cannot choose
    scaled = (table[alive] - centre[alive]) / spread[alive]
    days = scaled.reshape(len(scaled), table.shape[1] // DAY_H, DAY_H)
    mean = sliding_window_view(days.mean(axis=2), 7, axis=1).mean(axis=2)  # (F, D - 6)
    square = sliding_window_view((days**2).mean(axis=2), 7, axis=1).mean(axis=2)
    std = np.sqrt(np.maximum(square - mean**2, 0.0))
    return np.round(
        (MEAN_COUNTS * mean**2 + (std - 1.0) ** 2).sum(axis=0), 12
    )  # so that ties are ties


def _one_each(label: str, given, count: int) -> list:
    values = list(given) if isinstance(given, Sequence | np.ndarray) else [given] * count
    if len(values) != count:
        raise InputError(f"horizon: {len(values)} {label} for {count} start hours; give one each")
    return values


def _whole(value: object) -> bool:
    return isinstance(value, int | np.integer) and not isinstance(value, bool)


def _frozen(array: np.ndarray) -> np.ndarray:
    array.flags.writeable = False
    return array
