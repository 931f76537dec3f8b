"""Times as people write them, made into instants: seconds since 1970 in UTC.

A time without an offset means nothing until somebody names its time zone, so one must be named. Where
clocks are set back an hour is told twice: what is then meant is asked, or taken from the order of the rows.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from enum import Enum
from zoneinfo import ZoneInfo

import numpy as np

from .errors import InputError

Array = np.ndarray
_EPOCH = datetime(1970, 1, 1)
YEARS = range(1900, 2200)  # of computers and grids; others are slips


class Twice(Enum):
    """What a time means that the clocks show twice in the night when they are set back."""

    REFUSE = "nothing: it is an error"
    FIRST = "the first of the two, still in summer time"
    SECOND = "the second of the two"
    IN_ORDER = "the one that comes after the row before: for rows in the order of time"


class TimeUnit(Enum):
    """How many seconds one is [s]."""

    SECONDS = 1.0
    MINUTES = 60.0
    HOURS = 3600.0
    DAYS = 86400.0


def time_zone(name: str | None, where: str) -> tzinfo | None:
    """The time zone of a name of the tz database, such as Europe/Berlin; None of None.

    Raises:
        InputError: there is none of that name; `where` says whose it is.
    """
    if name is None:
        return None
    try:
        return UTC if name.upper() in ("UTC", "Z") else ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise InputError(
            f"{where}: '{name}' is no time zone; write one as UTC or Europe/Berlin"
        ) from None


def instants_s(
    texts: Sequence[str],
    zone: tzinfo | None,
    complaint: Callable[[int, str], InputError],
    twice: Twice = Twice.REFUSE,
) -> Array:
    """Seconds since 1970-01-01 00:00 UTC of times in ISO 8601 (N,) [s]; NaN of an empty text.

    Args:
        texts: the times (N,). One that carries an offset means just what it says.
        zone: of the times that carry none.
        complaint: makes the error of the i-th time, given what is wrong.
        twice: what a time means that happens twice.

    Raises:
        InputError: a text is no time; it has no offset and no zone is named; the clocks never showed it, or
            showed it twice and `twice` refuses.
    """
    out = np.full(len(texts), math.nan)
    before = -math.inf
    for i, text in enumerate(texts):
        if not text:
            continue
        try:
            time = datetime.fromisoformat(text)
        except ValueError:
            raise complaint(i, f"'{text}' is not a time; write it as 2024-03-31T14:00:00") from None
        if time.year not in YEARS:
            raise complaint(i, f"'{text}' is in the year {time.year}; correct it")
        offset = time.utcoffset()
        if offset is None:
            if zone is None:
                raise complaint(i, f"'{text}' has no time zone; name one with tz, such as UTC")
            offset = _offset(time, zone, before, twice, lambda what, i=i: complaint(i, what))
        before = out[i] = (time.replace(tzinfo=None) - _EPOCH - offset).total_seconds()
    return out


def _offset(
    time: datetime,
    zone: tzinfo,
    before_s: float,
    twice: Twice,
    complaint: Callable[[str], InputError],
) -> timedelta:
    """What the zone's clocks are ahead of UTC at a time they show."""
    first, second = _ahead(time, zone, 0), _ahead(time, zone, 1)
    if first == second:
        return first
    if first < second:  # set forward: the clocks jumped over it
        raise complaint(f"the clocks of {zone} never showed '{time}'; check the time zone")
    if twice is Twice.REFUSE:
        raise complaint(
            f"the clocks of {zone} showed '{time}' twice; write times with their offset or in UTC, "
            "or say which is meant with twice"
        )
    if twice is Twice.IN_ORDER:
        at_first = (time - _EPOCH - first).total_seconds()
        return first if at_first > before_s else second
    return first if twice is Twice.FIRST else second


def _ahead(time: datetime, zone: tzinfo, fold: int) -> timedelta:
    ahead = time.replace(tzinfo=zone, fold=fold).utcoffset()
    assert ahead is not None  # a zone knows its offset
    return ahead


def fixed(time: datetime) -> datetime:
    """The same instant in a zone whose clocks never change: the offset of that instant.

    Python counts hours between two times of one zone by what its clocks show, so that a night in which they are
    set loses or gains one; between fixed offsets it counts the hours that pass.

    Raises:
        InputError: the time has no zone.
    """
    ahead = time.utcoffset()
    if ahead is None:
        raise InputError(f"the time {time} has no time zone; give it one, such as UTC")
    return time.replace(tzinfo=timezone(ahead, time.tzname() or "") if ahead else UTC, fold=0)


def dated(instant_s: float, zone: tzinfo) -> datetime:
    """An instant as the clocks of a zone show it, with its offset fixed; see `fixed`."""
    return fixed(datetime.fromtimestamp(float(instant_s), zone))


def shown(instant_s: float) -> str:
    """An instant for people: 2024-03-31 01:00 UTC, with seconds where there are any."""
    time = _EPOCH + timedelta(seconds=float(instant_s))
    whole = time.second == 0 and time.microsecond == 0
    return f"{time:%Y-%m-%d %H:%M}" + ("" if whole else f":{time:%S}") + " UTC"
