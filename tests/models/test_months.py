import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from westshift.models.calendar import Calendar
from westshift.models.errors import InputError
from westshift.models.series.months import between_mid_months, preserving_means

CALENDAR = Calendar(2023)
MONTHLY = arrays(np.float64, (2, 12), elements=st.floats(-50, 50))


def _means(hourly, calendar):
    return np.stack([hourly[:, calendar.month == m].mean(axis=1) for m in range(1, 13)], axis=1)


def test_a_value_stands_at_mid_month_and_lines_join_them_round_the_year():
    ramp = np.arange(12.0)[None]
    hourly = between_mid_months(ramp, CALENDAR)[0]
    assert hourly[15 * 24 + 12] == pytest.approx(0.0, abs=0.01)  # 16 January, noon
    assert hourly[15 * 24 + 12 + 31 * 24 - 36] == pytest.approx(1.0, abs=0.01)  # mid-February
    assert hourly[-1] == pytest.approx(hourly[0], abs=0.05)  # half way from 11 to 0, both sides
    assert hourly[0] == pytest.approx(5.5, abs=0.05)


@given(MONTHLY)
def test_lines_stay_between_the_values_and_never_jump(monthly):
    hourly = between_mid_months(monthly, CALENDAR)
    assert (hourly >= monthly.min(axis=1, keepdims=True) - 1e-9).all()
    assert (hourly <= monthly.max(axis=1, keepdims=True) + 1e-9).all()
    jump = np.abs(np.diff(np.concatenate([hourly, hourly[:, :1]], axis=1))).max(axis=1)
    steepest = np.abs(np.diff(np.concatenate([monthly, monthly[:, :1]], axis=1))).max(axis=1)
    assert (jump <= steepest / (29 * 24) + 1e-9).all()


@given(MONTHLY, st.sampled_from([2023, 2024]))
def test_means_of_months_are_kept(monthly, year):
    calendar = Calendar(year)
    hourly = preserving_means(monthly, calendar)
    np.testing.assert_allclose(_means(hourly, calendar), monthly, atol=1e-9)


def test_lines_through_the_means_would_not_keep_them():
    harbin = np.array([[-17.6, -12.2, -2.2, 7.6, 15.4, 21.2, 23.3, 21.6, 15.0, 6.0, -5.6, -14.7]])
    off = np.abs(_means(between_mid_months(harbin, CALENDAR), CALENDAR) - harbin)
    assert off.max() > 0.8


@pytest.mark.parametrize("monthly", [np.ones(12), np.ones((2, 11)), np.ones((1, 2, 12))])
def test_other_than_twelve_values_are_refused(monthly):
    with pytest.raises(InputError, match="give twelve"):
        between_mid_months(monthly, CALENDAR)


def test_a_hole_is_refused_by_row_and_month():
    monthly = np.ones((2, 12))
    monthly[1, 6] = np.nan
    with pytest.raises(InputError, match="row 2, m07"):
        preserving_means(monthly, CALENDAR)
