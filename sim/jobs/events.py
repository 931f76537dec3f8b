"""Permits of jobs that share places, carried out event by event.

The world goes from event to event (a job comes, may start, starts, ends, must stop, arrives after a move), not from
tick to tick: a run costs a few microseconds for each event, of which a job has three or four for every stretch it
runs and every place it queues at, and nothing for a tick in which nothing happens. So a tick may be a second.

The rules. A job is held by one place at a time; it queues there while it is permitted and does not run. Once it
runs it holds its room until its permit ends, but never less than its minimum run, and to its end if it cannot be
interrupted: the queue drives nobody out. A resume begins with overhead: room held, power drawn, no work done. A job
whose next permit is at another place moves there as soon as it does not run, with its data. What the queue took of a
job's permits is run after the last of them, at the same place. A job too large for its place is not let into the
queue there. What the signal's end finds undone is unserved.
"""

from __future__ import annotations

import heapq
from bisect import bisect_left, insort
from dataclasses import dataclass

import numpy as np

from .places import Places, SharedJobs
from .policy import FOREVER
from .queue import ROUNDING, Admit, Order
from .where import PlacedPermits

Rows = list[tuple[int, int, int, int, int]]


@dataclass(frozen=True, eq=False)
class Done:
    """What was done.

    Attributes:
        runs: job, place, first tick, ticks of overhead, tick after the last.
        moves: job, place it leaves, place it goes to, first tick, tick after the last.
        queued: ticks of each job in queues (N,).
    """

    runs: Rows
    moves: Rows
    queued: list[int]


def carry_out(
    jobs: SharedJobs, places: Places, permits: PlacedPermits, order: Order, admit: Admit
) -> Done:
    """All events up to the end of the signals."""
    world = _Shared(jobs, places, permits, order, admit)
    world.run()
    return Done(world.runs, world.moves, world.queued)


IDLE, QUEUED, MOVING, RUNNING, ENDED = range(5)


