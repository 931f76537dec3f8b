"""What a worker does with a few cases, one after another."""

from __future__ import annotations

import errno
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from westshift.models.errors import InputError

from .store import StoreError

C = TypeVar("C")

_one_at_a_time = threading.Lock()
"""A worker of someone else's scheduler may have several threads; Pyomo and our caches want one."""

NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)
"""A full disk, a full quota, a disk that may only be read."""


@dataclass(frozen=True)
class Outcome:
    """For each case of a chunk its error, or None where it was done, and how long all took [s]."""

    errors: tuple[str | None, ...]
    seconds: float


def do_each(do: Callable[[C], None], cases: Sequence[C]) -> Outcome:
    """Do the task for each case; an exception is the error of its case alone.

    Raises:
        StoreError: nothing more can be written: every case after it would fail too.
    """
    with _one_at_a_time:
        start = time.perf_counter()
        errors = tuple(_do(do, case) for case in cases)
        return Outcome(errors, time.perf_counter() - start)


def _do(do: Callable[[C], None], case: C) -> str | None:
    try:
        do(case)
    except StoreError:
        raise
    except (Exception, SystemExit) as error:
        if isinstance(error, OSError) and error.errno in NO_ROOM:
            raise StoreError(
                f"nothing more can be written ({error}); make room, then start again: what is done is kept"
            ) from error
        return last_lines(error)
    return None


def last_lines(error: BaseException) -> str:
    """What a person needs of a traceback: the words of the error, and where it was raised."""
    if isinstance(error, InputError):
        return str(error)  # says itself what is wrong and what to do
    where = traceback.format_tb(error.__traceback__)[-2:]
    what = traceback.format_exception_only(error)
    return "".join(what).strip() + "\n" + "".join(where).rstrip()
