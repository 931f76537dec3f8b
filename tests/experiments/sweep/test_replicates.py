"""Intervals against scipy's own paired test; what cannot be told is said."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import ttest_1samp, ttest_rel

from westshift.experiments.sweep.replicates import (
    convergence,
    interval,
    points_differ,
    policies_differ,
)
from westshift.models.errors import InputError

number = st.floats(-1e6, 1e6).map(lambda v: round(v, 3))
pairs = st.lists(st.tuples(number, number), min_size=2, max_size=12)


def table_of(by_point):
    """by_point: {(point, policy): values of its replicates}"""
    return pd.DataFrame(
        [
            {"point": point, "policy": policy, "replicate": r, "status": "complete", "y": y}
            for (point, policy), values in by_point.items()
            for r, y in enumerate(values)
        ]
    )


def same(found, wanted, scale):
    assert found == pytest.approx(wanted, rel=1e-9, abs=1e-9 * scale)


@settings(deadline=None)
@given(pairs=pairs, level=st.sampled_from([0.5, 0.9, 0.95, 0.99]))
def test_the_interval_of_a_difference_is_that_of_the_paired_t_test(pairs, level):
    left, right = (np.array(side) for side in zip(*pairs, strict=True))
    table = table_of({(0, "planned"): left, (0, "oracle"): right}).sample(frac=1, random_state=1)
    row = policies_differ(table, "y", "planned", "oracle", level).iloc[0]
    assert row["replicates"] == len(pairs)
    scale = max(np.abs(left).max(), np.abs(right).max(), 1.0)
    same(row["mean"], (left - right).mean(), scale)
    wanted = (row["mean"], row["mean"])  # scipy has no interval where nothing differs
    if np.ptp(left - right) > 1e-9 * scale:
        wanted = ttest_rel(left, right).confidence_interval(level)
    same(row["low"], wanted[0], scale)
    same(row["high"], wanted[1], scale)


@settings(deadline=None)
@given(values=st.lists(number, min_size=2, max_size=12))
def test_convergence_ends_at_the_interval_of_all(values):
    steps = convergence(values)
    assert list(steps["replicates"]) == list(range(2, len(values) + 1))
    last, whole = steps.iloc[-1], interval(values)
    same(last["mean"], whole.mean, 1e6)
    same(last["half_width"], (whole.high - whole.low) / 2, 1e6)
    for n, (_, row) in enumerate(steps.iterrows(), start=2):
        if np.ptp(values[:n]) > 1e-3:
            low, high = ttest_1samp(values[:n], 0).confidence_interval(0.95)
            same(row["half_width"], (high - low) / 2, 1e6)


def test_what_both_share_cancels():
    weather = np.array([100.0, -50.0, 300.0, 20.0])
    table = table_of(
        {(0, "planned"): weather + np.array([1, 2, 3, 2]), (0, "oracle"): weather, (1, "planned"): weather + 7,
         (1, "oracle"): weather}
    )  # fmt: skip
    rows = policies_differ(table, "y", "planned", "oracle")
    assert rows["low"][0] > 0
    assert list(rows.loc[1, ["mean", "low", "high"]]) == [7, 7, 7]
    found = points_differ(table, "y", "planned", 1, 0)
    assert found.mean == 5
    assert found.sure
    assert not interval(weather).sure


def test_half_of_intervals_of_half_a_level_hold_the_mean():
    rng = np.random.default_rng(4)
    held = [(i := interval(rng.normal(3, 1, 5), 0.5)).low < 3 < i.high for _ in range(2000)]
    assert np.mean(held) == pytest.approx(0.5, abs=4 * math.sqrt(0.25 / 2000))


@pytest.mark.parametrize("values", [[], [3.0]])
def test_fewer_than_two_tell_nothing(values):
    for ask in (interval, convergence):
        with pytest.raises(InputError, match="replicates: 2 or more"):
            ask(values)


def test_one_replicate_of_each_policy_tells_nothing():
    table = table_of({(0, "planned"): [1.0], (0, "oracle"): [2.0]})
    with pytest.raises(InputError, match="replicates: 2 or more"):
        policies_differ(table, "y", "planned", "oracle")


def test_what_does_not_pair_is_an_error():
    table = table_of({(0, "planned"): [1.0, 2.0, 3.0], (0, "oracle"): [2.0, 3.0]})
    with pytest.raises(InputError, match=r"do not have the same replicates \(3 and 2 are whole\)"):
        policies_differ(table, "y", "planned", "oracle")
    table = table_of(
        {(0, "planned"): [1.0, 2.0], (1, "planned"): [2.0, 3.0], (1, "oracle"): [0, 1]}
    )
    with pytest.raises(InputError, match="point 0 has no whole result"):
        policies_differ(table, "y", "planned", "oracle")


def test_a_replicate_that_failed_is_not_left_out_in_silence():
    table = table_of({(0, "planned"): [1.0, 2.0], (0, "oracle"): [2.0, 3.0]})
    lost = pd.DataFrame([{"point": 0, "policy": "", "replicate": 2, "status": "failed", "y": None}])
    with pytest.raises(InputError, match="point 0, replicate 2 is failed"):
        policies_differ(pd.concat([table, lost]), "y", "planned", "oracle")


def test_what_is_not_there_is_said():
    table = table_of({(0, "planned"): [1.0, math.nan], (0, "oracle"): [2.0, 3.0]})
    with pytest.raises(InputError, match="a replicate has no number"):
        policies_differ(table, "y", "planned", "oracle")
    with pytest.raises(InputError, match="measure 'z' is not known"):
        policies_differ(table, "z", "planned", "oracle")
    with pytest.raises(InputError, match="did you mean 'oracle'"):
        policies_differ(table, "y", "planned", "oracel")
    with pytest.raises(InputError, match="point 5 has no whole result"):
        points_differ(table, "y", "oracle", 0, 5)
    with pytest.raises(InputError, match="not between 0 and 1"):
        interval([1.0, 2.0], 95)
