"""Foresight cannot leak: what has not happened yet changes nothing that was done before."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from westshift.models.actual import HISTORY_H
from westshift.models.forecast import perfect, persistence
from westshift.models.settings import POLICY_NAMES, Plan
from westshift.models.signals import only_average
from westshift.sim.run import Programs, make_policy
from westshift.sim.world import World

seeds = st.integers(0, 10_000)
NOW = (
    "here-and-now", "nearest-feasible", "random", "greenest-now", "cheapest", "static-greenest",
    "west-quota",
)  # fmt: skip
ROOM = ("off-peak-timer", "double-threshold")  # look ahead for room alone
PLANNERS = tuple(  # but for those that follow another signal than the average
    n
    for n in POLICY_NAMES
    if n not in (*NOW, *ROOM, "follow-marginal", "follow-price")
    and not make_policy(n, Plan(window_h=2, step_h=1)).clairvoyant
)
UNKNOWN = ("demand_mw", "pue", "arrivals_mwh")


def changed_after(actual, signal, hour, seed):
    """The same until the end of `hour`; everything that is forecast is another afterwards."""
    rng = np.random.default_rng(seed)
    cut = HISTORY_H + hour + 1

    def other(series):
        out = series.copy()
        out[..., cut:] *= rng.uniform(0.3, 1.0, out[..., cut:].shape)
        return out

    g = actual.system.grid
    weather = g.unit_renewable & ~g.unit_day_limited
    most = np.where(weather[:, None], other(actual.unit_max_mw), actual.unit_max_mw)
    pue = np.maximum(other(actual.pue), 1.0)
    pue[:, :cut] = actual.pue[:, :cut]
    changes = {name: other(getattr(actual, name)) for name in UNKNOWN if name != "pue"}
    return replace(actual, unit_max_mw=most, pue=pue, **changes), other(signal)


def ran(actual, signal, name, forecast, step_h=6):
    policy = make_policy(name, Plan(window_h=12, step_h=step_h), Programs())
    return World(actual, policy, forecast, only_average(signal)).run().work_mw


def signal_of(actual, seed):
    shape = (len(actual.system.grid.regions), HISTORY_H + actual.hours)
    return np.random.default_rng(seed + 1).uniform(50, 900, shape)


@pytest.mark.parametrize("name", NOW + ROOM + PLANNERS)
@settings(max_examples=3)
@given(seed=seeds, hour=st.integers(0, 22), room=st.sampled_from([0.7, 1.8]))
def test_with_yesterday_as_forecast_tomorrow_changes_nothing_today(drawn, name, seed, hour, room):
    actual = drawn(seed, room=room)
    signal = signal_of(actual, seed)
    other, other_signal = changed_after(actual, signal, hour, seed)
    one = ran(actual, signal, name, persistence)
    two = ran(other, other_signal, name, persistence)
    np.testing.assert_array_equal(one[:, : hour + 1], two[:, : hour + 1])
    assert (one[:, hour + 1 :] != two[:, hour + 1 :]).any()


@pytest.mark.parametrize("name", NOW)
@settings(max_examples=3)
@given(seed=seeds, hour=st.integers(0, 22))
def test_who_looks_at_this_hour_alone_has_no_use_for_a_perfect_forecast(drawn, name, seed, hour):
    actual = drawn(seed)
    signal = signal_of(actual, seed)
    other, other_signal = changed_after(actual, signal, hour, seed)
    one, two = ran(actual, signal, name, perfect), ran(other, other_signal, name, perfect)
    np.testing.assert_array_equal(one[:, : hour + 1], two[:, : hour + 1])


@pytest.mark.parametrize("name", PLANNERS)
def test_who_plans_on_a_perfect_forecast_does_use_it(drawn, name):
    # Else the tests above would pass for policies that look at nothing.
    actual = drawn(3)
    signal = signal_of(actual, 3)
    other, other_signal = changed_after(actual, signal, 8, 3)
    one, two = ran(actual, signal, name, perfect), ran(other, other_signal, name, perfect)
    assert np.abs(one[:, :9] - two[:, :9]).max() > 1e-3


@pytest.mark.parametrize("name", PLANNERS)
def test_history_is_what_persistence_goes_by(drawn, name):
    actual = drawn(4)
    signal = signal_of(actual, 4)
    shuffled = np.random.default_rng(0).permutation(HISTORY_H)
    before = signal.copy()
    before[:, :HISTORY_H] = signal[:, shuffled]
    past = replace(
        actual,
        demand_mw=np.concatenate(
            [actual.demand_mw[:, shuffled], actual.demand_mw[:, HISTORY_H:]], axis=1
        ),
        arrivals_mwh=np.concatenate(
            [0.2 * actual.arrivals_mwh[..., :HISTORY_H], actual.now(actual.arrivals_mwh)], axis=2
        ),
    )
    one, two = ran(actual, signal, name, persistence), ran(past, before, name, persistence)
    assert (one != two).any()
    for series in ("demand_mw", "arrivals_mwh"):
        np.testing.assert_array_equal(
            past.now(getattr(past, series)), actual.now(getattr(actual, series))
        )
