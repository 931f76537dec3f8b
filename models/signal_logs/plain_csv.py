"""A CSV of intensities: a column of times, or of hours of a year, and a column a zone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path

import numpy as np

from ..errors import InputError
from ..instants import YEARS, Twice, instants_s, time_zone
from ..intensity import Intensity
from ..sheet import Sheet, read_sheet
from .series import Series, row_of, to_intensity

Array = np.ndarray


class Unit(Enum):
    """What one is in kg/MWh."""

    KG_PER_MWH = 1.0
    G_PER_KWH = 1.0
    T_PER_MWH = 1000.0
    KG_PER_KWH = 1000.0
    LB_PER_MWH = 0.45359237


def read_plain_csv(
    path: str | Path,
    *,
    unit: Unit,
    tz: str | None = None,
    twice: Twice = Twice.IN_ORDER,
    time: str | None = None,
    zones: Sequence[str] | None = None,
    zone: str | None = None,
    kind: str = "",
) -> Intensity:
    """Read times in ISO 8601, each the beginning of its step, and one column a zone.

    Args:
        path: the file, plain, .gz or .zip.
        unit: of the values.
        tz: time zone of times without an offset, such as UTC or Europe/Berlin; without it they raise.
        twice: what a time means that the clocks showed twice; by default the rows' order says it.
        time: title of the column of times; None: the first that has one.
        zones: titles of the columns to take; None: all but the times.
        zone: what to call the only zone; None: as its column.
        kind: "average" or "marginal", where the caller knows.

    Raises:
        InputError: naming row, column and value, or the time; see `series.to_intensity`.
    """
    sheet = read_sheet(path)
    time = next(iter(sheet.cells)) if time is None else time
    local = time_zone(tz, sheet.file)
    time_s = instants_s(
        _filled(sheet, time), local, lambda i, what: sheet.complaint(i, time, what), twice
    )
    values = _values(sheet, time, zones, zone, unit)
    return _intensity(sheet, time_s, values, kind, tz, f"CSV, column {time}")


def read_hours_csv(
    path: str | Path,
    *,
    year: int,
    unit: Unit,
    tz: str = "UTC",
    hour: str | None = None,
    zones: Sequence[str] | None = None,
    zone: str | None = None,
    kind: str = "",
) -> Intensity:
    """Read hours numbered from the beginning of a year, as `hour_utc,AT,BE,…`, and one column a zone.

    Hours are counted as they pass: where clocks change, hour n is n times 3600 s after midnight of 1 January.

    Args:
        path: the file, plain, .gz or .zip.
        year: whose first hour is 0. tz: where the year begins.
        unit: of the values.
        hour: title of the column of hours; None: the first that has one.
        zones, zone, kind: see `read_plain_csv`.

    Raises:
        InputError: an hour is not a whole number from 0 to the last of the year; else as `read_plain_csv`.
    """
    sheet = read_sheet(path)
    hour = next(iter(sheet.cells)) if hour is None else hour
    if year not in YEARS:
        raise InputError(f"{sheet.file}: the year {year} is none of a grid; check it")
    local = time_zone(tz, sheet.file) or UTC
    start_s, end_s = (datetime(y, 1, 1, tzinfo=local).timestamp() for y in (year, year + 1))
    hours = sheet.numbers(hour, 0.0)
    wrong = (hours != np.floor(hours)) | (start_s + 3600.0 * hours >= end_s)
    if wrong.any():
        i = int(wrong.argmax())
        last = (end_s - start_s) / 3600.0 - 1
        raise sheet.complaint(
            i, hour, f"{hours[i]:g} is no hour of {year}; number them 0 to {last:.0f}"
        )
    values = _values(sheet, hour, zones, zone, unit)
    layout = f"CSV, column {hour} of {year}"
    return _intensity(sheet, start_s + 3600.0 * hours, values, kind, tz, layout, step_s=3600)


def _filled(sheet: Sheet, title: str) -> list[str]:
    texts = sheet.text(title)
    if "" in texts:
        raise sheet.complaint(texts.index(""), title, "has no time; fill it in")
    return texts


def _values(
    sheet: Sheet, time: str, zones: Sequence[str] | None, zone: str | None, unit: Unit
) -> dict[str, Array]:
    titles = [t for t in sheet.cells if t != time] if zones is None else list(zones)
    for i, title in enumerate(titles):
        if title == time or title in titles[:i]:
            raise InputError(f"{sheet.file}: zone '{title}' is asked for twice, or is the time")
    if zone is not None and len(titles) != 1:
        raise InputError(f"{sheet.file}: has {len(titles)} zones, but one name, '{zone}', is given")
    return {zone or title: sheet.numbers(title) * unit.value for title in titles}


def _intensity(
    sheet: Sheet,
    time_s: Array,
    values: dict[str, Array],
    kind: str,
    tz: str | None,
    layout: str,
    step_s: int | None = None,
) -> Intensity:
    if kind not in ("", "average", "marginal"):
        raise InputError(f"{sheet.file}: kind is '{kind}'; say average or marginal, or leave it")
    place = row_of(sheet.file, sheet.rows)
    return to_intensity(
        {name: Series(time_s, value, place) for name, value in values.items()},
        source=f"{sheet.file} ({layout})",
        kind=kind,
        zone=time_zone(tz, sheet.file),
        step_s=step_s,
    )
