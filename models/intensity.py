"""Carbon intensity as somebody published it: zones, evenly spaced times, grams for a kilowatt-hour."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np

from .errors import InputError
from .instants import fixed

Array = np.ndarray


@dataclass(frozen=True, eq=False)
class Intensity:
    """Z zones over T steps of equal length.

    Attributes:
        zones: names (Z,).
        start: the instant the first step begins, with its time zone.
        step_s: length of a step [s].
        kg_per_mwh: (Z, T) [kg/MWh, the same as g/kWh].
        kind: "average" or "marginal", as published; "" where the source does not say.
        source: file and layout, in words.

    Raises:
        InputError: shapes differ, a value is missing, or `start` has no time zone.
    """

    zones: tuple[str, ...]
    start: datetime
    step_s: int
    kg_per_mwh: Array
    kind: str = ""
    source: str = ""

    def __post_init__(self) -> None:
        where = self.source or "the signal"
        if self.kg_per_mwh.ndim != 2 or len(self.zones) != len(self.kg_per_mwh):
            raise InputError(f"{where}: {len(self.zones)} zones for {len(self.kg_per_mwh)} series")
        if self.start.tzinfo is None:
            raise InputError(f"{where}: times have no time zone: name one, such as UTC")
        object.__setattr__(self, "start", fixed(self.start))
        if self.step_s <= 0:
            raise InputError(f"{where}: a step of {self.step_s} s: let it be above 0")
        gap = ~np.isfinite(self.kg_per_mwh)
        if gap.any():
            z, t = (int(i) for i in np.argwhere(gap)[0])
            raise InputError(f"{where}: {self.zones[z]} has no value at {self.time_of(t)}: fill it")

    @property
    def steps(self) -> int:
        """T, the number of steps."""
        return self.kg_per_mwh.shape[1]

    def time_of(self, step: int) -> datetime:
        """The instant a step begins."""
        return self.start + timedelta(seconds=self.step_s * step)

    def zone(self, name: str) -> Array:
        """One zone's series (T,) [kg/MWh].

        Raises:
            InputError: there is none of that name.
        """
        if name not in self.zones:
            some = ", ".join(self.zones[:8]) + (", …" if len(self.zones) > 8 else "")
            raise InputError(f"{self.source or 'the signal'}: no zone '{name}'; take one of {some}")
        return self.kg_per_mwh[self.zones.index(name)]

    def between(self, first: int, last: int) -> Intensity:
        """Steps `first` to `last` - 1 alone."""
        return replace(self, start=self.time_of(first), kg_per_mwh=self.kg_per_mwh[:, first:last])
