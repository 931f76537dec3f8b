"""Every case with a known answer, and that each family of them would notice a wrong program."""

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from westshift.experiments.verify import (
    all as families,
)
from westshift.experiments.verify import (
    books,
    deferral,
    duals,
    grid_cases,
    hand,
    identities,
    network_cases,
    rolling,
    routes,
    signals,
    small,
)
from westshift.experiments.verify.case import Check, checks, exceeds, furthest
from westshift.experiments.verify.drawn import draw
from westshift.experiments.verify.parts import Place, Unit, Work
from westshift.models.scenario import load_scenario
from westshift.optim.program import Program, price_taker
from westshift.sim.agents import Workload
from westshift.sim.policies.planned import Planned

FOUND = families.run_checks()


def shown(check: Check) -> str:
    return f"{check.case}: {check.what}"


@pytest.mark.parametrize("check", FOUND, ids=shown)
def test_case(check: Check):
    assert check.ok, f"expected {check.expected!r}, found {check.found!r} ({check.source})"


def test_every_check_has_its_own_name_and_a_source():
    assert len({shown(check) for check in FOUND}) == len(FOUND)
    assert all(check.source and check.tolerance > 0 for check in FOUND)


def test_families_are_announced_in_turn(monkeypatch):
    one = Check("c", "w", 1.0, 1.0, 1e-6, "s")
    monkeypatch.setattr(families, "FAMILIES", {"a": lambda: (one,), "b": lambda: (one, one)})
    said: list[str] = []
    assert families.run_checks(said.append) == (one, one, one)
    assert said == ["a", "b"]


# What a check is


@pytest.mark.parametrize(
    ("expected", "found", "tolerance", "ok"),
    [
        (100.0, 100.0, 1e-6, True),
        (100.0, 100.00009, 1e-6, True),
        (100.0, 100.00011, 1e-6, False),
        (-100.0, -99.9999, 1.1e-6, True),
        (-100.0, 100.0, 1e-6, False),
        (1e-9, 2e-9, 1e-6, False),
        (0.0, 0.0, 1e-6, True),
        (0.0, -9e-7, 1e-6, True),
        (0.0, 2e-6, 1e-6, False),
        (1.0, math.nan, 1e9, False),
        (0.0, math.nan, 1e9, False),
        (math.nan, math.nan, 1e9, False),
        (math.inf, 1.0, 1e-6, False),
        (math.inf, math.inf, 1e-6, False),
        (1.0, math.inf, 1e9, False),
    ],
)
def test_ok(expected: float, found: float, tolerance: float, ok: bool):
    assert Check("case", "what", expected, found, tolerance, "source").ok is ok


def test_exceeds_is_zero_below_and_relative_above():
    assert exceeds(99.0, 100.0) == exceeds(100.0, 100.0) == 0.0
    assert exceeds(110.0, 100.0) == pytest.approx(0.1)
    assert exceeds(-90.0, -100.0) == pytest.approx(0.1)
    assert math.isnan(exceeds(math.nan, 100.0))
    assert not checks("c", "s", [("w", 0, exceeds(math.nan, 100.0))])[0].ok


def test_furthest_is_relative_to_the_largest_entry():
    assert furthest(np.array([1.0, 2.0]), np.array([1.0, 4.0])) == 0.5
    assert furthest(np.zeros((0, 3)), np.zeros((0, 3))) == 0.0
    with pytest.raises(ValueError, match="shapes"):
        furthest(np.zeros(2), np.zeros(3))


# The checks fail when an input is not what the case says


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


# The checks fail when the program is wrong

Spoil = Callable[[pytest.MonkeyPatch], None]


def spoil_solution(monkeypatch: pytest.MonkeyPatch, how: Callable) -> None:
    right = Program.solve
    monkeypatch.setattr(Program, "solve", lambda self, outlook: how(self, right, outlook))


def cost_a_little_high(monkeypatch: pytest.MonkeyPatch) -> None:
    def how(self, solve, outlook):
        found = solve(self, outlook)
        return replace(found, objective=found.objective * (1 + 1e-5))

    spoil_solution(monkeypatch, how)


def fixed_cost(monkeypatch: pytest.MonkeyPatch) -> None:
    def how(self, solve, outlook):
        found = solve(self, outlook)
        return replace(found, objective=found.objective + 100.0)

    spoil_solution(monkeypatch, how)


def prices_upside_down(monkeypatch: pytest.MonkeyPatch) -> None:
    def how(self, solve, outlook):
        found = solve(self, outlook)
        return replace(found, duals={name: -price for name, price in found.duals.items()})

    spoil_solution(monkeypatch, how)


def hot_start_drifts(monkeypatch: pytest.MonkeyPatch) -> None:
    def how(self, solve, outlook):
        hot = self.basis is not None
        found = solve(self, outlook)
        return replace(found, objective=found.objective * (1 + 1e-8 * hot))

    spoil_solution(monkeypatch, how)


def work_before_it_arrives(monkeypatch: pytest.MonkeyPatch) -> None:
    right = small.work_bounds_mwh

    def at_once(backlog, arrivals, slack):
        available, due = right(backlog, arrivals, slack)
        return np.broadcast_to(available[:, :, -1:], available.shape), due

    monkeypatch.setattr(small, "work_bounds_mwh", at_once)


def everything_is_average(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        signals,
        "average_intensity_kg_per_mwh",
        lambda grid, output, *rest: np.full((len(grid.regions), output.shape[1]), 330.0),
    )


