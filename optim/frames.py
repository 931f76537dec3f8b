"""Places and parts: what expressions are made of while a rule is read for all its indices at once (`at_once`)."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

Array = np.ndarray


class NotAtOnce(TypeError):
    """A rule that has to be read index by index."""


class Frame:
    """The places at which an expression has a value.

    The rows of a rule are a frame: an index of the rule has its value in each of them. The terms of a sum, of all
    rows together, are another one within it.

    Attributes:
        n: how many places. parent, up: of a sum, the frame it stands in, and the place there that each term is
            added to; None for the rows of a rule. depth: how many sums are around.
        root: the rows of the rule. inner: there, the innermost sum that is being read (`at_once.Loop.sum`).
    """

    def __init__(self, n: int, parent: Frame | None = None, up: Any = None) -> None:
        self.n, self.parent, self.up = n, parent, up
        self.depth: int = 0 if parent is None else parent.depth + 1
        self.root: Frame = self if parent is None else parent.root
        self.inner: Frame = self

    def to(self, other: Frame) -> Array | None:
        """The place in a frame around this one that each place belongs to; None for this very frame."""
        at, frame = None, self
        while frame is not other:
            if frame.parent is None:
                raise NotAtOnce("a term is used outside its sum")
            at = frame.up if at is None else frame.up[at]
            frame = frame.parent
        return at


class Part(NamedTuple):
    """value · theta[parameter] · x[column], at each place of a frame. Each is an array, or one number for all places;
    `column` and `parameter` are None where there is no such factor.

    `at`: after a sum there are any number of terms to a place; it says which place each belongs to.
    """

    value: Any
    column: Any = None
    parameter: Any = None
    at: Any = None

    def taken(self, places: Array | None) -> Part:
        """What it is at each of these places; None: as it is."""
        if places is None:
            return self
        if self.at is not None:
            raise NotAtOnce("a sum stands in each term of another, and was not worked out there")
        return Part(*(x[places] if isinstance(x, np.ndarray) else x for x in self[:3]))

    def times(self, other: Part) -> Part:
        """The product, where it is linear in the columns and affine in the parameters."""
        if self.at is None and other.at is not None:
            return other.times(self)
        other = other.taken(self.at)
        if not (self.column is None or other.column is None):
            raise NotAtOnce("a product of two variables")
        if not (self.parameter is None or other.parameter is None):
            raise NotAtOnce("a product of two parameters")
        column = other.column if self.column is None else self.column
        parameter = other.parameter if self.parameter is None else self.parameter
        return Part(self.value * other.value, column, parameter, self.at)
