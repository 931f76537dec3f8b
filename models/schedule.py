"""What a policy answers: how much work runs where, in each hour ahead."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class Schedule:
    """A plan for the hours of an outlook.

    Attributes:
        start_h: hour of the year of the first column.
        work_mw: work on each stream, IT power above idle at the reference hardware (Q, T) [MW];
            non-negative.
    """

    start_h: int
    work_mw: np.ndarray