def network_is_free(monkeypatch: pytest.MonkeyPatch) -> None:
    right = routes.carbon_ratio
    monkeypatch.setattr(
        routes, "carbon_ratio", lambda east, west, mwh, kg: right(east, west, 0.0, kg)
    )


def pue_of_another_law(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network_cases, "annual_pue", lambda gcop, a, offset: 1 + a + 1 / gcop)


def work_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    right = Workload.close
    monkeypatch.setattr(Workload, "close", lambda self, last: 0.0 * right(self, last))


def carbon_is_not_booked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(books, "total_cny", lambda happens, book: book.system_cny)


def plans_see_one_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rolling, "Planned", lambda window, step: Planned(1, 1))


def another_tariff(monkeypatch: pytest.MonkeyPatch) -> None:
    right = hand.two_region
    changed = {"tariffs.west.flat_cny_per_mwh": 401}
    monkeypatch.setattr(hand, "two_region", lambda also=None: right({**changed, **(also or {})}))


@pytest.mark.parametrize(
    ("family", "spoil"),
    [
        ("grid", cost_a_little_high),
        ("prices", prices_upside_down),
        ("deferral", work_before_it_arrives),
        ("deferral", cost_a_little_high),
        ("signals and ledgers", everything_is_average),
        ("routes", network_is_free),
        ("network and sites", pue_of_another_law),
        ("closed forms", work_before_it_arrives),
        ("closed forms", cost_a_little_high),
        ("identities", fixed_cost),
        ("rolling plans", plans_see_one_hour),
        ("rolling plans", hot_start_drifts),
        ("books", work_is_lost),
        ("books", carbon_is_not_booked),
        ("two_region by hand", another_tariff),
    ],
)
def test_a_wrong_program_is_noticed(family: str, spoil: Spoil, monkeypatch: pytest.MonkeyPatch):
    spoil(monkeypatch)
    assert failed(families.FAMILIES[family]())


def test_work_before_it_arrives_is_what_the_deferral_case_tells(monkeypatch):
    work_before_it_arrives(monkeypatch)
    first, last = deferral.run()
    assert (first.ok, last.ok) == (False, True)
    assert first.found == pytest.approx(88_800)


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


# What stands on the edge


def at_the_edge(hours: int = 3, **changes) -> small.Outlook:
    parts = {
        "units": [Unit("A", 10, 1, 100)],
        "places": [Place("A", 2.0, 0.5)],
        "works": [Work("w", {"A": [1.0] + [0.0] * (hours - 1)}, slack_h=1)],
    }
    return small.outlook(["A", "B"], hours, **{**parts, **changes})


@pytest.mark.parametrize(
    ("o", "cost"),
    [
        (at_the_edge(1), 1.5),
        (at_the_edge(units=[], lost_load_cny_per_mwh=50), 50 * 2.5),
        (at_the_edge(demand_mw={"B": [1, 2, 3]}, lost_load_cny_per_mwh=50), 302.5),
        (at_the_edge(places=[Place("A", 0.0)]), 1e5),
        (at_the_edge(units=[Unit("A", 10, -20)], demand_mw={"A": 4}), -20 * (12 + 2.5)),
        (at_the_edge(units=[Unit("A", 8, 2, minimum_mw=8)], lost_load_cny_per_mwh=50), 1123.0),
    ],
    ids=[
        "one hour",
        "no unit",
        "region without units",
        "site without room",
        "paid to run",
        "surplus",
    ],
)
def test_every_policy_on_the_edge(o, cost: float):
    happens = small.actual(o)
    outcomes = books.play(happens)
    found = books.conservation("edge", happens, outcomes) + books.oracle(happens, outcomes, "edge")
    assert failed(found) == set()
    booked = [books.total_cny(happens, outcome.ledger) for outcome in outcomes.values()]
    assert booked == pytest.approx([cost] * len(booked))


def test_a_negative_tariff_is_waited_for():
    o = at_the_edge(tariff_cny_per_mwh={"A": [5.0, -40.0, -90.0]})
    carried = rolling.carry(o, Planned(2, 1))
    assert carried.work_mw[0] == pytest.approx([0.0, 1.0, 0.0])
    idle = 0.5 * (5 - 40 - 90)
    assert rolling.cost_of(o, carried) == pytest.approx(idle - 40)


# When work must be given up, the world gives up what the program did


def short_of_room(hours: int, works: list[Work]) -> tuple[float, float]:
    """The oracle's objective and what is booked for it, at one site that runs 1 MW."""
    o = small.outlook(
        ["A"], hours, units=[Unit("A", 100, 1)], places=[Place("A", 1.0)], works=works
    )
    happens = small.actual(o)
    objective = books.co_planner().solve(books.whole_horizon(happens)).objective
    return objective, books.total_cny(happens, books.play(happens)["oracle"].ledger)


def test_what_is_given_up_waits_until_it_is_due():
    late = Work("w", {"A": [5, 0, 0, 0]}, 3, delay_cny_per_mwh_h=0.6, unserved_cny_per_mwh=100)
    objective, booked = short_of_room(4, [late])
    assert booked == pytest.approx(objective, rel=1e-6)


def test_what_the_plan_gives_up_makes_room_for_what_is_worth_more():
    cheap = Work("cheap", {"A": [1.0]}, unserved_cny_per_mwh=10)
    dear = Work("dear", {"A": [1.0]}, unserved_cny_per_mwh=100)
    objective, booked = short_of_room(1, [cheap, dear])
    assert booked == pytest.approx(objective, rel=1e-6)
