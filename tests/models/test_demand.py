import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from westshift.models.calendar import Calendar
from westshift.models.errors import InputError
from westshift.models.series.demand import demand_mw, season_weights

CALENDAR = Calendar(2023)
STEPS = np.tile(np.array([1.2, 0.9, 1.3, 0.8])[:, None], (1, 1, 24))  # (1, 4, 24)


@given(
    arrays(np.float64, (2, 4, 24), elements=st.floats(0.1, 3)),
    arrays(np.float64, 2, elements=st.floats(1e-3, 1e9)),
    st.sampled_from([2023, 2024]),
)
def test_the_year_sums_to_what_is_consumed(shape, annual, year):
    demand = demand_mw(shape, annual, Calendar(year))
    assert demand.shape == (2, Calendar(year).hours)
    np.testing.assert_allclose(demand.sum(axis=1), annual, rtol=1e-12)
    assert demand.min() >= 0


def test_a_flat_shape_is_flat():
    np.testing.assert_allclose(demand_mw(np.ones((1, 4, 24)), [8760.0 * 5], CALENDAR), 5.0)


def test_the_middle_of_a_season_has_its_own_curve():
    rng = np.random.default_rng(0)
    shape = rng.uniform(0.5, 1.5, (1, 4, 24))
    demand = demand_mw(shape, [1e6], CALENDAR)[0].reshape(365, 24)
    scale = demand[196, 0] / shape[0, 2, 0]
    for day, season in ((15, 0), (105, 1), (196, 2), (288, 3)):  # mid-January, -April, …
        np.testing.assert_allclose(demand[day], scale * shape[0, season], rtol=1e-12)


def test_seasons_blend_without_a_step():
    daily = demand_mw(STEPS, [8760.0], CALENDAR)[0].reshape(365, 24).mean(axis=1)
    assert np.abs(np.diff(daily)).max() < 0.5 / 21 * 1.1
    sharp = demand_mw(STEPS, [8760.0], CALENDAR, blend_days=0)[0].reshape(365, 24).mean(axis=1)
    assert np.abs(np.diff(sharp)).max() > 0.3
    assert daily[-1] == pytest.approx(daily[0])  # the year closes: both are deep in winter


def test_weights_of_seasons_sum_to_one_and_meet_half_way():
    weights = season_weights(CALENDAR, 10)
    assert weights.shape == (4, 365)
    np.testing.assert_allclose(weights.sum(axis=0), 1.0)
    first_of_march = 59
    assert weights[1, first_of_march] == pytest.approx(11 / 21)
    assert weights[0, first_of_march - 11] == 1.0
    assert weights[1, first_of_march + 10] == 1.0


def test_nothing_consumed_is_no_demand_whatever_the_shape():
    shape = np.concatenate([STEPS, np.zeros((1, 4, 24))])
    assert (demand_mw(shape, [0.0, 0.0], CALENDAR) == 0).all()


def test_wrong_input_is_refused_by_its_place():
    with pytest.raises(InputError, match="4 seasons of 24 hours for each of the 2"):
        demand_mw(STEPS, [1.0, 2.0], CALENDAR)
    hole = STEPS.copy()
    hole[0, 2, 7] = np.nan
    with pytest.raises(InputError, match="region row 1, summer, h07: nan"):
        demand_mw(hole, [1.0], CALENDAR)
    with pytest.raises(InputError, match=r"annual demand, row 1: -3\.0 MWh"):
        demand_mw(STEPS, [-3.0], CALENDAR)
    with pytest.raises(InputError, match="region row 1: all zero"):
        demand_mw(np.zeros((1, 4, 24)), [10.0], CALENDAR)
