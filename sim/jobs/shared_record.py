"""What happened to jobs that share places: each one's waits, moves and carbon, by part."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .places import Places, SharedJobs

Array = np.ndarray
Rows = list[tuple[int, int, int, int, int]]


@dataclass(frozen=True, eq=False)
class SharedRecord:
    """N jobs at P places at the end of the signals.

    For a job that has ended: end - arrival = length + overhead + by_policy + by_queue + in_transfer.

    Attributes:
        policy: its name. tick_s: length of a tick [s].
        start, end: first tick it ran and the tick after the last (N,); -1 where it never ran, or has not ended.
        served: whether it ended (N,). unserved: ticks of work not run (N,).
        late: ticks from when it was due to its end, 0 or more (N,); to the signals' end where it is unserved.
        by_policy: ticks, neither running nor moving, without a permit it could use, from arrival to end (N,).
        by_queue: ticks permitted, and without room (N,). in_transfer: ticks on its way (N,).
        overhead: ticks of resuming (N,). resumed: how often it went on after a break (N,).
        migrations: how often it moved (N,). moved_gb: (N,) [GB].
        run_job, run_place, run_from, run_work, run_to: every stretch (M,), in the order of jobs and time: overhead
            from run_from to run_work, work from there to run_to, the tick after the last.
        move_job, move_away, move_there, move_from, move_to: every migration (L,), from place to place, in ticks.
        running_kg, resume_kg, network_kg: carbon of work; of overhead and restoring; of moved data (N,) [kg].
        idle_kg: of what places draw in all ticks, whoever runs (P,) [kg].
        energy_kwh: of work, overhead, restoring and moving (N,) [kWh]. network_kwh: of moving alone (N,) [kWh].
    """

    policy: str
    tick_s: float
    start: Array
    end: Array
    served: Array
    unserved: Array
    late: Array
    by_policy: Array
    by_queue: Array
    in_transfer: Array
    overhead: Array
    resumed: Array
    migrations: Array
    moved_gb: Array
    run_job: Array
    run_place: Array
    run_from: Array
    run_work: Array
    run_to: Array
    move_job: Array
    move_away: Array
    move_there: Array
    move_from: Array
    move_to: Array
    running_kg: Array
    resume_kg: Array
    network_kg: Array
    idle_kg: Array
    energy_kwh: Array
    network_kwh: Array

    def __len__(self) -> int:
        return len(self.start)

    @property
    def carbon_kg(self) -> Array:
        """Of each job, without what places draw idle (N,) [kg]."""
        return self.running_kg + self.resume_kg + self.network_kg

    @property
    def total_carbon_kg(self) -> float:
        """Of all jobs and places [kg]."""
        return float(self.carbon_kg.sum() + self.idle_kg.sum())


def booked_shared(
    name: str, jobs: SharedJobs, places: Places, runs: Rows, moves: Rows, queued: list[int]
) -> SharedRecord:
    """Bill what was done by the true signals.

    Data on its way is billed where it goes, at the mean of the ticks it is under way, as streams are.

    Args:
        runs: job, place, first tick, ticks of overhead, tick after the last.
        moves: job, place it leaves, place it goes to, first tick, tick after the last.
        queued: ticks in queues (N,).
    """
    n, w, end_of_all = len(jobs), jobs.work, places.ticks
    table = np.array(runs, np.int64).reshape(-1, 5)
    job, place, begin, over, stop = table[np.lexsort((table[:, 2], table[:, 0]))].T
    moved = np.array(moves, np.int64).reshape(-1, 5)
    m_job, away, there, m_from, m_to = moved[np.lexsort((moved[:, 3], moved[:, 0]))].T
    m_end = np.minimum(m_to, end_of_all)

    def of_jobs(who: Array, values: Array) -> Array:
        return np.bincount(who, values, n)

    def ticks_of(who: Array, values: Array) -> Array:
        return of_jobs(who, values).astype(np.int64)

    worked = ticks_of(job, stop - begin - over)
    overhead, transfer = ticks_of(job, over), ticks_of(m_job, m_end - m_from)
    served = worked == w.length
    stretches = np.bincount(job, minlength=n)
    start, last = np.full(n, end_of_all), np.full(n, -1)
    np.minimum.at(start, job, begin)
    np.maximum.at(last, job, stop)
    end = np.where(served, last, -1)
    until = np.where(served, last, end_of_all)
    by_queue = np.array(queued, np.int64).reshape(n)
    again = np.concatenate([[False], job[1:] == job[:-1]]) if len(job) else np.zeros(0, bool)
    running, held, restoring, network = (
        np.zeros(len(job)), np.zeros(len(job)), np.zeros(len(job)), np.zeros(len(m_job)),
    )  # fmt: skip
    kwh_tick = w.power_kw * w.tick_s / 3600.0
    network_kwh = places.network_kwh_per_gb * jobs.data_gb[m_job]
    for p, signal in enumerate(places.truth):
        r, m = place == p, there == p
        running[r] = signal.over(begin[r] + over[r], stop[r])
        held[r] = signal.over(begin[r], begin[r] + over[r])
        restoring[r] = signal.value[begin[r] // signal.step] * again[r]
        # A way of no ticks is billed in the tick it is gone in one moment of; one that the end cuts, to the end.
        to = np.maximum(m_end[m], m_from[m] + 1)
        network[m] = signal.over(m_from[m], to) / (to - m_from[m])
    idle = [
        kw * signal.tick_h * float(signal.before(np.array(signal.ticks)))
        for kw, signal in zip(places.idle_kw, places.truth, strict=True)
    ]
    resume_kwh = jobs.resume_kwh * of_jobs(job, again)
    return SharedRecord(
        policy=name,
        tick_s=w.tick_s,
        start=np.where(stretches > 0, start, -1),
        end=end,
        served=served,
        unserved=w.length - worked,
        late=np.maximum(until - jobs.due, 0),
        by_policy=until - w.arrival - worked - overhead - by_queue - transfer,
        by_queue=by_queue,
        in_transfer=transfer,
        overhead=overhead,
        resumed=np.maximum(stretches - 1, 0),
        migrations=np.bincount(m_job, minlength=n),
        moved_gb=of_jobs(m_job, jobs.data_gb[m_job]),
        run_job=job,
        run_place=place,
        run_from=begin,
        run_work=begin + over,
        run_to=stop,
        move_job=m_job,
        move_away=away,
        move_there=there,
        move_from=m_from,
        move_to=m_to,
        # kg/MWh is g/kWh
        running_kg=kwh_tick * of_jobs(job, running) / 1000.0,
        resume_kg=(
            kwh_tick * of_jobs(job, held) + jobs.resume_kwh * of_jobs(job, restoring)
        ) / 1000.0,
        network_kg=of_jobs(m_job, network_kwh * network) / 1000.0,
        idle_kg=np.array(idle) / 1000.0,
        energy_kwh=kwh_tick * (worked + overhead) + resume_kwh + of_jobs(m_job, network_kwh),
        network_kwh=of_jobs(m_job, network_kwh),
    )  # fmt: skip
