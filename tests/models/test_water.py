"""A day's energy between windows: nothing is made twice, and what must run can run."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from westshift.models.water import day_parts_mwh


def test_parts_of_days_by_hand():
    days = np.array([[240.0, 60.0]])  # a day of 24 h, and one of the 6 h that are left
    least = np.zeros((1, 30))
    np.testing.assert_allclose(day_parts_mwh(days, least, 0, 0, 30), days)
    np.testing.assert_allclose(day_parts_mwh(days, least, 0, 12, 30), [[120.0, 60.0]])
    np.testing.assert_allclose(day_parts_mwh(days, least, 0, 12, 27), [[120.0, 30.0]])
    least[0, 12:24] = 20.0  # all of the day's water must run in the afternoon
    np.testing.assert_allclose(day_parts_mwh(days, least, 0, 12, 24), [[240.0]])
    np.testing.assert_allclose(day_parts_mwh(days, least, 0, 0, 12), [[0.0]], atol=1e-12)


def test_hours_that_begin_inside_a_day():
    days = np.array([[50.0, 240.0]])  # the first has 5 h left
    least = np.zeros((1, 29))
    np.testing.assert_allclose(day_parts_mwh(days, least, 19, 0, 29), days)
    np.testing.assert_allclose(day_parts_mwh(days, least, 19, 3, 17), [[20.0, 120.0]])


@given(st.integers(1, 80), st.integers(0, 23), st.data())
def test_windows_that_follow_one_another_share_the_days(hours, begun, data):
    rng = np.random.default_rng(hours)
    days = -(-(begun + hours) // 24)
    of_day = (begun + np.arange(hours)) // 24
    least = rng.uniform(0.0, 5.0, (2, hours))
    must = np.stack([np.bincount(of_day, row, days) for row in least])
    energy = must + rng.uniform(0.0, 50.0, must.shape)
    cut = data.draw(st.integers(0, hours))
    parts = [(0, cut), (cut, hours)] if 0 < cut < hours else [(0, hours)]
    made = np.zeros_like(energy)
    for start, end in parts:
        found = day_parts_mwh(energy, least, begun, start, end)
        first = (begun + start) // 24
        made[:, first : first + found.shape[1]] += found
        day = of_day[start:end] - first
        here = np.stack([np.bincount(day, row[start:end], found.shape[1]) for row in least])
        assert (found >= here - 1e-9).all()  # what must run can run
    np.testing.assert_allclose(made, energy)
