"""From the columns of a log to `Jobs`: what must be left out is counted, what cannot be is refused."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

import numpy as np

from ..errors import InputError
from ..instants import dated, fixed, shown
from ..jobs import Jobs

Array = np.ndarray

LONGEST_MEDIAN_S = 30 * 86400.0  # half of all jobs longer than a month: another unit is likelier
YEAR_S = 365.25 * 86400.0
LONGEST_S = 10 * YEAR_S
LONGEST_SPAN_S = 30 * YEAR_S


@dataclass(frozen=True, eq=False)
class Records:
    """The N records of a log, before anything is left out.

    Attributes:
        file: as error messages name it. layout: of the log, in words.
        rows: where each record stands in the file (N,).
        arrival_s, due_s: since 1970 UTC where `zone` is given, else since `start` (N,) [s]; due_s may be NaN.
        length_s: [s]. power_kw: [kW]. cores: NaN where not known (N,).
        classes, origins: the name of each record's (N,), or one name for all.
        left_out: records to leave out, by reason (N,); one with several reasons counts under the first.
        zone: the zone that times are shown in, where the log has a calendar.
        start: the instant of second 0, where the times are counted from it.
        header: what the log says of itself.
    """

    file: str
    layout: str
    rows: Sequence[int]
    arrival_s: Array
    length_s: Array
    power_kw: Array
    cores: Array
    due_s: Array
    classes: Sequence[str] | str
    origins: Sequence[str] | str
    left_out: Mapping[str, Array]
    zone: tzinfo | None = None
    start: datetime | None = None
    header: Mapping[str, str] | None = None


def gather(records: Records) -> Jobs:
    """The jobs of a log, in the order they arrived; the start has a fixed offset, and header["time zone"] its zone.

    Raises:
        InputError: no job is left, a figure of a job that is left cannot be, or lengths or arrivals are such
            that their unit cannot be right.
    """
    r = records
    keep, counts = _sort_out(len(r.rows), r.left_out)
    if not keep.any():
        why = ", ".join(f"{count} {reason}" for reason, count in counts.items())
        raise InputError(
            f"{r.file}: has no job that could run ({len(r.rows)} records{': ' if why else ''}{why}); "
            "give a log with jobs that ran"
        )
    _refuse(r, keep)
    kept = np.flatnonzero(keep)
    order = kept[np.argsort(r.arrival_s[kept], kind="stable")]
    _check_units(r, order)
    start, zero_s = fixed(r.start) if r.start else None, 0.0
    header = dict(r.header or {})
    if r.zone is not None:
        zero_s = math.floor(r.arrival_s[order[0]])
        start = dated(zero_s, r.zone)
        header.setdefault("time zone", str(r.zone))
    classes, job_class = _coded(r.classes, order)
    origins, origin = _coded(r.origins, order)
    return Jobs(
        arrival_s=r.arrival_s[order] - zero_s,
        length_s=r.length_s[order],
        power_kw=r.power_kw[order],
        cores=r.cores[order],
        due_s=r.due_s[order] - zero_s,
        job_class=job_class,
        origin=origin,
        classes=classes,
        origins=origins,
        start=start,
        source=f"{r.file} ({r.layout})",
        left_out=counts,
        header=header,
    )


def tally(jobs: Jobs) -> str:
    """One sentence: how many records were read, kept and left out, and why."""
    out = sum(jobs.left_out.values())
    why = ", ".join(f"{count} {reason}" for reason, count in jobs.left_out.items())
    return f"{len(jobs) + out} records read, {len(jobs)} kept, {out} left out" + (
        f" ({why})" if why else ""
    )


def kw_of(cores: Array, kw_per_core: float, file: str) -> Array:
    """Power of jobs that hold so many cores (N,) [kW].

    Raises:
        InputError: kw_per_core is not above 0.
    """
    if not (math.isfinite(kw_per_core) and kw_per_core > 0):
        raise InputError(f"{file}: kw_per_core is {kw_per_core}; let it be above 0")
    return cores * kw_per_core


def _sort_out(n: int, reasons: Mapping[str, Array]) -> tuple[Array, dict[str, int]]:
    keep = np.ones(n, dtype=bool)
    counts: dict[str, int] = {}
    for reason, mask in reasons.items():
        count = int((keep & mask).sum())
        if count:
            counts[reason] = counts.get(reason, 0) + count
        keep &= ~mask
    return keep, counts


def _refuse(r: Records, keep: Array) -> None:
    checks = (
        ("length", r.length_s, ~(np.isfinite(r.length_s) & (r.length_s > 0)), "let it be above 0"),
        ("arrival", r.arrival_s, ~np.isfinite(r.arrival_s), "let it be a time"),
        (
            "power",
            r.power_kw,
            ~(np.isfinite(r.power_kw) & (r.power_kw >= 0)),
            "let it be 0 or more",
        ),
        ("cores", r.cores, r.cores <= 0, "let it be above 0"),
        ("deadline", r.due_s, r.due_s < r.arrival_s, "let it be after the arrival"),
    )
    for what, values, wrong, remedy in checks:
        wrong = wrong & keep
        if wrong.any():
            i = int(wrong.argmax())
            dated = r.zone is not None and what in ("arrival", "deadline")
            value = shown(values[i]) if dated and np.isfinite(values[i]) else f"{values[i]:g}"
            raise InputError(f"{r.file}, row {r.rows[i]}: its {what} is {value}; {remedy}")


def _check_units(r: Records, order: Array) -> None:
    median_s = float(np.median(r.length_s[order]))
    if median_s > LONGEST_MEDIAN_S:
        raise InputError(
            f"{r.file}: the median job would run for {median_s / 86400:.0f} days; "
            "check the unit of its lengths, perhaps they are in a smaller one"
        )
    longest = int(order[r.length_s[order].argmax()])
    if r.length_s[longest] > LONGEST_S:
        raise InputError(
            f"{r.file}, row {r.rows[longest]}: a job of {r.length_s[longest] / YEAR_S:.0f} years; "
            "check the unit of its length, or take it out"
        )
    span_s = float(r.arrival_s[order[-1]] - r.arrival_s[order[0]])
    if span_s > LONGEST_SPAN_S:
        raise InputError(
            f"{r.file}: jobs would arrive over {span_s / YEAR_S:.0f} years (last in row "
            f"{r.rows[order[-1]]}); check the unit of its times"
        )


def _coded(names: Sequence[str] | str, order: Array) -> tuple[tuple[str, ...], Array]:
    if isinstance(names, str):
        return (names,), np.zeros(len(order), dtype=np.intp)
    found, codes = np.unique([names[i] or "(not named)" for i in order], return_inverse=True)
    return tuple(str(name) for name in found), codes.astype(np.intp)
