"""Forecasts of every kind, on series of every shape."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from westshift.models.forecast import ar1, noisy, perfect, persistence, rank_shuffled
from westshift.models.skill import tau_b

KINDS = [perfect, persistence, noisy(3, 0.4), ar1(3, 0.4), rank_shuffled(3)]
shapes = st.sampled_from([(7,), (3, 24), (2, 3, 31), (1, 60)])


@pytest.mark.parametrize("make", KINDS)
@given(shape=shapes, seed=st.integers(0, 10_000))
def test_first_hour_is_observed_shape_is_kept_and_inputs_are_left_alone(make, shape, seed):
    rng = np.random.default_rng(seed)
    coming, seen = rng.uniform(0, 9, shape), rng.uniform(0, 9, (*shape[:-1], 24))
    before = coming.copy(), seen.copy()
    found = make(seen, coming, "x", 11)
    assert found.shape == coming.shape
    np.testing.assert_array_equal(found[..., 0], coming[..., 0])
    found[...] = -1.0 if make is not perfect else found
    np.testing.assert_array_equal(coming, before[0])
    np.testing.assert_array_equal(seen, before[1])


def test_perfect_is_what_comes():
    coming = np.arange(5.0)
    np.testing.assert_array_equal(perfect(np.zeros(24), coming, "x", 0), coming)


@pytest.mark.parametrize("hours", [1, 23, 24, 25, 60])
def test_persistence_repeats_the_last_24_hours_however_many_were_seen(hours):
    seen = np.arange(30.0)  # the last day is 6 .. 29
    found = persistence(seen, np.full(hours, -5.0), "x", 0)
    wanted = np.array([6.0 + h % 24 for h in range(hours)])
    wanted[0] = -5.0
    np.testing.assert_array_equal(found, wanted)


@given(seed=st.integers(0, 10_000), share=st.sampled_from([0.0, 0.1, 3.0]))
def test_noise_is_never_negative_and_leaves_zeros_alone(seed, share):
    rng = np.random.default_rng(seed)
    coming = rng.uniform(0, 9, (2, 40)) * (rng.random((2, 40)) > 0.3)
    found = noisy(seed, share)(np.zeros((2, 24)), coming, "x", 5)
    assert found.min() >= 0.0
    assert (found[coming == 0] == 0).all()
    if share == 0.0:
        np.testing.assert_array_equal(found, coming)


def test_noise_is_keyed_by_seed_series_and_hour_and_by_nothing_else():
    flat = np.full((2, 24), 100.0)

    def made(seed=1, what="wind of A", hour=5, seen=0.0):
        return noisy(seed, 0.2)(np.full((2, 24), seen), flat, what, hour)

    np.testing.assert_array_equal(made(), made(seen=7.0))
    others = [made(seed=2), made(what="wind of B"), made(what="demand of A"), made(hour=6)]
    for k, one in enumerate([made(), *others]):
        for two in others[k:]:
            assert (one[:, 1:] != two[:, 1:]).all()
    assert (made()[0, 1:] != made()[1, 1:]).all()  # rows of one series differ too


def test_noise_spreads_by_the_mean_of_its_own_row():
    coming = np.stack([np.full(20_000, 10.0), np.full(20_000, 1000.0)])
    off = noisy(1, 0.1)(coming, coming, "x", 0) - coming
    np.testing.assert_allclose(off.std(axis=1), [1.0, 100.0], rtol=0.03)
    np.testing.assert_allclose(off.mean(axis=1) / [1.0, 100.0], 0.0, atol=0.03)
    less = noisy(1, 0.1)(coming, coming, "x", 0, 0.25) - coming
    np.testing.assert_allclose(less, off / 4, atol=1e-9)


def test_an_ar1_error_grows_with_the_hours_ahead_and_lasts():
    flat = np.full((20_000, 30), 50.0)
    error = ar1(1, 0.2, 0.8)(flat, flat, "x", 0) / flat - 1.0
    ahead = np.array([1, 2, 5, 29])
    wanted = 0.2 * np.sqrt(1 - 0.8 ** (2.0 * ahead))
    np.testing.assert_allclose(error[:, ahead].std(axis=0), wanted, rtol=0.03)
    np.testing.assert_allclose(error.mean(axis=0), 0.0, atol=0.01)
    assert np.corrcoef(error[:, 20], error[:, 21])[0, 1] == pytest.approx(0.8, abs=0.02)
    np.testing.assert_array_equal(
        ar1(1, 0.2)(flat, flat, "x", 0)[:, :9], ar1(1, 0.2)(flat[:, :9], flat[:, :9], "x", 0)
    )
    less = ar1(1, 0.2, 0.8)(flat, flat, "x", 0, 0.25) / flat - 1.0
    np.testing.assert_allclose(less, error / 4, atol=1e-12)


@given(seed=st.integers(0, 10_000))
def test_an_ar1_forecast_keeps_zeros_and_signs(seed):
    coming = np.random.default_rng(seed).uniform(-9, 9, (2, 40))
    coming[:, ::3] = 0.0
    found = ar1(seed, 2.0)(coming, coming, "x", 5)
    assert (found * coming >= 0.0).all()
    assert (found[coming == 0.0] == 0.0).all()


@given(seed=st.integers(0, 10_000), start=st.integers(0, 60), hours=st.integers(1, 60))
def test_shuffled_hours_are_those_of_their_own_day_in_another_order(seed, start, hours):
    coming = np.random.default_rng(seed).uniform(1, 9, (2, hours))
    found = rank_shuffled(seed)(coming, coming, "x", start)
    np.testing.assert_array_equal(found[:, 0], coming[:, 0])
    day = (start + np.arange(hours)) // 24
    for d in np.unique(day):
        at = (day == d) & (np.arange(hours) > 0)
        np.testing.assert_array_equal(np.sort(found[:, at]), np.sort(coming[:, at]))
    np.testing.assert_array_equal(found, rank_shuffled(seed)(coming, coming, "x", start))
    np.testing.assert_array_equal(rank_shuffled(seed)(coming, coming, "x", start, 0.25), coming)


def test_shuffling_loses_the_ranking():
    coming = np.arange(1.0, 24 * 400 + 1).reshape(400, 24)
    taus = [tau_b(rank_shuffled(k)(row, row, "x", 0)[1:], row[1:]) for k, row in enumerate(coming)]
    assert abs(np.mean(taus)) < 0.02
