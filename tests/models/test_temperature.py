import numpy as np
import pytest

from westshift.models.calendar import Calendar
from westshift.models.errors import InputError
from westshift.models.series.temperature import temperature_c

HARBIN = [-17.6, -12.2, -2.2, 7.6, 15.4, 21.2, 23.3, 21.6, 15.0, 6.0, -5.6, -14.7]
GUIYANG = [4.6, 6.9, 10.9, 16.0, 19.6, 22.2, 23.9, 23.5, 20.5, 15.9, 11.6, 6.5]
BOTH = np.array([HARBIN, GUIYANG])


@pytest.mark.parametrize("year", [2023, 2024])
@pytest.mark.parametrize("lon", [None, [126.5, 106.6]])
def test_months_keep_their_means(year, lon):
    calendar = Calendar(year)
    hourly = temperature_c(BOTH, calendar, lon=lon)
    assert hourly.shape == (2, calendar.hours)
    means = [hourly[:, calendar.month == m].mean(axis=1) for m in range(1, 13)]
    np.testing.assert_allclose(np.transpose(means), BOTH, atol=1e-9)


def test_the_day_is_coldest_before_dawn_and_warmest_in_the_afternoon():
    calendar = Calendar(2023)
    day = temperature_c(BOTH, calendar, 12.0).reshape(2, 365, 24).mean(axis=1)
    assert (day.argmin(axis=1) == 5).all()
    assert np.isin(day.argmax(axis=1), [14, 15]).all()
    np.testing.assert_allclose(np.ptp(day, axis=1), 12.0, atol=0.2)
    steps = np.diff(np.concatenate([day, day[:, :1]], axis=1))
    assert ((steps > 0).sum(axis=1) == 10).all()  # one rise, one fall


def test_each_site_has_its_range_and_no_range_is_a_flat_day():
    calendar = Calendar(2023)
    hourly = temperature_c(BOTH, calendar, [0.0, 8.0]).reshape(2, 365, 24)
    assert np.ptp(hourly[0], axis=1).max() < 0.5  # the season's own drift within a day
    assert np.ptp(hourly[1], axis=1).mean() == pytest.approx(8.0, abs=0.2)


def test_with_longitude_the_west_is_warmest_later():
    calendar = Calendar(2023)
    twice = np.array([GUIYANG, GUIYANG])
    hourly = temperature_c(twice, calendar, lon=[120.0, 90.0]).reshape(2, 365, 24).mean(axis=1)
    np.testing.assert_allclose(hourly[1], np.roll(hourly[0], 2), atol=0.02)


def test_the_year_has_no_jump():
    hourly = temperature_c(BOTH, Calendar(2023))
    assert np.abs(np.diff(hourly, axis=1)).max() < 2.0
    assert np.abs(hourly[:, 0] - hourly[:, -1]).max() < 2.0


def test_a_negative_range_is_refused():
    with pytest.raises(InputError, match=r"row 2: -1\.0"):
        temperature_c(BOTH, Calendar(2023), [5.0, -1.0])
