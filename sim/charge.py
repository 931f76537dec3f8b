"""What charge of storage can be held, and what is needed to reach another in time."""

from __future__ import annotations

import numpy as np

from ..models.system import Grid

Array = np.ndarray


def sustained_mwh(grid: Grid, charge_mwh: Array) -> Array:
    """A charge that full power can hold against standing loss, no more than `charge_mwh` (B,) [MWh].

    A coarse pass does not see what is lost within a block.
    """
    loss, into = grid.storage_standing_loss_per_h, grid.storage_charge_efficiency
    held = np.divide(
        into * grid.storage_power_mw, loss, out=np.full(len(loss), np.inf), where=loss > 0
    )
    return np.minimum(charge_mwh, np.minimum(held, grid.storage_energy_mwh))


def least_charge_mwh(grid: Grid, end_mwh: Array, hours: int) -> Array:
    """Charge after each number of hours from which full power still reaches `end_mwh` (B, T + 1) [MWh]."""
    least = np.zeros((len(end_mwh), hours + 1))
    least[:, hours] = end_mwh
    full = grid.storage_charge_efficiency * grid.storage_power_mw
    kept = 1.0 - grid.storage_standing_loss_per_h
    for t in range(hours, 0, -1):
        least[:, t - 1] = np.maximum((least[:, t] - full) / kept, 0.0)
    return least
