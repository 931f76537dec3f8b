"""Alibaba PAI: machine-learning jobs of a GPU cluster in 2020, as an extract.

Source: Q. Weng and others, "MLaaS in the Wild: Workload Analysis and Scheduling in Large-Scale Heterogeneous GPU
Clusters", NSDI 2022; cut by W. Hanafy and others, "Going Green for Less Green", ASPLOS 2024,
doi:10.1145/3620666.3651374.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from ..instants import TimeUnit
from ..jobs import Jobs
from .extract import read_extract


def read_pai(
    path: str | Path,
    *,
    unit: TimeUnit,
    kw_per_core: float,
    start: datetime | None = None,
    origin: str = "here",
) -> Jobs:
    """Read an extract `arrival_time,length,cpus`: pai_1k is in seconds, pai-100k in hours.

    Jobs of length 0 or without cpus are left out and counted.

    Args:
        path: the file, plain, .gz or .zip.
        unit: of arrival_time and length, since the file does not say it.
        kw_per_core: what a cpu draws while a job holds it [kW]; shares that a policy saves do not depend on it.
        start: the instant of arrival_time 0, with its time zone; the trace itself has no calendar.
        origin: the place that all jobs come from.

    Raises:
        InputError: naming row, column and value; or the unit cannot be right.
    """
    return read_extract(
        path, unit=unit, kw_per_core=kw_per_core, layout="PAI extract", start=start, origin=origin
    )
