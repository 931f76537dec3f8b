"""Stand-ins for a Pyomo model, for blocks whose rules are read for all their indices at once (`at_once`).

`Stated` is the model that blocks declare on: it keeps Pyomo's components by name and fills none of them. `View` is
the `m` of a rule: its variables and parameters give expressions of all places, its sets what sums run over.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyomo.environ as pyo

from .at_once import Linear, Loop
from .frames import Array, Frame, NotAtOnce, Part

SETS = (pyo.Set, pyo.RangeSet)


class Stated:
    """Sets, variables, parameters, constraints and the objective by name, none of them filled but the sets."""

    def __init__(self, name: str) -> None:
        self.__dict__.update(name=name, declared={})

    def add_component(self, name: str, component: Any) -> None:
        """Take a Pyomo component.

        Raises:
            NotAtOnce: only Pyomo can say what it does.
        """
        known = isinstance(component, (*SETS, pyo.Var, pyo.Param, pyo.Constraint, pyo.Objective))
        real = not isinstance(component, pyo.Var) or _real(component)
        left_open = not isinstance(component, pyo.Param) or component.mutable
        if not (known and real and left_open) or name in self.declared:
            raise NotAtOnce(f"{name} cannot be stated at once")
        for axis in axes(component):
            axis.construct()
        self.declared[name] = component

    __setattr__ = add_component

    def __getattr__(self, name: str) -> Any:
        found = self.declared.get(name)
        if not isinstance(found, SETS):
            raise NotAtOnce(f"{name} is used before all is declared")
        return found

    def of(self, *kinds: Any) -> dict[str, Any]:
        """What there is of these kinds, in the order of its declaration."""
        return {name: c for name, c in self.declared.items() if isinstance(c, kinds)}

    def over_hours(self, component: Any) -> bool:
        """Whether its last axis is the hours, `T`."""
        own = axes(component)
        return bool(own) and own[-1] is self.declared.get("T")


def _real(variable: Any) -> bool:
    domain = variable._rule_domain
    return domain.constant() and domain(None, None, variable) is pyo.Reals


def axes(component: Any) -> list[Any]:
    """The sets that a component has an entry for; itself, if it is a set."""
    if isinstance(component, SETS):
        return [component]
    return list(component.index_set().subsets()) if component.is_indexed() else []


def members_of(axis: Any) -> Array:
    """What is in a set of whole numbers."""
    found = np.array(list(axis), dtype=object)
    if found.ndim != 1 or any(not isinstance(x, int) or x < 0 for x in found):
        raise NotAtOnce("a set of something else than whole numbers")
    return found.astype(int)


class View:
    """The `m` of one rule, for all its indices; `root`: its rows."""

    def __init__(self, stated: Stated, first: dict[str, int], root: Frame) -> None:
        self._stated, self._first, self._root = stated, first, root

    def __getattr__(self, name: str) -> Any:
        found = self._stated.declared.get(name)
        if isinstance(found, SETS):
            members = members_of(found)
            return Loop(Linear(self._root, Part(0)), np.array([len(members)]), members)
        if not isinstance(found, (pyo.Var, pyo.Param)):
            raise NotAtOnce(f"a rule uses {name}")
        entries = _Entries(found, self._first[name], self._root)
        return entries if found.is_indexed() else entries[()]


@dataclass(frozen=True, eq=False)
class _Entries:
    """A variable or parameter in a rule; `first` of its columns or of its places in the parameters' vector."""

    component: Any
    first: int
    root: Frame

    def __getitem__(self, key: Any) -> Linear:
        keys, own = key if isinstance(key, tuple) else (key,), axes(self.component)
        if len(keys) != len(own):
            raise NotAtOnce("an index too many or too few")
        indices = [k if isinstance(k, Linear) else Linear(self.root, Part(k)) for k in keys]
        frame = max((i.frame for i in indices), key=lambda f: f.depth, default=self.root)
        at = np.zeros((), int)
        for axis, index in zip(own, indices, strict=True):
            values = members_of(axis)
            where = np.full(values.max(initial=-1) + 1, -1)
            where[values] = np.arange(len(values))
            found = where[index.within(frame).positions(len(where))]
            if (found < 0).any():
                raise NotAtOnce("an index that is not there")
            at = at * len(values) + found
        at = np.broadcast_to(self.first + at, frame.n)
        return Linear(
            frame, Part(1.0, at) if isinstance(self.component, pyo.Var) else Part(1.0, None, at)
        )


def read(rule: Any, stated: Stated, first: dict[str, int], own: list[Any]) -> tuple[Frame, Any]:
    """Its rows, and what a rule says for all of them: a Linear, Relation, number or pair.

    Args:
        rule: of a component over the sets `own`. first: where the entries of each variable and parameter begin.
    """
    values = [members_of(axis) for axis in own]
    root = Frame(int(np.prod([len(x) for x in values])))
    rows = np.meshgrid(*values, indexing="ij")
    index: Any = tuple(Linear(root, Part(column.ravel())) for column in rows)
    index = index if len(own) > 1 else index[0] if own else None
    return root, rule(View(stated, first, root), index)
