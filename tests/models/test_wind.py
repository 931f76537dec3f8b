import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from westshift.models.calendar import Calendar
from westshift.models.errors import InputError
from westshift.models.series.field import EARTH_RADIUS_KM, unit_sphere
from westshift.models.series.wind import (
    farm_power,
    speed_factor,
    weibull_speed,
    wind_availability,
    wind_weather,
)

CALENDAR = Calendar(2023)
# four provinces of the north, four of the south: lat, lon, full-load hours [h]
PLACES = {
    "NM": (40.84, 111.75, 2277),
    "LN": (41.81, 123.43, 2512),
    "GS": (40.10, 103.83, 2023),
    "XJ": (43.83, 87.62, 2197),
    "FJ": (26.07, 119.30, 2880),
    "GD": (23.13, 113.26, 2184),
    "GZ": (26.65, 106.63, 2069),
    "YN": (25.04, 102.71, 2352),
}
NAMES = list(PLACES)
LAT, LON, HOURS = np.array(list(PLACES.values()), dtype=float).T


def _wind(full_load_h=HOURS, seed=1, calendar=CALENDAR, rows=slice(None)):
    return wind_availability(NAMES[rows], LAT[rows], LON[rows], full_load_h[rows], calendar, seed)


@pytest.fixture(scope="module")
def years():
    """Six years of weather  # (seed, N, H)"""
    return np.stack([_wind(seed=seed) for seed in range(6)])


def test_full_load_hours_are_met_exactly_and_values_are_shares(years):
    np.testing.assert_allclose(years.sum(axis=2), np.tile(HOURS, (6, 1)), rtol=0, atol=1e-6)
    assert years.min() >= 0.0
    assert years.max() <= 1.0
    assert years.dtype == np.float64


def test_weather_is_shared_as_distance_says():
    rng = np.random.default_rng(5)
    lat, lon = rng.uniform(22, 46, 30), rng.uniform(95, 125, 30)
    place = unit_sphere(lat, lon) * EARTH_RADIUS_KM
    apart = np.linalg.norm(place[:, None] - place[None], axis=2)[np.triu_indices(30, 1)]
    matrices = [np.corrcoef(wind_weather(lat, lon, 8760, seed)) for seed in range(8)]
    sampled = np.mean(matrices, axis=0)[np.triu_indices(30, 1)]
    error = sampled - np.exp(-apart / 350.0)
    assert np.sqrt((error**2).mean()) < 0.06
    assert np.abs(error).max() < 0.2
    bands = np.digitize(apart, [300, 600, 1000, 1500])
    means = [sampled[bands == band].mean() for band in range(5)]
    assert (np.diff(means[:4]) < 0).all()


def test_availability_is_shared_as_distance_says(years):
    matrix = np.mean([np.corrcoef(year) for year in years], axis=0)
    inner, guizhou, yunnan = NAMES.index("NM"), NAMES.index("GZ"), NAMES.index("YN")
    assert 0.15 < matrix[guizhou, yunnan] < 0.45  # 430 km
    assert abs(matrix[inner, yunnan]) < 0.12  # 1,900 km, but for the hour of the day


def test_weather_lasts_some_18_hours_and_keeps_a_tail_of_days():
    z = np.concatenate([wind_weather(LAT, LON, 8760, seed) for seed in range(8)])

    def lag(hours):
        return (z[:, :-hours] * z[:, hours:]).mean()

    assert lag(1) > 0.97  # a province does not jump within the hour
    for hours in (6, 12, 24, 48, 96):
        fast = (15 * np.exp(-hours / 15) - 3 * np.exp(-hours / 3)) / 12
        assert lag(hours) == pytest.approx(0.65 * fast + 0.35 * np.exp(-hours / 84), abs=0.05)


def test_a_province_moves_as_a_fleet_does(years):
    ramp = np.diff(years, axis=2).std(axis=2)
    assert ((ramp > 0.015) & (ramp < 0.05)).all()  # of capacity from hour to hour
    spread = years.std(axis=2)
    assert ((spread > 0.12) & (spread < 0.26)).all()
    assert (years < 0.01).mean() < 0.10
    assert (years > 0.85).mean() < 0.02


