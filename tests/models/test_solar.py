import os
import subprocess
import sys

import numpy as np
import pytest

from westshift.models.calendar import Calendar
from westshift.models.errors import InputError
from westshift.models.series.solar import (
    SYSTEM_RATIO,
    clear_sky_poa_w_m2,
    clearness,
    solar_availability,
)

# site: lat, lon, altitude [m], clear-sky plane of array [kWh/m2 a] at a tilt of 0.87 latitude,
# full-load hours of its province in 2024 [h]; the plane of array is pvlib's, computed elsewhere
SITES = {
    "Zhangbei": (41.189, 114.862, 1482, 2729, 1137),
    "Qingpu": (31.05, 120.95, 0, 2433, 1201),
    "Wuhu": (31.348, 118.286, 0, 2340, 1196),
    "Shaoguan": (24.783, 113.503, 110, 2348, 1325),
    "Chongqing": (29.79, 106.48, 306, 2501, 926),
    "Guian": (26.368, 106.49, 1230, 2697, 1051),
    "Ulanqab": (41.018, 113.116, 1342, 2716, 1495),
    "Zhongwei": (37.637, 105.347, 1314, 2800, 1450),
}
LAT, LON, ALTITUDE, PLANE, HOURS = np.array(list(SITES.values()), dtype=float).T
NAMES = list(SITES)
CALENDAR = Calendar(2023)


def _solar(full_load_h=HOURS, seed=1, calendar=CALENDAR, rows=slice(None)):
    return solar_availability(
        NAMES[rows], LAT[rows], LON[rows], ALTITUDE[rows], full_load_h[rows], calendar, seed
    )


@pytest.fixture(scope="module")
def clear():
    return clear_sky_poa_w_m2(LAT, LON, ALTITUDE, CALENDAR)


@pytest.fixture(scope="module")
def solar():
    return _solar()


def test_clear_sky_sums_meet_the_published_table_within_half_a_per_cent(clear):
    np.testing.assert_allclose(clear.sum(axis=1) / 1000, PLANE, rtol=0.005)


def test_full_load_hours_are_met_exactly_and_values_are_shares(solar):
    np.testing.assert_allclose(solar.sum(axis=1), HOURS, rtol=0, atol=1e-6)
    assert solar.min() == 0.0
    assert solar.max() <= 1.0
    assert solar.dtype == np.float64


def test_night_is_exactly_zero_and_day_is_not(solar):
    midnight = solar.reshape(len(NAMES), 365, 24)[:, :, [0, 1, 2, 3, 22, 23]]
    assert (midnight == 0.0).all()
    assert (solar.reshape(len(NAMES), 365, 24)[:, :, 13] > 0.0).all()


def test_no_hour_beats_the_clear_sky(clear, solar):
    assert (solar <= clear / 1000 + 1e-12).all()
    bright = solar.max(axis=1)
    assert ((bright > 0.6) & (bright < 1.0)).all()


def test_the_ratio_to_clear_sky_is_that_of_the_table(clear, solar):
    ratio = solar.sum(axis=1) / (clear.sum(axis=1) / 1000)
    assert ((ratio > 0.36) & (ratio < 0.58)).all()


def test_the_sun_stands_highest_later_in_the_west():
    lat, lon = [43.83, 31.23], [87.62, 121.47]  # Urumqi, Shanghai
    clear = clear_sky_poa_w_m2(lat, lon, [800.0, 4.0], CALENDAR)
    day = clear.reshape(2, 365, 24).mean(axis=1)
    noon_h = (day * (np.arange(24) + 0.5)).sum(axis=1) / day.sum(axis=1)
    # Shanghai is 1.5° east of the meridian of UTC+8; the Linke months tilt the days hardly at all
    assert noon_h[1] == pytest.approx(12 - (121.47 - 120) / 15, abs=0.15)
    assert noon_h[0] - noon_h[1] == pytest.approx((121.47 - 87.62) / 15, abs=0.1)


def test_the_clock_shifts_with_the_utc_offset():
    at_8 = clear_sky_poa_w_m2([35.0], [105.0], [1000.0], Calendar(2023, 8))
    at_6 = clear_sky_poa_w_m2([35.0], [105.0], [1000.0], Calendar(2023, 6))
    np.testing.assert_allclose(at_8[0, 26:-24], at_6[0, 24:-26], atol=0.5)


def test_panels_south_of_the_equator_face_north():
    north, south = clear_sky_poa_w_m2([35.0, -35.0], [105.0, 105.0], [0.0, 0.0], CALENDAR)
    assert south.sum() == pytest.approx(north.sum(), rel=0.15)
    assert south[:744].sum() > 1.1 * north[:744].sum()


