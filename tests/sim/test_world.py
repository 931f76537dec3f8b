"""Every policy in the world: conservation, causality, capacity, and no foresight."""

import dataclasses
import hashlib
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from westshift.experiments.verify.books import total_cny, whole_horizon
from westshift.experiments.verify.drawn import draw
from westshift.experiments.verify.small import actual
from westshift.models.actual import HISTORY_H
from westshift.models.errors import InputError
from westshift.models.forecast import noisy, perfect, persistence
from westshift.models.settings import POLICY_NAMES, Forecast, Plan
from westshift.models.signals import only_average
from westshift.optim.program import co_planner
from westshift.sim.placing import fill_in_order, home_shares
from westshift.sim.run import Case, make_policy, run_case
from westshift.sim.world import World

HOURS = 30
PLAN = Plan(window_h=24, step_h=12)
NOISE = Forecast(kind="noisy", error_share=0.3)
seeds = st.integers(0, 10_000)


def play(happens, forecast=NOISE, policies=POLICY_NAMES, seed=1):
    return run_case(Case(happens, policies, "here-and-now", forecast, PLAN, seed))


@settings(max_examples=4, deadline=None)
@given(seeds, st.sampled_from([0.7, 1.2, 3.0]))
def test_work_in_is_work_done_and_unserved_and_no_site_is_overfull(seed, room):
    happens = actual(draw(seed, HOURS, room=room))
    c = happens.system.compute
    came = happens.now(happens.arrivals_mwh)
    for name, o in play(happens).items():
        ran = c.origin_class_work_mw(o.carried.work_mw)
        total = (ran + o.carried.unserved_mwh).sum(axis=2)
        np.testing.assert_allclose(total, came.sum(axis=2), atol=1e-5, err_msg=name)
        ahead = np.cumsum(ran + o.carried.unserved_mwh - came, axis=2)
        assert ahead.max() < 1e-5, f"{name} runs work before it arrives"
        np.testing.assert_allclose(-ahead, o.carried.waiting_mwh, atol=1e-5, err_msg=name)
        over = c.site_work_mw(o.carried.work_mw) - c.site_capacity_mw[:, None]
        assert over.max() < 1e-5, name
        assert o.carried.work_mw.min() >= 0.0
        late = np.cumsum(ran + o.carried.unserved_mwh, axis=2)
        for j, slack in enumerate(c.class_slack_h):
            due = np.cumsum(came[:, j], axis=1)[:, : HOURS - slack]
            assert (late[:, j, slack:] - due).min() > -1e-5, f"{name} misses a deadline silently"


@settings(max_examples=5, deadline=None)
@given(seeds, st.sampled_from(["noisy", "persistence", "perfect"]))
def test_no_policy_beats_the_oracle_and_its_objective_is_its_ledger(seed, kind):
    happens = actual(draw(seed, HOURS))
    outcomes = play(happens, Forecast(kind=kind, error_share=0.3))
    booked = {name: total_cny(happens, o.ledger) for name, o in outcomes.items()}
    objective = co_planner().solve(whole_horizon(happens)).objective
    assert booked["oracle"] == pytest.approx(objective, rel=1e-6)
    assert min(booked.values()) >= booked["oracle"] * (1 - 1e-6)


@pytest.mark.parametrize("name", [n for n in POLICY_NAMES if not make_policy(n, PLAN).clairvoyant])
def test_what_is_still_to_come_changes_nothing_that_was_decided(name):
    # Two worlds alike up to hour 13; plans of 12 hours, made at hours 0 and 12 from the last day seen.
    known, changed = 13, actual(draw(3, HOURS))
    cut = HISTORY_H + known
    other = dataclasses.replace(
        changed,
        **{
            field: np.concatenate(
                [getattr(changed, field)[..., :cut], 1.3 * getattr(changed, field)[..., cut:]],
                axis=-1,
            )
            for field in ("demand_mw", "unit_max_mw", "pue", "arrivals_mwh")
        },
    )
    signal = np.random.default_rng(0).uniform(300, 900, (3, HISTORY_H + HOURS))
    changed_signal = np.concatenate([signal[:, :cut], signal[:, cut:][:, ::-1]], axis=1)
    ran = []
    for happens, published in ((changed, signal), (other, changed_signal)):
        policy = make_policy(name, PLAN)
        ran.append(
            World(happens, policy, persistence, only_average(published)).run().work_mw[:, :known]
        )
    # Not to the last bit: thermal availability is known ahead, and a solver's path depends on it.
    np.testing.assert_allclose(*ran, rtol=1e-12, atol=1e-12)


def test_the_oracle_does_see_what_is_to_come():
    happens = actual(draw(3, HOURS))
    arrivals = happens.arrivals_mwh.copy()
    arrivals[..., -8:] *= 0.1
    other = dataclasses.replace(happens, arrivals_mwh=arrivals)
    ran = [
        play(a, policies=("oracle",))["oracle"].carried.work_mw[:, :20] for a in (happens, other)
    ]
    assert np.abs(ran[0] - ran[1]).max() > 1e-3


