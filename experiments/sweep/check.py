"""Before anything runs: whole scenarios of a design are loaded, so that no field is varied in vain."""

from __future__ import annotations

from collections.abc import Iterator

from westshift.models.errors import InputError
from westshift.models.scenario import load_scenario

from .case import overrides_of, said
from .kinds import Range
from .laid import LaidOut

TRIES = 8
"""Points at which a value is tried."""
VALUES = 32
"""Values of a longer list that are tried, evenly spread, its ends among them: each is a scenario to load."""


def check(laid: LaidOut) -> None:
    """Load scenarios until each listed value has been part of one that loads (of a long list, some), and each range.

    That each field exists and each value is one its column takes was seen for every case when its key was
    made. What goes together is another matter: a corner of a grid that cannot be is a case that fails, with
    its error as a row. But a value that fails wherever it stands is a mistake in the study file.

    Raises:
        InputError: naming the first point at which the value was tried.
    """
    good: set[int] = set()
    for numbers in groups(laid):
        if good.isdisjoint(numbers):
            good.add(_first_good(laid, numbers))


def groups(laid: LaidOut) -> Iterator[list[int]]:
    """The first points that hold each listed value; for a range, and where nothing varies, the first of all."""
    yield list(range(len(laid.points)))[:TRIES]
    for key, over in laid.plan.vary.items():
        if not isinstance(over, Range):
            held: dict[str, list[int]] = {}
            for number, point in enumerate(laid.points):
                held.setdefault(repr(point[key]), []).append(number)
            yield from (numbers[:TRIES] for numbers in _spread(list(held.values())))


def _spread(listed: list[list[int]]) -> list[list[int]]:
    if len(listed) <= VALUES:
        return listed
    return [listed[round(i * (len(listed) - 1) / (VALUES - 1))] for i in range(VALUES)]


def _first_good(laid: LaidOut, numbers: list[int]) -> int:
    first: InputError | None = None
    for number in numbers:
        point = laid.points[number]
        try:
            load_scenario(laid.plan.scenario, overrides_of(laid.plan, point, laid.root, 0))
            return number
        except InputError as error:
            first = first or InputError(f"{said(number, point)}: {error}")
    assert first is not None
    raise first
