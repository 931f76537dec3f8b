"""Indices and expressions of a rule for all its indices at once.

Pyomo is where the program is written. A rule that is given whole numbers returns Pyomo's expression of one row, and
Pyomo compiles any program so, row by row. Here the same rule is called once, with indices that stand for all their
values, and what it returns is all its rows as numpy arrays: ten to forty times quicker, and entry by entry the same
(`tests/optim/test_at_once.py`). Nothing of Pyomo or Python is changed.

An index, a number and an expression are all a `Linear`: a sum of `Part`s at each place of a `Frame` (`frames`).
A set, or a group that an index names, is a `Loop`: `terms.sum_over` asks it for its sum, and nothing else can run
over it. What cannot mean the same for all indices, such as `if t == 0`, is refused (`NotAtOnce`), never guessed;
Pyomo then takes the program (`program`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from .frames import Array, Frame, NotAtOnce, Part


class Linear:
    """An index, a number or an expression at all places of a frame: the sum of its parts."""

    __array_ufunc__ = None  # numpy is not to take it apart

    def __init__(self, frame: Frame, *parts: Part) -> None:
        self.frame, self.parts = frame, parts

    def within(self, frame: Frame) -> Linear:
        """The same at each place of a frame further in."""
        places = frame.to(self.frame)
        return self if places is None else Linear(frame, *(p.taken(places) for p in self.parts))

    def summed(self) -> Linear:
        """The terms of a sum as an expression of the frame that the sum stands in."""
        outer, up = self.frame.parent, self.frame.up
        assert outer is not None
        if self.plain:
            terms = np.broadcast_to(self.numbers(), len(up))
            return Linear(outer, Part(np.bincount(up, terms, outer.n)))
        parts = (p._replace(at=up if p.at is None else up[p.at]) for p in self.parts)
        return Linear(outer, *parts)

    @property
    def plain(self) -> bool:
        """Whether it is a number that hangs on no variable and no parameter."""
        return len(self.parts) == 1 and all(x is None for x in self.parts[0][1:])

    def numbers(self) -> Any:
        """That number at each place."""
        if not self.plain:
            raise NotAtOnce("a number is wanted that hangs on no variable and no parameter")
        return self.parts[0].value

    def positions(self, n: int) -> Any:
        """The same as positions in something of length n."""
        found = np.asarray(self.numbers())
        if found.size and not (found.min() >= 0 and found.max() < n and (found % 1 == 0).all()):
            raise NotAtOnce("an index that is not there")
        return found.astype(int)

    def pick(self, table: Array) -> Linear:
        """The entry of a table at this index."""
        return Linear(self.frame, Part(table[self.positions(len(table))]))

    def _with(self, other: Any) -> tuple[Linear, Linear]:
        """Both, at the same places."""
        if isinstance(other, Linear):
            inner = max(self.frame, other.frame, key=lambda f: f.depth)
            return self.within(inner), other.within(inner)
        if not isinstance(other, (int, float, np.number)):
            raise NotAtOnce(f"{other!r} stands where a number is wanted")
        return self, Linear(self.frame, Part(float(other)))

    def _by_numbers(self, other: Any, by: Callable[[Any, Any], Any]) -> Linear:
        one, two = self._with(other)
        return Linear(one.frame, Part(by(one.numbers(), two.numbers())))

    def __add__(self, other: Any) -> Linear:
        one, two = self._with(other)
        if one.plain and two.plain:
            return one._by_numbers(two, np.add)
        return Linear(one.frame, *one.parts, *two.parts)

    __radd__ = __add__

    def __mul__(self, other: Any) -> Linear:
        one, two = self._with(other)
        return Linear(one.frame, *(p.times(q) for p in one.parts for q in two.parts))

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Linear:
        one, two = self._with(other)
        by = Part(two.numbers())
        return Linear(
            one.frame, *(p._replace(value=p.value / by.taken(p.at).value) for p in one.parts)
        )

    def __neg__(self) -> Linear:
        return self * -1.0

    def __sub__(self, other: Any) -> Linear:
        return self + -other

    def __rsub__(self, other: Any) -> Linear:
        return -self + other

    def __mod__(self, other: Any) -> Linear:
        return self._by_numbers(other, np.mod)

    def __floordiv__(self, other: Any) -> Linear:
        return self._by_numbers(other, np.floor_divide)

    __hash__ = object.__hash__

    def __eq__(self, other: Any) -> Any:
        return Relation(self - other, True, True)

    def __le__(self, other: Any) -> Any:
        return Relation(self - other, False, True)

    def __ge__(self, other: Any) -> Any:
        return Relation(self - other, True, False)

    def __bool__(self) -> bool:
        raise NotAtOnce("a rule branches on its indices")


@dataclass(frozen=True, eq=False)
class Relation:
    """body >= 0, body <= 0, or both."""

    body: Linear
    at_least: bool
    at_most: bool

    def __bool__(self) -> bool:
        raise NotAtOnce("a rule branches on its indices")


@dataclass(frozen=True, eq=False)
class Loop:
    """What a sum runs over: the members of the group at an index. A set is the only group there is.

    `members`: of one group after another. `sizes`: how many each has.
    """

    group: Linear
    sizes: Array
    members: Array

    def __len__(self) -> int:
        if len(self.sizes) > 1:
            raise NotAtOnce("the size of a group, which differs from index to index")
        return int(self.sizes[0])

    def sum(self, term: Callable[[Any], Any]) -> Linear:
        """The sum of `term`, which is called once, with the index of all terms of all places."""
        root = self.group.frame.root
        outer = root.inner
        group = np.broadcast_to(self.group.within(outer).positions(len(self.sizes)), outer.n)
        size, first = self.sizes[group], (np.cumsum(self.sizes) - self.sizes)[group]
        up = np.repeat(np.arange(outer.n), size)
        before = np.cumsum(size) - size  # terms of the places before
        index = self.members[np.arange(len(up)) + (first - before)[up]]
        inner = Frame(len(up), outer, up)
        root.inner = inner
        try:
            said = term(Linear(inner, Part(index)))
        finally:
            root.inner = outer
        return linear(said, inner).summed()


def linear(said: Any, frame: Frame) -> Linear:
    """What a rule or a term says, a number or an expression, at the places of its frame."""
    if isinstance(said, (int, float, np.number)):
        return Linear(frame, Part(float(said)))
    if not isinstance(said, Linear):
        raise NotAtOnce(f"a rule says {said!r}")
    return said.within(frame)
