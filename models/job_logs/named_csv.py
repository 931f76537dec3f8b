"""Any CSV of jobs, its columns named by the caller."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path

import numpy as np

from ..errors import InputError
from ..instants import TimeUnit, Twice, instants_s, time_zone
from ..jobs import Jobs
from ..sheet import Sheet, read_sheet
from .gather import Records, gather, kw_of

Array = np.ndarray


@dataclass(frozen=True)
class Columns:
    """Titles of the columns that hold what; None: the file has none.

    Attributes:
        arrival: when the job came.
        length: how long it runs; or else `end`, when it ended.
        started: with `end`, when it began; without it the job is taken to have begun when it came.
        cores: processors it holds. power_kw: what it draws [kW]. One of the two at least.
        deadline: when it must have ended; or else `slack`, how much longer than its length it may take from its
            arrival to its end. With neither the jobs have no deadline.
        job_class, origin: names.
    """

    arrival: str
    length: str | None = None
    end: str | None = None
    started: str | None = None
    cores: str | None = None
    power_kw: str | None = None
    deadline: str | None = None
    slack: str | None = None
    job_class: str | None = None
    origin: str | None = None


def read_named_csv(
    path: str | Path,
    columns: Columns,
    *,
    time_unit: TimeUnit | None = None,
    length_unit: TimeUnit | None = None,
    slack_unit: TimeUnit | None = None,
    kw_per_core: float | None = None,
    tz: str | None = None,
    twice: Twice = Twice.REFUSE,
    start: datetime | None = None,
    delimiter: str = ",",
) -> Jobs:
    """Read a CSV file with a header, plain, .gz or .zip.

    A record without arrival, length or end, cores or power, or with a length of 0, is left out and counted.

    Args:
        path: the file.
        columns: which column holds what.
        time_unit: of arrival, end and deadline, where they are numbers; None: they are times in ISO 8601.
        length_unit, slack_unit: of those columns, where there are such.
        kw_per_core: what a core draws [kW]; needed where there is no power column.
        tz: time zone of times without an offset, such as Europe/Berlin; without it such a time raises.
        twice: what a time means that the clocks showed twice.
        start: the instant of time 0, where times are numbers.
        delimiter: between cells.

    Raises:
        InputError: naming row, column and value; or arguments that do not fit each other.
    """
    file = str(path)
    _check(file, columns, time_unit, length_unit, slack_unit, kw_per_core, start)
    sheet = read_sheet(path, delimiter)
    zone = time_zone(tz, file)

    def times(title: str) -> Array:
        if time_unit is not None:
            return sheet.numbers(title, may_be_empty=True) * time_unit.value
        return _times(sheet, title, zone, twice)

    arrival_s = times(columns.arrival)
    if columns.length and length_unit:
        length_s = sheet.numbers(columns.length, 0.0, may_be_empty=True) * length_unit.value
        without = columns.length
    else:
        without = columns.end or ""
        length_s = times(without) - (times(columns.started) if columns.started else arrival_s)
    cores = np.full(len(sheet), math.nan)
    if columns.cores:
        cores = sheet.numbers(columns.cores, 0.0, may_be_empty=True)
    if columns.power_kw:
        power_kw = sheet.numbers(columns.power_kw, 0.0, may_be_empty=True)
    else:
        power_kw = kw_of(cores, kw_per_core or 0.0, file)
    due_s = np.full(len(sheet), math.nan)
    if columns.deadline:
        due_s = times(columns.deadline)
    elif columns.slack and slack_unit:
        slack_s = sheet.numbers(columns.slack, 0.0, may_be_empty=True) * slack_unit.value
        due_s = arrival_s + length_s + slack_s
    return gather(
        Records(
            file=file,
            layout="CSV",
            rows=sheet.rows,
            arrival_s=arrival_s,
            length_s=length_s,
            power_kw=power_kw,
            cores=np.where(cores > 0, cores, math.nan) if columns.power_kw else cores,
            due_s=due_s,
            classes=sheet.text(columns.job_class) if columns.job_class else "all",
            origins=sheet.text(columns.origin) if columns.origin else "here",
            left_out={
                f"without {columns.arrival}": np.isnan(arrival_s),
                f"without {without}": np.isnan(length_s),
                "of length 0": length_s == 0,
                f"without {columns.power_kw or columns.cores}": np.isnan(power_kw),
                "of 0 cores": (cores == 0) & (columns.power_kw is None),
            },
            zone=None if time_unit else _shown_in(zone),
            start=start,
        )
    )


def _times(sheet: Sheet, title: str, zone: tzinfo | None, twice: Twice) -> Array:
    return instants_s(
        sheet.text(title), zone, lambda i, what: sheet.complaint(i, title, what), twice
    )


def _shown_in(zone: tzinfo | None) -> tzinfo:
    utc = time_zone("UTC", "")
    return zone or utc  # type: ignore[return-value]


def _check(
    file: str,
    c: Columns,
    time_unit: TimeUnit | None,
    length_unit: TimeUnit | None,
    slack_unit: TimeUnit | None,
    kw_per_core: float | None,
    start: datetime | None,
) -> None:
    """Arguments that fit each other."""
    wrong = (
        (bool(c.length) == bool(c.end), "name a column of lengths or one of ends, and not both"),
        (bool(c.started) and not c.end, "`started` needs `end`: name that column too"),
        (not c.cores and not c.power_kw, "name a column of cores or of power_kw"),
        (not c.power_kw and kw_per_core is None, "without a column power_kw give kw_per_core"),
        (
            bool(c.power_kw) and kw_per_core is not None,
            "give a column power_kw or kw_per_core, not both",
        ),
        (bool(c.deadline and c.slack), "name a column of deadlines or one of slack, not both"),
        (bool(c.length) != (length_unit is not None), "length_unit goes with a column of lengths"),
        (bool(c.slack) != (slack_unit is not None), "slack_unit goes with a column of slack"),
        (start is not None and time_unit is None, "start is for times that are numbers: leave it"),
        (start is not None and start.tzinfo is None, "start has no time zone: give it one"),
    )
    for is_wrong, remedy in wrong:
        if is_wrong:
            raise InputError(f"{file}: {remedy}")
