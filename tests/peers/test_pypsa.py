"""PyPSA as a peer: the same networks, put together there by its own means, have the same optimum.

T. Brown, J. Hörsch, D. Schlachtberger, "PyPSA: Python for Power System Analysis", Journal of Open Research
Software 6(4), 2018, doi:10.5334/jors.188.
"""

from dataclasses import replace

import numpy as np
import pypsa
import pytest

from westshift.experiments.verify.budgets import coal_and_gas
from westshift.experiments.verify.drawn import draw
from westshift.experiments.verify.grid_cases import (
    REGION_UNITS,
    ZONE_LOADS,
    ZONE_UNITS,
    ZONE_WAYS,
    three_regions_hours,
)
from westshift.experiments.verify.parts import Store, Unit, Way
from westshift.experiments.verify.power_flow import meshed, pjm_hour
from westshift.experiments.verify.small import outlook
from westshift.optim.program import dispatch

# What PyPSA says of its own future, and of carriers that have no colour, is not about this program.
pytestmark = pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning")
CLOSE = 1e-6
KV = 380.0


def dry(seed, hours=18, **how):
    """A drawn system without its water, which could run in several hours of one price."""
    o = draw(seed, hours, **how)
    grid = o.system.grid
    most = np.where(grid.unit_day_limited[:, None], 0.0, o.unit_max_mw)
    none = np.zeros(len(grid.unit_region), bool)
    grid = replace(grid, unit_day_limited=none)
    return replace(o, unit_max_mw=most, system=replace(o.system, grid=grid))


# Transport: links there and back


def test_three_zones(build, solve):
    o = outlook(["SA", "MZ", "SZ"], 1, units=ZONE_UNITS, ways=ZONE_WAYS, demand_mw=ZONE_LOADS)
    found = dispatch(tie_break=0).solve(o, once=True)
    n = solve(build(o))  # flows and prices are not unique
    assert n.objective == pytest.approx(1_245_000)
    assert found.objective == pytest.approx(1_245_000)


def test_three_regions(same):
    for price in (0.0, 0.05):
        same(three_regions_hours(REGION_UNITS, price))


@pytest.mark.parametrize("seed", range(51, 54))
def test_drawn_with_lossy_links_and_must_run(same, seed):
    same(dry(seed, stores=False))


def test_drawn_with_a_days_water(same):
    same(draw(55, 18, stores=False), hourly=False)


# Power flow: lines


def test_pjm(same):
    found, n = same(pjm_hour())
    assert n.objective == pytest.approx(17_479.896925, rel=1e-9)
    assert found.duals["balance"][3, 0] == pytest.approx(39.942736, rel=1e-7)


@pytest.mark.parametrize("seed", range(61, 66))
def test_drawn_meshed_with_links_beside_circuits(same, seed):
    o = meshed(seed)
    grid = (
        o.system.grid
    )  # PyPSA's lines have no phase shift; links get a price so that flows are one
    cost = np.where(grid.line_circuit < 0, 0.37 + 0.1 * np.arange(len(grid.line_circuit)), 0.0)
    plain = replace(
        grid, circuit_shift_rad=0.0 * grid.circuit_shift_rad, line_cost_cny_per_mwh=cost
    )
    same(replace(o, system=replace(o.system, grid=plain)))


def test_transformer_reactance_is_per_unit_of_its_own_rating(solve):
    # A line of 380 kV beside a line of 110 kV between two transformers: x / V² and x / S in series.
    ohm, own_mva, share = 60.0, 200.0, 0.12
    low_ohm = 25.0
    rad = ohm / KV**2, low_ohm / 110.0**2 + 2 * share / own_mva
    o = outlook(
        ["A", "B"],
        1,
        units=[Unit("A", 300, 10), Unit("B", 300, 50)],
        ways=[Way("A", "B", 70, rad_per_mw=rad[0]), Way("A", "B", 500, rad_per_mw=rad[1])],
        demand_mw={"B": 200.0},
    )
    found = dispatch(tie_break=0).solve(o, once=True)
    n = pypsa.Network()
    n.add("Bus", ["A", "B"], v_nom=KV)
    n.add("Bus", ["a", "b"], v_nom=110.0)
    n.add("Load", "load", bus="B", p_set=200.0)
    n.add("Generator", ["gA", "gB"], bus=["A", "B"], p_nom=300, marginal_cost=[10, 50])
    n.add("Line", "high", bus0="A", bus1="B", x=ohm, s_nom=70)
    n.add("Line", "low", bus0="a", bus1="b", x=low_ohm, s_nom=500)
    n.add("Transformer", ["Aa", "bB"], bus0=["A", "b"], bus1=["a", "B"], x=share, s_nom=own_mva)
    solve(n)
    flow = found.values["flow"][:, 0]
    assert n.objective == pytest.approx(found.objective, rel=CLOSE)
    assert n.lines_t.p0.loc["now", ["high", "low"]].tolist() == pytest.approx(
        [flow[0] - flow[1], flow[2] - flow[3]], rel=CLOSE
    )
    assert flow[0] - flow[1] == pytest.approx(70.0)


# Storage


@pytest.mark.parametrize("cyclic", [True, False])
@pytest.mark.parametrize("seed", [71, 73, 78])
def test_drawn_with_storage(same, seed, cyclic):
    o = dry(seed)
    if not cyclic:
        start = np.array([12.0, 30.0, 50.0])
        o = replace(o, storage_start_mwh=start)
    found, _ = same(o, cyclic)
    assert found.values["discharge"].sum() > 10.0


def test_a_store_with_much_loss_by_itself(same):
    units = [Unit("A", 100, 10, availability=[1.0, 0.0, 0.0]), Unit("A", 100, 100)]
    store = Store("A", 40, 30, 0.8, 0.5, 0.1, 2.0)
    same(outlook(["A"], 3, units=units, stores=[store], demand_mw={"A": [0.0, 0.0, 50.0]}))


# Budgets


def test_a_cap_by_hand(same):
    found, n = same(coal_and_gas(65_000.0))
    assert n.global_constraints.mu["cap"] == pytest.approx(-0.08)
    assert found.duals["emission_cap"][0] == pytest.approx(-0.08)


@pytest.mark.parametrize("seed", [81, 82])
def test_drawn_with_a_cap_on_emissions(same, seed):
    o = replace(dry(seed), carbon_cny_per_kg=0.0)
    free = dispatch(tie_break=0).solve(o).values["output"]
    kg = float((o.system.grid.unit_emission_kg_per_mwh @ free).sum())
    # Two units respond, of which either may run in any hour of one price.
    found, _ = same(replace(o, emission_cap_kg=0.94 * kg), hourly=False)
    assert found.duals["emission_cap"][0] < -1e-3


def test_three_regions_with_a_cap(same):
    # Between the emissions at no price and at 50 per t, where the dual is one number.
    same(replace(three_regions_hours(REGION_UNITS, 0.0), emission_cap_kg=560_000.0))
