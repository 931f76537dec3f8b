"""Both sides of a margin: by hand, in any order, at kinks and where there is nothing to move."""

from dataclasses import replace

import numpy as np
import pytest

from westshift.experiments.verify.drawn import draw
from westshift.experiments.verify.parts import Store, Unit, Way
from westshift.experiments.verify.power_flow import meshed, pjm_hour
from westshift.experiments.verify.small import outlook
from westshift.models.errors import SolveError
from westshift.optim.marginal import two_sided
from westshift.optim.program import co_planner, dispatch, price_taker

FIELDS = (
    "emission_kg_per_mwh", "emission_less_kg_per_mwh", "emission_more_kg_per_mwh",
    "price_cny_per_mwh", "price_less_cny_per_mwh", "price_more_cny_per_mwh",
)  # fmt: skip
COAL, GAS = Unit("A", 50, 20, 900), Unit("A", 50, 60, 400)


def margins(o, make=dispatch, places=None, step_mw=None, **how):
    return two_sided(make(tie_break=0.0, **how), o, places, step_mw)


def one(demand, *units, **also):
    return outlook(["A"], 1, units=units or (COAL, GAS), demand_mw={"A": demand}, **also)


def sides(m, n=0):
    return [float(getattr(m, name)[n]) for name in FIELDS]


def test_away_from_a_kink_all_three_are_one():
    assert sides(margins(one(70.0))) == pytest.approx([400, 400, 400, 60, 60, 60])
    assert sides(margins(one(20.0))) == pytest.approx([900, 900, 900, 20, 20, 20])


def test_at_a_kink_the_sides_differ_and_are_flagged():
    m = margins(one(50.0))
    assert sides(m)[1:3] == pytest.approx([900, 400])
    assert sides(m)[4:] == pytest.approx([20, 60])
    assert m.emission_differs.tolist() == m.price_differs.tolist() == [True]
    assert 20 - 1e-6 <= m.price_cny_per_mwh[0] <= 60 + 1e-6


def test_a_price_of_carbon_is_in_the_price_and_turns_the_order():
    m = margins(one(20.0, carbon_cny_per_kg=0.1))
    assert sides(m) == pytest.approx([400, 400, 400, 100, 100, 100])


def test_what_is_wheeled_or_lost_on_the_way_is_in_both():
    o = outlook(
        ["A", "B"], 1, units=[COAL], ways=[Way("A", "B", 30, 0.1, 5.0)], demand_mw={"B": 9.0}
    )
    m = margins(o)
    assert sides(m, 1) == pytest.approx([900 / 0.9] * 3 + [25 / 0.9] * 3)


def test_through_storage_a_megawatt_hour_reaches_another_hour():
    units = [Unit("A", 90, 20, 900, availability=(1, 0)), Unit("A", 90, 99, 400)]
    store = Store("A", 90, 90, 0.8, 0.9, 0.1)
    o = outlook(["A"], 2, units=units, stores=[store], demand_mw={"A": [10.0, 20.0]})
    kept = 0.8 * 0.9 * 0.9
    m = margins(o)
    assert sides(m, 1) == pytest.approx([900 / kept] * 3 + [20 / kept] * 3)
    # Uphill emissions: gas in hour 1 would emit 400, the store's coal 1389, and it is cheaper.


def test_under_a_hard_cap_emissions_cannot_move_and_the_price_holds_the_cap():
    o = replace(one(90.0, COAL, GAS, Unit("A", 50, 90, 0)), emission_cap_kg=50_000.0)
    m = margins(o, capped=True)
    # Coal 50: 45 t, 5 t of gas: 12.5 MW; the rest at 90. One more: at 90.
    assert sides(m) == pytest.approx([0, 0, 0, 90, 90, 90], abs=1e-6)
    all_of_it = replace(one(62.5), emission_cap_kg=50_000.0)  # only shedding can give way
    more = margins(all_of_it, capped=True)
    assert more.emission_differs.tolist() == [True]


def test_a_tie_in_cost_with_different_emissions_is_broken_alike_on_both_sides():
    """Two units of one cost: cost says nothing about which runs. The margin is one of the two, and the
    program's own tie-break says which; it is the same for less, for more and by the basis."""
    tied = [Unit("A", 50, 20, 900), Unit("A", 50, 20, 400)]
    for units in (tied, tied[::-1]):
        m = two_sided(dispatch(), one(30.0, *units))
        assert m.tied
        assert m.emission_kg_per_mwh[0] in (pytest.approx(900), pytest.approx(400))
        assert len({round(x, 6) for x in sides(m)[:3]}) == 1


