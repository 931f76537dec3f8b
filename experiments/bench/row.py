"""One line of the benchmark's table: a way to do something, beside the way it is compared with."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from westshift.models.errors import SolveError


@dataclass(frozen=True)
class Row:
    """What one way cost.

    Attributes:
        measured: what is done, the same words for all ways that are compared. way: how.
        size: of the problem, in words. repeats: how often it was timed.
        seconds: CPU seconds of one process, median.
        times: seconds over those of the first way in the same `measured` and `size`; 1 for itself.
        iterations: mean simplex iterations; NaN where there are none or they are not known.
        memory_mib: greatest resident memory of a process that does only this; NaN where not looked at.
        furthest_off: greatest relative difference of an answer from the first way's.
    """

    measured: str
    way: str
    size: str
    repeats: int
    seconds: float
    times: float
    iterations: float = math.nan
    memory_mib: float = math.nan
    furthest_off: float = 0.0


def agree(way: str, first: str, off: float, most: float) -> None:
    """Two ways must have the same answer before anything is said about their speed.

    Raises:
        SolveError: they have not.
    """
    if not off <= most:
        raise SolveError(f"{way} and {first} differ by {off:.2g}: nothing was measured")


def worst_difference(found: Sequence[float], first: Sequence[float]) -> float:
    """Greatest relative difference between two lists of answers."""
    return max(abs(a - b) / max(abs(b), 1.0) for a, b in zip(found, first, strict=True))
