"""The same hours seen coarsely: means over blocks, for a quick pass over a long horizon.

A block of n hours takes the place of an hour. Power is the mean; energy is counted in n MWh, so that one
column is worth 1/n of what it stands for and prices per MWh, values of stored energy per MWh and prices
of carbon per kg come out as they are.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from .outlook import Outlook, over_hours

Array = np.ndarray


def coarsen(outlook: Outlook, block_h: int) -> Outlook:
    """Blocks of `block_h` hours in place of hours.

    Within a block, storage may charge and discharge and work may wait without being seen to; where a day's
    energy is bounded (reservoir hydro), the bound holds for `block_h` days together.

    Raises:
        ValueError: the hours do not divide into such blocks, or a day does not, or the first is begun.
    """
    n, T = block_h, outlook.hours
    if n < 1 or T % n or 24 % n:
        raise ValueError(f"{T} h and a day do not both divide into blocks of {n} h")
    if outlook.day_begun_h:
        raise ValueError("a coarse pass needs hours that begin with a day")
    if n == 1:
        return outlook
    grid, c = outlook.system.grid, outlook.system.compute
    coarse_grid = replace(
        grid,
        storage_energy_mwh=grid.storage_energy_mwh / n,
        storage_standing_loss_per_h=1.0 - (1.0 - grid.storage_standing_loss_per_h) ** n,
    )
    coarse_compute = replace(
        c,
        class_delay_cny_per_mwh_h=n * c.class_delay_cny_per_mwh_h,  # a block's wait is n hours
    )
    days = outlook.unit_day_mwh
    groups = np.arange(0, days.shape[1], n)

    def mean(series: Array) -> Array:
        return series.reshape(*series.shape[:-1], T // n, n).mean(axis=-1)

    def at_end(cumulative_mwh: Array) -> Array:
        return cumulative_mwh[..., n - 1 :: n] / n

    def scaled(value: Any) -> Any:
        return None if value is None else value / n

    return replace(
        outlook,
        system=replace(outlook.system, grid=coarse_grid, compute=coarse_compute),
        **over_hours(outlook, mean),
        unit_day_mwh=np.add.reduceat(days, groups, axis=1) / n,
        available_mwh=at_end(outlook.available_mwh),
        due_mwh=at_end(outlook.due_mwh),
        storage_start_mwh=scaled(outlook.storage_start_mwh),
        storage_end_min_mwh=scaled(outlook.storage_end_min_mwh),
        emission_cap_kg=scaled(outlook.emission_cap_kg),
    )
