"""Costs of a case's generators: polynomials up to quadratic, and convex piecewise-linear curves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .errors import InputError

ROUNDING = 1e-4
"""Slopes that fall by less than this share of the steepest are taken for one slope that was rounded."""


@dataclass(frozen=True, eq=False)
class Cost:
    """Cost per hour of an output p: constant + linear·p + quadratic·p² + curve(p).

    Attributes:
        constant, linear, quadratic: [1/h], [1/MWh], [1/(MW·MWh)] of the case's money.
        at_mw, slope: the curve's break points (J,) [MW] and its slopes before, between and behind
            them (J + 1,), not falling [1/MWh]; it is zero at the first break point.
        rounded: by how much at most the curve lies below the file's, where rounding had made that not
            convex [1/h].
    """

    constant: float
    linear: float = 0.0
    quadratic: float = 0.0
    at_mw: tuple[float, ...] = ()
    slope: tuple[float, ...] = (0.0,)
    rounded: float = 0.0

    def of(self, output_mw: float) -> float:
        """Cost of an output for an hour."""
        p, origin = output_mw, self.at_mw[0] if self.at_mw else 0.0
        total = self.constant + (self.linear + self.quadratic * p) * p
        if p < origin or not self.at_mw:
            return total + self.slope[0] * (p - origin)
        edges = (*self.at_mw, np.inf)
        for slope, low, high in zip(self.slope[1:], edges[:-1], edges[1:], strict=True):
            total += slope * (min(p, high) - low) if p > low else 0.0
        return total

    def pieces(self, low_mw: float, high_mw: float) -> tuple[np.ndarray, np.ndarray]:
        """Edges (J + 1,) [MW] and slopes (J,) of the curve, linear part included, within bounds."""
        inner = [a for a in self.at_mw if low_mw < a < high_mw]
        first = sum(a <= low_mw for a in self.at_mw)
        slopes = np.array(self.slope[first : first + len(inner) + 1]) + self.linear
        return np.array([low_mw, *inner, high_mw]), slopes


def cost_of(row: np.ndarray, fail: Callable[[str], InputError]) -> Cost:
    """The cost that a row of mpc.gencost states.

    Args:
        row: MODEL, STARTUP, SHUTDOWN, NCOST and NCOST points (model 1) or coefficients, highest
            power first (model 2). Start-up and shut-down have no part in a single hour.
        fail: makes the error of a reason.

    Raises:
        InputError: as `fail` makes it: no such model, too few entries, not convex, or of a power
            above two.
    """
    model, n = row[0], row[3]
    if model not in (1, 2):
        raise fail(f"MODEL is {model:g}: 1 is piecewise linear, 2 polynomial")
    if n != int(n) or n < 1:
        raise fail(f"NCOST is {n:g}: give the number of its {'points' if model == 1 else 'terms'}")
    n = int(n)
    numbers = row[4 : 4 + (2 * n if model == 1 else n)]
    if len(numbers) < (2 * n if model == 1 else n):
        raise fail(f"NCOST is {n}, and its row has only {len(row) - 4} numbers behind it")
    if not np.isfinite(numbers).all():
        raise fail("one of its numbers is not a finite number")
    return _curve(numbers, fail) if model == 1 else _polynomial(numbers, fail)


def _polynomial(numbers: np.ndarray, fail: Callable[[str], InputError]) -> Cost:
    if numbers[:-3].any():
        power = len(numbers) - 1 - int(np.flatnonzero(numbers)[0])
        raise fail(
            f"it is a polynomial of degree {power}: up to 2 can be solved; make it piecewise"
        )
    padded = np.concatenate([np.zeros(3), numbers])[-3:]
    if padded[0] < 0:
        raise fail(
            f"its quadratic coefficient is {padded[0]:g}: costs must be convex, so not below 0"
        )
    return Cost(float(padded[2]), float(padded[1]), float(padded[0]))


def _curve(numbers: np.ndarray, fail: Callable[[str], InputError]) -> Cost:
    """Beyond its first and last point the curve goes on as straight as it ended, as in MATPOWER."""
    x, y = numbers[0::2], numbers[1::2]
    if len(x) < 2:
        raise fail("a piecewise-linear cost has at least two points")
    if (np.diff(x) <= 0).any():
        i = int(np.flatnonzero(np.diff(x) <= 0)[0])
        raise fail(f"its points must ascend, and {x[i + 1]:g} MW follows {x[i]:g} MW")
    slope = np.diff(y) / np.diff(x)
    falls = np.diff(slope) < -ROUNDING * np.abs(slope).max()
    if falls.any():
        i = int(np.flatnonzero(falls)[0])
        raise fail(
            f"it is not convex: at {x[i + 1]:g} MW its slope falls from {slope[i]:g} to {slope[i + 1]:g}"
        )
    kept = [0]  # the points of the lower convex hull: all of them but where slopes were rounded
    for i in range(1, len(x)):
        while len(kept) > 1 and _turns_down(x, y, kept[-2], kept[-1], i):
            kept.pop()
        kept.append(i)
    rounded = float(np.max(y - np.interp(x, x[kept], y[kept])))
    x, y = x[kept], y[kept]
    slope = np.diff(y) / np.diff(x)
    whole = (slope[0], *slope, slope[-1])
    return Cost(
        float(y[0]),
        at_mw=tuple(map(float, x)),
        slope=tuple(map(float, whole)),
        rounded=rounded,
    )


def _turns_down(x: np.ndarray, y: np.ndarray, a: int, b: int, c: int) -> bool:
    return bool((y[b] - y[a]) / (x[b] - x[a]) > (y[c] - y[b]) / (x[c] - x[b]))
