"""Siting by hand, at its limits, and never dearer for more room."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from westshift.experiments.siting.books import books
from westshift.experiments.siting.problem import Growth, built_of, growth_of, make_problem
from westshift.models.errors import InfeasibleError
from westshift.models.scenario import load_scenario
from westshift.models.siting_world import widest, with_room, with_supply
from westshift.models.year import actual_of, make_year
from westshift.optim.program import co_planner
from westshift.optim.siting_solve import solve_joined
from westshift.optim.siting_whole import rounded_halls, whole_halls
from westshift.sim.settle import foreseen

H = 8760


def solved(overrides=None, factor=1.0, green_field=False, cap_t=None):
    s = load_scenario("two_region", overrides or {})
    problem = make_problem(s, Growth("test", factor, 1.0), green_field, cap_t)
    return problem, solve_joined(problem.joined)


def value(overrides=None, factor=1.0, green_field=False):
    return solved(overrides, factor, green_field)[1].objective


def test_growth_by_five_by_hand():
    """Work is 200 MW: 75 real_time and 75 batch in the east, 25 and 25 in the west. What stands holds 80 + 80.

    40 MW of work need 40 / 0.8 = 50 MW of servers, 0.2 of which they draw idle. Real-time work fills 75 of the
    eastern 80, so what is new can stand on either side; a MWh costs 300 + 0.9·90 = 381 in the east and
    250 + 81 = 331 CNY in the west (its wind is used up, below), where 10 CNY bring the work of an hour: west.

    A cold plate costs 0.1 · 20 M / 20 a = 0.1 M CNY a year and MW more and saves 0.15 MW · 331 · 8760 = 0.435 M: taken.
    Wind costs 5 M / 25 a = 0.2 M and 500 t / 25 a · 90 = 1 800 CNY and saves 4380 h · 331 = 1.45 M a MW: to its quota.

    East: 537.5 + 1.25·(20 + 80) = 662.5 MW of coal. West: 112.5 + 1.25·(20 + 80) + 1.1·(0.2·50 + 40) = 292.5 MW, of
    it 200 + 100/2 wind and 42.5 coal. 150 − 80 = 70 MW of eastern work move.
    """
    problem, found = solved(factor=5.0)
    built = built_of(problem, found)
    west_cold = [
        i
        for i, (s, t) in enumerate(
            zip(problem.choices.hall_site, problem.choices.hall_technology, strict=True)
        )
        if (s, t) == (1, "cold_plate")
    ]
    assert built.servers_mw[west_cold] == pytest.approx([50.0])
    assert built.halls_mw.sum() == pytest.approx(50.0)
    assert built.plants_mw == pytest.approx([100.0])
    running = H * (662.5 * 300 + 42.5 * 250 + 70 * 10)
    carbon = H * (662.5 + 42.5) * 0.9 + 50 * 100 + 50 * 50 + 100 * 20  # t a year
    building = 50 * 1e6 + 50 * 1.1e6 + 100 * 0.2e6
    assert found.objective == pytest.approx(running + 90 * carbon + building, rel=1e-9)
    told = books(problem, found)
    assert told.operation_t == pytest.approx(H * 705 * 0.9)
    assert told.embodied_t == pytest.approx(9500.0)
    assert told.running_cny == pytest.approx(running)
    assert sum(told.building_cny.values()) == pytest.approx(building)
    # Data centers: 1.25 · 100 on each side, and 55 in the new hall.
    assert told.energy_gwh == pytest.approx(H * (250 + 55) / 1e3)


def test_a_mw_more_is_worth_what_it_saves():
    """In the case above a MW of servers granted in the east, cold plate: 0.8 MW of work stay, which saves 8 CNY of
    moving and, for each western MW less, its cost of 2.1 M + 150 t · 90 and 331 · 1.1 an hour; it draws 381 · 1.1."""
    from westshift.experiments.siting.values import site_values

    problem, found = solved(factor=5.0)
    table = site_values(problem, found).set_index("site")
    assert table.loc["west_1", "worth_k_cny_per_mw"] == pytest.approx(2113.5)
    worth = 2113.5e3 - H * (381 - 331) * 1.1 + H * 8
    assert table.loc["east_1", "worth_k_cny_per_mw"] == pytest.approx(worth / 1e3)


def test_green_field_by_hand():
    """Nothing stands: servers of 40 / 0.8 MW for the 40 MW of work, cold plates, the real-time work of the east there
    (20... of 15 MW), the rest where it is cheapest: the west has wind to spare."""
    problem, found = solved(factor=1.0, green_field=True)
    built = built_of(problem, found)
    c = problem.choices
    by_site = np.bincount(c.hall_site, built.servers_mw, 2)
    # 15 MW real_time must stay in the east; 15 batch of the east and 10 of the west run in the west.
    assert by_site == pytest.approx([15 / 0.8, 25 / 0.8])
    # West: 112.5 + 1.1·(0.2·31.25 + 25) = 146.875 of 200 MW of wind. East: 537.5 + 1.1·(3.75 + 15) MW of coal.
    east = 537.5 + 1.1 * 18.75
    # Wind is curtailed: a cold plate in the west saves nothing and is not taken, so PUE is 1.25 there.
    kinds = {
        (int(s), t): mw
        for s, t, mw in zip(c.hall_site, c.hall_technology, built.servers_mw, strict=True)
        if mw > 0
    }
    assert set(kinds) == {(0, "cold_plate"), (1, "chilled_water")}
    cny = H * (east * 381 + 15 * 10)
    cny += 50 * 1e6 + 31.25 * 1e6 + 18.75 * 1.1e6 + 90 * 50 * 150
    assert found.objective == pytest.approx(cny, rel=1e-9)


FREE = {
    "capital.data_center_hall.capex": 0, "capital.hvdc_line.capex": 0, "capital.hvdc_converters.capex": 0,
    "capital.wind.capex": 0, "build_costs.servers.capex": 0, "build_costs.battery_power.capex": 0,
    "build_costs.battery_energy.capex": 0, "embodied.data_center_hall.kg": 0, "embodied.servers.kg": 0,
    "embodied.wind.kg": 0, "embodied.battery_energy.kg": 0, "halls.cold_plate.pue_offset": 0,
    "parameters.idle_share": 0, "line_quotas.west.east.most_mw": 40,
}  # fmt: skip


def test_zero_build_cost_gives_the_scheduling_bound():
    """Servers that cost nothing and draw nothing idle: as good as everything built to its quota."""
    s = load_scenario("two_region", FREE)
    problem = make_problem(s, Growth("test", 3.0, 1.0))
    found = solve_joined(problem.joined)
    year = problem.year
    all_of_it = widest(problem.choices)
    wide = with_room(with_supply(year, problem.choices, all_of_it), problem.choices, all_of_it)
    bound = co_planner().solve(foreseen(actual_of(s, wide, problem.horizons[0])), once=True)
    assert found.objective == pytest.approx(365 * bound.objective, rel=1e-9)


def test_infinite_build_cost_gives_today():
    dear = {key: 1e9 for key in FREE if key.endswith("capex")}
    problem, found = solved(dear, factor=2.0)
    assert sum(x.sum() for x in vars(built_of(problem, found)).values()) == 0.0
    s = problem.scenario
    today = foreseen(actual_of(s, problem.year, problem.horizons[0]))
    assert found.objective == pytest.approx(
        365 * co_planner().solve(today, once=True).objective, rel=1e-9
    )


def test_energy_and_water_quotas_hold_over_the_year():
    """The cold plate of the case by hand draws 55 MW, 481.8 GWh; a quota of 300 GWh sends the rest east."""
    problem, found = solved({"quotas.west.energy_gwh": 300}, factor=5.0)
    j, c = problem.joined, problem.choices
    assert j.values(found.x, 0, "drawn")[0] * 365 == pytest.approx(300.0)
    assert np.bincount(c.hall_site, built_of(problem, found).servers_mw, 2)[0] > 10.0
    # Chilled water drinks 1 m³ a MWh, 50 MW of it 438 000 m³: none is left to it.
    dry = {"quotas.west.water_m3": 0, "quotas.east.water_m3": 0, "halls.cold_plate.capex_factor": 9}
    problem, found = solved(dry, factor=5.0)
    kinds = problem.choices.hall_technology
    mw = built_of(problem, found).servers_mw
    assert {kinds[i] for i in np.flatnonzero(mw)} == {"cold_plate"}


def test_a_pue_cap_leaves_out_what_is_above():
    problem, _ = solved({"quotas.west.pue_cap": 1.2}, factor=5.0)
    c = problem.choices
    assert {(int(s), t) for s, t in zip(c.hall_site, c.hall_technology, strict=True)} == {
        (0, "chilled_water"), (0, "cold_plate"), (1, "cold_plate"),
    }  # fmt: skip


def test_a_cap_on_carbon_holds_and_has_its_price():
    more = {"line_quotas.west.east.most_mw": 1000, "quotas.west.wind_mw": 2000}
    dear = more | {"capital.wind.capex": 100_000, "parameters.carbon_price_cny_per_t": 0}
    free, one = solved(dear, factor=5.0)
    told = books(free, one)
    cap = 0.9 * told.carbon_t
    capped, two = solved(dear, factor=5.0, cap_t=cap)
    assert books(capped, two).carbon_t == pytest.approx(cap, rel=1e-9)
    assert two.objective > one.objective
    from westshift.experiments.siting.problem import carbon_cny_per_kg

    price = carbon_cny_per_kg(capped, two)
    again, three = solved(
        dear | {"parameters.carbon_price_cny_per_t": 1e3 * price * (1 + 1e-6)}, factor=5.0
    )
    assert books(again, three).carbon_t <= cap * (1 + 1e-6)


def test_no_room_is_infeasible():
    problem = make_problem(
        load_scenario("two_region", {"quotas.east.halls_mw": 0, "quotas.west.halls_mw": 0}),
        Growth("test", 5.0, 1.0),
    )
    with pytest.raises(InfeasibleError):
        solve_joined(problem.joined)


def test_whole_halls_by_hand_and_the_gap_of_rounding():
    """50 MW of servers in phases of 20: a hall of 60 in the west costs 10 · (1.1 M + 50 t · 90) more; one of 40 there
    and 20 in the east would cost as much and draw at 381."""
    problem, found = solved(factor=5.0)
    new = np.ones(len(problem.choices.hall_site), bool)
    whole = whole_halls(problem.joined, new, 0.0, 20.0)
    assert whole.objective - found.objective == pytest.approx(10 * (1.1e6 + 50 * 90), rel=1e-6)
    assert whole.gap <= 1e-6
    near = rounded_halls(problem.joined, found, new, 0.0, 20.0, None)
    assert near.objective >= whole.objective - 1.0
    assert near.gap == pytest.approx(1 - found.objective / near.objective)
    least = whole_halls(problem.joined, new, 60.0, 0.0)
    assert least.objective == pytest.approx(whole.objective, rel=1e-9)


def test_half_empty_halls_are_not_allowed_below_the_floor():
    """A smallest hall of 100 MW has to have 65 MW of servers, 15 more than the work needs; they idle at 0.2 · 1.1."""
    problem, _ = solved(factor=5.0)
    new = np.ones(len(problem.choices.hall_site), bool)
    whole = whole_halls(problem.joined, new, 100.0, 0.0)
    built = built_of(problem, whole)
    assert built.halls_mw.sum() == pytest.approx(100.0)
    assert built.servers_mw.sum() == pytest.approx(65.0)


def test_growth_row_and_its_default(two_region):
    assert growth_of(two_region, None, None) == Growth("mid 2030", 5.0, 1.0, 2.0)
    assert growth_of(two_region, "fast", 2035).work_factor == 10.0


ROOM = {
    "quotas.east.halls_mw": (150.0, 400.0),
    "quotas.west.halls_mw": (0.0, 300.0),
    "quotas.west.wind_mw": (0.0, 300.0),
    "line_quotas.west.east.most_mw": (0.0, 50.0),
    "quotas.east.battery_mw": (0.0, 50.0),
}


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_more_room_never_costs_more(data):
    """Land, plants, lines, batteries and looser latency: the least cost does not rise."""
    key = data.draw(st.sampled_from([*ROOM, "classes.real_time.rtt_limit_ms"]))
    base = {k: data.draw(st.floats(*ends)) for k, ends in ROOM.items()}
    factor = data.draw(st.floats(1.0, 6.0))
    before = value(base, factor)
    if key.endswith("rtt_limit_ms"):
        after = value(base | {key: 30.0}, factor)  # the regions lie 20.7 ms apart
    else:
        after = value(base | {key: base[key] + data.draw(st.floats(0.0, 100.0))}, factor)
    assert after <= before * (1 + 1e-9)


def test_more_sites_never_cost_more():
    """A west where nothing may be built is a site less."""
    less = value({"quotas.west.halls_mw": 0}, factor=4.5)
    assert value({}, factor=4.5) <= less * (1 + 1e-9)
    assert make_year(load_scenario("two_region")).system.compute.sites == ("east_1", "west_1")
