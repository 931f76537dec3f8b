"""How long the published studies take: a year of Wait Awhile, a trace under GAIA's policies, a table of EuroSys.

Wait Awhile runs on a drawn series, since its data cannot be shipped; the authors' own simulator took them 5 to 12 s a
run on a machine of theirs, so that figure stands beside ours and is no measurement of this suite. The other two
need the data folder that WESTSHIFT_DATA names.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from westshift.experiments.reproduce.cloud2022 import read_intensity, read_round_trips
from westshift.experiments.reproduce.eurosys24_limits import limit_rows
from westshift.experiments.reproduce.gaia import policies, queues, run
from westshift.experiments.reproduce.published import need
from westshift.experiments.reproduce.waitawhile import in_slots
from westshift.experiments.reproduce.waitawhile_jobs import next_workday_slots, project_jobs
from westshift.models.instants import TimeUnit
from westshift.models.job_logs.pai import read_pai
from westshift.sim.jobs.world import run_jobs
from westshift.sim.policies.jobs.wait_awhile import WAIT_AWHILE, WAIT_AWHILE_INTERRUPTIBLE

from .row import Row

HALF_HOURS = 48 * (366 + 14)  # of 2020, and days to end in
HOURS = 8760


def rows(tell: Callable[[str], None] = lambda what: None, repeats: int = 3) -> list[Row]:
    """One row a policy and study; those without data are left out, and it is said."""
    out = _wait_awhile(tell, repeats)
    folder = os.environ.get("WESTSHIFT_DATA")
    if folder is None:
        tell("WESTSHIFT_DATA names no folder: GAIA's trace and EuroSys's table are left out")
        return out
    return out + _gaia(Path(folder), tell) + _eurosys(Path(folder), tell)


def _wait_awhile(tell: Callable[[str], None], repeats: int) -> list[Row]:
    rng, slot = np.random.default_rng(0), np.arange(HALF_HOURS)
    day = 300.0 - 60.0 * np.sin((slot / 2 - 6) / 24 * 2 * np.pi)
    truth = in_slots(np.maximum(day + 40.0 * rng.standard_normal(HALF_HOURS), 1.0))
    jobs = project_jobs()
    ends = jobs.arrival + jobs.length
    budget = np.minimum(next_workday_slots(ends) + 1, truth.ticks - ends)
    out = []
    for policy in (WAIT_AWHILE, WAIT_AWHILE_INTERRUPTIBLE):
        tell(f"Wait Awhile: {policy.name}")
        spent = [
            _seconds(lambda p=policy: run_jobs(jobs, truth, p, budget)) for _ in range(repeats)
        ]
        out.append(_row("3,387 jobs, a year of half hours", policy.name, spent, out))
    return out


def _gaia(folder: Path, tell: Callable[[str], None]) -> list[Row]:
    jobs = read_pai(need(folder, "jobs", "pai-100k.csv.gz"), unit=TimeUnit.HOURS, kw_per_core=1.0)
    trace = queues(jobs.arrival_s, jobs.length_s, jobs.cores)
    hourly = np.tile(read_intensity(folder).zone("AU-SA"), 3)
    out: list[Row] = []
    for policy in policies():
        tell(f"GAIA on {len(jobs):,} jobs: {policy.name}")
        spent = [_seconds(lambda p=policy: run(trace, hourly, p))]
        out.append(_row(f"{len(jobs):,} jobs of the PAI trace", policy.name, spent, out))
    return out


def _eurosys(folder: Path, tell: Callable[[str], None]) -> list[Row]:
    tell("EuroSys: capacity and latency, greedy and exact")
    intensity, (zones, rtt) = read_intensity(folder), read_round_trips(folder)
    spent = [_seconds(lambda: limit_rows(intensity, zones, rtt))]
    return [_row("40 cells of capacity and latency", "greedy method and linear program", spent, [])]


def _seconds(task: Callable[[], object]) -> float:
    start = time.process_time()
    task()
    return time.process_time() - start


def _row(size: str, way: str, spent: list[float], before: list[Row]) -> Row:
    seconds = float(np.median(spent))
    return Row(
        measured=f"published studies: {size}",
        way=way,
        size=size,
        repeats=len(spent),
        seconds=seconds,
        times=seconds / before[0].seconds if before else 1.0,
    )
