"""Accounting output of Slurm: `sacct --parsable2 --format=JobID,Submit,Start,End,State,ElapsedRaw,AllocCPUS,…`.

Source: the manual of sacct, https://slurm.schedmd.com/sacct.html. Times are in the zone of the machine that ran
sacct; `SLURM_TIME_FORMAT='%Y-%m-%dT%H:%M:%S%z'` makes it write their offset, which settles the hour that is told
twice in autumn.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection
from enum import Enum
from pathlib import Path

import numpy as np

from ..errors import InputError, suggest
from ..instants import Twice, instants_s, time_zone
from ..jobs import Jobs
from ..sheet import Sheet, read_sheet
from .gather import Records, gather, kw_of

Array = np.ndarray

NEVER = ("", "Unknown", "None")  # what stands for a time that is not there
NOT_MEASURED = (0.0, float(2**32 - 2), float(2**64 - 2))  # J; the last two are Slurm's NO_VAL
_ELAPSED = re.compile(r"(?:(\d+)-)?(\d+):(\d\d):(\d\d)(?:\.\d+)?")


class State(Enum):
    """What became of a job; the word of the column State."""

    BOOT_FAIL = "BOOT_FAIL"
    CANCELLED = "CANCELLED"
    COMPLETED = "COMPLETED"
    DEADLINE = "DEADLINE"
    FAILED = "FAILED"
    NODE_FAIL = "NODE_FAIL"
    OUT_OF_MEMORY = "OUT_OF_MEMORY"
    PENDING = "PENDING"
    PREEMPTED = "PREEMPTED"
    REQUEUED = "REQUEUED"
    RESIZING = "RESIZING"
    REVOKED = "REVOKED"
    RUNNING = "RUNNING"
    SUSPENDED = "SUSPENDED"
    TIMEOUT = "TIMEOUT"


class ClassBy(Enum):
    """The column whose names become the classes."""

    PARTITION = "Partition"
    ACCOUNT = "Account"
    QOS = "QOS"
    USER = "User"


OVER = frozenset(State) - {State.PENDING, State.RUNNING, State.SUSPENDED, State.RESIZING}


def read_sacct(
    path: str | Path,
    *,
    tz: str | None = None,
    twice: Twice = Twice.REFUSE,
    kw_per_core: float | None = None,
    states: Collection[State] = OVER,
    class_by: ClassBy = ClassBy.PARTITION,
    origin: str = "here",
) -> Jobs:
    """Read what sacct wrote, with its header: columns JobID, Submit, State, ElapsedRaw or Elapsed, AllocCPUS or
    AllocTRES; and, where they are there, Start, Partition (or what `class_by` says), Cluster and ConsumedEnergyRaw.

    Steps of jobs (123.batch), jobs that never started, ran for 0 s or held no processor are left out and counted.
    Power is ConsumedEnergyRaw [J] over the time run, where it was measured, else cores times kw_per_core;
    header["measured energy"] says how many had it. Clusters become origins.

    Args:
        path: the file, plain, .gz or .zip.
        tz: time zone of the machine that ran sacct, for times without an offset; without it they raise.
        twice: what a time means that the clocks showed twice.
        kw_per_core: what a core draws [kW], for jobs whose energy was not measured.
        states: the jobs to keep; by default all that are over, since failed and cancelled jobs drew power too.
        class_by: the column that becomes the class; where the file has none of it, all are of one class.
        origin: the place that jobs come from where the file names no cluster.

    Raises:
        InputError: naming row, column and value; or energy is missing and kw_per_core too.
    """
    sheet = read_sheet(path, "|", quoted=False)
    zone = time_zone(tz, sheet.file)
    step = np.array(["." in job for job in sheet.text("JobID")], dtype=bool)
    submitted = ["" if at in NEVER else at for at in sheet.text("Submit")]
    arrival_s = instants_s(
        submitted, zone, lambda i, what: sheet.complaint(i, "Submit", what), twice
    )
    begun = np.array([at not in NEVER for at in sheet.cells.get("Start", submitted)], dtype=bool)
    state = _states(sheet)
    length_s, cores = _lengths_s(sheet), _cores(sheet)
    left_out = {"steps of jobs": step, "without submit time": np.isnan(arrival_s)}
    left_out |= {
        f"in state {one.value}": np.array([s is one for s in state], dtype=bool)
        for one in State
        if one not in states
    }
    left_out |= {
        "that never started": ~begun,
        "without run time": np.isnan(length_s),
        "of run time 0": length_s == 0,
        "without processors": ~(cores > 0),
    }
    gone = np.logical_or.reduce(list(left_out.values()))
    power_kw, measured = _power_kw(sheet, length_s, cores, gone, kw_per_core)
    return gather(
        Records(
            file=sheet.file,
            layout="sacct",
            rows=sheet.rows,
            arrival_s=arrival_s,
            length_s=length_s,
            power_kw=power_kw,
            cores=cores,
            due_s=np.full(len(sheet), math.nan),
            classes=sheet.cells.get(class_by.value, "all"),
            origins=sheet.cells.get("Cluster", origin),
            left_out=left_out,
            zone=zone or time_zone("UTC", sheet.file),
            header={"measured energy": f"{measured} of {int((~gone).sum())} jobs"},
        )
    )


def _states(sheet: Sheet) -> list[State]:
    """The state is the first word: `CANCELLED by 1000`, and a + where the column was too narrow."""
    known = {one.value: one for one in State}
    out: list[State] = []
    for i, text in enumerate(sheet.text("State")):
        word = text.split(" ")[0]
        if word not in known:
            raise sheet.complaint(i, "State", f"'{text}' is not known; {suggest(word, known)}")
        out.append(known[word])
    return out


def _lengths_s(sheet: Sheet) -> Array:
    if "ElapsedRaw" in sheet.cells:
        return sheet.numbers("ElapsedRaw", 0.0, may_be_empty=True)
    out = np.full(len(sheet), math.nan)
    for i, text in enumerate(sheet.text("Elapsed")):
        found = _ELAPSED.fullmatch(text)
        if found:
            days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
            out[i] = 86400 * days + 3600 * hours + 60 * minutes + seconds
        elif text and text != "INVALID":  # Slurm's word where its clocks disagreed
            raise sheet.complaint(i, "Elapsed", f"'{text}' is not a length such as 1-02:03:04")
    return out


def _cores(sheet: Sheet) -> Array:
    for title in ("AllocCPUS", "AllocCPUs"):
        if title in sheet.cells:
            return sheet.numbers(title, 0.0, may_be_empty=True)
    out = np.full(len(sheet), math.nan)
    for i, text in enumerate(sheet.text("AllocTRES")):
        found = re.search(r"(?:^|,)cpu=(\d+)(?:,|$)", text)
        if found:
            out[i] = int(found[1])
        elif text and "=" not in text:
            raise sheet.complaint(i, "AllocTRES", f"'{text}' is not such as cpu=8,mem=16G,node=1")
    return out


def _power_kw(
    sheet: Sheet, length_s: Array, cores: Array, gone: Array, kw_per_core: float | None
) -> tuple[Array, int]:
    """Power of each record, and how many of those that stay had their energy measured."""
    energy_j = np.full(len(sheet), math.nan)
    if "ConsumedEnergyRaw" in sheet.cells:
        energy_j = sheet.numbers("ConsumedEnergyRaw", 0.0, may_be_empty=True)
    measured = ~(np.isnan(energy_j) | np.isin(energy_j, NOT_MEASURED)) & ~gone
    missing = ~measured & ~gone
    if missing.any() and kw_per_core is None:
        i = int(missing.argmax())
        raise InputError(
            f"{sheet.file}, row {sheet.rows[i]}: the job has no ConsumedEnergyRaw "
            f"(nor have {int(missing.sum()) - 1} more); give kw_per_core for such jobs"
        )
    power_kw = np.full(len(sheet), math.nan)
    power_kw[measured] = energy_j[measured] / 1000.0 / length_s[measured]
    if kw_per_core is not None:
        power_kw[missing] = kw_of(cores[missing], kw_per_core, sheet.file)
    return power_kw, int(measured.sum())
