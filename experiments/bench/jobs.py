"""A million discrete jobs into their cheapest hours, and a year of half hours through the world of jobs: how fast.

Ten regions, 336 h, lengths 1 to 12 h, windows to 48 h, a cost of moving for each pair. Before anything is timed, a
sample is solved by trying every window, hour by hour; each way has to find the same costs. Seconds are CPU seconds
of this process, the making of tables included.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from westshift.models import windows, windows_shared
from westshift.models.errors import SolveError
from westshift.sim.jobs.world import run_jobs
from westshift.sim.policies.jobs.wait_awhile import WAIT_AWHILE, WAIT_AWHILE_INTERRUPTIBLE

from ..reproduce.waitawhile import in_slots
from ..reproduce.waitawhile_jobs import project_jobs, semi_weekly_slots
from .row import Row, agree, worst_difference

Array = np.ndarray

REGIONS, HOURS, LONGEST, SLACK = 10, 336, 12, 36
SAMPLE = 300
SAME = 1e-9
ROOM = 1.15
"""Capacity over the mean load that the jobs would put on it."""
ONE_PIECE, PIECES = (
    "best contiguous window, ample capacity",
    "best hours, interruptible, ample capacity",
)
YEAR = "one scenario run of a year"
SHARED = "contiguous windows on capacity, one job after another"

Jobs = tuple[Array, Array, Array, Array]
"""origin, length, arrival, slack of each job (N,) [-, h, h, h]."""


def rows(
    tell: Callable[[str], None] = lambda what: None,
    jobs: int = 1_000_000,
    repeats: int = 3,
    seed: int = 0,
) -> list[Row]:
    """One row a way.

    Raises:
        SolveError: a way finds another cost than the slow one.
    """
    rng = np.random.default_rng(seed)
    cost = rng.random((REGIONS, HOURS)) * 500.0 + 100.0
    move = rng.random((REGIONS, REGIONS)) * 60.0
    np.fill_diagonal(move, 0.0)
    drawn = draw(rng, jobs)
    few = tuple(column[:SAMPLE] for column in drawn)
    size = f"{jobs} jobs, {REGIONS} regions, {HOURS} h"
    out = []
    for measured, make, slow in (
        (ONE_PIECE, windows.in_one_piece, slow_piece),
        (PIECES, windows.in_pieces, slow_pieces),
    ):
        tell(f"{measured}: a sample by trying all")
        start = time.process_time()
        expected = [slow(cost, move, *job) for job in zip(*few, strict=True)]
        slowly = (time.process_time() - start) * jobs / len(expected)
        table = make(cost, LONGEST, SLACK, move)
        off = worst_difference(table.cost.ravel()[table.keys(*few)].tolist(), expected)
        agree(measured, "trying all", off, SAME)
        tell(f"{measured}: all jobs")
        took = _median(lambda make=make: _look_up(make(cost, LONGEST, SLACK, move), drawn), repeats)
        out.append(
            Row(measured, "westshift, table and one look-up a job", size, repeats, took, 1.0)
        )
        name = f"trying all, of {len(expected)} jobs and scaled"
        out.append(Row(measured, name, size, 1, slowly, slowly / took, furthest_off=off))
    return [*out, *_shared(tell, cost, move, drawn, repeats), *_year(tell, repeats)]


def _shared(
    tell: Callable[[str], None], cost: Array, move: Array, drawn: Jobs, repeats: int
) -> list[Row]:
    """Placing on capacity: compiled where numba is installed, and in numpy on the first hundredth of the jobs."""
    size = np.ones(len(drawn[0]))
    few = tuple(column[: max(len(size) // 100, 1)] for column in drawn)
    ample = _capacity(drawn)
    tell(f"{SHARED}: a sample by plain loops")
    sample = tuple(column[:SAMPLE] for column in drawn)
    tight = _capacity(sample)
    sums = np.concatenate([np.zeros((REGIONS, 1)), np.cumsum(cost, axis=1)], axis=1)
    by_hand = windows_shared.by_loops(sums, move, tight.copy(), *sample, np.ones(len(sample[0])))
    ways = [True, False] if windows_shared.numba_installed() else [False]
    out: list[Row] = []
    for compiled in ways:
        placed = windows_shared.place_in_order(
            cost, tight, *sample, np.ones(len(sample[0])), move, compiled=compiled
        )
        if (placed.start != by_hand[1]).any() or (placed.region != by_hand[0]).any():
            raise SolveError(
                f"{SHARED}: {_name(compiled)} places otherwise than plain loops: nothing was measured"
            )
        some = drawn if compiled else few
        room = ample if compiled else _capacity(few)
        tell(f"{SHARED}: {_name(compiled)}")
        took = _median(
            lambda c=compiled, j=some, r=room: windows_shared.place_in_order(
                cost, r, *j, size[: len(j[0])], move, compiled=c
            ),
            repeats if compiled else 1,
        )
        words = f"{len(some[0])} jobs, {REGIONS} regions, {HOURS} h"
        out.append(Row(SHARED, _name(compiled), words, repeats if compiled else 1, took, 1.0))
    return out


def _year(tell: Callable[[str], None], repeats: int) -> list[Row]:
    """The jobs of Wiesner et al., Middleware 2021, semi-weekly, on a drawn year of half hours; 20 of them by hand."""
    work = project_jobs()
    ends = work.arrival + work.length
    series = np.random.default_rng(1).normal(300.0, 60.0, 48 * 376)
    truth, budget = in_slots(series), semi_weekly_slots(ends)
    out = []
    for policy in (WAIT_AWHILE, WAIT_AWHILE_INTERRUPTIBLE):
        found = run_jobs(work, truth, policy, budget).carbon_kg[:20].tolist()
        expected = []
        for a, n, w in zip(work.arrival[:20], work.length[:20], budget[:20], strict=True):
            seen = series[a : a + n + w]
            whole = min(float(seen[s : s + n].sum()) for s in range(w + 1))
            least = float(np.sort(seen)[:n].sum()) if policy.interrupts else whole
            expected.append(least * truth.tick_h / 1000.0)
        agree(policy.name, "trying all", worst_difference(found, expected), SAME)
        tell(f"{YEAR}: {policy.name}")
        took = _median(lambda p=policy: run_jobs(work, truth, p, budget), repeats)
        size = f"{len(work)} jobs, {len(series)} half hours"
        out.append(
            Row(f"{YEAR}, {policy.name}", "westshift, all jobs as arrays", size, repeats, took, 1.0)
        )
    return out


def draw(rng: np.random.Generator, jobs: int) -> Jobs:
    """Jobs that all can end within the hours."""
    origin = rng.integers(0, REGIONS, jobs)
    length = rng.integers(1, LONGEST + 1, jobs)
    arrival = rng.integers(0, HOURS - LONGEST - SLACK, jobs)
    return origin, length, arrival, rng.integers(0, SLACK + 1, jobs)


def slow_piece(
    cost: Array, move: Array, origin: int, length: int, arrival: int, slack: int
) -> float:
    """Every region, every start."""
    return min(
        float(sum(cost[r, s : s + length])) + move[origin, r]
        for r in range(len(cost))
        for s in range(arrival, arrival + slack + 1)
    )


def slow_pieces(
    cost: Array, move: Array, origin: int, length: int, arrival: int, slack: int
) -> float:
    """Every region, its hours sorted."""
    return min(
        float(sum(sorted(cost[r, arrival : arrival + length + slack])[:length])) + move[origin, r]
        for r in range(len(cost))
    )


def _look_up(table: windows.WindowTable, jobs: Jobs) -> tuple[Array, ...]:
    keys = table.keys(*jobs)
    choice = (
        (table.cost, table.region)
        if table.start is None
        else (table.cost, table.region, table.start)
    )
    return tuple(part.ravel()[keys] for part in choice)


def _capacity(jobs: Jobs) -> Array:
    work = float(jobs[1].sum())
    return np.full((REGIONS, HOURS), np.ceil(ROOM * work / (REGIONS * HOURS)))


def _name(compiled: bool) -> str:
    return "westshift, loop compiled by numba" if compiled else "westshift, a step of numpy a job"


def _median(run: Callable[[], object], repeats: int) -> float:
    spent = []
    for _ in range(repeats):
        start = time.process_time()
        run()
        spent.append(time.process_time() - start)
    return float(np.median(spent))
