"""Time in ticks: a signal that is flat within each of its steps, and jobs that begin and last whole ticks.

A tick is as short as the question needs (a second, 5 s, half an hour); sums over ticks are taken from the steps, so
a short tick costs nothing. Signals and jobs keep their own clocks until `work_in_ticks` puts them on one.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from .errors import InputError
from .intensity import Intensity
from .jobs import Jobs

Array = np.ndarray


@dataclass(frozen=True, eq=False)
class TickSignal:
    """A carbon intensity over T steps of equal length.

    Attributes:
        value: (T,) [kg/MWh]. step: ticks in a step. tick_s: length of a tick [s].

    Raises:
        InputError: there is no step, a value is missing, or a step or a tick has no length.
    """

    value: Array
    step: int
    tick_s: float

    def __post_init__(self) -> None:
        if self.value.ndim != 1 or len(self.value) == 0:
            raise InputError(
                f"a signal of shape {self.value.shape}: give one row of steps, not none"
            )
        if not np.isfinite(self.value).all():
            gap = int((~np.isfinite(self.value)).argmax())
            raise InputError(f"a signal without a value in step {gap}: fill it")
        if self.step < 1 or not 0.0 < self.tick_s < np.inf:
            raise InputError(f"a step of {self.step} ticks of {self.tick_s} s: let both be above 0")

    @property
    def ticks(self) -> int:
        """Ticks from the first to the end."""
        return len(self.value) * self.step

    @property
    def tick_h(self) -> float:
        """Length of a tick [h]."""
        return self.tick_s / 3600.0

    def ticks_in(self, hours: float) -> int:
        """Whole ticks in so many hours."""
        return int(hours * 3600.0 // self.tick_s)

    @cached_property
    def _before(self) -> Array:
        """Sum over the ticks before each step, and over all (T+1,)."""
        return np.concatenate([[0.0], np.cumsum(self.value * self.step)])

    @cached_property
    def rank(self) -> Array:
        """Place of each step in the order of intensities, of equal ones in the order of time (T,), unsigned."""
        small = np.uint16 if len(self.value) < np.iinfo(np.uint16).max else np.uint32
        out = np.empty(len(self.value), small)
        out[np.argsort(self.value, kind="stable")] = np.arange(len(self.value))
        return out

    def before(self, tick: Array) -> Array:
        """Sum of the signal over all ticks before the given ones [kg/MWh x ticks]; each in 0 to `ticks`."""
        whole = tick // self.step
        last = np.minimum(whole, len(self.value) - 1)
        return self._before[whole] + (tick - whole * self.step) * self.value[last]

    def over(self, start: Array, stop: Array) -> Array:
        """Sum of the signal over ticks `start` to `stop` - 1 [kg/MWh x ticks]."""
        return self.before(stop) - self.before(start)

    def in_window(self, start: Array, stop: Array) -> tuple[Array, Array, Array]:
        """The steps each window touches, one row a window.

        Args:
            start, stop: first tick and the tick after the last (N,); cut at the end of the signal.

        Returns:
            first tick (N, K) and the tick after the last (N, K) of each piece, and its value (N, K) [kg/MWh].
            Where a window touches fewer steps than K, the rest are pieces of no ticks and of value inf.
        """
        stop = np.minimum(stop, self.ticks)
        first = start // self.step
        count = int(np.max((stop - 1) // self.step - first, initial=0)) + 1
        which = first[:, None] + np.arange(count)
        begin = np.maximum(which * self.step, start[:, None])
        end = np.minimum((which + 1) * self.step, stop[:, None])
        value = self.value[np.minimum(which, len(self.value) - 1)]
        empty = begin >= end
        return begin, np.where(empty, begin, end), np.where(empty, np.inf, value)


def tick_signal(signal: Intensity, zone: str, tick_s: float) -> TickSignal:
    """One zone of a published signal, in ticks.

    Raises:
        InputError: there is no such zone, or a step of the signal is not a whole number of ticks.
    """
    step = signal.step_s / tick_s if tick_s > 0 else 0.0
    if step < 1 or step != int(step):
        raise InputError(
            f"{signal.source or 'the signal'}: steps of {signal.step_s} s are not whole ticks of {tick_s} s: "
            "choose a tick that divides them"
        )
    return TickSignal(signal.zone(zone).astype(float), int(step), tick_s)


@dataclass(frozen=True, eq=False)
class Work:
    """N jobs in ticks.

    Attributes:
        arrival: tick each arrives in (N,) int. length: ticks it runs (N,) int, at least 1.
        power_kw: while it runs (N,) [kW]. tick_s: length of a tick [s].

    Raises:
        InputError: arrays of different lengths, a job of no ticks or before tick 0, or power below 0.
    """

    arrival: Array
    length: Array
    power_kw: Array
    tick_s: float

    def __post_init__(self) -> None:
        n = self.arrival.shape
        if len(n) != 1 or self.length.shape != n or self.power_kw.shape != n:
            raise InputError("arrival, length and power of jobs have different lengths")
        checks = (
            (self.arrival < 0, "arrives before the signal begins", self.arrival),
            (self.length < 1, "has no whole tick to run", self.length),
            (~(self.power_kw >= 0), "draws a power below 0", self.power_kw),
        )
        for wrong, what, values in checks:
            if wrong.any():
                i = int(wrong.argmax())
                raise InputError(
                    f"job {i + 1} of {n[0]} {what} ({values[i]}): mend it or leave it out"
                )

    def __len__(self) -> int:
        return len(self.arrival)

    @property
    def energy_kwh(self) -> Array:
        """Energy of each job (N,) [kWh]."""
        return self.power_kw * self.length * self.tick_s / 3600.0


def work_in_ticks(
    jobs: Jobs, tick_s: float, offset_s: float = 0.0, truncated: bool = False
) -> Work:
    """Jobs on the clock of a signal.

    An arrival within a tick waits for the next and a part of a tick is run as a whole one, so that nothing begins
    early and nothing is cut short; both by less than a tick.

    Args:
        tick_s: length of a tick [s]. offset_s: the jobs' second 0, from the signal's beginning [s].
        truncated: both are cut to whole ticks in place of that, as some published studies do.
    """
    arrival, length = whole_ticks(jobs, tick_s, offset_s, truncated)
    return Work(arrival, length, jobs.power_kw.astype(float), tick_s)


def whole_ticks(
    jobs: Jobs, tick_s: float, offset_s: float = 0.0, truncated: bool = False
) -> tuple[Array, Array]:
    """Arrival and length of jobs in ticks (N,) int, as `work_in_ticks` has them, wherever they lie."""
    at, length = (jobs.arrival_s + offset_s) / tick_s, jobs.length_s / tick_s
    # A time that is a whole tick but for rounding is that tick.
    snap = 1e-9 * np.maximum(1.0, np.abs(at)), 1e-9 * np.maximum(1.0, length)
    if truncated:
        at, length = np.floor(at + snap[0]), np.floor(length + snap[1])
    else:
        at, length = np.ceil(at - snap[0]), np.ceil(length - snap[1])
    return at.astype(np.int64), length.astype(np.int64)
