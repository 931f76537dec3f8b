"""Online double threshold: pause and resume on the present intensity alone, with a proven worst case.

A. Lechowicz, N. Christianson, J. Zuo, N. Bashir, M. Hajiesmaili, A. Wierman, P. Shenoy, "The Online Pause and Resume
Problem: Optimal Algorithms and An Application to Carbon-Aware Load Shifting", Proc. ACM Meas. Anal. Comput. Syst.
7(3), 2023, doi:10.1145/3626776. The i-th tick of a job is run if the intensity is at most l_i where the job pauses,
at most l_i + 2b where it runs, b being the cost of a switch; see `models/k_min_search.py`.
"""

from __future__ import annotations

import functools

import numpy as np

from ....models.k_min_search import Search, takers
from ...jobs.policy import Asked, JobPolicy, Permits, permits_of

Array = np.ndarray


def decide(asked: Asked, search: Search) -> Permits:
    """Walk through the steps of all windows at once; within a step the intensity stands still.

    Foresight is not used: a step's decision reads the intensity of that step and of none to come.
    """
    deadline = asked.arrival + asked.length + asked.budget
    begin, end, value = asked.forecast.in_window(asked.arrival, deadline)
    done = np.zeros(len(asked.arrival), np.int64)
    on = np.zeros(len(done), bool)
    starts, stops = np.empty_like(begin), np.empty_like(begin)
    forced_from, forced_to = np.empty_like(begin), np.empty_like(begin)
    thresholds = takers(search, asked.length)
    for k in range(begin.shape[1]):
        a, b = begin[:, k], end[:, k]
        to_start, to_go_on = thresholds.up_to(value[:, k])
        # Within a step the price is one: it starts with the step's first tick or not at all, and goes on for as long
        # as the higher threshold allows.
        may = np.where(on | (done < to_start), to_go_on - done, 0)
        take = np.clip(may, 0, np.minimum(b - a, asked.length - done))
        left = asked.length - done - take
        # From the tick on at which the rest of the window is just long enough, it has to run.
        must = np.where(left > 0, np.clip(deadline - left, a + take, b), b)
        starts[:, k], stops[:, k] = a, a + take
        forced_from[:, k], forced_to[:, k] = must, b
        done += take + b - must
        on = (b > a) & ((must < b) | ((take > 0) & (a + take == b)))
    return permits_of(
        np.stack([starts, forced_from], axis=2).reshape(len(done), -1),
        np.stack([stops, forced_to], axis=2).reshape(len(done), -1),
    )


def double_threshold(search: Search) -> JobPolicy:
    """Pause and resume between two bounds of the intensity, which must hold for the proven ratio to hold."""
    rule = functools.partial(decide, search=search)
    return JobPolicy(
        "online double threshold", rule, knows_length=True, interrupts=True, foresees=False
    )
