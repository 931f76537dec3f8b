"""Lowest-slot: start in the cleanest moment within the waiting budget, however long the job is.

W. A. Hanafy, Q. Liang, N. Bashir, A. Souza, D. Irwin, P. Shenoy, "Going Green for Less Green: Optimizing the Cost of
Reducing Cloud Carbon Emissions" (GAIA), ASPLOS 2024, doi:10.1145/3620666.3651374.
"""

from __future__ import annotations

import numpy as np

from ...jobs.policy import Asked, JobPolicy, Permits, start_at


def decide(asked: Asked) -> Permits:
    """The first tick of the least foreseen intensity, of those the budget reaches, its last one included."""
    begin, _, value = asked.forecast.in_window(asked.arrival, asked.arrival + asked.budget + 1)
    best = np.argmin(value, axis=1)
    return start_at(np.take_along_axis(begin, best[:, None], axis=1)[:, 0])


LOWEST_SLOT = JobPolicy("lowest-slot", decide)
