import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from westshift.models.calendar import (
    MEAN_COUNTS,
    SEASONS,
    Calendar,
    Horizon,
    explicit,
    representative_weeks,
    whole_year,
)
from westshift.models.errors import InputError


@pytest.mark.parametrize("year", [2023, 2024, 1900, 2000])
def test_the_calendar_agrees_with_pandas(year):
    calendar = Calendar(year)
    stamps = pd.date_range(f"{year}-01-01", f"{year + 1}-01-01", freq="h", inclusive="left")
    assert calendar.hours == len(stamps)
    np.testing.assert_array_equal(calendar.hour_of_day, stamps.hour)
    np.testing.assert_array_equal(calendar.month, stamps.month)
    np.testing.assert_array_equal(calendar.day, stamps.day_of_year - 1)
    np.testing.assert_array_equal(calendar.is_weekend, stamps.day_of_week >= 5)


def test_seasons_are_three_months_each():
    calendar = Calendar(2023)
    season_of_month = [SEASONS[calendar.season[calendar.month == m][0]] for m in range(1, 13)]
    assert season_of_month == [
        *["winter"] * 2,
        *["spring"] * 3,
        *["summer"] * 3,
        *["autumn"] * 3,
        "winter",
    ]


def test_a_leap_year_has_a_longer_winter():
    assert (Calendar(2024).season == 0).sum() == (Calendar(2023).season == 0).sum() + 24


def test_calendar_arrays_cannot_be_changed():
    with pytest.raises(ValueError, match="read-only"):
        Calendar(2023).month[0] = 5


@pytest.mark.parametrize("year", [2023.0, True, "2023", 1066])
def test_a_wrong_year_is_refused(year):
    with pytest.raises(InputError, match="year is"):
        Calendar(year)


def test_a_wrong_utc_offset_is_refused():
    with pytest.raises(InputError, match="utc_offset_h is 480"):
        Calendar(2023, 480)


@pytest.mark.parametrize(("year", "last_h"), [(2023, 192), (2024, 216)])
def test_the_whole_year_covers_every_hour_once(year, last_h):
    calendar = Calendar(year)
    weeks = whole_year(calendar)
    covered = np.zeros(calendar.hours)
    for week in weeks:
        covered[week.slice] += week.weight
    assert len(weeks) == 52
    assert weeks[-1].length_h == last_h
    np.testing.assert_array_equal(covered, 1.0)
    assert len({week.name for week in weeks}) == 52


