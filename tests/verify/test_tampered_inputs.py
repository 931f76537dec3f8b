"""The checks fail when an input is not what the case says."""

from dataclasses import replace

import numpy as np
import pytest

from westshift.experiments.verify import (
    books,
    duals,
    grid_cases,
    identities,
    network_cases,
    routes,
    small,
)
from westshift.experiments.verify.case import Check
from westshift.experiments.verify.drawn import draw
from westshift.models.scenario import load_scenario
from westshift.optim.program import price_taker


def failed(found: tuple[Check, ...]) -> set[str]:
    return {check.what for check in found if not check.ok}


def test_a_dearer_unit_fails_the_market():
    dearer = (replace(grid_cases.ZONE_UNITS[0], cost_cny_per_mwh=30.01), *grid_cases.ZONE_UNITS[1:])
    costs = {"SA alone, cost", "SA and MZ, cost", "three zones, cost"}
    assert failed(grid_cases.three_zones(dearer)) == costs


def test_a_smaller_load_fails_baker():
    assert failed(grid_cases.baker(99.0)) == {"cost", "output of bus 1, MW"}


def test_dearer_coal_fails_the_arbitrage():
    costs = {"without storage, cost", "with 1000 MW x 6 h, cost"}
    assert failed(grid_cases.arbitrage(30.1)) == costs


def test_cleaner_coal_fails_the_emissions_but_not_the_cost_without_a_price():
    first, *rest = grid_cases.REGION_UNITS
    cleaner = (replace(first, emission_kg_per_mwh=840.0), *rest)
    assert failed(grid_cases.three_regions(cleaner)) == {
        "CO2 at 0 per t, emissions, t",
        "CO2 at 50 per t, cost",
        "CO2 at 50 per t, emissions, t",
    }


def test_a_changed_scenario_fails_the_network_the_account_and_the_routes():
    changed = load_scenario(
        "east_west",
        {
            "parameters.fibre_route_factor": 1.5,
            "parameters.it_load_share": 0.6,
            "cooling.2.3.gcop": 4.0,
            "regions.SC.official_factor_kg_per_mwh": 300,
            "regions.NM.official_factor_kg_per_mwh": 500,
        },
    )
    assert len(failed(network_cases.round_trips(changed))) == len(network_cases.RTT_MS)
    assert failed(network_cases.national_account(changed)) == {"energy of a year, TWh"}
    assert failed(network_cases.pue_by_climate(changed)) == {"zone 2, grade 3"}
    # What the route table shows is still what the formula gives: an identity, not a figure.
    assert failed(routes.published(changed)) == {
        "SH-prov to SC-prov, change of carbon",
        "SH-prov to tianfu, change of carbon",
        "BJ-prov to NM-prov, sign of the change",
        "BJ-prov to horinger, sign of the change",
    }
    assert failed(routes.identity(changed)) == set()


def test_power_out_of_nowhere_and_leaking_storage_are_noticed():
    happens = small.actual(draw(41, 24))
    outcome = books.play(happens)["here-and-now"]
    assert books.imbalance_mw(happens, outcome) < 1e-6
    assert books.leak_mwh(happens, outcome) < 1e-6
    s = outcome.settled
    more = replace(outcome, settled=replace(s, output_mw=s.output_mw + 0.1))
    fuller = replace(outcome, settled=replace(s, charged_mwh=s.charged_mwh + 1.0))
    assert books.imbalance_mw(happens, more) == pytest.approx(0.4)  # four units a region
    assert books.leak_mwh(happens, fuller) == pytest.approx(0.002)  # the standing loss of 1 MWh
    early = replace(
        outcome, carried=replace(outcome.carried, work_mw=outcome.carried.work_mw + 0.01)
    )
    assert books.ran_ahead_mwh(happens, early).max() > 0.01


def test_loosening_makes_a_difference_so_that_its_order_says_something():
    tight = draw(24, 24, room=1.1)
    cost = price_taker(tie_break=0).solve(tight).objective
    for looser in (draw(24, 24, room=1.1, slack_h=(2, 9)), draw(24, 24, room=1.6)):
        assert price_taker(tie_break=0).solve(looser).objective < cost
    near = identities.within(tight.system.compute, 15.0)
    assert 0 < len(near.stream_rtt_ms) < len(tight.system.compute.stream_rtt_ms)


def test_dual_function_bounds_the_cost_from_below_at_any_price():
    o = draw(1, 6, stores=False)
    grid = replace(o.system.grid, unit_day_limited=np.zeros(12, bool))
    o = replace(o, system=replace(o.system, grid=grid))
    found = duals.dispatch(tie_break=0).solve(o)
    at = found.duals["balance"]
    assert duals.dual_function(o, at * 1.05) < found.objective * (1 - 1e-6)
    assert duals.dual_function(o, at * 0.95) < found.objective * (1 - 1e-6)
