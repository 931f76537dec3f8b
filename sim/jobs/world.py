"""The world of discrete jobs at one place: a policy permits, the world runs, the true signal is billed.

Capacity is not scarce here, so what is decided for one job changes nothing for another, and all are carried out at
once, as arrays.
"""

from __future__ import annotations

import numpy as np

from ...models.errors import InputError
from ...models.ticks import TickSignal, Work
from .policy import Asked, JobPolicy, Permits
from .record import Record

Array = np.ndarray

CELLS = 100_000
"""Jobs times steps of their windows that a policy is shown at once: what fits a processor's cache."""


def run_jobs(
    work: Work,
    truth: TickSignal,
    policy: JobPolicy,
    budget: Array,
    forecast: TickSignal | None = None,
    expected: Array | None = None,
    resume_ticks: float = 0.0,
) -> Record:
    """Run all jobs under a policy.

    Args:
        work: N jobs. truth: the signal they are billed by [kg/MWh].
        policy: what decides. budget: ticks each may wait in all (N,).
        forecast: the signal a policy sees that foresees; `truth` where none is given.
        expected: length that a policy which is not told lengths holds a job to have (N,) [ticks]; the mean of
            all jobs, cut to whole ticks, where none is given.
        resume_ticks: energy of one resumption (restoring a checkpoint), as ticks at full power, at the intensity
            of the tick in which the job resumes. It takes no time.

    Raises:
        InputError: ticks differ, a budget is below 0, or a job could end after the signal does.
    """
    # Who does not foresee reads the present off the meter.
    forecast = truth if forecast is None or not policy.foresees else forecast
    _check(work, truth, forecast, budget)
    n = len(work)
    if expected is None:
        expected = np.full(n, max(1, int(work.length.mean())) if n else 1)
    told = work.length if policy.knows_length else expected
    if told.shape != (n,) or (told < 1).any():
        raise InputError(
            f"expected lengths of shape {told.shape} for {n} jobs: give each one tick or more"
        )
    parts: list[tuple[Array, Array, Array]] = []
    horizon = int(np.max(work.length + budget, initial=1))
    at_once = max(1, CELLS // (horizon // truth.step + 2))
    for first in range(0, n, at_once):
        some = slice(first, min(first + at_once, n))
        asked = Asked(work.arrival[some], budget[some], told[some], forecast, horizon)
        job, start, stop = carried_out(policy, policy.decide(asked), work.length[some], asked)
        parts.append((job + first, start, stop))
    job, start, stop = (
        (np.concatenate(p) for p in zip(*parts, strict=True)) if parts else (_NONE,) * 3
    )
    return booked(work, truth, policy.name, job, start, stop, resume_ticks)


_NONE = np.zeros(0, np.int64)


def carried_out(
    policy: JobPolicy, permits: Permits, length: Array, asked: Asked
) -> tuple[Array, Array, Array]:
    """What a job runs of its permits: all ticks until its work is done; stretches that touch become one.

    Returns:
        job, start, stop of each stretch (M,).

    Raises:
        RuntimeError: the policy broke its contract: too early, out of order, too little or beyond the budget.
    """
    job, start = permits.job, permits.start
    new = np.diff(job, prepend=-1) != 0
    first = np.flatnonzero(new)
    if len(first) != len(length):
        raise RuntimeError(f"{policy.name} gave {len(first)} of {len(length)} jobs a time to run")
    if (np.diff(job) < 0).any() or (start < asked.arrival[job]).any():
        raise RuntimeError(f"{policy.name} let a job run before it arrived, or jobs out of order")
    if ((start[1:] < permits.stop[:-1]) & ~new[1:]).any():
        raise RuntimeError(f"{policy.name} gave a job two times at once")
    # Nothing runs longer than its own length, which also keeps sums over open ends small.
    could = np.minimum(permits.stop - start, length[job])
    done = np.cumsum(could)
    before = done - could - (done - could)[first][job]
    runs = np.clip(length[job] - before, 0, could)
    keep = runs > 0
    job, start, stop = job[keep], start[keep], (start + runs)[keep]
    if (np.bincount(job, runs[keep], len(length)) != length).any():
        raise RuntimeError(f"{policy.name} gave a job too little time to run")
    joins = (np.diff(job, prepend=-1) == 0) & (start == np.concatenate([[-1], stop[:-1]]))
    head = np.flatnonzero(~joins)
    tail = np.append(head[1:], len(job)) - 1
    job, start, stop = job[head], start[head], stop[tail]
    last = np.append(job[1:] != job[:-1], True)
    waited = stop[last] - asked.arrival - length
    if (waited > asked.budget).any():
        raise RuntimeError(f"{policy.name} let a job wait longer than it may")
    return job, start, stop


def booked(
    work: Work,
    truth: TickSignal,
    name: str,
    job: Array,
    start: Array,
    stop: Array,
    resume_ticks: float,
) -> Record:
    """Bill stretches by the true signal.

    Args:
        job, start, stop: every stretch (M,), each job with at least one, in order of jobs and of time.
    """
    n = len(work)
    first = np.searchsorted(job, np.arange(n), side="left")
    last = np.searchsorted(job, np.arange(n), side="right") - 1
    resumes = np.ones(len(job))
    resumes[first] = 0.0
    extra = resume_ticks * resumes
    intensity_ticks = truth.over(start, stop) + extra * truth.value[start // truth.step]
    kwh_per_tick = work.power_kw * work.tick_s / 3600.0
    suspended = last - first
    return Record(
        policy=name,
        tick_s=work.tick_s,
        start=start[first],
        end=stop[last],
        waited=stop[last] - work.arrival - work.length,
        suspended=suspended,
        run_job=job,
        run_from=start,
        run_to=stop,
        energy_kwh=kwh_per_tick * (work.length + resume_ticks * suspended),
        # kg/MWh is g/kWh
        carbon_kg=kwh_per_tick * np.bincount(job, intensity_ticks, n) / 1000.0,
    )


def _check(work: Work, truth: TickSignal, forecast: TickSignal, budget: Array) -> None:
    shape = (truth.step, truth.tick_s, truth.ticks)
    if (forecast.step, forecast.tick_s, forecast.ticks) != shape or work.tick_s != truth.tick_s:
        raise InputError(
            "jobs, signal and forecast are not in the same ticks: put all on one clock"
        )
    if budget.shape != work.arrival.shape or (budget < 0).any():
        raise InputError(
            f"waiting budgets of shape {budget.shape} for {len(work)} jobs: 0 or more for each"
        )
    late = work.arrival + work.length + budget > truth.ticks
    if late.any():
        i = int(late.argmax())
        raise InputError(
            f"{int(late.sum())} of {len(work)} jobs could end after the signal does, the first of them job {i + 1}, "
            f"{int((work.arrival + work.length + budget)[i] - truth.ticks)} ticks of {truth.tick_s:g} s after: give a "
            "longer signal, a smaller waiting budget, or leave them out"
        )
