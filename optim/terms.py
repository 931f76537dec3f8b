"""What a block gives to the program: nothing is hidden in lists, and the order of blocks is free."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyomo.environ as pyo

from ..models.outlook import Outlook


def nothing(r: int, t: int) -> float:
    """A block that feeds or draws nothing in a region and hour."""
    return 0.0


@dataclass(frozen=True)
class Terms:
    """The terms of one block.

    Attributes:
        injection: (r, t) -> power fed into region r in hour t [MW].
        withdrawal: (r, t) -> power drawn from it [MW].
        cost_cny: cost over the horizon, without carbon [CNY].
        emission_kg: CO2 that the block is charged with [kg].
        budgets: what can make the program infeasible through this block, in words.
    """

    injection: Callable[[int, int], Any] = nothing
    withdrawal: Callable[[int, int], Any] = nothing
    cost_cny: Any = 0.0
    emission_kg: Any = 0.0
    budgets: tuple[str, ...] = ()


def parameter(m: Any, name: str, *axes: Any) -> Any:
    """Declare a mutable parameter of the hours ahead on model `m`; `assign` gives it its values."""
    p = pyo.Param(*axes, mutable=True, initialize=1.0, within=pyo.Any)
    m.add_component(name, p)
    for i in p.index_set():  # make every entry exist, so that assign can walk them in order
        p[i]
    return p


def assign(p: Any, values: Any) -> None:
    """Give a parameter its values, in the order of its axes.

    Raises:
        ValueError: a value is not finite, or the size differs.
    """
    flat = np.asarray(values, dtype=float).ravel()
    if flat.size != len(p):
        raise ValueError(f"{p.name} has {len(p)} entries and was given {flat.size}")
    if not np.isfinite(flat).all():
        raise ValueError(f"{p.name} was given a value that is not finite")
    for entry, value in zip(p.values(), flat.tolist(), strict=True):
        entry.set_value(value)


def members(index: np.ndarray, n: int) -> list[list[int]]:
    """Positions by group: members([1, 0, 1], 2) is [[1], [0, 2]]."""
    groups: list[list[int]] = [[] for _ in range(n)]
    for position, group in enumerate(index.tolist()):
        groups[group].append(position)
    return groups


def most_load_mw(outlook: Outlook) -> list[float]:
    """What the sites of each region draw when all are full, network included: a bound for boxes [MW]."""
    c = outlook.system.compute
    network = float(c.stream_transfer_mwh_per_mwh.max(initial=0.0))
    most = [0.0] * len(outlook.system.grid.regions)
    for s, r in enumerate(c.site_region.tolist()):
        full = c.site_idle_mw[s] + c.site_capacity_mw[s] / c.site_efficiency[s]
        most[r] += float(full * outlook.pue[s].max() + network * c.site_capacity_mw[s])
    return most
