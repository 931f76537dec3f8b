"""A case: the same bytes whoever runs it, and the baseline that everything is booked by."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from dataclasses import fields

import numpy as np
import pytest

from westshift.models.actual import HISTORY_H
from westshift.models.forecast import perfect, persistence
from westshift.models.ledger import book
from westshift.models.settings import POLICY_NAMES, Forecast, Plan
from westshift.models.signals import only_average
from westshift.sim.run import (
    Case,
    Programs,
    make_forecast,
    make_policy,
    run_case,
    yesterday,
)

NAMES = POLICY_NAMES
NOW = (
    "here-and-now", "nearest-feasible", "random", "greenest-now", "cheapest", "static-greenest",
    "west-quota",
)  # fmt: skip
ANCHORS = ("cost-only", "carbon-only", "latency-only")


def case_of(actual, policies=NAMES, baseline="here-and-now", seed=5):
    noise, plan = Forecast(kind="noisy", error_share=0.2), Plan(window_h=12, step_h=5)
    return Case(actual, policies, baseline, noise, plan, seed)


def bytes_of(outcomes):
    return {
        (name, part, f.name): np.asarray(getattr(getattr(o, part), f.name)).tobytes()
        for name, o in outcomes.items()
        for part in ("ledger", "carried", "settled")
        for f in fields(getattr(o, part))
    }


def test_the_same_bytes_twice_and_in_a_spawned_process(drawn):
    case = case_of(drawn(21))
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        away = pool.submit(run_case, case)
        one, two = bytes_of(run_case(case)), bytes_of(run_case(case))
        three = bytes_of(away.result())
    assert len(one) > 200
    assert [key for key in one if one[key] != two[key]] == []
    assert [key for key in one if one[key] != three[key]] == []


def test_programs_that_ran_another_horizon_before_change_no_byte(drawn):
    first = drawn(22)
    case = case_of(first)
    later = np.roll(np.arange(first.demand_mw.shape[1]), 7)
    other = case_of(
        type(first)(**{
            **vars(first),
            "demand_mw": 0.8 * first.demand_mw[:, later],
            "arrivals_mwh": first.arrivals_mwh[:, :, later],
        })
    )  # fmt: skip
    programs = Programs()
    run_case(other, programs=programs)
    used, fresh = bytes_of(run_case(case, programs=programs)), bytes_of(run_case(case))
    assert [key for key in fresh if used[key] != fresh[key]] == []
    assert bytes_of(run_case(other)) != fresh


def test_which_others_are_asked_for_changes_no_byte_and_the_baseline_comes_first(drawn):
    actual = drawn(23)
    full = run_case(case_of(actual))
    few = run_case(case_of(actual, ("oracle", "cheapest")))
    assert list(few) == ["here-and-now", "oracle", "cheapest"]
    a, b = bytes_of(full), bytes_of(few)
    assert [key for key in b if a[key] != b[key]] == []


def test_another_seed_is_another_noise_and_the_oracle_sees_none(drawn):
    actual = drawn(24)
    one, two = run_case(case_of(actual, seed=1)), run_case(case_of(actual, seed=2))
    unmoved = (*NOW, *ANCHORS, "oracle")
    room = {"off-peak-timer", "double-threshold"}  # which noise moves where sites fill up
    for name in set(NAMES) - set(unmoved) - room | {"random"}:
        assert (one[name].carried.work_mw != two[name].carried.work_mw).any(), name
    for name in set(unmoved) - {"random"}:
        np.testing.assert_array_equal(one[name].carried.work_mw, two[name].carried.work_mw)


def test_all_are_booked_by_the_grid_of_the_named_baseline(drawn):
    actual = drawn(25)
    found = run_case(case_of(actual, ("greenest-now", "here-and-now"), "wait-awhile"))
    assert list(found) == ["wait-awhile", "greenest-now", "here-and-now"]
    reference = found["wait-awhile"].settled.intensity_kg_per_mwh
    for o in found.values():
        again = book(actual, o.carried, o.settled, reference, 2.0 * reference)
        np.testing.assert_array_equal(again.site_location_kg, o.ledger.site_location_kg)
    own = found["here-and-now"].settled.intensity_kg_per_mwh
    assert np.abs(own - reference).max() > 1e-3
    # The signal stays that of all work here and now: what a policy does not depend on the baseline.
    plain = run_case(case_of(actual, ("greenest-now", "wait-awhile")))
    for name in ("greenest-now", "wait-awhile"):
        np.testing.assert_array_equal(plain[name].carried.work_mw, found[name].carried.work_mw)


def test_every_policy_is_reported_when_it_is_done(drawn):
    said = []
    run_case(case_of(drawn(26, hours=2)), said.append)
    assert said[0] == "here-and-now"
    assert sorted(said) == sorted(NAMES)


def test_the_day_before_is_settled_with_all_work_at_home(drawn):
    actual = drawn(27)
    found = yesterday(actual, Programs().yesterday).intensity_kg_per_mwh
    assert found.shape == (3, HISTORY_H)
    # The same day as a horizon of its own, carried out here and now.
    hours = list(range(HISTORY_H)) * 2
    fields_in_time = (
        "demand_mw", "unit_max_mw", "unit_min_mw", "pue", "tariff_cny_per_mwh", "arrivals_mwh",
    )  # fmt: skip
    day = type(actual)(**{
        **vars(actual),
        **{name: getattr(actual, name)[..., hours] for name in fields_in_time},
        "unit_day_mwh": actual.unit_day_mwh[:, [0, 0]],
    })  # fmt: skip
    by_hand = run_case(case_of(day, ()))["here-and-now"].settled.intensity_kg_per_mwh
    np.testing.assert_allclose(found, by_hand, rtol=1e-6)
    later = actual.demand_mw.copy()
    later[:, HISTORY_H:] *= 0.7
    other = type(actual)(**{**vars(actual), "demand_mw": later})
    np.testing.assert_array_equal(
        yesterday(other, Programs().yesterday).intensity_kg_per_mwh, found
    )


def test_choices_of_a_scenario_become_what_they_name():
    assert make_forecast(Forecast(kind="perfect"), 1) is perfect
    assert make_forecast(Forecast(kind="persistence"), 1) is persistence
    flat = np.full((1, 30), 10.0)
    noise = make_forecast(Forecast(kind="noisy", error_share=0.5), 1)(flat, flat, "x", 0)
    assert 1.0 < noise.std() < 10.0
    plan = Plan(window_h=30, step_h=7)
    for name in NAMES:
        policy = make_policy(name, plan)
        assert policy.name == name
        bounds = dict.fromkeys((*ANCHORS, "oracle"))
        hourly = {"off-peak-timer": 24, "suspend-resume": 24, "vcc": 24, "double-threshold": 24}
        looks = {**dict.fromkeys(NOW, 1), **hourly, **bounds}
        assert policy.window_h == looks.get(name, 30)
        assert policy.step_h == {**dict.fromkeys((*NOW, *hourly), 1), **bounds}.get(name, 7)
        assert policy.clairvoyant == (name in bounds)


@pytest.mark.parametrize(
    ("step", "hours", "plans"),
    [
        (6, 24, [0, 6, 12, 18, 21, 22, 23]),  # at 12 six of twelve are half of what is left
        (24, 24, [0, 12, 18, 21, 22, 23]),
        (1, 4, [0, 1, 2, 3]),
        (6, 1, [0]),
    ],
)
def test_plans_are_renewed_at_each_step_and_sooner_towards_the_end(drawn, step, hours, plans):
    from westshift.models.schedule import Schedule
    from westshift.sim.policy import Policy
    from westshift.sim.world import World

    class Asked(Policy):
        name, window_h, step_h = "asked", 24, step
        when: list = []  # noqa: RUF012

        def decide(self, outlook):
            self.when.append((outlook.start_h, outlook.hours))
            return Schedule(
                outlook.start_h,
                np.zeros((len(outlook.system.compute.stream_site), outlook.hours)),
            )

    actual = drawn(28, hours=hours)
    policy = Asked()
    policy.when = []
    signal = np.zeros((3, HISTORY_H + hours))
    World(actual, policy, perfect, only_average(signal)).run()
    wanted = [(actual.start_h + h, min(24, hours - h)) for h in plans]
    assert policy.when == wanted