def test_seasons_and_hours_rank_as_documented(years):
    by_season = np.stack([years[:, :, CALENDAR.season == s].mean(axis=(0, 2)) for s in range(4)])
    winter, spring, summer, autumn = by_season
    north, south = slice(0, 4), slice(4, 8)
    assert winter[north].mean() > 1.15 * summer[north].mean()
    assert spring[north].mean() > 1.15 * summer[north].mean()
    assert spring[north].mean() > autumn[north].mean()
    assert winter[south].mean() > 1.15 * summer[south].mean()
    assert autumn[south].mean() > summer[south].mean()
    by_hour = years.reshape(6, 8, 365, 24).mean(axis=(0, 1, 2))
    assert by_hour[[22, 23, 0, 1]].mean() > 1.05 * by_hour[[10, 11, 12, 13]].mean()
    assert by_hour.min() > 0.8 * by_hour.max()


def test_the_night_wind_comes_later_in_the_west():
    factor = speed_factor([36.0, 36.0], [120.0, 90.0], CALENDAR)
    day = factor.reshape(2, 365, 24).mean(axis=1)
    np.testing.assert_allclose(day[1], np.roll(day[0], 2), atol=1e-3)
    np.testing.assert_allclose(factor.mean(axis=1), 1.0, atol=1e-3)


def test_speeds_are_weibull_of_shape_two():
    z = np.random.default_rng(0).standard_normal(400_000)
    speed = weibull_speed(z)
    assert speed.mean() == pytest.approx(1.0, abs=0.003)
    assert speed.std() == pytest.approx(np.sqrt(4 / np.pi - 1), abs=0.003)
    assert np.isfinite(weibull_speed([-8.0, 8.0])).all()


def test_the_power_curve_rises_to_its_plateau_and_falls_in_storms():
    speed = np.linspace(0, 40, 401)
    power = farm_power(speed)
    assert power[0] == 0.0
    assert power.max() <= 0.95
    assert (np.diff(power[speed <= 14]) > 0).all()
    assert farm_power(3.0) < 0.04
    assert 0.15 < farm_power(6.0) < 0.30
    assert farm_power(14.0) > 0.8
    assert farm_power(35.0) < 0.3


def test_the_same_seed_gives_the_same_bytes_and_another_another_year(years):
    assert _wind(seed=1).tobytes() == years[1].tobytes()
    assert not np.allclose(years[0], years[1])


def test_one_region_alone_is_what_it_is_among_others(years):
    np.testing.assert_allclose(_wind(rows=slice(5, 6)), years[1, 5:6], atol=1e-9)


def test_a_leap_year_has_its_day():
    wind = _wind(calendar=Calendar(2024), rows=slice(0, 2))
    assert wind.shape == (2, 8784)
    np.testing.assert_allclose(wind.sum(axis=1), HOURS[:2], atol=1e-6)


@settings(max_examples=6, deadline=None)
@given(st.floats(0.0, 4600.0), st.integers(0, 2**32))
def test_any_hours_a_wind_can_give_are_met(hours, seed):
    wind = wind_availability(["here"], [40.0], [110.0], [hours], CALENDAR, seed)
    assert wind.sum() == pytest.approx(hours, abs=1e-6)
    assert 0.0 <= wind.min() <= wind.max() <= 1.0


def test_no_hours_is_no_output():
    wanted = HOURS.copy()
    wanted[2] = 0.0
    assert (_wind(wanted)[2] == 0.0).all()


def test_hours_no_wind_gives_are_refused_with_the_most_it_gives():
    wanted = HOURS.copy()
    wanted[6] = 8000.0
    with pytest.raises(InputError, match=r"wind, region GZ: .* 8000 h, .* gives (5|6)\d\d\d h"):
        _wind(wanted)


@pytest.mark.parametrize("value", [-0.1, np.nan, np.inf])
def test_hours_that_are_none_are_refused(value):
    with pytest.raises(InputError, match=f"wind, region here: full_load_h is {value}"):
        wind_availability(["here"], [40.0], [110.0], [value], CALENDAR, 1)


def test_a_place_that_is_nowhere_is_refused():
    with pytest.raises(InputError, match="wind, region here: lon is inf"):
        wind_availability(["here"], [40.0], [np.inf], [2000.0], CALENDAR, 1)


def test_no_regions_are_no_rows():
    assert wind_availability([], [], [], [], CALENDAR, 1).shape == (0, 8760)
