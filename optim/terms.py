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
    """Declare a mutable parameter of the hours ahead on model `m`; `assign` gives it its
    values."""
    p = pyo.Param(*axes, mutable=True, initialize=1.0, within=pyo.Any)
    m.add_component(name, p)
    for i in p.index_set():  # make every entry exist, so that assign can walk them in order
        p[i]
    return p


def assign(view: np.ndarray, values: Any) -> None:
    """Write the values of the hours ahead into a parameter's view (`parametric.Theta`).

    Raises:
        ValueError: a value is not finite, or the shape differs.
    """
    given = np.asarray(values, dtype=float)
    if given.shape != view.shape:
        raise ValueError(f"a parameter of shape {view.shape} was given {given.shape}")
    if not np.isfinite(given).all():
        raise ValueError("a parameter was given a value that is not finite")
    view[...] = given


def members(index: np.ndarray, n: int) -> list[list[int]]:
    """Positions by group: members([1, 0, 1], 2) is [[1], [0, 2]]."""
    groups: list[list[int]] = [[] for _ in range(n)]
    for position, group in enumerate(index.tolist()):
        groups[group].append(position)
    return groups


def most_load_mw(outlook: Outlook) -> np.ndarray:
    """What the sites of each region draw when all are full, network included: a bound for boxes (R,) [MW]."""
    c = outlook.system.compute
    network = float(c.stream_transfer_mwh_per_mwh.max(initial=0.0))
    full = c.site_idle_mw + c.site_capacity_mw / c.site_efficiency
    most = full * outlook.pue.max(axis=1) + network * c.site_capacity_mw
    return np.bincount(c.site_region, most, len(outlook.system.grid.regions))
