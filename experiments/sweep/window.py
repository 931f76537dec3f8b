"""Many cases through few futures: given out in chunks, in a window, and forgotten as they finish."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, TypeVar

from distributed import Client

from .chunk import Outcome
from .drive import Counts
from .under_way import Piece, UnderWay

C = TypeVar("C")

CHUNK_S = 1.0
"""About so long a worker should be busy with a chunk [s]: the cost of a message is then nothing, and
little is done twice when a worker dies."""


class Work:
    """What is still to be given out: the cases, in chunks, and before them those that lost a worker.

    When a worker dies, the word that it was done with a case before may be lost too, so a death falls on
    innocent cases as well, and on the same ones again where they go in the same order. Hence the last attempt
    of a case is made while no other suspect is under way. The attempt before it is not: a cluster that takes
    a hundred jobs away at once must not make their cases queue up.
    """

    def __init__(self, cases: Iterator[Any], most: int, retries: int) -> None:
        self.cases, self.most, self.retries = cases, most, retries
        self.again: deque[Piece] = deque()
        self.last: deque[Piece] = deque()
        self.suspects = 0  # under way
        self.last_under_way = False
        self.case_s: float | None = None  # what a case took lately; None before the first is done

    def next(self) -> Piece | None:
        """The next piece; None where nothing is left, or nothing may go now."""
        piece = None
        if self.again and not self.last_under_way:
            piece = self.again.popleft()
        elif self.last and not self.suspects:
            piece, self.last_under_way = self.last.popleft(), True
        if piece:
            self.suspects += 1
            return piece
        size = 1 if self.case_s is None else int(CHUNK_S / max(self.case_s, 1e-9))
        cases = tuple(islice(self.cases, max(1, min(size, self.most))))
        return Piece(cases) if cases else None

    def back(self, piece: Piece, outcome: Outcome | None) -> bool:
        """Take note of what came back; whether its cases are settled, done or failed."""
        if piece.lost:
            self.suspects -= 1
            self.last_under_way = False
        if outcome is not None:
            self._took(outcome.seconds / len(piece.cases))
            return True
        if len(piece.cases) == 1 and piece.lost >= self.retries:
            return True
        for case in piece.cases:
            more = Piece((case,), piece.lost + 1)
            (self.last if more.lost >= self.retries else self.again).append(more)
        return False

    def _took(self, each: float) -> None:
        """Learn from a piece; a long case counts at once, short ones little by little."""
        known = self.case_s
        self.case_s = each if known is None or each > known else 0.8 * known + 0.2 * each


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
    work, under_way = Work(iter(cases), most, retries), UnderWay(client, do, retries + 1, say)
    done = lost = 0
    while True:
        while len(under_way.pieces) < under_way.room(window) and (piece := work.next()):
            under_way.give(piece)
        if not under_way.pieces:
            return Counts(done, lost)
        piece, outcome = under_way.take()
        if not work.back(piece, outcome):
            continue
        died = (_died(piece.lost + 1),)
        errors: tuple[str | None, ...] = died if outcome is None else outcome.errors
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
