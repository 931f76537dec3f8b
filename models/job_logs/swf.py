"""Standard Workload Format, version 2.2: one line a job, 18 fields, a header of comments.

Source: D. G. Feitelson and others, Parallel Workloads Archive, "The Standard Workload Format",
https://www.cs.huji.ac.il/labs/parallel/workload/swf.html; D. G. Feitelson, D. Tsafrir and D. Krakov, "Experience
with using the Parallel Workloads Archive", J. Parallel Distrib. Comput. 74(10), 2014, doi:10.1016/j.jpdc.2014.06.013.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from enum import Enum
from pathlib import Path

import numpy as np

from ..errors import InputError
from ..instants import time_zone
from ..jobs import Jobs
from ..packed import read_packed
from .gather import Records, gather, kw_of
from .swf_text import NAMES, read_lines

Array = np.ndarray

SUBMIT, RUN, ALLOCATED, REQUESTED, STATUS, QUEUE = 1, 3, 4, 7, 10, 14


class Status(Enum):
    """Field 11. Where a log lists the parts of a job that was swapped out, the job has a line as a whole too."""

    UNKNOWN = -1
    FAILED = 0
    COMPLETED = 1
    PART = 2
    LAST_PART_COMPLETED = 3
    LAST_PART_FAILED = 4
    CANCELLED = 5


WHOLE_JOBS = frozenset((Status.UNKNOWN, Status.FAILED, Status.COMPLETED, Status.CANCELLED))


def read_swf(
    path: str | Path,
    *,
    kw_per_core: float,
    statuses: Collection[Status] = WHOLE_JOBS,
    tz: str | None = None,
    origin: str = "here",
) -> Jobs:
    """Read a log in Standard Workload Format: plain, .gz or .zip.

    -1 stands for what is not known. A job without run time, or without processors both allocated and requested,
    is left out and counted; so is one of run time 0, which the format gives to jobs of under half a second.
    Queues become classes, by the names of the header where it has any. Header fields that stand there
    several times are joined by line breaks.

    Args:
        path: the file.
        kw_per_core: what a processor draws while a job holds it [kW]. No default: from a few watts for a core of
            today to a hundred and more for a node of 1993; shares that a policy saves do not depend on it.
        statuses: the jobs to keep. By default all that ran, because failed and cancelled jobs drew power too;
            parts of jobs are left out, because the same jobs are listed as wholes.
        tz: zone that the start is told in, instead of the header's. UnixStartTime is in UTC, so that the instant is
            the same in all; where neither names one it is UTC.
        origin: the place that all jobs come from.

    Returns:
        Jobs whose start is the header's UnixStartTime; None where it has none, or 0.

    Raises:
        InputError: naming the row, where a line has not 18 numbers, a number cannot be, or the header names a time
            zone that does not exist.
    """
    file = str(path)
    header, rows, fields = read_lines(file, read_packed(path, encoding="latin-1"))
    _refuse(file, rows, fields)
    submit, run, status = fields[:, SUBMIT], fields[:, RUN], fields[:, STATUS]
    cores = np.where(fields[:, ALLOCATED] > 0, fields[:, ALLOCATED], fields[:, REQUESTED])
    left_out = {
        f"of status {one.name}": status == one.value for one in Status if one not in statuses
    }
    left_out |= {
        "without submit time": submit == -1,
        "without run time": run == -1,
        "of run time 0": run == 0,
        "without processors": cores <= 0,
    }
    cores = np.where(cores > 0, cores, math.nan)
    return gather(
        Records(
            file=file,
            layout="Standard Workload Format",
            rows=rows,
            arrival_s=submit,
            length_s=run,
            power_kw=kw_of(cores, kw_per_core, file),
            cores=cores,
            due_s=np.full(len(rows), math.nan),
            classes=_queues(header, fields[:, QUEUE]),
            origins=origin,
            left_out=left_out,
            start=_start(file, header, tz),
            header=header,
        )
    )


def _refuse(file: str, rows: list[int], values: Array) -> None:
    """What the format does not allow in the fields that are used."""
    known = np.isin(values[:, STATUS], [one.value for one in Status])
    for field, wrong, remedy in (
        (SUBMIT, (values[:, SUBMIT] < 0) & (values[:, SUBMIT] != -1), "let it be 0 or more, or -1"),
        (RUN, (values[:, RUN] < 0) & (values[:, RUN] != -1), "let it be 0 or more, or -1"),
        (STATUS, ~known, "the format knows -1 to 5"),
    ):
        if wrong.any():
            i = int(wrong.argmax())
            raise InputError(
                f"{file}, row {rows[i]}, field {NAMES[field]}: {values[i, field]:g}; {remedy}"
            )


def _start(file: str, header: dict[str, str], tz: str | None) -> datetime | None:
    text = header.get("UnixStartTime", "0").split("\n")[0]
    try:
        instant = float(text)
        if instant <= 0:
            return None
        return datetime.fromtimestamp(instant, _zone(file, header, tz))
    except (ValueError, OverflowError, OSError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(
            f"{file}: UnixStartTime is '{text}'; let it be seconds since 1970"
        ) from None


def _zone(file: str, header: dict[str, str], tz: str | None) -> tzinfo:
    """TimeZoneString; else TimeZone, seconds ahead of UTC, which the format gave up as misleading."""
    named = tz or header.get("TimeZoneString", "").split("\n")[0]
    if named:
        return time_zone(named, file) or UTC
    ahead = header.get("TimeZone", "0").split("\n")[0]
    try:
        return timezone(timedelta(seconds=float(ahead)))
    except (ValueError, OverflowError):
        raise InputError(f"{file}: TimeZone is '{ahead}'; name the zone with tz") from None


def _queues(header: dict[str, str], queue: Array) -> list[str] | str:
    if (queue == -1).all():
        return "all"
    names: dict[float, str] = {-1.0: "queue unknown"}
    for line in header.get("Queue", "").split("\n"):
        number, _, name = line.partition(" ")
        if re.fullmatch(r"\d+", number) and name.strip():
            names[float(number)] = name.split()[0]
    return [names.get(q) or f"queue {q:g}" for q in queue.tolist()]
