import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from westshift.models.calendar import Calendar
from westshift.models.errors import InputError
from westshift.models.series.arrivals import arrivals_mw

CALENDAR = Calendar(2023)
positive = st.floats(0.01, 10)


@settings(deadline=None)
@given(
    st.one_of(st.just(0.0), st.floats(1e-3, 1e5)),
    arrays(np.float64, 3, elements=positive),
    arrays(np.float64, 2, elements=positive),
    arrays(np.float64, (2, 24), elements=positive),
    arrays(np.float64, 2, elements=positive),
    st.sampled_from([2023, 2024]),
)
def test_the_mean_is_the_total_and_each_keeps_its_share(
    total, origin, share, profile, weekend, year
):
    work = arrivals_mw(total, origin, share, profile, weekend, Calendar(year))
    assert work.shape == (3, 2, Calendar(year).hours)
    assert work.sum(axis=(0, 1)).mean() == pytest.approx(total, rel=1e-12)
    wanted = total * np.outer(origin / origin.sum(), share / share.sum())
    np.testing.assert_allclose(work.mean(axis=2), wanted, rtol=1e-12)


def test_profile_and_weekend_are_seen():
    profile = np.ones((2, 24))
    profile[1] = np.arange(24) + 1.0
    work = arrivals_mw(100.0, [1.0], [0.5, 0.5], profile, [1.0, 0.5], CALENDAR)[0]
    np.testing.assert_allclose(work[0], 50.0)
    assert work[1, 24 + 23] / work[1, 24] == pytest.approx(24.0)  # Monday, 2 January
    assert work[1, 0] / work[1, 24] == pytest.approx(0.5)  # Sunday, 1 January


def test_a_class_without_a_share_may_be_empty():
    work = arrivals_mw(10.0, [1.0], [1.0, 0.0], [[1.0] * 24, [0.0] * 24], [1.0, 1.0], CALENDAR)
    assert (work[0, 1] == 0).all()
    assert work.sum(axis=(0, 1)).mean() == pytest.approx(10.0)


GOOD = {
    "total_mw": 1.0,
    "origin_share": [1.0],
    "class_share": [1.0],
    "profile": [[1.0] * 24],
    "weekend_factor": [1.0],
}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"total_mw": -1.0}, r"total_mw: -1\.0"),
        ({"origin_share": [1.0, -0.5]}, r"origin shares, row 2: -0\.5"),
        ({"origin_share": [0.0]}, "origin shares sum to zero"),
        ({"class_share": [np.nan]}, "class shares, row 1: nan"),
        ({"profile": [[1.0] * 23]}, "profiles: shape"),
        ({"profile": [[0.0] * 24]}, "profiles, row 1: all zero"),
        ({"weekend_factor": [1.0, 1.0]}, "weekend_factor: shape"),
    ],
)
def test_wrong_input_is_refused(change, words):
    with pytest.raises(InputError, match=words):
        arrivals_mw(**(GOOD | change), calendar=CALENDAR)
