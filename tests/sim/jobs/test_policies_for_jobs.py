"""Physics that every policy for discrete jobs keeps, and what each is known for."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from westshift.models.errors import InputError
from westshift.models.k_min_search import Search, thresholds
from westshift.models.ticks import TickSignal, Work
from westshift.sim.jobs.policy import Asked, JobPolicy, start_at
from westshift.sim.jobs.record import Record
from westshift.sim.jobs.world import run_jobs
from westshift.sim.policies.jobs.carbon_time import CARBON_TIME, CARBON_TIME_ORACLE
from westshift.sim.policies.jobs.double_threshold import double_threshold
from westshift.sim.policies.jobs.ecovisor import ecovisor
from westshift.sim.policies.jobs.lowest_slot import LOWEST_SLOT
from westshift.sim.policies.jobs.lowest_window import LOWEST_WINDOW, LOWEST_WINDOW_ORACLE
from westshift.sim.policies.jobs.no_wait import NO_WAIT
from westshift.sim.policies.jobs.off_peak import off_peak
from westshift.sim.policies.jobs.wait_awhile import WAIT_AWHILE, WAIT_AWHILE_INTERRUPTIBLE

STEPS = 96
BOUNDS = Search(50.0, 900.0)


def policies() -> list[JobPolicy]:
    return [
        NO_WAIT, LOWEST_SLOT, LOWEST_WINDOW, LOWEST_WINDOW_ORACLE, CARBON_TIME, CARBON_TIME_ORACLE,
        ecovisor(), WAIT_AWHILE, WAIT_AWHILE_INTERRUPTIBLE, off_peak(np.arange(STEPS) % 24 < 8),
        double_threshold(BOUNDS), double_threshold(Search(50.0, 900.0, 40.0)),
    ]  # fmt: skip


def drawn(seed: int, step: int, n: int = 40) -> tuple[Work, TickSignal, np.ndarray]:
    rng = np.random.default_rng(seed)
    # Whole numbers, so that some are equal.
    signal = TickSignal(rng.integers(50, 900, STEPS).astype(float), step, 3600.0 / step)
    length = rng.integers(1, 20 * step, n)
    budget = rng.integers(0, 30 * step, n) * (rng.random(n) < 0.9)
    arrival = rng.integers(0, signal.ticks - length - budget + 1)
    return Work(arrival, length, rng.random(n) * 5.0, signal.tick_s), signal, budget


def ticks_of(record: Record, job: int) -> list[int]:
    return [t for a, b in record.runs_of(job) for t in range(a, b)]


def least(work: Work, signal: TickSignal, budget: np.ndarray, interrupts: bool) -> list[float]:
    """Clairvoyant optimum of each job, tick by tick."""
    per_tick = np.repeat(signal.value, signal.step)
    out = []
    for a, n, w, kw in zip(work.arrival, work.length, budget, work.power_kw, strict=True):
        seen = per_tick[a : a + n + w]
        whole = min(seen[s : s + n].sum() for s in range(w + 1))
        out.append((np.sort(seen)[:n].sum() if interrupts else whole) * kw * signal.tick_h / 1000.0)
    return out


@pytest.mark.parametrize("policy", policies(), ids=lambda p: p.name)
@given(st.integers(0, 10_000), st.sampled_from([1, 4, 7]))
def test_physics(policy: JobPolicy, seed: int, step: int) -> None:
    work, signal, budget = drawn(seed, step)
    r = run_jobs(work, signal, policy, budget)
    assert (r.start >= work.arrival).all()
    assert (np.bincount(r.run_job, r.run_to - r.run_from) == work.length).all()
    assert (r.waited >= 0).all()
    assert (r.waited <= budget).all()
    assert (r.end == work.arrival + work.length + r.waited).all()
    assert (r.suspended == np.bincount(r.run_job) - 1).all()
    assert policy.interrupts or not r.suspended.any()
    np.testing.assert_allclose(r.energy_kwh, work.energy_kwh)
    per_tick = np.repeat(signal.value, step)
    carbon = [per_tick[ticks_of(r, i)].sum() for i in range(len(work))]
    np.testing.assert_allclose(r.carbon_kg, carbon * work.power_kw * signal.tick_h / 1000.0)
    bound = np.array(least(work, signal, budget, policy.interrupts))
    assert (r.carbon_kg >= bound * (1.0 - 1e-12)).all()
    if policy in (WAIT_AWHILE, WAIT_AWHILE_INTERRUPTIBLE):
        np.testing.assert_allclose(r.carbon_kg, bound, rtol=1e-12)


@pytest.mark.parametrize("policy", policies(), ids=lambda p: p.name)
def test_nothing_to_gain_or_to_wait_for(policy: JobPolicy) -> None:
    work, signal, budget = drawn(3, 4)
    now = run_jobs(work, signal, NO_WAIT, budget)
    assert (now.start == work.arrival).all()
    none = run_jobs(work, signal, policy, 0 * budget)
    assert (none.start == work.arrival).all()
    assert (none.waited == 0).all()
    flat = TickSignal(np.full(STEPS, 300.0), 4, 900.0)
    r = run_jobs(work, flat, policy, budget)
    np.testing.assert_allclose(r.carbon_kg, run_jobs(work, flat, NO_WAIT, budget).carbon_kg)


@pytest.mark.parametrize("policy", policies(), ids=lambda p: p.name)
def test_what_comes_after_the_window_changes_nothing(policy: JobPolicy) -> None:
    work, signal, budget = drawn(5, 4, n=1)
    reach = max(int((work.arrival + work.length + budget)[0]), int(work.arrival[0]) + 4 * 24)
    value = signal.value.copy()
    value[reach // 4 + 1 :] = 51.0
    other = TickSignal(value, 4, 900.0)
    a = run_jobs(work, signal, policy, budget)
    b = run_jobs(work, signal, policy, budget, forecast=other)
    assert (a.run_from.tolist(), a.run_to.tolist()) == (b.run_from.tolist(), b.run_to.tolist())


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize(("switch", "step"), [(0.0, 1), (0.0, 4), (40.0, 1)])
def test_online_does_not_see_ahead(seed: int, switch: float, step: int) -> None:
    work, signal, budget = drawn(seed, step, n=1)
    a, middle = int(work.arrival[0]), int(work.arrival[0] + (work.length + budget)[0] // 2) // step
    rng = np.random.default_rng(seed)
    value = np.where(np.arange(STEPS) <= middle, signal.value, rng.integers(50, 900, STEPS))
    other = TickSignal(value.astype(float), step, signal.tick_s)
    policy = double_threshold(Search(50.0, 900.0, switch))
    seen = [
        [t for t in ticks_of(run_jobs(work, s, policy, budget), 0) if t < (middle + 1) * step]
        for s in (signal, other)
    ]
    assert seen[0] == seen[1]
    assert a <= (middle + 1) * step


@given(st.integers(0, 10_000), st.integers(1, 5))
def test_a_policy_that_is_not_told_lengths_cannot_use_them(seed: int, factor: int) -> None:
    work, signal, budget = drawn(seed, 2)
    other = Work(work.arrival, np.minimum(work.length, factor), work.power_kw, work.tick_s)
    expected = np.full(len(work), 6)
    for policy in (p for p in policies() if not p.knows_length):
        a = run_jobs(work, signal, policy, budget, expected=expected)
        b = run_jobs(other, signal, policy, budget, expected=expected)
        assert (a.start == b.start).all()


def test_ecovisor_tick_by_tick() -> None:
    for seed in range(30):
        work, signal, budget = drawn(seed, 3)
        per_tick = np.repeat(signal.value, 3)
        r = run_jobs(work, signal, ecovisor(), budget)
        for i, (a, n, w) in enumerate(zip(work.arrival, work.length, budget, strict=True)):
            low = np.quantile(per_tick[a : a + 72], 0.3)
            ran: list[int] = []
            waited, t = 0, int(a)
            while len(ran) < n:
                if per_tick[t] < low or waited >= w:
                    ran.append(t)
                else:
                    waited += 1
                t += 1
            assert ticks_of(r, i) == ran


def test_online_tick_by_tick() -> None:
    for seed in range(30):
        for search, step in (
            (BOUNDS, 3),
            (Search(50.0, 900.0, 40.0), 1),
            (Search(50.0, 900.0, 9.0), 3),
        ):
            work, signal, budget = drawn(seed, step, n=10)
            per_tick = np.repeat(signal.value, step)
            r = run_jobs(work, signal, double_threshold(search), budget)
            for i, (a, n, w) in enumerate(zip(work.arrival, work.length, budget, strict=True)):
                to_start, to_go_on = thresholds(search, int(n))
                ran: list[int] = []
                on, t = False, int(a)
                while len(ran) < n:
                    last = (to_go_on if on else to_start)[len(ran)]
                    on = bool(per_tick[t] <= last or a + n + w - t == n - len(ran))
                    ran += [t] * on
                    t += 1
                assert ticks_of(r, i) == ran


def test_a_resumption_costs_energy_where_it_happens() -> None:
    signal = TickSignal(np.array([100.0, 900.0, 200.0, 900.0]), 1, 3600.0)
    work = Work(np.array([0]), np.array([2]), np.array([1000.0]), 3600.0)
    r = run_jobs(work, signal, WAIT_AWHILE_INTERRUPTIBLE, np.array([2]), resume_ticks=0.5)
    assert r.runs_of(0) == [(0, 1), (2, 3)]
    assert r.suspended[0] == 1
    assert r.total_energy_kwh == pytest.approx(2500.0)
    assert r.total_carbon_kg == pytest.approx(100.0 + 200.0 + 0.5 * 200.0)


def test_a_part_of_a_step_stands_beside_its_neighbour() -> None:
    signal = TickSignal(np.array([300.0, 100.0, 900.0, 900.0]), 4, 900.0)
    work = Work(np.array([0]), np.array([6]), np.array([1.0]), 900.0)
    r = run_jobs(work, signal, WAIT_AWHILE_INTERRUPTIBLE, np.array([10]))
    assert r.runs_of(0) == [(2, 8)]


def test_no_jobs_and_one_step() -> None:
    none = Work(*(np.zeros(0, np.int64),) * 2, np.zeros(0), 3600.0)
    signal = TickSignal(np.array([100.0]), 1, 3600.0)
    one = Work(np.array([0]), np.array([1]), np.array([0.0]), 3600.0)
    for policy in policies():
        if policy.name == "off-peak timer":
            policy = off_peak(np.array([False]))
        assert len(run_jobs(none, signal, policy, np.zeros(0, np.int64))) == 0
        r = run_jobs(one, signal, policy, np.array([0]))
        assert r.runs_of(0) == [(0, 1)]
        assert r.total_carbon_kg == 0.0


def test_a_policy_that_breaks_its_word_is_stopped() -> None:
    work, signal, budget = drawn(1, 1)

    def early(asked: Asked):
        return start_at(asked.arrival - 1)

    def late(asked: Asked):
        return start_at(asked.arrival + asked.budget + 1)

    for rule in (early, late):
        with pytest.raises(RuntimeError, match="unfair"):
            run_jobs(work, signal, JobPolicy("unfair", rule), budget)


def test_what_cannot_be_run_is_named() -> None:
    work, signal, budget = drawn(2, 1)
    with pytest.raises(InputError, match="could end after the signal"):
        run_jobs(work, signal, NO_WAIT, budget + 200)
    with pytest.raises(InputError, match="budgets"):
        run_jobs(work, signal, NO_WAIT, budget - 1000)
    with pytest.raises(InputError, match="clock"):
        run_jobs(work, TickSignal(signal.value, 2, 1800.0), NO_WAIT, budget)
    with pytest.raises(InputError, match="one for each step"):
        run_jobs(work, signal, off_peak(np.ones(5, bool)), budget)
    with pytest.raises(InputError, match="no whole tick"):
        Work(np.array([0]), np.array([0]), np.array([1.0]), 1.0)
    with pytest.raises(InputError, match="without a value in step 1"):
        TickSignal(np.array([1.0, np.nan]), 1, 1.0)
