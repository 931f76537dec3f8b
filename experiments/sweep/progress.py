"""How far a sweep is, with time left: a bar on a terminal, plain lines now and then elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from .sweep import Status, Tell

LINE_S = 10.0
"""Between two lines of a log [s]: 100,000 cases are not 100,000 lines."""


@contextmanager
def going() -> Iterator[Tell]:
    """What `run_missing` tells, on standard error, so that a table can be piped."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield Lines().tell
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("cases", total=None)

        def tell(status: Status) -> None:
            failed = f", {status.failed} failed" if status.failed else ""
            bar.update(
                task,
                total=status.cases - status.before,
                completed=status.now + status.failed,
                description=f"cases{failed}",
            )

        yield tell


class Lines:
    """A line at the start, at most one each LINE_S, and one at the end."""

    def __init__(self) -> None:
        self._since = self._last = time.monotonic()

    def tell(self, status: Status) -> None:
        """Say it, if it is time to."""
        now, done = time.monotonic(), status.now + status.failed
        if not done:
            self._since = self._last = now
            if status.left:
                print(f"{status.left} cases to run", file=sys.stderr, flush=True)
            return
        if status.left and now - self._last < LINE_S:
            return
        self._last = now
        left_s = (now - self._since) * status.left / done
        print(
            f"{done}/{status.cases - status.before} cases, {status.failed} failed "
            f"(about {left(left_s)} left)",
            file=sys.stderr,
            flush=True,
        )


def left(seconds: float) -> str:
    """A time in words: 40 s, 12 min, 3.5 h."""
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 6000 else f"{seconds / 3600:.1f} h"
