"""Branches and DC lines of a MATPOWER case, checked."""

from __future__ import annotations

import numpy as np

from .matpower_table import Table

Array = np.ndarray


def branches_of(table: Table, index_of: dict[int, int]) -> dict[str, Array]:
    """Branches in service, named as in `MatpowerCase`.

    Angle limits are bounds on the angle at the start less that at the end, as in MATPOWER: both 0 are
    none, as is what lies at or beyond -360 or 360 degrees; a 0 beside another number is a bound.

    Raises:
        InputError: a branch at no bus or without reactance, or limits that are none.
    """
    start, end = table.buses("F_BUS", 1, index_of), table.buses("T_BUS", 2, index_of)
    on = (table.column("BR_STATUS", 11) != 0) & (start >= 0) & (end >= 0)
    r, x = table.finite("BR_R", 3, on), table.finite("BR_X", 4, on)
    rate, tap = table.column("RATE_A", 6), table.finite("TAP", 9, on)
    shift = table.finite("SHIFT", 10, on)
    n = len(start)
    low = table.column("ANGMIN", 12) if table.data.shape[1] >= 13 else np.zeros(n)
    high = table.column("ANGMAX", 13) if table.data.shape[1] >= 13 else np.zeros(n)
    for row in np.flatnonzero(on):
        ends = f"the branch from bus {table.data[row, 0]:g} to bus {table.data[row, 1]:g}"
        if start[row] == end[row]:
            raise table.fail(row, f"{ends} ends where it starts")
        if x[row] == 0:
            raise table.fail(row, f"{ends} has zero reactance: power flow needs another BR_X")
        if not rate[row] >= 0:
            raise table.fail(row, f"{ends} has RATE_A {rate[row]:g}: give MW, or 0 for no limit")
        if not tap[row] >= 0:
            raise table.fail(row, f"{ends} has TAP {tap[row]:g}: give its ratio, or 0 for none")
        if not low[row] <= high[row]:
            raise table.fail(row, f"{ends} has ANGMIN {low[row]:g} above ANGMAX {high[row]:g}")
    free = (low == 0) & (high == 0)
    low = np.where(free | (low <= -360), -np.inf, np.radians(low))
    high = np.where(free | (high >= 360), np.inf, np.radians(high))
    whole = {
        "branch_row": np.arange(1, n + 1),
        "branch_from": start,
        "branch_to": end,
        "branch_r": r,
        "branch_x": x,
        "branch_tap": np.where(tap == 0, 1.0, tap),
        "branch_shift_rad": np.radians(shift),
        "branch_rate_mw": np.where(rate == 0, np.inf, rate),
        "branch_angle_min_rad": low,
        "branch_angle_max_rad": high,
    }
    return {name: values[on] for name, values in whole.items()}


def dc_lines_of(table: Table, index_of: dict[int, int]) -> dict[str, Array]:
    """Controllable lines, as in MATPOWER where toggle_dcline is on.

    A positive PMAX or PMIN bounds what is sent at the start, a negative one what is sent at the end.
    The loss is a share of what is sent in either sense; MATPOWER's own formula, PT = (1 − LOSS1)·PF,
    would make energy where power flows from end to start.

    Raises:
        InputError: a line at no bus, limits in the wrong order, or a loss that is not modelled.
    """
    start, end = table.buses("F_BUS", 1, index_of), table.buses("T_BUS", 2, index_of)
    on = (table.column("BR_STATUS", 3) > 0) & (start >= 0) & (end >= 0)
    low, high = table.finite("PMIN", 10, on), table.finite("PMAX", 11, on)
    constant, share = table.finite("LOSS0", 16, on), table.finite("LOSS1", 17, on)
    for row in np.flatnonzero(on):
        ends = f"the DC line from bus {table.data[row, 0]:g} to bus {table.data[row, 1]:g}"
        if start[row] == end[row]:
            raise table.fail(row, f"{ends} ends where it starts")
        if low[row] > high[row]:
            raise table.fail(row, f"{ends} has PMIN {low[row]:g} MW above PMAX {high[row]:g} MW")
        if constant[row] != 0:
            raise table.fail(
                row,
                f"{ends} has LOSS0 {constant[row]:g}: a loss without flow is not modelled, give 0",
            )
        if not 0 <= share[row] < 1:
            raise table.fail(
                row, f"{ends} has LOSS1 {share[row]:g}: give a share from 0 to below 1"
            )
    whole = {
        "dc_row": np.arange(1, len(start) + 1),
        "dc_from": start,
        "dc_to": end,
        "dc_min_mw": low,
        "dc_max_mw": high,
        "dc_loss_share": share,
    }
    return {name: values[on] for name, values in whole.items()}