def test_without_patience_or_other_places_every_policy_is_the_baseline():
    happens = actual(draw(5, HOURS, regions=("alone",), slack_h=(0, 0)))
    outcomes = play(happens)
    for name, o in outcomes.items():
        np.testing.assert_allclose(
            o.carried.work_mw, outcomes["here-and-now"].carried.work_mw, atol=1e-6, err_msg=name
        )


def test_the_same_seed_gives_the_same_bytes_in_any_order_and_process():
    happens = actual(draw(11, HOURS))
    one = play(happens)
    two = play(happens, policies=tuple(reversed(POLICY_NAMES)))
    for name in POLICY_NAMES:
        assert one[name].carried.work_mw.tobytes() == two[name].carried.work_mw.tobytes(), name
        assert one[name].settled.output_mw.tobytes() == two[name].settled.output_mw.tobytes(), name
    code = (
        "import hashlib\n"
        "from westshift.experiments.verify.drawn import draw\n"
        "from westshift.experiments.verify.small import actual\n"
        "from westshift.models.settings import POLICY_NAMES, Forecast, Plan\n"
        "from westshift.sim.run import Case, run_case\n"
        "noise, plan = Forecast(kind='noisy', error_share=0.3), Plan(window_h=24, step_h=12)\n"
        f"case = Case(actual(draw(11, {HOURS})), POLICY_NAMES, 'here-and-now', noise, plan, 1)\n"
        "ran = run_case(case)['co-planned'].carried.work_mw\n"
        "print(hashlib.sha256(ran.tobytes()).hexdigest())"
    )
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    mine = hashlib.sha256(one["co-planned"].carried.work_mw.tobytes()).hexdigest()
    assert other.stdout.strip() == mine
    assert (
        play(happens, seed=2)["planned"].carried.work_mw.tobytes()
        != one["planned"].carried.work_mw.tobytes()
    )


def test_home_shares_are_by_capacity_and_sum_to_one():
    c = draw(2, 5).system.compute
    shares = home_shares(c)
    workload = c.stream_origin * len(c.classes) + c.stream_class
    np.testing.assert_allclose(np.bincount(workload, shares), 1.0)
    assert (shares[~c.stream_home] == 0).all()
    none = dataclasses.replace(c, site_capacity_mw=0.0 * c.site_capacity_mw)
    np.testing.assert_allclose(np.bincount(workload, home_shares(none)), 1.0)


@settings(max_examples=20, deadline=None)
@given(seeds)
def test_a_full_site_takes_its_own_region_first_and_nobody_is_driven_out(seed):
    c = draw(seed, 2, room=1.0).system.compute
    rng = np.random.default_rng(seed)
    at_site = rng.uniform(100, 900, len(c.sites))[c.stream_site]
    score = at_site + 0.01 * ~c.stream_home
    capacity = np.bincount(c.site_region, c.site_capacity_mw)[c.origin_region]
    amount = rng.dirichlet(np.ones(len(c.classes)), len(c.origins)) * capacity[:, None]
    placed = fill_in_order(c, score, amount)
    done = c.origin_class_work_mw(placed[:, None])[:, :, 0]
    np.testing.assert_allclose(done, amount, atol=1e-9)
    assert (c.site_work_mw(placed[:, None])[:, 0] <= c.site_capacity_mw + 1e-9).all()


def test_an_unknown_policy_is_an_input_error():
    with pytest.raises(InputError, match=r"planed.*planned"):
        make_policy("planed", PLAN)


class TestForecasts:
    coming = np.arange(1.0, 61.0).reshape(2, 30)
    seen = np.full((2, 24), 7.0)

    @pytest.mark.parametrize("make", [perfect, persistence, noisy(1, 0.5)])
    def test_the_hour_at_hand_is_observed(self, make):
        found = make(self.seen, self.coming, "x", 5)
        np.testing.assert_array_equal(found[:, 0], self.coming[:, 0])
        assert found.shape == self.coming.shape

    def test_persistence_repeats_the_last_day(self):
        assert (persistence(self.seen, self.coming, "x", 5)[:, 1:] == 7.0).all()

    def test_noise_is_keyed_by_series_and_hour_not_by_window_or_order(self):
        make = noisy(1, 0.5)
        one = make(self.seen, self.coming, "x", 5)
        np.testing.assert_array_equal(one, noisy(1, 0.5)(self.seen, self.coming, "x", 5))
        assert (make(self.seen, self.coming, "y", 5)[:, 1:] != one[:, 1:]).any()
        assert (make(self.seen, self.coming, "x", 6)[:, 1:] != one[:, 1:]).any()
        flat = np.full((2, 30), 100.0)
        np.testing.assert_array_equal(
            make(flat, flat, "x", 5)[:, :9], make(flat, flat[:, :9], "x", 5)
        )

    def test_noise_has_the_size_it_says_and_keeps_zero_and_sign(self):
        flat = np.full((1, 50_000), 100.0)
        flat[:, ::2] = 0.0
        found = noisy(3, 0.1)(flat, flat, "x", 0)
        assert (found[:, ::2] == 0.0).all()
        assert found[:, 1::2].std() == pytest.approx(5.0, rel=0.02)  # 0.1 of the mean of 50
        assert noisy(3, 5.0)(flat, flat, "x", 0).min() == 0.0