def test_cloudy_provinces_are_dull_not_only_small(clear):
    share = HOURS / PLANE / SYSTEM_RATIO
    mean = clearness(LAT, LON, share, 8760, seed=3).mean(axis=1)
    np.testing.assert_allclose(mean, share, atol=0.08)
    assert mean[NAMES.index("Chongqing")] < mean[NAMES.index("Ulanqab")] - 0.15


def test_neighbours_share_weather_and_strangers_do_not():
    lat, lon = [31.35, 31.05, 43.83], [118.3, 120.95, 87.62]  # Wuhu, Qingpu (250 km), Urumqi
    near, far = [], []
    for seed in range(6):
        sky = clearness(lat, lon, [0.56] * 3, 8760, seed).reshape(3, 365, 24).mean(axis=2)
        matrix = np.corrcoef(sky)
        near.append(matrix[0, 1])
        far.append(matrix[0, 2])
    assert np.mean(near) == pytest.approx(np.exp(-250 / 500), abs=0.1)
    assert np.mean(far) == pytest.approx(0.0, abs=0.12)


def test_clouds_last_into_the_next_day():
    sky = clearness(LAT, LON, HOURS / PLANE / SYSTEM_RATIO, 8760, seed=5)
    noon = sky.reshape(len(NAMES), 365, 24)[:, :, 12]
    lag = [np.corrcoef(row[:-1], row[1:])[0, 1] for row in noon]
    assert np.mean(lag) == pytest.approx(0.9 * np.exp(-24 / 36), abs=0.1)


def test_the_same_seed_gives_the_same_bytes_and_another_another_year(solar):
    assert _solar().tobytes() == solar.tobytes()
    other = _solar(seed=2)
    assert not np.allclose(other, solar)
    np.testing.assert_allclose(other.sum(axis=1), HOURS, atol=1e-6)


def test_one_region_alone_is_what_it_is_among_others(solar):
    np.testing.assert_allclose(_solar(rows=slice(2, 3)), solar[2:3], atol=1e-10)


def test_a_leap_year_has_its_day():
    solar = _solar(calendar=Calendar(2024), rows=slice(0, 2))
    assert solar.shape == (2, 8784)
    np.testing.assert_allclose(solar.sum(axis=1), HOURS[:2], atol=1e-6)


def test_no_hours_is_no_output():
    wanted = HOURS.copy()
    wanted[1] = 0.0
    solar = _solar(wanted)
    assert (solar[1] == 0.0).all()
    assert solar[0].sum() > 0


def test_the_hours_of_a_cloudless_year_are_reached_and_no_more(clear):
    most = np.minimum(clear / 1000, 1.0).sum(axis=1)
    solar = _solar(most - 0.5)
    np.testing.assert_allclose(solar.sum(axis=1), most - 0.5, atol=1e-6)
    assert solar.max() <= 1.0
    wanted = HOURS.copy()
    wanted[4] = most[4] + 0.5
    with pytest.raises(InputError, match=rf"solar, region Chongqing: .*gives {most[4]:.0f} h"):
        _solar(wanted)


@pytest.mark.parametrize("value", [-1.0, np.nan, 9000.0])
def test_hours_that_are_none_are_refused(value):
    wanted = HOURS.copy()
    wanted[3] = value
    with pytest.raises(InputError, match=f"region Shaoguan: full_load_h is {value}"):
        _solar(wanted)


def test_a_place_that_is_nowhere_is_refused():
    with pytest.raises(InputError, match="solar, region here: lat is nan"):
        solar_availability(["here"], [np.nan], [100.0], [0.0], [1000.0], CALENDAR, 1)
    with pytest.raises(InputError, match="altitude_m has shape"):
        solar_availability(["here"], [30.0], [100.0], [0.0, 1.0], [1000.0], CALENDAR, 1)


def test_pvlib_is_imported_only_when_the_sun_is_asked_for():
    code = (
        "import sys; import westshift.models.series.solar, westshift.models.series.wind;"
        "sys.exit('pvlib' in sys.modules or 'scipy' in sys.modules)"
    )
    paths = os.pathsep.join(path for path in sys.path if path)
    done = subprocess.run([sys.executable, "-c", code], env=os.environ | {"PYTHONPATH": paths})
    assert done.returncode == 0


def test_no_regions_are_no_rows():
    assert solar_availability([], [], [], [], [], CALENDAR, 1).shape == (0, 8760)
