"""What workers have in hand: pieces of work as Dask's futures."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from itertools import count
from queue import Empty, SimpleQueue
from typing import Any
from uuid import uuid4

from distributed import CancelledError, Client, Future, KilledWorker, get_worker

from westshift.models.errors import InputError

from .chunk import Outcome, do_each

LOOK_S = 5.0
"""How often the number of workers is looked up [s]."""
ALONE_S = 30.0
"""So long without a worker is worth a word [s]."""


@dataclass(frozen=True)
class Piece:
    """Cases that go to a worker together, and how many workers they have lost before."""

    cases: tuple[Any, ...]
    lost: int = 0


class UnderWay:
    """Pieces given out and not yet come back.

    A worker that leaves in good order, at the end of its job's time, is not dead to Dask, which hands its work
    to the next. A case longer than a job would go round for ever, so workers say what they begin, and what
    was begun more than `most` times is taken for lost.
    """

    def __init__(
        self, client: Client, do: Callable[[Any], None], most: int, say: Callable[[str], None]
    ) -> None:
        self.client, self.do, self.most, self.say = client, do, most, say
        # One name for all, so that the scheduler sees them as alike and queues them itself: a worker then
        # holds only what it runs, and its death is blamed on nothing else.
        self.name, self.numbers = f"cases-{uuid4().hex}", count()
        self.pieces: dict[int, Piece] = {}
        self._futures: dict[int, Future] = {}
        self._begun: dict[int, int] = {}
        self._back: SimpleQueue[tuple[int, Any]] = SimpleQueue()
        self._workers = self._look()
        self._there: float | None = (
            self._looked
        )  # when there was a worker last; None when that was said
        client.subscribe_topic(self.name, self._heard)

    def room(self, window: int) -> int:
        """How many pieces may be under way: the window, and never fewer than two a worker."""
        if time.monotonic() - self._looked > LOOK_S:
            self._workers = self._look()
        return max(window, 2 * self._workers)

    def _look(self) -> int:
        self._looked = time.monotonic()
        return len(self.client.nthreads())

    def give(self, piece: Piece) -> None:
        """Hand a piece to whichever worker is free next."""
        number = next(self.numbers)
        self._begun[number] = 0
        self.pieces[number] = piece
        self._futures[number] = future = self.client.submit(
            begin, self.name, number, self.do, piece.cases, key=(self.name, number), pure=False
        )
        # Not `as_completed`: it loses a future whose result was fetched from a worker while that died.
        self.client.loop.add_callback(self._wait, number, future)

    def take(self) -> tuple[Piece, Outcome | None]:
        """Wait for the next piece to come back; its outcome is None where its worker was lost.

        Raises:
            InputError: the disk is full, the workers cannot read the task, or the scheduler is gone.
        """
        number, outcome = self._next()
        begun, piece = self._begun.pop(number), self.pieces.pop(number)
        self._futures.pop(number).release()
        if isinstance(outcome, Outcome):
            return piece, outcome
        return self._lost(piece, outcome, begun)

    def _next(self) -> tuple[int, Any]:
        while True:
            try:
                out = self._back.get(timeout=LOOK_S)
                self._there = time.monotonic()
                return out
            except Empty:
                if self.client.status == "running" and self._look():
                    self._there = time.monotonic()
                elif self._there and time.monotonic() - self._there > ALONE_S:
                    self._there = None
                    self.say(
                        f"no worker for {ALONE_S:.0f} s: still waiting for one; look at the queue, "
                        "and at what the workers last wrote"
                    )

    def _lost(self, piece: Piece, error: BaseException, begun: int) -> tuple[Piece, None]:
        """The piece, if what came back instead of its outcome says that its worker was lost."""
        if isinstance(error, KilledWorker):
            return piece, None
        if isinstance(error, InputError):
            raise error
        if isinstance(error, CancelledError):
            if begun + piece.lost > self.most and self.client.status == "running":
                return replace(
                    piece, lost=self.most - 1 if len(piece.cases) == 1 else piece.lost
                ), None
            raise InputError(
                "the scheduler was lost before the sweep was done; what is stored is kept: start again"
            )
        error = error.__cause__ or error  # Dask wraps what a worker could not read
        raise InputError(
            f"a worker cannot run the cases ({type(error).__name__}: {' '.join(str(error).split())}): "
            "is the same westshift installed where the workers are?"
        )

    async def _wait(self, number: int, future: Future) -> None:
        try:
            outcome: Any = await future
        except BaseException as error:
            outcome = error
        self._back.put((number, outcome))

    def _heard(self, event: tuple[float, int]) -> Awaitable[None] | None:
        number = event[1]
        if number not in self._begun:  # a late word of what is done
            return None
        self._begun[number] += 1
        if self._begun[number] + self.pieces[number].lost <= self.most:
            return None
        return self._futures[number].cancel()  # inside Dask's own loop, something to wait for


def begin(name: str, number: int, do: Callable[[Any], None], cases: tuple[Any, ...]) -> Outcome:
    """In a worker: say that a piece is begun, and do it."""
    get_worker().log_event(name, number)
    return do_each(do, cases)
