"""What a block gives to the program, and what its rules are written with.

Nothing is hidden in lists, and the order of blocks is free. A rule that takes figures of the system from `Numbers`,
groups from `Members` and sums with `sum_over`, and does not branch on an index, is read for all its indices at once
(`at_once`); any other is as right and slower.

Blocks import Pyomo where they declare, not above: who solves what is compiled already never loads it, which takes as
long as compiling (`compiled_store`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..models.outlook import Outlook
from .at_once import Linear, Loop


def nothing(m: Any, *index: Any) -> float:
    """A block that feeds or draws nothing, costs nothing, emits nothing."""
    return 0.0


@dataclass(frozen=True)
class Terms:
    """The terms of one block, as rules of a model `m`.

    Attributes:
        injection: (m, r, t) -> power fed into region r in hour t [MW].
        withdrawal: (m, r, t) -> power drawn from it [MW].
        cost_cny: m -> cost over the horizon, without carbon [CNY].
        emission_kg: m -> CO2 that the block is charged with [kg].
        budgets: what can make the program infeasible through this block, in words.
    """

    injection: Callable[[Any, Any, Any], Any] = nothing
    withdrawal: Callable[[Any, Any, Any], Any] = nothing
    cost_cny: Callable[[Any], Any] = nothing
    emission_kg: Callable[[Any], Any] = nothing
    budgets: tuple[str, ...] = ()


def parameter(m: Any, name: str, *axes: Any) -> Any:
    """Declare a mutable parameter of the hours ahead on model `m`; `assign` gives it its
    values."""
    import pyomo.environ as pyo

    p = pyo.Param(*axes, mutable=True, initialize=1.0, within=pyo.Any)
    m.add_component(name, p)
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


def sum_over(members: Any, term: Callable[[Any], Any]) -> Any:
    """The sum of `term` over members, in a rule: sum_over(stores[r], lambda b: m.charge[b, t]). Sums may nest.

    Args:
        members: a list, a range, a set of the model, or a group of `Members`. Where the rule is read for all its
            indices at once, a set and a group stand for the members of all places, and `term` is called once.
        term: member -> number or expression.
    """
    return members.sum(term) if isinstance(members, Loop) else sum(term(i) for i in members)


class Numbers(dict[int, Any]):
    """Figures of the system for rules, by position; an index that stands for many (`at_once`) gets all of theirs."""

    def __init__(self, values: Any) -> None:
        self._array = np.asarray(values)
        super().__init__(enumerate(self._array.tolist()))

    def __missing__(self, index: Any) -> Any:
        return _many(index).pick(self._array)


class Members(dict[int, list[int]]):
    """Positions by group, for `sum_over`: Members([1, 0, 1], 2) is {0: [1], 1: [0, 2]}."""

    def __init__(self, groups: Any, n: int) -> None:
        of = np.asarray(groups, int)
        if (of >= n).any():
            raise IndexError(f"a group beyond the {n} that there are")
        self._sizes, self._positions = np.bincount(of, minlength=n), np.argsort(of, kind="stable")
        parts = np.split(self._positions, np.cumsum(self._sizes))
        super().__init__((group, parts[group].tolist()) for group in range(n))

    def __missing__(self, index: Any) -> Any:
        return Loop(_many(index), self._sizes, self._positions)


def _many(index: Any) -> Linear:
    if not isinstance(index, Linear):
        raise KeyError(index)
    return index


def most_load_mw(outlook: Outlook) -> np.ndarray:
    """What the sites of each region draw when all are full, network included: a bound for boxes (R,) [MW]."""
    c = outlook.system.compute
    network = float(c.stream_transfer_mwh_per_mwh.max(initial=0.0))
    full = c.site_idle_mw + c.site_capacity_mw / c.site_efficiency
    most = full * outlook.pue.max(axis=1) + network * c.site_capacity_mw
    return np.bincount(c.site_region, most, len(outlook.system.grid.regions))
