"""Many cases through few futures: given out in chunks, in a window, and forgotten as they finish."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, TypeVar

from distributed import Client

from .drive import Counts
from .under_way import Piece, UnderWay

C = TypeVar("C")

CHUNK_S = 1.0
"""About so long a worker should be busy with a chunk [s]: the cost of a message is then nothing, and
little is done twice when a worker dies."""


class Work:
    """What is still to be given out: the cases, in chunks, and before them those that lost a worker."""

    def __init__(self, cases: Iterator[Any], most: int) -> None:
        self.cases, self.most = cases, most
        self.alone: deque[Piece] = deque()
        self.case_s: float | None = None  # what a case took lately; None before the first is done

    def next(self) -> Piece | None:
        """The next piece; None where nothing is left."""
        if self.alone:
            return self.alone.popleft()
        size = 1 if self.case_s is None else int(CHUNK_S / max(self.case_s, 1e-9))
        cases = tuple(islice(self.cases, max(1, min(size, self.most))))
        return Piece(cases) if cases else None

    def took(self, seconds: float, cases: int) -> None:
        """Learn from a piece; a long case counts at once, short ones little by little."""
        each, known = seconds / cases, self.case_s
        self.case_s = each if known is None or each > known else 0.8 * known + 0.2 * each

    def again(self, piece: Piece) -> None:
        """Its worker died: each of its cases by itself."""
        self.alone.extend(Piece((case,), piece.lost + 1) for case in piece.cases)


def through(
    client: Client,
    cases: Iterable[C],
    do: Callable[[C], None],
    failed: Callable[[C, str, int], None],
    tell: Callable[[C, bool], None],
    retries: int,
    window: int,
    most: int,
    say: Callable[[str], None],
) -> Counts:
    """Arguments, errors and meaning as for `drive`; `client` has workers, or will have."""
    work, under_way = Work(iter(cases), most), UnderWay(client, do, retries + 1, say)
    done = lost = 0
    while True:
        while len(under_way.pieces) < under_way.room(window) and (piece := work.next()):
            under_way.give(piece)
        if not under_way.pieces:
            return Counts(done, lost)
        piece, outcome = under_way.take()
        if outcome is None and (len(piece.cases) > 1 or piece.lost < retries):
            work.again(piece)
            continue
        if outcome is None:
            errors: tuple[str | None, ...] = (_died(piece.lost + 1),)
        else:
            work.took(outcome.seconds, len(piece.cases))
            errors = outcome.errors
        for case, error in zip(piece.cases, errors, strict=True):
            done, lost = (done + 1, lost) if error is None else (done, lost + 1)
            if error is not None:
                failed(case, error, piece.lost + 1)
            tell(case, error is None)


def _died(times: int) -> str:
    return (
        f"the worker was lost each of the {times} times it ran this case "
        "(out of memory, out of its job's time, or killed)"
    )
