import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from westshift.models.calendar import Calendar
from westshift.models.errors import InputError
from westshift.models.series.hydro import hydro_share

SOUTHWEST = [[0.5, 0.45, 0.5, 0.6, 0.9, 1.4, 1.7, 1.7, 1.6, 1.2, 0.8, 0.6]]


@given(
    arrays(np.float64, (3, 12), elements=st.floats(0.01, 10)),
    st.sampled_from([2023, 2024]),
)
def test_the_year_averages_exactly_one(shape, year):
    calendar = Calendar(year)
    share = hydro_share(shape, calendar)
    assert share.shape == (3, calendar.hours)
    np.testing.assert_allclose(share.mean(axis=1), 1.0, rtol=1e-12)
    assert share.min() >= 0


def test_months_keep_their_order_and_roughly_their_level():
    calendar = Calendar(2023)
    share = hydro_share(SOUTHWEST, calendar)[0]
    means = np.array([share[calendar.month == m].mean() for m in range(1, 13)])
    np.testing.assert_allclose(means, np.array(SOUTHWEST[0]) / np.mean(SOUTHWEST), atol=0.08)
    assert share[calendar.season == 2].mean() > 2.5 * share[calendar.season == 0].mean()
    assert np.abs(np.diff(share)).max() < 0.001


def test_scale_does_not_matter_and_a_flat_year_is_one():
    calendar = Calendar(2023)
    np.testing.assert_allclose(
        hydro_share(np.multiply(SOUTHWEST, 37), calendar), hydro_share(SOUTHWEST, calendar)
    )
    np.testing.assert_allclose(hydro_share(np.full((1, 12), 5.0), calendar), 1.0)


def test_negative_and_empty_shapes_are_refused():
    shape = np.ones((2, 12))
    shape[1, 4] = -0.2
    with pytest.raises(InputError, match=r"row 2, m05: -0\.2 is negative"):
        hydro_share(shape, Calendar(2023))
    with pytest.raises(InputError, match="row 1: all months are zero"):
        hydro_share(np.zeros((1, 12)), Calendar(2023))
