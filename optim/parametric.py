"""A program as arrays that are affine in its parameters: compiled once, right for any hours.

    entry(theta) = constant + sum_k coefficient_k * theta_k

New hours cost one sparse product a block in place of a new compilation. Nothing here knows Pyomo: `matrix` makes
these arrays of what blocks state, `parametrise` of any Pyomo model, and `compiled_store` keeps them in files.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp

from .solver import Compiled

Array = np.ndarray


@dataclass(frozen=True)
class Layout:
    """The parameters of a program: the shape of each by name, in their order, and whose last axis is the hours."""

    shapes: dict[str, tuple[int, ...]]
    hourly: tuple[str, ...]


class Theta:
    """The values of a program's parameters: one vector, and a view of it in the shape of each.

    `theta.demand_mw` is the view of parameter `demand_mw`; `terms.assign` writes into it.
    """

    def __init__(self, layout: Layout) -> None:
        sizes = [int(np.prod(shape)) for shape in layout.shapes.values()]
        self.vector = np.zeros(sum(sizes))
        self._hourly = layout.hourly
        start = 0
        for (name, shape), size in zip(layout.shapes.items(), sizes, strict=True):
            setattr(self, name, self.vector[start : start + size].reshape(shape))
            start += size

    def turn(self, hours: int) -> None:
        """Put the first hour's values in the place of the `hours`-th, and so on round the ring."""
        for name in self._hourly if hours else ():
            view = getattr(self, name)
            view[...] = np.roll(view, hours, axis=-1)


@dataclass(frozen=True, eq=False)
class Affine:
    """Some entries of an array, affine in theta: array[where] = constant + slope @ theta."""

    where: Array
    constant: Array
    slope: sp.csr_array

    def put(self, base: Array, theta: Array) -> Array:
        """A copy of `base` with these entries as they are at theta."""
        if len(self.where) == 0:
            return base
        out = base.copy()
        out[self.where] = self.constant + self.slope @ theta
        return out


@dataclass(frozen=True, eq=False)
class Parametric:
    """A program with its parameters left open. It holds arrays only, and pickles without Pyomo.

    Attributes:
        layout: of theta.
        base: the arrays at some theta; entries that do not depend on it are right at any.
        data, cost, lower, upper, row_lower, row_upper, offset: the entries that do.
        budgets: what can make the program infeasible, in words.
    """

    layout: Layout
    base: Compiled
    data: Affine
    cost: Affine
    lower: Affine
    upper: Affine
    row_lower: Affine
    row_upper: Affine
    offset: Affine
    budgets: tuple[str, ...] = ()

    def at(self, theta: Array) -> Compiled:
        """The program at these values of the parameters."""
        b = self.base
        A = sp.csc_array((self.data.put(b.A.data, theta), b.A.indices, b.A.indptr), b.A.shape)
        return replace(
            b,
            A=A,
            cost=self.cost.put(b.cost, theta),
            lower=self.lower.put(b.lower, theta),
            upper=self.upper.put(b.upper, theta),
            row_lower=self.row_lower.put(b.row_lower, theta),
            row_upper=self.row_upper.put(b.row_upper, theta),
            offset=float(self.offset.put(np.array([b.offset]), theta)[0]),
        )
