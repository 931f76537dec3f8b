"""Capacity curves: a day's work is conserved, the cleanest hours are filled, and a peak has its price."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from westshift.optim.vcc import capacity_curves


def curves(carbon, fixed, daily, room, peak):
    return capacity_curves(
        np.array([carbon], float), np.array([fixed], float), np.array([daily], float),
        np.array([room], float), peak,
    )[0].tolist()  # fmt: skip


def test_by_hand():
    carbon, fixed = [3.0, 1.0, 2.0], [1.0, 1.0, 0.0]
    assert curves(carbon, fixed, 3.0, 4.0, 0.0) == pytest.approx([0, 3, 0])
    assert curves(carbon, fixed, 3.0, 3.0, 0.0) == pytest.approx([0, 2, 1])
    # A megawatt of peak costs 0.5: more than the 1 that the third hour costs beyond the second saves by half.
    assert curves(carbon, fixed, 3.0, 4.0, 1.1) == pytest.approx([0, 1, 2])
    assert curves(carbon, fixed, 3.0, 4.0, 0.9) == pytest.approx([0, 3, 0])


@settings(max_examples=20)
@given(st.integers(0, 10_000), st.sampled_from([0.0, 5.0, 1e4]))
def test_work_is_conserved_as_far_as_there_is_room(seed, peak):
    rng = np.random.default_rng(seed)
    carbon, fixed = rng.uniform(0, 90, (2, 3, 9))
    room, daily = rng.uniform(20, 120, 3), rng.uniform(0, 500, 3)
    found = capacity_curves(carbon, fixed, daily, room, peak)
    free = np.maximum(room[:, None] - fixed, 0.0)
    np.testing.assert_allclose(found.sum(axis=1), np.minimum(daily, free.sum(axis=1)), rtol=1e-7)
    assert (found >= -1e-9).all()
    assert (found <= free + 1e-7).all()


def test_a_day_of_one_hour_and_one_without_work():
    assert curves([5.0], [1.0], 2.0, 9.0, 50.0) == pytest.approx([2.0])
    assert curves([5.0, 1.0], [1.0, 1.0], 0.0, 9.0, 50.0) == pytest.approx([0.0, 0.0])