@pytest.mark.parametrize("make", [dispatch, co_planner])
def test_the_order_and_the_choice_of_places_say_nothing(make):
    o = draw(14, 8)
    places = [(r, t) for r in range(3) for t in range(8)]
    whole = margins(o, make)
    assert list(zip(whole.region.tolist(), whole.hour.tolist(), strict=True)) == places
    back = margins(o, make, places[::-1])
    some = margins(o, make, places[5:9])
    for name in FIELDS:
        np.testing.assert_allclose(getattr(back, name)[::-1], getattr(whole, name), atol=1e-5)
        np.testing.assert_allclose(getattr(some, name), getattr(whole, name)[5:9], atol=1e-5)


def test_the_basis_that_a_program_publishes_is_the_one_that_is_reported():
    o = pjm_hour()
    found, m = dispatch().solve(o, once=True), two_sided(dispatch(), o)
    np.testing.assert_array_equal(found.rates["balance"].ravel(), m.emission_kg_per_mwh)
    np.testing.assert_array_equal(found.duals["balance"].ravel(), m.price_cny_per_mwh)


@pytest.mark.parametrize("seed", [5, 6, 7])
def test_in_power_flow_marginal_emissions_may_be_negative_and_agree_with_differences(seed):
    o = meshed(seed)
    grid = o.system.grid
    kg = np.random.default_rng(seed).uniform(0, 1000, len(grid.unit_region))
    o = replace(o, system=replace(o.system, grid=replace(grid, unit_emission_kg_per_mwh=kg)))
    m = margins(o)
    smooth = ~m.emission_differs
    assert smooth.mean() > 0.9
    for side in (m.emission_less_kg_per_mwh, m.emission_more_kg_per_mwh):
        np.testing.assert_allclose(
            side[smooth], m.emission_kg_per_mwh[smooth], rtol=1e-5, atol=1e-3
        )
    assert (m.price_less_cny_per_mwh <= m.price_more_cny_per_mwh + 1e-6).all()


def test_the_step_is_what_was_asked_for_or_a_hundred_thousandth():
    assert margins(one(70.0), step_mw=0.5).step_mw == 0.5
    assert margins(one(70.0)).step_mw == pytest.approx(7e-4)
    assert margins(one(0.0)).step_mw == pytest.approx(1e-5)
    coarse = margins(one(49.9), step_mw=0.5)  # less than the step away from the kink
    assert coarse.emission_differs.tolist() == [True]


def test_no_places_are_no_margins():
    m = margins(one(70.0), places=[])
    assert m.region.shape == m.emission_differs.shape == (0,)


def test_a_program_without_an_optimum_has_no_margins():
    o = one(70.0)
    with pytest.raises(SolveError, match="infeasible"):
        margins(replace(o, unit_min_mw=o.unit_max_mw + 1.0))


def test_the_outlook_and_the_program_are_left_as_they_were():
    o, program = draw(15, 6), dispatch()
    before = program.solve(o)
    demand = o.demand_mw.copy()
    two_sided(program, o, [(0, 1), (2, 5)])
    np.testing.assert_array_equal(o.demand_mw, demand)
    after = program.solve(o)
    assert after.objective == before.objective
    np.testing.assert_array_equal(after.values["output"], before.values["output"])


def test_more_demand_where_all_is_shed_costs_lost_load():
    o = outlook(
        ["A", "B"],
        1,
        units=[Unit("A", 100, 20, 900)],
        demand_mw={"A": 50, "B": 30},
        lost_load_cny_per_mwh=500,
    )
    m = two_sided(dispatch(), o)
    assert m.price_more_cny_per_mwh == pytest.approx([20, 500])
    assert m.emission_more_kg_per_mwh == pytest.approx([900, 0])
    assert not m.emission_differs.any()


def test_two_sided_of_a_program_without_a_grid():
    with pytest.raises(ValueError, match="grid"):
        two_sided(price_taker(), draw(1, 3))


@pytest.mark.parametrize("step", [-1e-3, 1e-8, float("nan")])
def test_two_sided_refuses_a_step_that_it_cannot_take(step):
    o = outlook(
        ["A"], 1, units=[Unit("A", 50, 20, 900), Unit("A", 50, 60, 400)], demand_mw={"A": 50}
    )
    with pytest.raises(ValueError, match="step"):
        two_sided(dispatch(), o, step_mw=step)
