"""Azure virtual machines, as an extract.

Source: E. Cortez and others, "Resource Central: Understanding and Predicting Workloads for Improved Resource
Management in Large Cloud Platforms", SOSP 2017, doi:10.1145/3132747.3132772; cut by W. Hanafy and others, "Going
Green for Less Green", ASPLOS 2024, doi:10.1145/3620666.3651374.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from ..instants import TimeUnit
from ..jobs import Jobs
from .extract import read_extract


def read_azure(
    path: str | Path,
    *,
    unit: TimeUnit,
    kw_per_core: float,
    start: datetime | None = None,
    origin: str = "here",
) -> Jobs:
    """Read an extract `arrival_time,length,cpus`: azure-100k is in hours.

    Machines of length 0 or without cpus are left out and counted.

    Args:
        path: the file, plain, .gz or .zip.
        unit: of arrival_time and length, since the file does not say it.
        kw_per_core: what a cpu draws while a machine holds it [kW]; shares that a policy saves do not depend on it.
        start: the instant of arrival_time 0, with its time zone; the trace itself has no calendar.
        origin: the place that all machines come from.

    Raises:
        InputError: naming row, column and value; or the unit cannot be right.
    """
    return read_extract(
        path, unit=unit, kw_per_core=kw_per_core, layout="Azure extract", start=start, origin=origin
    )
