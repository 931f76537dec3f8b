"""What a case claims, what the program found, and whether the two agree."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import isfinite

import numpy as np

CLOSE = 1e-6
"""Tolerance on objectives, unless a case says otherwise."""


@dataclass(frozen=True)
class Check:
    """One number against another.

    Attributes:
        case: the case it belongs to. what: the quantity, with its unit.
        expected: from a publication, by hand, or computed in another way.
        found: what the program computes.
        tolerance: relative to `expected`; absolute where that is 0.
        source: where the expected number comes from.
    """

    case: str
    what: str
    expected: float
    found: float
    tolerance: float
    source: str

    @property
    def error(self) -> float:
        """How far off, in terms of the tolerance: relative, or absolute where 0 is expected."""
        return abs(self.found - self.expected) / (abs(self.expected) or 1.0)

    @property
    def ok(self) -> bool:
        """Whether found and expected agree; what is not a finite number never does."""
        numbers = isfinite(self.found) and isfinite(self.expected)
        return numbers and self.error <= self.tolerance


def checks(
    case: str, source: str, rows: Iterable[tuple[str, float, float]], tolerance: float = CLOSE
) -> tuple[Check, ...]:
    """The checks of one case from rows of (what, expected, found)."""
    return tuple(
        Check(case, what, float(expected), float(found), tolerance, source)
        for what, expected, found in rows
    )


def exceeds(found: float, bound: float, slack: float = 1e-9) -> float:
    """By how much `found` is above what it may be at most, relative; 0 where it is not."""
    over = (found - bound) / max(abs(bound), 1.0)
    return 0.0 if over <= slack else float(over)


def furthest(found: np.ndarray, expected: np.ndarray) -> float:
    """Greatest difference of two arrays of one shape, relative to the greatest entry; 0 where equal."""
    if found.shape != expected.shape:
        raise ValueError(f"shapes {found.shape} and {expected.shape} differ")
    largest = float(np.abs(expected).max(initial=0.0)) or 1.0
    return float(np.abs(found - expected).max(initial=0.0)) / largest
