"""From times and values of zones to `Intensity`: even steps, one common span, a unit that can be right."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo

import numpy as np

from ..errors import InputError
from ..instants import dated, shown
from ..intensity import Intensity

Array = np.ndarray
Place = Callable[[int], str]

HIGHEST_MEAN_KG_PER_MWH = 2000.0  # no grid burns worse than the worst lignite, about 1,300
LOWEST_MEAN_KG_PER_MWH = 1.0  # t/MWh read as kg/MWh stays below


@dataclass(frozen=True, eq=False)
class Series:
    """One zone's values as they stand in a file.

    Attributes:
        time_s: when each step begins, since 1970 UTC (T,) [s]. value: (T,) [kg/MWh].
        place: names where the i-th value stands, as "a.csv, row 7".
    """

    time_s: Array
    value: Array
    place: Place


def row_of(file: str, rows: Sequence[int]) -> Place:
    """Names the place of each of `rows` of a file."""
    return lambda i: f"{file}, row {rows[i]}"


def to_intensity(
    zones: Mapping[str, Series],
    *,
    source: str,
    kind: str,
    zone: tzinfo | None = None,
    step_s: int | None = None,
    lowest_mean: float = LOWEST_MEAN_KG_PER_MWH,
) -> Intensity:
    """Zones over one common span of even steps.

    Args:
        zones: series by zone, each in the order of time.
        source: file and layout, in words. kind: "average", "marginal" or "".
        zone: whose offset the start is told with; None: UTC.
        step_s: length of a step where the source says it; else what most steps of the first zone are [s].
        lowest_mean: a zone whose mean is below has another unit; 0 where the unit is beyond doubt [kg/MWh].

    Raises:
        InputError: naming row and time of a gap, a time that is twice, out of order or off the step, a value that
            is missing or negative; or the zones differ in span, or a mean cannot be right.
    """
    first, step = None, step_s
    values = []
    for name, series in zones.items():
        if not len(series.time_s):
            raise InputError(f"{source}: zone {name} has no values; give at least two")
        step = _even(series, step)
        _check_values(name, series, lowest_mean)
        first = first or series
        _same_span(name, series, next(iter(zones)), first)
        values.append(series.value)
    if first is None or step is None:
        raise InputError(f"{source}: has no zones; give at least one")
    start = dated(first.time_s[0], zone or UTC)
    return Intensity(tuple(zones), start, step, np.array(values), kind, source)


def _even(series: Series, step_s: int | None) -> int:
    """The step of a series in which every step is the same [s]."""
    steps = np.diff(series.time_s)
    if step_s is None:
        if not len(steps):
            raise InputError(f"{series.place(0)}: is the only time; at least two tell the step")
        lengths, counts = np.unique(steps[steps > 0], return_counts=True)
        usual = float(lengths[counts.argmax()]) if len(lengths) else 3600.0  # any step tells that
        if usual != int(usual):
            raise InputError(f"{series.place(1)}: a step of {usual:g} s; let it be whole seconds")
        step_s = int(usual)
    wrong = steps != step_s
    if wrong.any():
        i = int(wrong.argmax())
        raise InputError(_what_is_uneven(series, i, float(steps[i]), step_s))
    return step_s


def _what_is_uneven(series: Series, i: int, found_s: float, step_s: int) -> str:
    here, before = shown(series.time_s[i + 1]), shown(series.time_s[i])
    where = series.place(i + 1)
    if found_s == 0:
        return f"{where}: {here} is there twice; keep one of the two"
    if found_s < 0:
        return f"{where}: {here} comes after {before}; put the rows in the order of time"
    if found_s % step_s == 0:
        missing = int(found_s // step_s) - 1
        return f"{where}: {missing} steps of {step_s} s are missing between {before} and {here}; fill the gap"
    return f"{where}: {here} is {found_s:g} s after {before}, where others are {step_s} s; use one step"


def _check_values(name: str, series: Series, lowest_mean: float) -> None:
    missing = ~np.isfinite(series.value)
    if missing.any():
        i = int(missing.argmax())
        raise InputError(
            f"{series.place(i)}: zone {name} has no value at {shown(series.time_s[i])}; fill the gap"
        )
    if (series.value < 0).any():
        i = int((series.value < 0).argmax())
        raise InputError(
            f"{series.place(i)}: zone {name} has {series.value[i]:g} at {shown(series.time_s[i])}; "
            "let it be 0 or more"
        )
    mean = float(series.value.mean())
    if not lowest_mean <= mean <= HIGHEST_MEAN_KG_PER_MWH:
        raise InputError(
            f"{series.place(0)} onwards: zone {name} has a mean of {mean:.4g} kg/MWh from "
            f"{shown(series.time_s[0])}, which no grid has; check the unit of the values"
        )


def _same_span(name: str, series: Series, first_name: str, first: Series) -> None:
    if len(series.time_s) == len(first.time_s) and (series.time_s == first.time_s).all():
        return
    spans = [f"{shown(s.time_s[0])} to {shown(s.time_s[-1])}" for s in (series, first)]
    last = len(series.time_s) - 1
    raise InputError(
        f"{series.place(last)}: zone {name} is there from {spans[0]}, but zone {first_name} from "
        f"{spans[1]}; give all zones over one span"
    )
