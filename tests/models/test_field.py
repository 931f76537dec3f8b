import numpy as np
import pytest

from westshift.models.series.field import (
    EARTH_RADIUS_KM,
    gaussian_field,
    normal_cdf,
    unit_sphere,
    wave_vectors,
)

LAT = [39.9, 31.2, 23.1, 43.8, 29.65]
LON = [116.4, 121.5, 113.3, 87.6, 91.1]


def _field(lat=LAT, lon=LON, hours=8760, **changes):
    arguments = {"length_km": 350.0, "efold_h": 15.0, "seed": 1, "label": "test"} | changes
    return gaussian_field(lat, lon, hours, **arguments)


def _autocorrelation(series, lag):
    return (series[..., :-lag] * series[..., lag:]).mean()


@pytest.mark.parametrize(("length_km", "worst"), [(100.0, 0.16), (350.0, 0.13), (500.0, 0.12)])
def test_the_waves_make_an_exponential_kernel(length_km, worst):
    rng = np.random.default_rng(0)
    place = unit_sphere(rng.uniform(18, 50, 200), rng.uniform(75, 132, 200)) * EARTH_RADIUS_KM
    apart = np.linalg.norm(place[:, None] - place[None], axis=2)
    phase = (place[:, None] - place[None]) @ wave_vectors(length_km).T
    error = np.cos(phase).mean(axis=2) - np.exp(-apart / length_km)
    assert np.abs(error).max() < worst
    assert np.sqrt((error**2).mean()) < 0.04
    near = apart < 0.7 * length_km
    assert np.abs(error[near]).max() < 0.05


def test_straight_distances_are_near_the_great_circle():
    beijing, shanghai, urumqi = unit_sphere([39.9, 31.23, 43.83], [116.41, 121.47, 87.62])
    assert np.linalg.norm(beijing - shanghai) * EARTH_RADIUS_KM == pytest.approx(1068, rel=0.01)
    assert np.linalg.norm(shanghai - urumqi) * EARTH_RADIUS_KM == pytest.approx(3270, rel=0.02)


def test_sampled_correlation_falls_with_distance():
    lat, lon = np.full(6, 35.0), 100.0 + np.array([0.0, 1.0, 3.0, 5.0, 10.0, 20.0])
    z = _field(lat, lon, hours=40_000, efold_h=0.5)
    sampled = np.corrcoef(z)[0]
    apart_km = np.radians(lon - 100.0) * EARTH_RADIUS_KM * np.cos(np.radians(35.0))
    np.testing.assert_allclose(sampled, np.exp(-apart_km / 350.0), atol=0.06)
    assert (np.diff(sampled[:5]) < 0).all()


@pytest.mark.parametrize("smooth_h", [0.0, 3.0])
def test_weather_is_standard_normal_from_the_first_hour(smooth_h):
    seeds = [_field(hours=2, smooth_h=smooth_h, seed=seed) for seed in range(400)]
    first = np.array(seeds)[:, :, 0].ravel()
    assert first.mean() == pytest.approx(0, abs=0.1)
    assert first.std() == pytest.approx(1, abs=0.06)
    long = _field(hours=40_000, efold_h=5.0, smooth_h=smooth_h)
    assert long.mean() == pytest.approx(0, abs=0.05)
    assert long.std() == pytest.approx(1, abs=0.03)
    assert (long < -1.6449).mean() == pytest.approx(0.05, abs=0.006)


@pytest.mark.parametrize("smooth_h", [0.0, 3.0])
def test_autocorrelation_is_as_documented(smooth_h):
    z = _field(hours=60_000, smooth_h=smooth_h)
    for lag in (1, 6, 15, 18, 48):
        a, b = 15.0, smooth_h
        wanted = np.exp(-lag / a)
        if b:
            wanted = (a * np.exp(-lag / a) - b * np.exp(-lag / b)) / (a - b)
        assert _autocorrelation(z, lag) == pytest.approx(wanted, abs=0.04)


def test_a_new_place_leaves_the_others_alone_and_two_may_coincide():
    z = _field()
    more = _field([10.0, *LAT, LAT[0]], [100.0, *LON, LON[0]])
    np.testing.assert_allclose(more[1:6], z, atol=1e-12)
    np.testing.assert_allclose(more[6], z[0], atol=1e-12)


def test_seed_and_label_decide():
    z = _field(hours=500)
    assert z.tobytes() == _field(hours=500).tobytes()
    assert np.abs(np.corrcoef(z[0], _field(hours=500, seed=2)[0])[0, 1]) < 0.9
    assert not np.allclose(z, _field(hours=500, seed=2))
    assert not np.allclose(z, _field(hours=500, label="other"))


def test_the_normal_law_is_right_in_its_tail():
    assert normal_cdf([0.0]) == pytest.approx(0.5)
    assert normal_cdf([1.959963985]) == pytest.approx(0.975, abs=1e-9)
    assert normal_cdf([-10.0]) == pytest.approx(7.619853e-24, rel=1e-6)
