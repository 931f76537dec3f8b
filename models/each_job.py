"""What is stated of each job, checked in one place."""

from __future__ import annotations

import numpy as np

from .errors import InputError


def check_each_job(stated: object, jobs: int, least: dict[str, int]) -> None:
    """Arrays of `stated` have one finite figure for each job, no less than `least` says.

    Raises:
        InputError: one has not.
    """
    for name, low in least.items():
        values = getattr(stated, name)
        if values.shape != (jobs,):
            raise InputError(f"{name} of shape {values.shape} for {jobs} jobs: give one for each")
        wrong = ~(values >= low) | ~np.isfinite(values)
        if wrong.any():
            i = int(wrong.argmax())
            raise InputError(f"job {i + 1} has {name} {values[i]}: let it be {low} or more")
