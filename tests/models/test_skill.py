"""Skill of forecasts: the definitions, against scipy and by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kendalltau

from westshift.models.skill import mape_pct, mean_tau, skill_sums, tau_b


@given(st.integers(0, 10_000), st.integers(2, 40), st.integers(2, 9))
def test_tau_is_scipys_with_ties_and_without(seed, hours, values):
    rng = np.random.default_rng(seed)
    x, y = rng.integers(0, values, (2, hours)).astype(float)
    wanted = kendalltau(x, y).statistic
    found = tau_b(x, y)
    if (y == y[0]).all():
        assert found is None
    elif (x == x[0]).all():
        assert found == 0.0
    else:
        assert found == pytest.approx(wanted, abs=1e-12)


def test_errors_are_shares_of_what_came_and_zeros_are_left_out():
    came = np.array([[100.0, 0.0, 50.0], [10.0, 10.0, 10.0]])
    shown = np.array([[110.0, 7.0, 40.0], [11.0, 10.0, 9.0]])
    sums = skill_sums(shown, came)
    np.testing.assert_allclose(sums, [0.1 + 0.2 + 0.1 + 0.1, 5, tau_b(shown[0], came[0]), 1])
    assert mape_pct(sums) == pytest.approx(10.0)
    assert mean_tau(sums) == 1.0
    assert mean_tau(
        skill_sums(np.array([[2.0, 1.0, 3.0]]), np.array([[1.0, 2.0, 3.0]]))
    ) == pytest.approx(1 / 3)


def test_where_nothing_was_forecast_nothing_is_said():
    sums = skill_sums(np.zeros((3, 0)), np.zeros((3, 0)))
    assert mape_pct(sums) is None
    assert mean_tau(sums) is None
    assert mape_pct(skill_sums(np.ones((1, 4)), np.zeros((1, 4)))) is None


def test_what_policies_are_shown_is_what_is_told(drawn, outcomes):
    actual = drawn(3)
    names = ("greenest-now", "wait-awhile", "oracle")
    by_kind = {
        k: outcomes(actual, *names, kind=k) for k in ("perfect", "noisy", "ar1", "rank-shuffled")
    }
    for kind, found in by_kind.items():
        sums = {name: o.ledger.forecast_skill for name, o in found.items()}
        assert mape_pct(sums["greenest-now"]) is None
        assert mape_pct(sums["oracle"]) == 0.0
        assert mean_tau(sums["oracle"]) == 1.0
        if kind == "perfect":
            assert mape_pct(sums["wait-awhile"]) == 0.0
    tau = {k: mean_tau(found["wait-awhile"].ledger.forecast_skill) for k, found in by_kind.items()}
    assert tau["perfect"] == 1.0
    assert 0.5 < tau["noisy"] < 0.95
    assert abs(tau["rank-shuffled"]) < 0.4
