"""A cap on emissions in the program: hard, with a ceiling price, warm, and beside a price of carbon."""

from dataclasses import replace

import numpy as np
import pytest

from westshift.experiments.verify.budgets import coal_and_gas
from westshift.experiments.verify.drawn import draw
from westshift.experiments.verify.parts import Unit
from westshift.experiments.verify.small import outlook
from westshift.models.errors import InfeasibleError
from westshift.optim.program import co_planner, dispatch


def capped(tie_break=0.0):
    return dispatch(capped=True, tie_break=tie_break)


def emitted_kg(o, found):
    return float((o.system.grid.unit_emission_kg_per_mwh @ found.values["output"]).sum())


def test_a_cap_that_cannot_be_met_says_so_in_one_sentence():
    with pytest.raises(InfeasibleError, match="the cap on emissions") as caught:
        capped().solve(coal_and_gas(5_000.0, must_run_mw=10.0))
    assert "\n" not in str(caught.value)


def test_a_capped_program_wants_a_cap_and_another_takes_none():
    with pytest.raises(ValueError, match="cap"):
        capped().solve(coal_and_gas(None))
    free = dispatch(tie_break=0).solve(coal_and_gas(5_000.0))  # what is not asked for is not held
    assert free.objective == 2_000.0
    assert "emission_cap" not in free.duals


def test_a_cap_that_is_not_finite_is_refused():
    for kg in (np.nan, np.inf):
        with pytest.raises(ValueError, match="not finite"):
            capped().solve(coal_and_gas(kg))


def test_the_cap_moves_between_solves_of_one_program():
    program = capped()
    costs = [program.solve(coal_and_gas(kg)).objective for kg in (90e3, 65e3, 40e3, 65e3, 120e3)]
    assert costs == pytest.approx([2_000, 4_000, 6_000, 4_000, 2_000])


def test_where_nothing_emits_any_cap_from_zero_holds():
    o = outlook(["A"], 1, units=[Unit("A", 50, 20)], demand_mw={"A": 30.0})
    assert capped().solve(replace(o, emission_cap_kg=0.0)).objective == 600.0
    with pytest.raises(InfeasibleError):
        capped().solve(replace(o, emission_cap_kg=-1.0))


def test_what_takes_carbon_up_makes_room_for_what_emits():
    units = [Unit("A", 10, 90, -500), Unit("A", 50, 20, 900)]
    o = outlook(["A"], 1, units=units, demand_mw={"A": 30.0})
    found = capped().solve(replace(o, emission_cap_kg=20_000.0))
    # 30 = u + c and 900 c - 500 u = 20000
    assert found.values["output"][:, 0] == pytest.approx([5.0, 25.0])
    assert found.duals["emission_cap"][0] == pytest.approx(-70 / 1400)


def test_with_a_ceiling_the_dual_never_passes_it_and_the_excess_is_paid():
    o = draw(31, 10)
    o = replace(o, carbon_cny_per_kg=0.0)
    free = emitted_kg(o, dispatch(tie_break=0).solve(o))
    for share, ceiling in ((0.97, 0.02), (0.9, 0.5), (0.2, 0.3), (0.0, 0.3)):
        found = capped().solve(
            replace(o, emission_cap_kg=share * free, emission_ceiling_cny_per_kg=ceiling)
        )
        excess = 1000 * float(found.values["excess"][0])
        kg = emitted_kg(o, found)
        assert excess == pytest.approx(max(kg - share * free, 0.0), abs=1e-4)
        assert -1e-9 <= -found.duals["emission_cap"][0] <= ceiling + 1e-9
        if excess > 1.0:
            assert found.duals["emission_cap"][0] == pytest.approx(-ceiling)
            priced = dispatch(tie_break=0).solve(replace(o, carbon_cny_per_kg=ceiling))
            assert found.objective + ceiling * share * free == pytest.approx(priced.objective)


def test_the_cap_limits_the_grid_with_its_computing_too():
    o = replace(draw(32, 10), carbon_cny_per_kg=0.0)
    free = co_planner(tie_break=0).solve(o)
    cap = 0.95 * emitted_kg(o, free)
    found = co_planner(capped=True, tie_break=0).solve(replace(o, emission_cap_kg=cap))
    assert emitted_kg(o, found) == pytest.approx(cap)
    price = -float(found.duals["emission_cap"][0])
    priced = co_planner(tie_break=0).solve(replace(o, carbon_cny_per_kg=price))
    assert found.objective + price * cap == pytest.approx(priced.objective, rel=1e-9)
    assert price > 0


def test_cost_is_convex_and_falling_in_the_cap():
    o = replace(draw(33, 8), carbon_cny_per_kg=0.0)
    free = emitted_kg(o, dispatch(tie_break=0).solve(o))
    program = capped()
    kg = np.linspace(0.75, 1.1, 8) * free
    found = [program.solve(replace(o, emission_cap_kg=float(k))) for k in kg]
    cost = np.array([f.objective for f in found])
    dual = np.array([f.duals["emission_cap"][0] for f in found])
    assert (np.diff(cost) <= 1e-6).all()
    assert (np.diff(dual) >= -1e-9).all()
    slope = np.diff(cost) / np.diff(kg)
    assert (slope >= dual[:-1] - 1e-9).all()
    assert (slope <= dual[1:] + 1e-9).all()
    assert dual[-1] == 0.0 > dual[0]


def test_breaking_ties_does_not_buy_excess():
    """The tie-break is per kg here: it must not make a cap that holds for free cost anything."""
    found = capped(1e-4).solve(coal_and_gas(95_000.0, 0.5))
    assert found.values["excess"][0] == 0.0
    assert found.objective == 2_000.0


def test_a_ceiling_below_zero_is_refused():
    with pytest.raises(ValueError, match="ceiling"):
        dispatch(capped=True).solve(coal_and_gas(65e3, -0.5))


@pytest.mark.parametrize("k", [1, 3, 6, 11])
def test_breaking_ties_does_not_move_a_capped_optimum(k):
    units = [Unit("A", 200, 20, 900), Unit("A", 200, 60, 400)] + [Unit("A", 1, 500, 0)] * k
    o = replace(
        outlook(["A"], 1, units=units, demand_mw={"A": 100.0}),
        emission_cap_kg=30_000.0,
        emission_ceiling_cny_per_kg=0.07993,
    )
    a, b = (dispatch(capped=True, tie_break=t).solve(o).objective for t in (0, 1e-4))
    assert b == pytest.approx(a, rel=1e-6)
