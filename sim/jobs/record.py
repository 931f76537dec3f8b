"""What happened to each job, and in all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

Array = np.ndarray


@dataclass(frozen=True, eq=False)
class Record:
    """N jobs after all have ended.

    Attributes:
        policy: its name. tick_s: length of a tick [s].
        start, end: first tick it ran and the tick after the last (N,).
        waited: ticks between arrival and end in which it did not run (N,).
        suspended: how often it was interrupted (N,).
        run_job, run_from, run_to: every stretch (M,), in the order of jobs and of time; run_to is the tick after.
        energy_kwh: (N,) [kWh]. carbon_kg: booked on the true signal (N,) [kg].
    """

    policy: str
    tick_s: float
    start: Array
    end: Array
    waited: Array
    suspended: Array
    run_job: Array
    run_from: Array
    run_to: Array
    energy_kwh: Array
    carbon_kg: Array

    def __len__(self) -> int:
        return len(self.start)

    @property
    def total_carbon_kg(self) -> float:
        """Of all jobs [kg]."""
        return float(self.carbon_kg.sum())

    @property
    def total_energy_kwh(self) -> float:
        """Of all jobs [kWh]."""
        return float(self.energy_kwh.sum())

    @property
    def wait_h(self) -> Array:
        """Waited, of each job (N,) [h]."""
        return self.waited * self.tick_s / 3600.0

    def runs_of(self, job: int) -> list[tuple[int, int]]:
        """(from, to) of each stretch of one job, in ticks."""
        mine = self.run_job == job
        return list(zip(self.run_from[mine].tolist(), self.run_to[mine].tolist(), strict=True))
