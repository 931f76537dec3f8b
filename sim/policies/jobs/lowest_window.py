"""Lowest-window: start so that the whole job, as long as it is held to be, runs in the cleanest window.

W. A. Hanafy, Q. Liang, N. Bashir, A. Souza, D. Irwin, P. Shenoy, "Going Green for Less Green: Optimizing the Cost of
Reducing Cloud Carbon Emissions" (GAIA), ASPLOS 2024, doi:10.1145/3620666.3651374. Starts are tried one step of the
signal apart, from the arrival on, as there.
"""

from __future__ import annotations

import numpy as np

from ...jobs.policy import Asked, JobPolicy, Permits, start_at


def decide(asked: Asked) -> Permits:
    """The earliest of the starts whose window is foreseen to be cleanest; none past the signal's end."""
    signal = asked.forecast
    later = np.arange(0, int(asked.budget.max(initial=0)) + 1, signal.step)
    start = asked.arrival[:, None] + later
    stop = start + asked.length[:, None]
    out = (later > asked.budget[:, None]) | (stop > signal.ticks)
    carbon = signal.over(np.where(out, 0, start), np.where(out, 0, stop))
    best = np.argmin(np.where(out, np.inf, carbon), axis=1)
    return start_at(asked.arrival + later[best])


LOWEST_WINDOW = JobPolicy("lowest-window", decide)
LOWEST_WINDOW_ORACLE = JobPolicy("lowest-window, lengths known", decide, knows_length=True)
