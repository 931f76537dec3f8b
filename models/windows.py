"""The cheapest hours for very many jobs: a table of all the questions there can be, and one look-up a job.

A million jobs have few distinct (origin, length, arrival, slack): the best answer to each is worked out once. In one
piece, the cost of a window is a difference of prefix sums, and the best start is a running minimum over the slack.
Interruptible, the cheapest hours of a window are kept sorted while it grows by an hour. The closed form of a single job
without a bound on capacity; a fractional last hour does not arise, lengths being whole hours.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .errors import InputError

Array = np.ndarray


@dataclass(frozen=True, eq=False)
class WindowTable:
    """Best cost and choice for O origins, lengths 1 to L, H arrivals and slacks 0 to S.

    Attributes:
        cost: (O, L, H, S+1), in the unit of the costs; inf where the job would end after the last hour in every region.
        region: where (O, L, H, S+1) int16; -1 where there is none.
        start: first hour (O, L, H, S+1) int32 where the job runs in one piece; None where it may be interrupted.
    """

    cost: Array
    region: Array
    start: Array | None

    def keys(self, origin: Array, length: Array, arrival: Array, slack: Array) -> Array:
        """Where the answers for N jobs stand (N,), to be used with `ravel()` of any of the tables.

        Args:
            origin: index (N,). length: hours (N,). arrival: hour (N,). slack: hours a job may be late (N,).

        Raises:
            InputError: one of them is beyond the table.
        """
        origins, L, H, S = self.cost.shape
        for what, values, low, high in (
            ("origin", origin, 0, origins - 1),
            ("length", length, 1, L),
            ("arrival", arrival, 0, H - 1),
            ("slack", slack, 0, S - 1),
        ):
            if len(values) and not (low <= values.min() and values.max() <= high):
                i = int(((values < low) | (values > high)).argmax())
                raise InputError(
                    f"job {i + 1} has {what} {values[i]}: the table is made for {low} to {high}"
                )
        key = origin.astype(np.int32 if self.cost.size < 2**31 else np.int64)
        for size, values in ((L, length - 1), (H, arrival), (S, slack)):
            key *= size
            key += values
        return key


def in_one_piece(
    cost: Array, longest: int, most_slack: int, move: Array | None = None
) -> WindowTable:
    """The cheapest contiguous window within arrival, length and slack, over all regions; of equal ones the earliest.

    Args:
        cost: of an hour of work in each region (R, H). longest: L [h]. most_slack: S [h].
        move: added once to a job of an origin that runs in a region (O, R); where None, origins are regions and
            moving is free.
    """
    moves = _moves(cost, longest, most_slack, move)
    (R, H), N = cost.shape, len(moves)
    before = np.concatenate([np.zeros((R, 1)), np.cumsum(cost, axis=1)], axis=1)
    best = np.full((N, longest, H + most_slack), np.inf)
    where = np.full(best.shape, -1, np.int16)
    for n in range(1, min(longest, H) + 1):
        window = before[:, n:] - before[:, :-n]  # (R, H-n+1)
        here = window[None] + moves[:, :, None]  # (O, R, H-n+1)
        pick = here.argmin(axis=1)
        best[:, n - 1, : H - n + 1] = np.take_along_axis(here, pick[:, None], axis=1)[:, 0]
        where[:, n - 1, : H - n + 1] = pick
    shape = (N, longest, H, most_slack + 1)
    costs, starts = np.empty(shape), np.empty(shape, np.int32)
    run, start = (
        best[:, :, :H].copy(),
        np.broadcast_to(np.arange(H, dtype=np.int32), shape[:3]).copy(),
    )
    for k in range(most_slack + 1):
        later = best[:, :, k : k + H]
        better = later < run
        np.minimum(run, later, out=run)
        start[better] = np.broadcast_to(np.arange(k, H + k, dtype=np.int32), better.shape)[better]
        costs[..., k], starts[..., k] = run, start
    o, n = np.ogrid[:N, :longest]
    regions = where[o[..., None, None], n[..., None, None], starts]
    return WindowTable(costs, regions, starts)


def in_pieces(cost: Array, longest: int, most_slack: int, move: Array | None = None) -> WindowTable:
    """The cheapest hours of the window, as many as the job is long, all in one region.

    Args: as of `in_one_piece`.
    """
    moves = _moves(cost, longest, most_slack, move)
    (R, H), N = cost.shape, len(moves)
    shape = (N, longest, H, most_slack + 1)
    costs, regions = np.empty(shape), np.empty(shape, np.int16)
    ahead = np.concatenate([cost, np.full((R, longest + most_slack), np.inf)], axis=1)
    cheapest = np.full((longest, R, H), np.inf)  # of the window so far, sorted
    for width in range(1, longest + most_slack + 1):
        new = ahead[:, width - 1 : width - 1 + H]
        cheapest[1:] = np.minimum(cheapest[1:], np.maximum(cheapest[:-1], new))
        cheapest[0] = np.minimum(cheapest[0], new)
        sums = np.cumsum(cheapest, axis=0)
        for n in range(max(1, width - most_slack), min(longest, width) + 1):
            least = sums[n - 1][0] + moves[:, 0, None]
            pick = np.zeros((N, H), np.int16)
            for r in range(1, R):
                here = sums[n - 1][r] + moves[:, r, None]
                pick[here < least] = r
                np.minimum(least, here, out=least)
            costs[:, n - 1, :, width - n] = least
            regions[:, n - 1, :, width - n] = np.where(np.isfinite(least), pick, -1)
    return WindowTable(costs, regions, None)


def _moves(cost: Array, longest: int, most_slack: int, move: Array | None) -> Array:
    if cost.ndim != 2 or 0 in cost.shape or not np.isfinite(cost).all():
        raise InputError(f"costs of shape {cost.shape}: give a number for each region and hour")
    if longest < 1 or most_slack < 0:
        raise InputError(
            f"lengths up to {longest} h and slack up to {most_slack} h: 1 and 0 are the least"
        )
    moves = np.zeros((len(cost),) * 2) if move is None else move
    if moves.ndim != 2 or moves.shape[1] != len(cost) or not np.isfinite(moves).all():
        raise InputError(
            f"costs of moving of shape {moves.shape}: give one for each origin and {len(cost)} regions"
        )
    return moves
