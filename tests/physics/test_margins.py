"""What holds at the margin and under Kirchhoff's law in every system, and at the edges."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from westshift.experiments.verify.drawn import draw
from westshift.experiments.verify.parts import Unit, Way
from westshift.experiments.verify.power_flow import meshed
from westshift.experiments.verify.small import outlook
from westshift.models.accounting import average_intensity_kg_per_mwh
from westshift.optim.marginal import two_sided
from westshift.optim.program import co_planner, dispatch

seeds = st.integers(0, 10_000)


def with_grid(o, **changes):
    return replace(o, system=replace(o.system, grid=replace(o.system.grid, **changes)))


def as_links(o):
    """The same lines, each set at will."""
    grid = o.system.grid
    none = np.zeros(0)
    free = np.full(len(grid.line_circuit), -1)
    return with_grid(o, line_circuit=free, circuit_rad_per_mw=none, circuit_shift_rad=none)


def as_circuits(o, seed):
    """The ring of a drawn system as circuits without loss."""
    n = len(o.system.grid.line_from) // 2
    x = np.random.default_rng(seed).uniform(0.5, 2.0, n)
    return with_grid(
        o,
        line_circuit=np.repeat(np.arange(n), 2),
        circuit_rad_per_mw=x,
        circuit_shift_rad=0.0 * x,
        line_loss_share=0.0 * o.system.grid.line_loss_share,
    )


def cost(o, make=dispatch, **how):
    return make(tie_break=0, **how).solve(o, once=True).objective


# In every system


@settings(max_examples=20)
@given(seeds, st.booleans(), st.sampled_from([dispatch, co_planner]))
def test_prices_for_less_never_pass_those_for_more_and_the_dual_lies_between(seed, circuits, make):
    o = draw(seed, 6)
    o = as_circuits(o, seed) if circuits else o
    m = two_sided(make(tie_break=0), o)
    slack = 1e-5 * (1.0 + np.abs(m.price_cny_per_mwh))
    assert not np.isnan(m.price_more_cny_per_mwh).any()
    assert (m.price_less_cny_per_mwh <= m.price_cny_per_mwh + slack).all()
    assert (m.price_cny_per_mwh <= m.price_more_cny_per_mwh + slack).all()
    smooth = ~m.emission_differs & ~m.price_differs
    assert smooth.any()
    np.testing.assert_allclose(
        m.emission_kg_per_mwh[smooth], m.emission_more_kg_per_mwh[smooth], rtol=1e-5, atol=1e-3
    )


@settings(max_examples=20)
@given(seeds, st.floats(0.1, 0.9), st.booleans())
def test_the_optimum_is_convex_in_demand(seed, share, circuits):
    a = draw(seed, 8)
    a = as_circuits(a, seed) if circuits else a
    rng = np.random.default_rng(seed + 1)
    b = replace(a, demand_mw=a.demand_mw * rng.uniform(0.6, 1.6, a.demand_mw.shape))
    between = replace(a, demand_mw=share * a.demand_mw + (1 - share) * b.demand_mw)
    assert cost(between) <= (share * cost(a) + (1 - share) * cost(b)) * (1 + 1e-9)


@settings(max_examples=20)
@given(seeds)
def test_a_law_more_never_makes_it_cheaper(seed):
    for o in (meshed(seed), as_circuits(draw(seed, 8), seed)):
        assert cost(as_links(o)) <= cost(o) * (1 + 1e-9)


@settings(max_examples=20)
@given(seeds)
def test_the_price_is_a_support_of_the_optimum_everywhere(seed):
    """C(D') >= C(D) + price·(D' - D) however far the demand moves: all regions and hours at once."""
    o = as_circuits(draw(seed, 8), seed)
    found = dispatch(tie_break=0).solve(o, once=True)
    rng = np.random.default_rng(seed)
    for scale in (0.01, 0.1, 0.4):
        other = o.demand_mw * (1 + scale * rng.uniform(-1, 1, o.demand_mw.shape))
        bound = found.objective + (found.duals["balance"] * (other - o.demand_mw)).sum()
        assert cost(replace(o, demand_mw=other)) >= bound - 1e-7 * abs(found.objective)


@settings(max_examples=20)
@given(seeds, st.booleans())
def test_all_that_is_emitted_is_traced_to_those_who_draw_it_with_circuits_too(seed, chance):
    o = meshed(seed) if chance else as_circuits(draw(seed, 12), seed)
    grid = o.system.grid
    if chance:
        kg = np.random.default_rng(seed).uniform(0, 1000, len(grid.unit_region))
        o = with_grid(o, unit_emission_kg_per_mwh=kg)
    v = dispatch().solve(o, once=True).values
    traced = average_intensity_kg_per_mwh(
        o.system.grid, v["output"], v["flow"], v["charge"], v["discharge"]
    )
    drawn = o.demand_mw - v["shed"] + v["dump"]
    emitted = (o.system.grid.unit_emission_kg_per_mwh @ v["output"]).sum()
    assert (traced * drawn).sum() == pytest.approx(emitted, rel=1e-8)
    assert traced.min() >= 0.0


@settings(max_examples=20)
@given(seeds)
def test_marginal_emissions_do_not_depend_on_the_unit_of_money_or_of_power(seed):
    o = draw(seed, 6)
    found = dispatch(tie_break=0).solve(o, once=True)
    grid = o.system.grid
    dear = with_grid(
        o,
        unit_cost_cny_per_mwh=7 * grid.unit_cost_cny_per_mwh,
        line_cost_cny_per_mwh=7 * grid.line_cost_cny_per_mwh,
        storage_cost_cny_per_mwh=7 * grid.storage_cost_cny_per_mwh,
        lost_load_cny_per_mwh=7 * grid.lost_load_cny_per_mwh,
    )
    dear = replace(dear, carbon_cny_per_kg=7 * o.carbon_cny_per_kg)
    other = dispatch(tie_break=0).solve(dear, once=True)
    np.testing.assert_allclose(other.rates["balance"], found.rates["balance"], rtol=1e-7)
    np.testing.assert_allclose(other.duals["balance"], 7 * found.duals["balance"], rtol=1e-7)
    large = dispatch(tie_break=0).solve(draw(seed, 6, factor=1000.0), once=True)
    np.testing.assert_allclose(large.rates["balance"], found.rates["balance"], rtol=1e-6)


# Edges


def test_one_region_one_hour_no_lines():
    m = two_sided(dispatch(), outlook(["A"], 1, units=[Unit("A", 9, 5, 800)], demand_mw={"A": 4}))
    assert (m.price_cny_per_mwh[0], m.emission_kg_per_mwh[0]) == (5.0, 800.0)


def test_a_line_without_capacity_is_no_line():
    units = [Unit("A", 90, 10, 800), Unit("B", 90, 60, 400)]
    loads = {"A": 40.0, "B": 30.0}
    ways = {
        "none": [],
        "link": [Way("A", "B", 0.0)],
        "circuit": [Way("A", "B", 0.0, rad_per_mw=0.1)],
        "two circuits": [Way("A", "B", 0.0, rad_per_mw=0.1), Way("A", "B", 9.0, rad_per_mw=0.1)],
    }
    for name, w in ways.items():
        o = outlook(["A", "B"], 1, units=units, ways=w, demand_mw=loads)
        found = dispatch().solve(o, once=True)
        assert found.duals["balance"][:, 0] == pytest.approx([10, 60]), name
        assert found.rates["balance"][:, 0] == pytest.approx([800, 400]), name
        assert found.objective == pytest.approx(40 * 10 + 30 * 60), name


def test_a_unit_without_capacity_responds_to_nothing():
    units = [Unit("A", 0, 1, 999), Unit("A", 9, 5, 800)]
    m = two_sided(dispatch(), outlook(["A"], 2, units=units, demand_mw={"A": 4}))
    assert m.emission_kg_per_mwh.tolist() == [800.0, 800.0]
    assert not m.emission_differs.any()


def test_with_no_demand_at_all_nothing_runs_and_a_megawatt_hour_more_is_the_cheapest():
    units = [Unit("A", 9, 5, 800), Unit("B", 9, 7, 300)]
    ways = [Way("A", "B", 5, rad_per_mw=0.1), Way("A", "B", 5, rad_per_mw=0.2)]
    o = outlook(["A", "B"], 3, units=units, ways=ways)
    found = dispatch().solve(o, once=True)
    assert found.objective == 0.0
    assert max(np.abs(v).max() for v in found.values.values() if v.size) == 0.0
    m = two_sided(dispatch(), o)
    assert m.price_more_cny_per_mwh == pytest.approx([5.0] * 6)
    assert m.emission_more_kg_per_mwh == pytest.approx([800.0] * 6)
    assert np.isnan(m.price_less_cny_per_mwh).all()  # there is no less than none, and it is flagged
    assert m.price_differs.all()
    assert m.emission_differs.all()


def test_where_a_price_is_negative_demand_is_paid_for_and_saves_what_another_bus_burns():
    units = [Unit("1", 100, 10, 0), Unit("2", 100, 20, 500), Unit("3", 100, 100, 900)]
    sides = (("1", "2", 100), ("2", "3", 100), ("1", "3", 10))
    ways = [Way(*side, rad_per_mw=0.01) for side in sides]
    m = two_sided(
        dispatch(), outlook(["1", "2", "3"], 1, units=units, ways=ways, demand_mw={"3": 100})
    )
    assert m.price_cny_per_mwh == pytest.approx([-60, 20, 100])
    # One more at bus 1: two more at bus 2, one less at bus 3.
    assert m.emission_kg_per_mwh == pytest.approx([2 * 500 - 900, 500, 900])
    assert not m.emission_differs.any()


def test_what_must_run_and_nobody_takes_is_worth_less_than_nothing_and_emits_anyway():
    o = outlook(
        ["A"], 1, units=[Unit("A", 10, 20, 900, minimum_mw=8)], demand_mw={"A": 5},
        lost_load_cny_per_mwh=70,
    )  # fmt: skip
    m = two_sided(dispatch(), o)
    assert m.price_less_cny_per_mwh == pytest.approx([-70])
    assert m.price_more_cny_per_mwh == pytest.approx([-70])
    assert m.emission_kg_per_mwh == pytest.approx([0])
