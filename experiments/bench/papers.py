"""How long the published studies take: a trace under GAIA's policies, a table of EuroSys. (Wait Awhile is in `jobs`.)

Both need the data folder that WESTSHIFT_DATA names.
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
from westshift.models.instants import TimeUnit
from westshift.models.job_logs.pai import read_pai

from .row import Row


def rows(tell: Callable[[str], None] = lambda what: None) -> list[Row]:
    """One row a policy and study; none without data, and it is said."""
    folder = os.environ.get("WESTSHIFT_DATA")
    if folder is None:
        tell("WESTSHIFT_DATA names no folder: GAIA's trace and EuroSys's table are left out")
        return []
    return _gaia(Path(folder), tell) + _eurosys(Path(folder), tell)


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
