"""Extracts `arrival_time,length,cpus`, as the artifact of GAIA (ASPLOS 2024) cut them from public traces.

The files do not say their unit: the small ones are in seconds, those of 100,000 jobs in hours. It is an argument,
and one that cannot be right is refused.
"""

from __future__ import annotations

import math
from datetime import datetime
from pathlib import Path

import numpy as np

from ..errors import InputError
from ..instants import TimeUnit
from ..jobs import Jobs
from ..sheet import read_sheet
from .gather import Records, gather, kw_of

SHORTEST_MEDIAN_S = 5.0  # a batch job or virtual machine lives longer, half of them by far


def read_extract(
    path: str | Path,
    *,
    unit: TimeUnit,
    kw_per_core: float,
    layout: str,
    start: datetime | None,
    origin: str,
) -> Jobs:
    """Read columns arrival_time, length [unit] and cpus; see `read_pai` and `read_azure`.

    Raises:
        InputError: naming row, column and value; or the unit cannot be right.
    """
    file = str(path)
    sheet = read_sheet(path)
    arrival_s = sheet.numbers("arrival_time", 0.0) * unit.value
    length_s = sheet.numbers("length", 0.0) * unit.value
    cores = sheet.numbers("cpus", 0.0)
    if len(sheet) and np.median(length_s) < SHORTEST_MEDIAN_S:
        raise InputError(
            f"{file}: the median job would run for {np.median(length_s):.3g} s; "
            "check the unit of its lengths, perhaps they are in a larger one, such as hours"
        )
    return gather(
        Records(
            file=file,
            layout=f"{layout}, in {unit.name.lower()}",
            rows=sheet.rows,
            arrival_s=arrival_s,
            length_s=length_s,
            power_kw=kw_of(cores, kw_per_core, file),
            cores=cores,
            due_s=np.full(len(sheet), math.nan),
            classes="all",
            origins=origin,
            left_out={"of length 0": length_s == 0, "of 0 cpus": cores == 0},
            start=start,
        )
    )
