"""Whether a grid can be a program at all: what is not finite, or below zero, is named and refused."""

from __future__ import annotations

import numpy as np

from .errors import InputError
from .system import Grid


def check_grid(grid: Grid) -> None:
    """Look at every figure that bounds a variable.

    Raises:
        InputError: the first that is unbounded, negative or not a number, with what it belongs to.
    """
    units = [
        f"unit {k} ({name} in {grid.regions[r]})"
        for k, (name, r) in enumerate(zip(grid.unit_technology, grid.unit_region, strict=True))
    ]
    lines = [
        f"the line from {grid.regions[a]} to {grid.regions[b]}"
        for a, b in zip(grid.line_from, grid.line_to, strict=True)
    ]
    stores = [
        f"storage {b} ({name} in {grid.regions[r]})"
        for b, (name, r) in enumerate(
            zip(grid.storage_technology, grid.storage_region, strict=True)
        )
    ]
    bounded = (
        (units, "capacity [MW]", grid.unit_capacity_mw),
        (lines, "capacity [MW]", grid.line_capacity_mw),
        (stores, "power [MW]", grid.storage_power_mw),
        (stores, "energy [MWh]", grid.storage_energy_mwh),
    )
    for names, what, values in bounded:
        _refuse(names, what, values, values < 0, "let it be 0 or more, and finite")
    shares = (
        (lines, "loss", grid.line_loss_share),
        (stores, "standing loss", grid.storage_standing_loss_per_h),
    )
    for names, what, values in shares:
        _refuse(names, what, values, (values < 0) | (values >= 1), "let it be from 0 to below 1")
    for names, what, values in (
        (stores, "charging efficiency", grid.storage_charge_efficiency),
        (stores, "discharging efficiency", grid.storage_discharge_efficiency),
    ):
        _refuse(names, what, values, (values <= 0) | (values > 1), "let it be above 0 and up to 1")


def _refuse(
    names: list[str], what: str, values: np.ndarray, wrong: np.ndarray, remedy: str
) -> None:
    for name, value, bad in zip(names, values.tolist(), wrong.tolist(), strict=True):
        if bad or not np.isfinite(value):
            raise InputError(f"{name} has {what} {value:g}: {remedy}")
