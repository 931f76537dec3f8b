"""Jobs of a log in one form, whatever wrote it: when each came, how long it ran, on how much, how long it may wait."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

import numpy as np

from .errors import InputError
from .instants import fixed

Array = np.ndarray


@dataclass(frozen=True, eq=False)
class Jobs:
    """N jobs in the order they arrived.

    Attributes:
        arrival_s: seconds from `start` to the arrival (N,) [s], non-decreasing.
        length_s: how long the job runs without a break (N,) [s], above 0.
        power_kw: what it draws while it runs, of its IT alone (N,) [kW].
        cores: processors it holds (N,); NaN where the log does not say.
        due_s: latest end, seconds from `start` (N,) [s]; NaN where the log names none.
        job_class: index into `classes` (N,). origin: index into `origins` (N,).
        classes, origins: names.
        start: the instant of second 0, with its time zone; None where the log has no calendar.
        source: file and layout, in words.
        left_out: how many lines of the log are not among the jobs, by reason.
        header: what the log says of itself, field by field.

    Raises:
        InputError: lengths differ, a figure is missing or cannot be, jobs are out of order, or `start` has no
            time zone.
    """

    arrival_s: Array
    length_s: Array
    power_kw: Array
    cores: Array
    due_s: Array
    job_class: Array
    origin: Array
    classes: tuple[str, ...] = ("all",)
    origins: tuple[str, ...] = ("here",)
    start: datetime | None = None
    source: str = ""
    left_out: dict[str, int] = field(default_factory=dict)
    header: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        n = len(self.arrival_s)
        where = self.source or "the job table"
        names = ("length_s", "power_kw", "cores", "due_s", "job_class", "origin")
        for name in names:
            if getattr(self, name).shape != (n,):
                raise InputError(f"{where}: {name} has another length than arrival_s")
        checks = (
            ("arrival", ~np.isfinite(self.arrival_s), "let it be a time"),
            ("length", ~(self.length_s > 0) | ~np.isfinite(self.length_s), "let it be above 0"),
            ("power", ~(self.power_kw >= 0) | ~np.isfinite(self.power_kw), "let it be 0 or more"),
            ("deadline", self.due_s < self.arrival_s, "let it be after the arrival"),
        )
        for what, wrong, remedy in checks:
            if wrong.any():
                i = int(wrong.argmax())
                raise InputError(f"{where}: job {i + 1} of {n} has an impossible {what}: {remedy}")
        if (np.diff(self.arrival_s) < 0).any():
            raise InputError(f"{where}: jobs are not in the order of their arrival: sort them")
        if self.start is not None and self.start.tzinfo is None:
            raise InputError(f"{where}: the start has no time zone: name one, such as UTC")
        if self.start is not None:
            object.__setattr__(self, "start", fixed(self.start))

    def __len__(self) -> int:
        return len(self.arrival_s)

    @property
    def energy_kwh(self) -> Array:
        """IT energy of each job (N,) [kWh]."""
        return self.power_kw * self.length_s / 3600.0