class _Shared:
    """The state of all jobs and queues, and the events to come."""

    def __init__(
        self, jobs: SharedJobs, places: Places, permits: PlacedPermits, order: Order, admit: Admit
    ) -> None:
        n = len(jobs)
        self.places, self.order, self.admit = places, order, admit
        # Plain lists: reading one number from them is several times faster than from an array.
        self.size, self.min_run = jobs.size.tolist(), jobs.min_run.tolist()
        self.breaks, self.overhead = jobs.interruptible.tolist(), jobs.resume_ticks.tolist()
        self.data_gb, self.due = jobs.data_gb.tolist(), jobs.due.tolist()
        self.arrival = jobs.work.arrival.tolist()
        self.left = jobs.work.length.tolist()
        self.at = jobs.origin.tolist()
        self.where, self.start = permits.place.tolist(), permits.start.tolist()
        self.stop = permits.stop.tolist()
        self.permit = np.searchsorted(permits.job, np.arange(n), side="left").tolist()
        self.last = (np.searchsorted(permits.job, np.arange(n), side="right") - 1).tolist()
        # Since which tick it queues; which row of `moves` or `runs` it is at while it moves or runs.
        self.state, self.since = [IDLE] * n, [0] * n
        self.begun = [False] * n
        self.key: list[tuple[int, ...]] = [()] * n
        self.room = [float(c) * (1.0 + ROUNDING) for c in places.capacity]
        self.free = list(self.room)
        self.holds = [0] * len(places)
        self.queues: list[list[tuple[int, ...]]] = [[] for _ in self.room]
        self.queued = [0] * n
        self.runs: Rows = []  # job, place, from, overhead, to
        self.moves: Rows = []  # job, from place, to, from, to
        self.events = [(a, j) for j, a in enumerate(self.arrival)]
        heapq.heapify(self.events)

    def run(self) -> None:
        """Until nothing happens any more or the signals end."""
        end, events = self.places.ticks, self.events
        while events and events[0][0] < end:
            now = events[0][0]
            touched: set[int] = set()
            # All that leaves room or asks for some in this tick, before anybody starts.
            while events and events[0][0] == now:
                self.look_at(heapq.heappop(events)[1], now, touched)
            for place in sorted(touched):
                self.start_what_fits(place, now)
        for j in range(len(self.left)):
            if self.state[j] == RUNNING:
                self.stop_running(j, end)
            elif self.state[j] == QUEUED:
                self.queued[j] += end - self.since[j]

    def look_at(self, j: int, now: int, touched: set[int]) -> None:
        """A job at one of its events; one that has become void changes nothing."""
        if self.state[j] == ENDED:
            return
        while self.permit[j] < self.last[j] and self.stop[self.permit[j]] <= now:
            self.permit[j] += 1
        k = self.permit[j]
        if self.state[j] == RUNNING:
            until = self.runs_until(j, now)
            if until > now:
                self.wake(j, until)
                return
            touched.add(self.at[j])
            self.stop_running(j, now)
            if self.left[j] == 0:
                self.state[j] = ENDED
                return
        elif self.state[j] == MOVING:
            if now < self.moves[self.since[j]][4]:
                return
            self.state[j] = IDLE
        elif self.state[j] == QUEUED:
            if self.where[k] == self.at[j] and self.start[k] <= now:
                if k < self.last[j]:
                    self.wake(j, self.stop[k])
                return
            self.leave_queue(j, now)
            touched.add(self.at[j])  # a head that leaves lets the next one through
        if self.where[k] != self.at[j]:
            self.move(j, self.where[k], now)
            if self.state[j] == MOVING:
                return
        if now < self.start[k]:
            self.wake(j, self.start[k])
            return
        if k < self.last[j]:
            self.wake(j, self.stop[k])  # the permit may end while it queues
        if self.size[j] <= self.room[self.at[j]]:
            self.join_queue(j, now)
            touched.add(self.at[j])

    def runs_until(self, j: int, now: int) -> int:
        """Tick at which a running job stops, as far as its permits say by now."""
        _, place, begin, overhead, _ = self.runs[self.since[j]]
        finish = begin + overhead + self.left[j]
        k = self.permit[j]
        if not self.breaks[j]:
            return finish
        stop = now
        if self.where[k] == place and self.start[k] <= now:
            stop = FOREVER if k == self.last[j] else self.stop[k]
        return min(finish, max(stop, begin + overhead + self.min_run[j]))

    def start_running(self, j: int, now: int) -> None:
        """A stretch begins, with overhead unless it is the first."""
        place = self.at[j]
        self.queued[j] += now - self.since[j]
        self.state[j], self.since[j] = RUNNING, len(self.runs)
        self.runs.append((j, place, now, self.overhead[j] if self.begun[j] else 0, -1))
        self.begun[j] = True
        self.free[place] -= self.size[j]
        self.holds[place] += 1
        self.wake(j, self.runs_until(j, now))

    def stop_running(self, j: int, now: int) -> None:
        """A stretch ends."""
        _, place, begin, overhead, _ = self.runs[self.since[j]]
        overhead = min(overhead, now - begin)  # less only where the signals end within it
        self.runs[self.since[j]] = (j, place, begin, overhead, now)
        self.left[j] -= now - begin - overhead
        self.state[j] = IDLE
        self.holds[place] -= 1
        # An empty place is empty: nothing is left over from adding and taking away.
        self.free[place] = (
            self.free[place] + self.size[j] if self.holds[place] else self.room[place]
        )

    def move(self, j: int, to: int, now: int) -> None:
        """A job leaves for another place; it is there at once if the way takes no tick."""
        arrives = now + self.places.transfer_ticks(self.data_gb[j], self.at[j], to)
        self.moves.append((j, self.at[j], to, now, arrives))
        self.at[j] = to
        if arrives > now:
            self.state[j], self.since[j] = MOVING, len(self.moves) - 1
            self.wake(j, arrives)

    def join_queue(self, j: int, now: int) -> None:
        """It is permitted, and waits for room."""
        self.state[j], self.since[j] = QUEUED, now
        self.key[j] = (*self.order(now, self.due[j], j), j)
        insort(self.queues[self.at[j]], self.key[j])

    def leave_queue(self, j: int, now: int) -> None:
        """Its permit ended before it started."""
        queue = self.queues[self.at[j]]
        del queue[bisect_left(queue, self.key[j])]
        self.queued[j] += now - self.since[j]
        self.state[j] = IDLE

    def start_what_fits(self, place: int, now: int) -> None:
        """Ask who of the queue starts."""
        queue = self.queues[place]
        if not queue:
            return
        chosen = self.admit((self.size[key[-1]] for key in queue), self.free[place])
        for position in reversed(chosen):
            self.start_running(queue.pop(position)[-1], now)

    def wake(self, j: int, tick: int) -> None:
        """Look at a job again at that tick."""
        if tick < self.places.ticks:
            heapq.heappush(self.events, (tick, j))
