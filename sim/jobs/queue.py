"""Who starts first where not all can: the order of a queue, and whether somebody may overtake."""

from __future__ import annotations

from collections.abc import Callable, Iterable

Order = Callable[[int, int, int], tuple[int, ...]]
"""(tick it joined the queue, tick it is due, its number in the order of arrivals) -> what queues are sorted by."""

Admit = Callable[[Iterable[float], float], list[int]]
"""(sizes in the queue's order, free room) -> positions that start, in rising order."""

ROUNDING = 1e-9
"""Share of a capacity by which sums of sizes may miss it, and still fit."""


def first_come_first_served(joined: int, due: int, number: int) -> tuple[int, ...]:
    """Who joined first; of several, who arrived first."""
    return joined, number


def earliest_deadline_first(joined: int, due: int, number: int) -> tuple[int, ...]:
    """Who is due first; of several, who joined first. Nobody who runs is driven out."""
    return due, joined, number


def in_line(sizes: Iterable[float], free: float) -> list[int]:
    """From the head on, until one does not fit: nobody overtakes, so nobody starves."""
    out = []
    for position, size in enumerate(sizes):
        if size > free:
            break
        free -= size
        out.append(position)
    return out


def whoever_fits(sizes: Iterable[float], free: float) -> list[int]:
    """All that fit, in order: small ones overtake. Fuller machines; a large job may wait for very long.

    Looks at the whole queue each time, `in_line` at its head only.
    """
    out = []
    for position, size in enumerate(sizes):
        if size <= free:
            free -= size
            out.append(position)
    return out
