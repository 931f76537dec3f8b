"""Wait awhile: run in the cleanest window, or in the cleanest ticks, between arrival and deadline.

P. Wiesner, I. Behnke, D. Scheinert, K. Gontarska, L. Thamsen, "Let's Wait Awhile: How Temporal Workload Shifting Can
Reduce Carbon Emissions in the Cloud", Middleware 2021, doi:10.1145/3464298.3493399. Both know how long a job is. On the
true signal they are the best that can be done with and without interruption: nothing that waits no longer emits less.
"""

from __future__ import annotations

import numpy as np

from ...jobs.policy import Asked, JobPolicy, Permits, permits_of, start_at

SAME = 1e-12
"""Windows that differ by rounding only, relative: the earlier one is taken."""


def in_one_piece(asked: Asked) -> Permits:
    """The earliest window of least foreseen carbon.

    The carbon of a window is linear in its start between the ticks where either end of it meets a step, so only
    these, the first and the last start are looked at.
    """
    signal = asked.forecast
    last = asked.arrival + asked.budget
    by_start = signal.in_window(asked.arrival, last + 1)[0]
    by_end = signal.in_window(asked.arrival + asked.length, last + asked.length + 1)[0]
    start = np.hstack([by_start, by_end - asked.length[:, None], last[:, None]])
    start = np.clip(start, asked.arrival[:, None], last[:, None])
    carbon = signal.over(start, start + asked.length[:, None])
    least = carbon.min(axis=1, keepdims=True)
    near = carbon <= least + SAME * np.abs(least)
    return start_at(np.where(near, start, last[:, None]).min(axis=1))


def in_pieces(asked: Asked) -> Permits:
    """The cleanest ticks, as many as the job is long; of equal ones the earlier."""
    signal = asked.forecast
    begin, end, value = signal.in_window(asked.arrival, asked.arrival + asked.length + asked.budget)
    # Small whole numbers sort in linear time, intensities do not; a window's order is that of the whole signal.
    rank = np.where(
        np.isinf(value),
        signal.rank.dtype.type(len(signal.value)),
        signal.rank[begin // signal.step % len(signal.value)],
    )
    order = np.argsort(rank, axis=1, kind="stable")
    ticks = np.take_along_axis(end - begin, order, axis=1)
    left = asked.length[:, None] - (np.cumsum(ticks, axis=1) - ticks)
    take = np.empty_like(ticks)
    np.put_along_axis(take, order, np.clip(left, 0, ticks), axis=1)
    # Of a step that is run in part, the ticks beside its neighbour, so that no needless break arises.
    runs = np.pad(take > 0, ((0, 0), (1, 1)))
    late = runs[:, 2:] & ~runs[:, :-2]
    return permits_of(np.where(late, end - take, begin), np.where(late, end, begin + take))


WAIT_AWHILE = JobPolicy("wait-awhile, in one piece", in_one_piece, knows_length=True)
WAIT_AWHILE_INTERRUPTIBLE = JobPolicy(
    "wait-awhile, interruptible", in_pieces, knows_length=True, interrupts=True
)
