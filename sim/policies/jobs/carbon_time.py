"""Carbon-time: start where the carbon saved is most for each hour until the job is done.

W. A. Hanafy, Q. Liang, N. Bashir, A. Souza, D. Irwin, P. Shenoy, "Going Green for Less Green: Optimizing the Cost of
Reducing Cloud Carbon Emissions" (GAIA), ASPLOS 2024, doi:10.1145/3620666.3651374. Of the starts s, one step of the
signal apart from the arrival on, the one with the greatest (C(0) - C(s)) / (s + J); C is the carbon of a job as long
as expected, J that length.
"""

from __future__ import annotations

import numpy as np

from ...jobs.policy import Asked, JobPolicy, Permits, start_at


def decide(asked: Asked) -> Permits:
    """The earliest of the best starts; windows past the signal's end are not tried."""
    signal = asked.forecast
    later = np.arange(0, int(asked.budget.max(initial=0)) + 1, signal.step)
    start = asked.arrival[:, None] + later
    stop = start + asked.length[:, None]
    out = (later > asked.budget[:, None]) | (stop > signal.ticks)
    carbon = signal.over(np.where(out, 0, start), np.where(out, 0, stop))
    rate = (carbon[:, :1] - carbon) / (later + asked.length[:, None])
    best = np.argmax(np.where(out, -np.inf, rate), axis=1)
    return start_at(asked.arrival + later[best])


CARBON_TIME = JobPolicy("carbon-time", decide)
CARBON_TIME_ORACLE = JobPolicy("carbon-time, lengths known", decide, knows_length=True)
