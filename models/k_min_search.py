"""Taking k of the prices to come, one at a time, without foresight: thresholds, and the worst they can cost.

Prices lie between L and U; k of them have to be taken before time is up, the last ones whatever they are. The i-th
is taken if it is at most l_i. With a cost b for each start and each stop, l_i decides a start and l_i + 2b whether to
go on. The thresholds balance: after i - 1 units taken at their thresholds and the rest at U, the cost is the same
multiple a of what it could have been,

    sum_{j<i} (l_j + 2b) + (k - i + 1) U + 2b  =  a (k l_i + 2b),   l_{k+1} = L,

which gives l_i = U - 2b - A (1 + 1/(ka))^(i-1) with A = U (1 - 1/a) - 2b + (2b/k) (1 - 1/a), and a from
A (1 + 1/(ka))^k = U - L - 2b. Without b: (1 - L/U) / (1 - 1/a) = (1 + 1/(ka))^k.

The ratio is proven for prices each of which is on offer as often as wanted. Where each can be taken once, as an hour
can, a first price far below its threshold may bring a little more: with L = 1, U = 4, k = 2 the prices 1, 1.631, 4, 4
cost 1.90 times the least, and a is 1.88.

J. Lorenz, K. Panagiotou, A. Steger, "Optimal Algorithms for k-Search with Application in Option Pricing", Algorithmica
55, 2009, doi:10.1007/s00453-008-9217-8; with switching: A. Lechowicz et al., "The Online Pause and Resume Problem",
Proc. ACM Meas. Anal. Comput. Syst. 7(3), 2023, doi:10.1145/3626776.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .errors import InputError

Array = np.ndarray

HALVINGS = 100
"""Of the interval that holds the ratio: more than a double can tell apart."""


@dataclass(frozen=True)
class Search:
    """What is known beforehand.

    Attributes:
        lowest, highest: bounds L and U of the price. switch: cost b of one start or one stop [price x units].

    Raises:
        InputError: bounds that are not 0 < L <= U, or a switch that costs less than nothing.
    """

    lowest: float
    highest: float
    switch: float = 0.0

    def __post_init__(self) -> None:
        if not 0.0 < self.lowest <= self.highest < np.inf:
            raise InputError(
                f"bounds of {self.lowest} and {self.highest}: a worst case is known for 0 < lowest <= highest only"
            )
        if not 0.0 <= self.switch < np.inf:
            raise InputError(f"a switch that costs {self.switch}: let it be 0 or more")

    @property
    def worth_pausing(self) -> bool:
        """Whether a stop and a start can ever pay."""
        return 2.0 * self.switch < self.highest - self.lowest


def proven_ratio(search: Search, units: Array | float) -> Array:
    """Most that the thresholds' cost can be, of the least that was possible.

    Args:
        units: k, how many are taken, 1 or more; inf for a divisible amount. Of any shape.

    Returns:
        the ratio, of the same shape, 1 or more. Where pausing never pays, that of taking the first k.
    """
    k = np.asarray(units, float)
    low, high, b = search.lowest, search.highest, search.switch
    if not (k >= 1.0).all():
        raise InputError(f"{float(k.min()):g} units to take: let it be 1 or more")
    if not search.worth_pausing:
        each = 2.0 * b / k
        return (high + each) / (low + each)
    lower, upper = np.ones_like(k), np.full_like(k, high / low)
    for _ in range(HALVINGS):
        middle = (lower + upper) / 2.0
        short = _spread(search, k, middle) * np.exp(_growth(k, middle)) < high - low - 2.0 * b
        lower, upper = np.where(short, middle, lower), np.where(short, upper, middle)
    return (lower + upper) / 2.0


def thresholds(search: Search, units: int) -> tuple[Array, Array]:
    """l_i, which decides a start, and l_i + 2b, which decides whether to go on (k,)."""
    if not search.worth_pausing:
        flat = np.full(units, search.highest)
        return flat, flat
    ratio = proven_ratio(search, units)
    spread = _spread(search, np.asarray(units, float), ratio)
    rise = np.exp(np.arange(units) * np.log1p(1.0 / (units * ratio)))
    start = search.highest - 2.0 * search.switch - spread * rise
    return start, start + 2.0 * search.switch


@dataclass(frozen=True, eq=False)
class Takers:
    """Thresholds of N searches in a form in which they can be counted: A and log(1 + 1/(ka)) of each (N,)."""

    search: Search
    units: Array
    spread: Array
    log_rise: Array

    def up_to(self, price: Array) -> tuple[Array, Array]:
        """How many of each one's thresholds are at least the price (N,): of those for a start, and for going on."""
        if not self.search.worth_pausing:
            return self.units, self.units
        b = 2.0 * self.search.switch
        return self._count(price), self._count(price - b)

    def _count(self, price: Array) -> Array:
        room = (self.search.highest - 2.0 * self.search.switch - price) / self.spread
        # A price that equals a threshold but for rounding is taken.
        many = np.floor(np.log(np.maximum(room, 1e-300)) / self.log_rise + 1e-9) + 1.0
        return np.clip(many, 0.0, self.units).astype(np.int64)


def takers(search: Search, units: Array) -> Takers:
    """Thresholds for N amounts (N,) int; equal amounts are worked out once."""
    kinds, which = np.unique(units, return_inverse=True)
    if not len(kinds) or not search.worth_pausing:
        ones = np.ones(len(units))
        return Takers(search, units, ones, ones)
    k = kinds.astype(float)
    ratio = proven_ratio(search, k)
    return Takers(
        search, units, _spread(search, k, ratio)[which], np.log1p(1.0 / (k * ratio))[which]
    )


def least_with_switching(price: Array, units: int, switch: float) -> float:
    """Least cost of taking `units` of the prices (T,), each run of them paying two switches; known beforehand.

    A dynamic program over time, how many are taken and whether it is running: T times `units` steps.

    Raises:
        InputError: there are fewer prices than units.
    """
    if units > len(price):
        raise InputError(f"{units} units of {len(price)} prices: give a longer window")
    off, on = np.full(units + 1, np.inf), np.full(units + 1, np.inf)
    off[0] = 0.0
    for p in price.tolist():
        run = np.minimum(on, off + switch)[:-1] + p
        off = np.minimum(off, on + switch)
        on = np.concatenate([[np.inf], run])
    return float(min(off[-1], on[-1] + switch))


def _spread(search: Search, k: Array, ratio: Array) -> Array:
    part, b = 1.0 - 1.0 / ratio, 2.0 * search.switch
    return search.highest * part - b + b / k * part


def _growth(k: Array, ratio: Array) -> Array:
    finite = np.where(np.isinf(k), 1.0, k)
    return np.where(np.isinf(k), 1.0 / ratio, finite * np.log1p(1.0 / (finite * ratio)))
