"""GAIA: what waiting policies save on a trace of a thousand jobs.

W. A. Hanafy, Q. Liang, N. Bashir, A. Souza, D. Irwin, P. Shenoy, "Going Green for Less Green: Optimizing the Cost of
Reducing Cloud Carbon Emissions", ASPLOS 2024, doi:10.1145/3620666.3651374; trace and digits of its artifact.

Conventions the digits rest on: ticks of 5 s; arrival and length cut to whole ticks; one unit of power per core; 720 h
of hourly intensity. Jobs shorter than 2 h are in the short queue and wait at most 6 h, the others in the long one, at
most 24 h. A policy that is not told a job's length expects the mean length of its queue, cut to whole ticks; the mean
is that of the lengths before they were cut. The mean wait is over stretches, not jobs: each stretch of a job counts
with its own start less the job's arrival. For a policy that does not interrupt the two are the same.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from westshift.models.errors import InputError
from westshift.models.ticks import TickSignal, Work
from westshift.sim.jobs.policy import JobPolicy
from westshift.sim.jobs.record import Record
from westshift.sim.jobs.world import run_jobs
from westshift.sim.policies.jobs.carbon_time import CARBON_TIME, CARBON_TIME_ORACLE
from westshift.sim.policies.jobs.ecovisor import ecovisor
from westshift.sim.policies.jobs.lowest_slot import LOWEST_SLOT
from westshift.sim.policies.jobs.lowest_window import LOWEST_WINDOW, LOWEST_WINDOW_ORACLE
from westshift.sim.policies.jobs.no_wait import NO_WAIT
from westshift.sim.policies.jobs.wait_awhile import WAIT_AWHILE_INTERRUPTIBLE

from .given import given_file, given_table, numbers
from .published import Published, shown

Array = np.ndarray

TICK_S = 5.0
ZONE, FIRST_HOUR, HOURS = "AU-SA", 7000, 720
SHORT_H = 2.0
NORMALISED, WAIT, TICKS = "carbon over that without waiting", "mean wait", "ticks of 5 s"
WANTS = ("jobs/pai_1k.csv", "cloud2022/carbon_intensity_2022.csv.gz")
SOURCE = "Hanafy et al., ASPLOS 2024 (GAIA), doi:10.1145/3620666.3651374"
JOBS_FROM = "of the GAIA artifact (github.com/umassos/GAIA, MIT): arrival and length in seconds"
INTENSITY_FROM = (
    "hourly intensities of 2022 by zone, of the artifact of Sukprasert et al., EuroSys 2024 (ODbL)"
)


@dataclass(frozen=True, eq=False)
class Queues:
    """A trace sorted into two queues.

    Attributes:
        work: the jobs. budget: ticks each may wait (N,). expected: ticks each is held to last (N,).
    """

    work: Work
    budget: Array
    expected: Array


def policies() -> list[JobPolicy]:
    """All of the study, the baseline first."""
    return [
        NO_WAIT, LOWEST_SLOT, LOWEST_WINDOW, LOWEST_WINDOW_ORACLE, CARBON_TIME, CARBON_TIME_ORACLE,
        ecovisor(), WAIT_AWHILE_INTERRUPTIBLE,
    ]  # fmt: skip


def queues(
    arrival_s: Array, length_s: Array, cores: Array, waits_h: tuple[float, float] = (6.0, 24.0)
) -> Queues:
    """Sort a trace into the short and the long queue.

    Args:
        arrival_s, length_s: (N,) [s]. cores: (N,); each draws 1 kW.
        waits_h: most a job of the short and of the long queue may wait [h].

    Raises:
        InputError: a job has no whole tick to run.
    """
    arrival, length = arrival_s / TICK_S, length_s / TICK_S
    limit = SHORT_H * 3600.0 / TICK_S
    whole = length.astype(np.int64)
    short = whole < limit
    # The study counts a job of just 2 h in both means.
    means = [
        int(x.mean()) if len(x) else 1 for x in (length[length <= limit], length[length >= limit])
    ]
    waits = [int(w * 3600.0 / TICK_S) for w in waits_h]
    return Queues(
        Work(arrival.astype(np.int64), whole, cores.astype(float), TICK_S),
        np.where(short, *waits),
        np.where(short, *means),
    )


def run(trace: Queues, hourly: Array, policy: JobPolicy) -> Record:
    """One policy on hourly intensities [kg/MWh]."""
    signal = TickSignal(hourly.astype(float), int(3600.0 / TICK_S), TICK_S)
    return run_jobs(trace.work, signal, policy, trace.budget, expected=trace.expected)


def mean_wait_ticks(trace: Queues, record: Record) -> float:
    """Mean over all stretches of their start less the arrival of their job [ticks]."""
    return float((record.run_from - trace.work.arrival[record.run_job]).mean())


def table(
    trace: Queues, hourly: Array, which: Sequence[JobPolicy], tell: Callable[[str], None]
) -> pd.DataFrame:
    """One row a policy: carbon_kg, normalised (by the first policy's), mean_wait_ticks, suspended."""
    rows = []
    for policy in which:
        tell(policy.name)
        record = run(trace, hourly, policy)
        first = rows[0]["carbon_kg"] if rows else record.total_carbon_kg
        rows.append(
            {
                "policy": policy.name,
                "carbon_kg": record.total_carbon_kg,
                "normalised": record.total_carbon_kg / first,
                "mean_wait_ticks": mean_wait_ticks(trace, record),
                "suspended": int(record.suspended.sum()),
            }
        )
    return pd.DataFrame(rows).set_index("policy")


def read_trace(data: Path | None, waits_h: tuple[float, float] = (6.0, 24.0)) -> Queues:
    """The thousand jobs of the study, from the user's folder.

    Raises:
        InputError: the file is not there or not of that form.
    """
    columns = ("arrival_time", "length", "cpus")
    path = given_file(data, ("jobs/pai_1k.csv", "pai_1k.csv"), columns, JOBS_FROM)
    jobs = given_table(path, columns, JOBS_FROM)
    return queues(*(numbers(path, jobs, c).to_numpy() for c in columns), waits_h=waits_h)


def read_hourly(
    data: Path | None, zone: str = ZONE, first: int = FIRST_HOUR, hours: int = HOURS
) -> Array:
    """Hourly intensities of one zone [kg/MWh], from the user's folder.

    Raises:
        InputError: the file is not there, not of that form, or too short.
    """
    names = [
        f"{folder}carbon_intensity_2022.csv{end}"
        for folder in ("cloud2022/", "")
        for end in (".gz", "")
    ]
    path = given_file(data, names, (zone,), INTENSITY_FROM)
    series = numbers(path, given_table(path, (zone,), INTENSITY_FROM), zone).to_numpy()
    if first < 0 or first + hours > len(series):
        raise InputError(
            f"{path}: {len(series)} hours, and hours {first} to {first + hours} are wanted"
        )
    return series[first : first + hours]


def reproduce(
    data: Path | None, tell: Callable[[str], None] = lambda what: None
) -> list[Published]:
    """The study's normalised carbon and mean waits, and its baseline.

    Args:
        data: folder with jobs/pai_1k.csv and cloud2022/carbon_intensity_2022.csv.gz, or with the files themselves.

    Raises:
        InputError: a file is missing or not of its form.
    """
    trace, hourly = read_trace(data), read_hourly(data)
    found = table(trace, hourly, policies(), tell)
    digits = {
        "no-wait": (1.000000, 0.0),
        "lowest-slot": (0.780037, 4059.3),
        "carbon-time": (0.724888, 3404.9),
        "ecovisor": (0.639105, 5630.9),
    }
    base = float(found["carbon_kg"].iloc[0])
    rows = [Published("carbon without waiting", 562.17126, base, 5e-6, "kg at 1 kW a core", SOURCE)]
    for policy, (carbon, wait) in digits.items():
        got = found.loc[policy]
        rows += [
            Published(
                f"{policy}: {NORMALISED}", carbon, float(got["normalised"]), 5e-7, "", SOURCE
            ),
            Published(
                f"{policy}: {WAIT}", wait, float(got["mean_wait_ticks"]), 0.05, TICKS, SOURCE
            ),
        ]
    for policy in found.index.difference(list(digits), sort=False):
        got = found.loc[policy]
        rows += [
            shown(f"{policy}: {NORMALISED}", float(got["normalised"]), "", SOURCE),
            shown(f"{policy}: {WAIT}", float(got["mean_wait_ticks"]), TICKS, SOURCE),
        ]
    return rows
