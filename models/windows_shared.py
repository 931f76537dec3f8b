"""Jobs one after another into hours that fill up: each takes the cheapest window that still has room for it.

First come, first served on finite capacity; greedy by deadline where jobs are given in the order of theirs. What
comes first keeps its hours, so the result is a plan that can be carried out, not the least cost. With numba installed
the loop is compiled; without, each job is one step of numpy.
"""

from __future__ import annotations

import functools
import importlib
import importlib.util
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .errors import InputError

Array = np.ndarray


@dataclass(frozen=True, eq=False)
class Placed:
    """N jobs.

    Attributes:
        region: where each runs (N,), -1 where no window had room. start: its first hour (N,), -1 likewise.
        cost: of its hours and of moving (N,), inf likewise. free: what is left of the capacity (R, H).
    """

    region: Array
    start: Array
    cost: Array
    free: Array


def place_in_order(
    cost: Array,
    capacity: Array,
    origin: Array,
    length: Array,
    arrival: Array,
    slack: Array,
    size: Array,
    move: Array | None = None,
    compiled: bool | None = None,
) -> Placed:
    """Place jobs in the order given, each in one piece; of equal windows the first region, then the earliest.

    Args:
        cost: of an hour of work of size 1 in each region (R, H). capacity: of each region and hour (R, H).
        origin: index (N,). length, arrival, slack: hours (N,). size: of the capacity that each takes (N,).
        move: added once for each job of an origin in a region (O, R), per size; None where moving is free.
        compiled: whether numba is used; where None, if it is installed.

    Raises:
        InputError: shapes differ, a job has no length or a size below 0, or numba is wanted and not installed.
    """
    moves = np.zeros((len(cost),) * 2) if move is None else move
    jobs = (origin, length, arrival, slack)
    if capacity.shape != cost.shape or any(j.shape != size.shape for j in jobs):
        raise InputError("costs and capacity, or the columns of the jobs, have different shapes")
    if moves.shape[1:] != (len(cost),):
        raise InputError(f"costs of moving of shape {moves.shape} for {len(cost)} regions")
    if len(size) and (
        length.min() < 1 or min(arrival.min(), slack.min(), origin.min(), size.min()) < 0
        or origin.max() >= len(moves)
    ):  # fmt: skip
        raise InputError(
            "a job without a length, or an origin, arrival, slack or size that cannot be"
        )
    use = numba_installed() if compiled is None else compiled
    run = compiled_loop() if use else _by_numpy
    free = capacity.astype(float)
    sums = np.concatenate([np.zeros((len(cost), 1)), np.cumsum(cost, axis=1)], axis=1)
    o, n, a, late = (np.ascontiguousarray(j, np.int64) for j in jobs)
    region, start, paid = run(sums, moves.astype(float), free, o, n, a, late, size.astype(float))
    return Placed(region, start, paid, free)


def numba_installed() -> bool:
    """Whether the compiled loop can be had."""
    return importlib.util.find_spec("numba") is not None


@functools.cache
def compiled_loop() -> Callable[..., tuple[Array, Array, Array]]:
    """The loop, compiled at its first use.

    Raises:
        InputError: numba is not installed.
    """
    try:
        numba = importlib.import_module("numba")
    except ImportError as missing:
        raise InputError(
            "the compiled loop needs numba: install westshift[numba], or go without"
        ) from missing
    return numba.njit(cache=False)(by_loops)


def by_loops(
    sums: Array,
    moves: Array,
    free: Array,
    origin: Array,
    length: Array,
    arrival: Array,
    slack: Array,
    size: Array,
) -> tuple[Array, Array, Array]:
    """The loop in plain Python, in which numba understands every line. `free` is changed."""
    R, H = free.shape
    N = len(size)
    region, start, paid = np.full(N, -1), np.full(N, -1), np.full(N, np.inf)
    for j in range(N):
        n, a, need = length[j], arrival[j], size[j]
        last = min(a + slack[j], H - n)
        least, where, when = np.inf, -1, -1
        for r in range(R):
            extra = moves[origin[j], r]
            s = a
            while s <= last:
                here = sums[r, s + n] - sums[r, s] + extra
                if here < least:
                    t = s + n - 1
                    while t >= s and free[r, t] >= need:
                        t -= 1
                    if t >= s:
                        # No window with that hour has room.
                        s = t
                    else:
                        least, where, when = here, r, s
                s += 1
        if where >= 0:
            free[where, when : when + n] -= need
            region[j], start[j], paid[j] = where, when, least * need
    return region, start, paid


def _by_numpy(
    sums: Array,
    moves: Array,
    free: Array,
    origin: Array,
    length: Array,
    arrival: Array,
    slack: Array,
    size: Array,
) -> tuple[Array, Array, Array]:
    H, N = free.shape[1], len(size)
    region, start, paid = np.full(N, -1), np.full(N, -1), np.full(N, np.inf)
    columns = (origin.tolist(), length.tolist(), arrival.tolist(), slack.tolist(), size.tolist())
    for j, (o, n, a, late, need) in enumerate(zip(*columns, strict=True)):
        last = min(a + late, H - n)
        if last < a:
            continue
        here = sums[:, a + n : last + n + 1] - sums[:, a : last + 1] + moves[o][:, None]
        full = np.cumsum(free[:, a : last + n] < need, axis=1)
        before = full[:, n - 1 :].copy()
        before[:, 1:] -= full[:, :-n]
        here[before > 0] = np.inf
        r, s = divmod(int(here.argmin()), last - a + 1)
        if np.isfinite(here[r, s]):
            free[r, a + s : a + s + n] -= need
            region[j], start[j], paid[j] = r, a + s, here[r, s] * need
    return region, start, paid