def _features(calendar, seed):
    rng = np.random.default_rng(seed)
    hours = np.arange(calendar.hours)
    daily = np.sin(2 * np.pi * hours / 24)
    yearly = np.cos(2 * np.pi * hours / calendar.hours)
    weather = np.repeat(rng.normal(size=(2, calendar.hours // 24)), 24, axis=1)
    return np.stack([300 + 50 * yearly + 20 * daily + 30 * weather[0], weather[1] ** 2])


@pytest.mark.parametrize("year", [2023, 2024])
@pytest.mark.parametrize("seed", range(4))
def test_representative_weeks_lie_in_their_seasons_and_stand_for_the_year(year, seed):
    calendar = Calendar(year)
    weeks = representative_weeks(calendar, _features(calendar, seed))
    assert [week.name for week in weeks] == list(SEASONS)
    for index, week in enumerate(weeks):
        assert week.start_h % 24 == 0
        assert week.start_h >= 24
        assert week.length_h == 168
        assert (calendar.season[week.slice] == index).all()
        assert calendar.is_weekend[week.slice].sum() == 48
        assert week.weight == (calendar.season == index).sum() / 168
    assert sum(week.weight * week.length_h for week in weeks) == pytest.approx(calendar.hours)


def test_the_chosen_week_is_the_nearest_of_all_by_plain_counting():
    calendar = Calendar(2023)
    features = _features(calendar, 7)

    def distance(start, season):
        total = 0.0
        for row in features:
            own, week = row[season], row[start : start + 168]
            total += MEAN_COUNTS * ((week.mean() - own.mean()) / own.std()) ** 2
            total += ((week.std() - own.std()) / own.std()) ** 2
        return total

    for index, week in enumerate(representative_weeks(calendar, features)):
        season = calendar.season == index
        starts = [s for s in range(24, 8760 - 167, 24) if season[s : s + 168].all()]
        assert week.start_h == min(starts, key=lambda s: distance(s, season))


def test_a_week_built_to_be_the_mean_of_its_season_is_found():
    calendar = Calendar(2023)
    days = np.zeros(365)
    days[np.arange(365) % 14 < 7] = 4.0  # a week high, a week low, beginning on 1 January
    days[203:210] = np.tile([4.0, 0.0], 4)[:7]  # but one summer week holds both
    feature = np.repeat(days, 24)
    summer = representative_weeks(calendar, feature)[2]
    window = days[summer.start_h // 24 : summer.start_h // 24 + 7]
    assert window.mean() == pytest.approx(2.0, abs=0.3)
    assert 0 < (window == 0).sum() < 7


def test_features_that_cannot_choose_give_the_earliest_week_and_their_scale_does_not_matter():
    calendar = Calendar(2023)
    flat = representative_weeks(calendar, np.full((1, 8760), 0.1))
    assert [week.start_h // 24 for week in flat] == [1, 59, 151, 243]
    features = _features(calendar, 3)
    assert representative_weeks(calendar, features) == representative_weeks(
        calendar, features * [[1e6], [1e-6]] + [[5e6], [0.0]]
    )


@pytest.mark.parametrize(
    ("features", "words"),
    [
        (np.ones((2, 8784)), "shape"),
        (np.ones((0, 8760)), "shape"),
        (np.full((1, 8760), np.nan), "NaN"),
    ],
)
def test_features_that_are_not_series_are_refused(features, words):
    with pytest.raises(InputError, match=words):
        representative_weeks(Calendar(2023), features)


def test_explicit_horizons_come_in_time_order():
    horizons = explicit(Calendar(2023), [2184, 0], [1, 168], [4.0, 2.5])
    assert horizons == (
        Horizon("hour0000", 0, 168, 2.5),
        Horizon("hour2184", 2184, 1, 4.0),
    )
    assert np.arange(8760)[horizons[1].slice].tolist() == [2184]


def test_one_length_and_one_weight_serve_for_all_and_the_last_hour_is_allowed():
    horizons = explicit(Calendar(2023), [0, 8759], length_h=1)
    assert [(h.start_h, h.length_h, h.weight) for h in horizons] == [(0, 1, 1.0), (8759, 1, 1.0)]
    assert explicit(Calendar(2024), [8783], 1)[0].slice == slice(8783, 8784)


@pytest.mark.parametrize(
    ("starts", "lengths", "weights", "words"),
    [
        ([8760], 1, 1, "leaves the year 2023"),
        ([8600], 168, 1, "leaves the year 2023"),
        ([-1], 24, 1, "leaves the year 2023"),
        ([0, 100], 168, 1, "hours 0 and 100 overlap; start the second at hour 168"),
        ([5, 5], 1, 1, "overlap"),
        ([0], 0, 1, "length_h is 0"),
        ([0], 24, 0, "weight is 0"),
        ([0], 24, -2, "weight is -2"),
        ([0], 24, float("nan"), "weight is nan"),
        ([0, 500], [24], 1, "1 length_h for 2 start hours"),
        ([0], 24, [1, 1], "2 weights for 1 start hours"),
        ([0.5], 24, 1, "0.5 is not a whole number"),
        ([0], 24.0, 1, "24.0 is not a whole number"),
        ([], 24, 1, "no start hours"),
    ],
)
def test_wrong_horizons_are_refused(starts, lengths, weights, words):
    with pytest.raises(InputError, match=words):
        explicit(Calendar(2023), starts, lengths, weights)


@given(st.sets(st.integers(0, 51), min_size=1), st.integers(1, 168))
def test_explicit_horizons_never_share_an_hour(weeks, length):
    horizons = explicit(Calendar(2023), [168 * week for week in weeks], length)
    covered = np.zeros(8760)
    for horizon in horizons:
        covered[horizon.slice] += 1
    assert covered.max() == 1
    assert covered.sum() == length * len(weeks)
