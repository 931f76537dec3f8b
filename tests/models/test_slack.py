"""What a job may gain by waiting: by hand, and against plain loops."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from westshift.models.errors import InputError
from westshift.models.slack import (
    at_once,
    deferred,
    interrupted,
    least_sums,
    moving_sums,
    ranked,
    sliding_minimum,
)

SERIES = np.array([5.0, 1.0, 4.0, 1.0, 3.0])


def test_a_job_of_two_hours_by_hand():
    # Windows of 2 + 1 hours: 5 1 4, 1 4 1, 4 1 3 and, cut by the end, 1 3.
    assert at_once(SERIES, 2).tolist() == [6, 5, 5, 4]
    assert deferred(SERIES, 2, 1).tolist() == [5, 5, 4, 4]
    assert interrupted(ranked(SERIES), 2, 1).tolist() == [5, 2, 4, 4]


def test_one_hour_gains_nothing_by_interruption():
    for slack in (0, 1, 2, 9):
        assert np.array_equal(deferred(SERIES, 1, slack), interrupted(ranked(SERIES), 1, slack))


def test_several_zones_at_once():
    two = np.stack([SERIES, SERIES[::-1]])
    assert np.array_equal(deferred(two, 2, 2)[1], deferred(SERIES[::-1], 2, 2))
    assert moving_sums(two, 5).shape == (2, 1)


series = st.lists(st.integers(0, 9), min_size=1, max_size=40).map(lambda x: np.array(x, float))


@given(series, st.integers(1, 40), st.integers(0, 60))
def test_as_loops_say(values, length, slack):
    T = len(values)
    if length > T:
        with pytest.raises(InputError):
            deferred(values, length, slack)
        return
    starts = range(T - length + 1)
    late = [range(i, min(i + slack, T - length) + 1) for i in starts]
    best = [min(values[s : s + length].sum() for s in window) for window in late]
    least = [np.sort(values[i : i + length + slack])[:length].sum() for i in starts]
    assert np.allclose(deferred(values, length, slack), best)
    assert np.allclose(interrupted(ranked(values), length, slack), least)


@given(series, st.integers(1, 40), st.integers(0, 20))
def test_interruption_is_never_dearer_and_slack_never_hurts(values, length, slack):
    length = min(length, len(values))
    now, whole = at_once(values, length), deferred(values, length, slack)
    parts = interrupted(ranked(values), length, slack)
    assert (whole <= now).all()
    assert (parts <= whole + 1e-9).all()
    assert (deferred(values, length, slack + 1) <= whole).all()
    assert np.array_equal(deferred(values, length, 0), now)


@given(series, st.integers(1, 50))
def test_least_of_a_sliding_window(values, width):
    expected = [values[i : i + width].min() for i in range(len(values))]
    assert sliding_minimum(values, width).tolist() == expected


@given(st.lists(st.floats(0, 1e3), min_size=1, max_size=30), st.data())
def test_least_sums_of_any_windows(values, data):
    values = np.array(values)
    first = data.draw(st.integers(0, len(values) - 1))
    last = data.draw(st.integers(first + 1, len(values)))
    count = data.draw(st.integers(1, last - first))
    found = least_sums(ranked(values), np.array([first]), np.array([last]), np.array([count]))
    assert np.isclose(found[0], np.sort(values[first:last])[:count].sum())


def test_all_equal_costs_the_same_however_long_one_waits():
    flat = np.full(16, 3.0)
    assert (interrupted(ranked(flat), 5, 7) == 15).all()
    assert (deferred(flat, 5, 7) == 15).all()


@pytest.mark.parametrize("length", [0, -1, 6])
def test_a_job_that_does_not_fit_raises(length):
    with pytest.raises(InputError, match="does not fit"):
        deferred(SERIES, length, 0)


def test_what_cannot_be_raises():
    with pytest.raises(InputError, match="before it arrives"):
        deferred(SERIES, 1, -1)
    with pytest.raises(InputError, match="before it arrives"):
        interrupted(ranked(SERIES), 1, -1)
    with pytest.raises(InputError, match="no value at"):
        at_once(np.array([1.0, np.nan]), 1)
    with pytest.raises(InputError, match="does not fit"):
        ranked(np.array([]))
    with pytest.raises(InputError, match="one series"):
        ranked(SERIES[None])
    with pytest.raises(InputError, match="cannot be had"):
        least_sums(ranked(SERIES), np.array([3]), np.array([6]), np.array([1]))
    with pytest.raises(InputError, match="cannot be had"):
        least_sums(ranked(SERIES), np.array([2]), np.array([4]), np.array([3]))
    with pytest.raises(ValueError, match="no least"):
        sliding_minimum(SERIES, 0)
