"""Places that jobs share, and what a job asks of them: room, breaks, and a way for its data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ...models.each_job import check_each_job
from ...models.errors import InputError
from ...models.ticks import TickSignal, Work

Array = np.ndarray


@dataclass(frozen=True, eq=False)
class Places:
    """P places on one clock.

    Attributes:
        names: (P,).
        truth: the signal each is billed by (P,) [kg/MWh]; of equal steps, ticks and length.
        capacity: room for jobs (P,), in the unit of the jobs' sizes [kW or cores].
        idle_kw: drawn in all ticks whether jobs run or not (P,) [kW].
        bandwidth_gbit_s: from place to place (P, P) [Gbit/s]; 0 where there is no way.
        rtt_s: round-trip time (P, P) [s].
        network_kwh_per_gb: energy of moving data [kWh/GB].

    Raises:
        InputError: shapes or clocks differ, or a figure is missing or below 0.
    """

    names: tuple[str, ...]
    truth: tuple[TickSignal, ...]
    capacity: Array
    idle_kw: Array
    bandwidth_gbit_s: Array
    rtt_s: Array
    network_kwh_per_gb: float = 0.0

    def __post_init__(self) -> None:
        P = len(self.names)
        if P == 0 or len(self.truth) != P:
            raise InputError(f"{P} places and {len(self.truth)} signals: give one for each place")
        clock = {clock_of(s) for s in self.truth}
        if len(clock) > 1:
            raise InputError("the places' signals are not in the same ticks: put all on one clock")
        for name, shape in (
            ("capacity", (P,)),
            ("idle_kw", (P,)),
            ("bandwidth_gbit_s", (P, P)),
            ("rtt_s", (P, P)),
            ("network_kwh_per_gb", ()),
        ):
            figures = np.asarray(getattr(self, name), float)
            if figures.shape != shape:
                raise InputError(f"{name} of shape {figures.shape} for {P} places: give {shape}")
            wrong = ~(figures >= 0)
            if name in ("idle_kw", "rtt_s", "network_kwh_per_gb"):
                wrong |= np.isinf(figures)
            if wrong.any():
                at = tuple(np.argwhere(wrong)[0].tolist())
                where = ", ".join(self.names[i] for i in at) or "the network"
                raise InputError(
                    f"{name} of {where} is {figures[at]}: let it be a number, 0 or more"
                )

    def __len__(self) -> int:
        return len(self.names)

    @property
    def ticks(self) -> int:
        """Ticks from the first to the end, at every place."""
        return self.truth[0].ticks

    @property
    def tick_s(self) -> float:
        """Length of a tick [s]."""
        return self.truth[0].tick_s

    def transfer_ticks(self, gb: float, start: int, to: int) -> int:
        """Ticks in which that much data is on its way from one place to another.

        Raises:
            InputError: there is no way.
        """
        if start == to:
            return 0
        bandwidth = float(self.bandwidth_gbit_s[start, to])
        if bandwidth <= 0.0:
            raise InputError(
                f"there is no way from {self.names[start]} to {self.names[to]}: give a bandwidth, or do not move jobs"
            )
        return int(way_in_ticks(gb, bandwidth, float(self.rtt_s[start, to]), self.tick_s))


def places_of(
    names: Sequence[str],
    truth: Sequence[TickSignal],
    capacity: ArrayLike,
    *,
    idle_kw: ArrayLike = 0.0,
    bandwidth_gbit_s: ArrayLike = np.inf,
    rtt_s: ArrayLike = 0.0,
    network_kwh_per_gb: float = 0.0,
) -> Places:
    """Places, with one figure for all where one is given; fields as of `Places`."""
    P = len(names)

    def each(values: ArrayLike, *shape: int) -> Array:
        try:
            return np.broadcast_to(np.asarray(values, float), shape)
        except ValueError as error:
            raise InputError(f"figures do not fit {P} places: {error}") from error

    return Places(
        tuple(names), tuple(truth), each(capacity, P), each(idle_kw, P), each(bandwidth_gbit_s, P, P),
        each(rtt_s, P, P), network_kwh_per_gb,
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class SharedJobs:
    """N jobs that share places.

    Attributes:
        work: arrival, length and power.
        origin: the place its data lies at when it arrives (N,).
        budget: ticks it may wait in all; it is due after arrival, length and these (N,).
        size: room it holds while it runs (N,), in the unit of the capacities.
        interruptible: whether it may be suspended (N,) bool.
        min_run: ticks of work that a stretch lasts at least, unless the job ends (N,), at least 1.
        resume_ticks: at each resume its room is held and its power drawn for so long before work goes on (N,).
        resume_kwh: energy of saving and restoring it, beside that, booked when and where it resumes (N,) [kWh].
        data_gb: what moves with it, its checkpoint or, before it has begun, its input (N,) [GB].

    Raises:
        InputError: a figure is missing, or cannot be.
    """

    work: Work
    origin: Array
    budget: Array
    size: Array
    interruptible: Array
    min_run: Array
    resume_ticks: Array
    resume_kwh: Array
    data_gb: Array

    def __post_init__(self) -> None:
        least = {
            "origin": 0, "budget": 0, "size": 0, "interruptible": 0, "min_run": 1, "resume_ticks": 0,
            "resume_kwh": 0, "data_gb": 0,
        }  # fmt: skip
        check_each_job(self, len(self.work), least)

    def __len__(self) -> int:
        return len(self.work)

    @property
    def due(self) -> Array:
        """Tick by which each is to have ended (N,): the tick after the last it may run in."""
        return self.work.arrival + self.work.length + self.budget


def shared_jobs(
    work: Work,
    origin: ArrayLike,
    budget: ArrayLike,
    *,
    size: ArrayLike | None = None,
    interruptible: ArrayLike = False,
    min_run: ArrayLike = 1,
    resume_ticks: ArrayLike = 0,
    resume_kwh: ArrayLike = 0.0,
    data_gb: ArrayLike = 0.0,
) -> SharedJobs:
    """Jobs, with one figure for all where one is given; `size` is the power [kW] where none is given."""
    n = len(work)

    def each(values: ArrayLike, kind: type) -> Array:
        given = np.asarray(values)
        if kind is int and not np.equal(given, np.floor(given)).all():
            raise InputError(
                f"{given} is to be in whole ticks or places, without a gap: round it first"
            )
        try:
            return np.broadcast_to(given.astype(kind), (n,))
        except ValueError as error:
            raise InputError(f"figures do not fit {n} jobs: {error}") from error

    return SharedJobs(
        work, each(origin, int), each(budget, int), each(work.power_kw if size is None else size, float),
        each(interruptible, bool), each(min_run, int), each(resume_ticks, int), each(resume_kwh, float),
        each(data_gb, float),
    )  # fmt: skip


def way_in_ticks(gb: Array | float, gbit_s: float, rtt_s: float, tick_s: float) -> Array:
    """Size over bandwidth and a round trip, in whole ticks, rounded up; the bandwidth is above 0."""
    return np.ceil((8.0 * gb / gbit_s + rtt_s) / tick_s - 1e-9)


def clock_of(signal: TickSignal) -> tuple[int, float, int]:
    """What two signals share that are in the same ticks."""
    return signal.step, signal.tick_s, signal.ticks
