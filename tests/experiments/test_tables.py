"""Tables of a run against its ledgers, and the default scenario against the country."""

import dataclasses

import numpy as np
import pytest

from westshift.experiments.calibration import by_region, nation, weeks_against_year
from westshift.experiments.policy_table import (
    cny_per_t,
    disagreements,
    frame,
    measures_of,
    regret,
    regrets,
    sections,
)
from westshift.experiments.routes import home_avoided_t, official_t_per_gwh, route_table
from westshift.experiments.simulate import simulate
from westshift.models.assemble import make_compute
from westshift.models.measures import weighted_percentile
from westshift.models.scenario import load_scenario


@pytest.fixture(scope="module")
def a_day():
    """One summer day of the default scenario under three policies."""
    changes = {
        "horizon": {"weeks": [4752], "length_h": 24},
        "policies": ["greenest-now", "planned", "co-planned"],
    }
    return simulate(load_scenario("east_west", changes), workers=1)


@pytest.fixture(scope="module")
def baseline_year():
    """Four weeks of the default scenario, here and now only."""
    return simulate(load_scenario("east_west", {"policies": ["here-and-now"]}))


def test_routes_and_home_add_up_to_the_location_based_figure(a_day):
    c = a_day.year.system.compute
    base = a_day.ledgers["here-and-now"]
    workload = c.stream_origin * len(c.classes) + c.stream_class
    base_mwh = np.bincount(workload, base.stream_mwh)
    rate_t = np.bincount(workload, base.stream_location_kg) / base_mwh / 1e3
    for name, m in measures_of(a_day).items():
        given_up_mwh = base_mwh - np.bincount(workload, a_day.ledgers[name].stream_mwh)
        total = route_table(a_day, name)["avoided_t"].sum() + home_avoided_t(a_day, name)
        total += (rate_t * given_up_mwh).sum()
        assert total == pytest.approx(m.avoided_location_t, rel=1e-9, abs=1e-6), name


def test_moved_work_is_what_the_routes_carry(a_day):
    for name, m in measures_of(a_day).items():
        work_gwh = a_day.ledgers[name].stream_mwh.sum() / 1e3
        assert route_table(a_day, name)["moved_gwh"].sum() == pytest.approx(
            work_gwh * m.moved_pct / 100, rel=1e-9
        )


def test_latency_money_is_milliseconds_at_their_value(a_day):
    c = a_day.year.system.compute
    value = {x.job_class: x.latency_value_cny_per_mwh_ms for x in a_day.scenario.classes}
    per_ms = np.array([value[c.class_tier[j]] for j in c.stream_class])
    for name, m in measures_of(a_day).items():
        by_hand = (per_ms * c.stream_added_rtt_ms * a_day.ledgers[name].stream_mwh).sum()
        base = (per_ms * c.stream_added_rtt_ms * a_day.ledgers["here-and-now"].stream_mwh).sum()
        assert m.latency_cost_cny == pytest.approx(by_hand - base, abs=1.0)


def test_no_money_per_tonne_where_carbon_rose():
    run = simulate(load_scenario("two_region", {
        "policies": ["cheapest"], "tariffs.east.flat_cny_per_mwh": 100, "tariffs.west.flat_cny_per_mwh": 900,
    }), workers=1)  # fmt: skip
    m = measures_of(run)["cheapest"]
    assert m.avoided_system_t < 0  # wind was there, and the cheap tariff called work east
    assert m.cny_per_t is None
    assert cny_per_t(m) == "n/a (increase)"


def test_a_disagreement_between_ledgers_is_a_sentence(a_day):
    measures = measures_of(a_day)
    base = measures["planned"]
    opposed = dataclasses.replace(
        base,
        avoided_location_t=5000.0,
        avoided_official_t=-1.0,
        avoided_marginal_t=2000.0,
        avoided_system_t=-7000.0,
    )
    truth = "the whole system emits more (-7.0 kt avoided)."
    assert disagreements({"x": opposed}) == [
        f"x: the location-based ledger (hourly average) says less carbon (5.0 kt avoided), {truth}",
        f"x: the ledger of the baseline's margin says less carbon (2.0 kt avoided), {truth}",
    ]
    assert (
        disagreements(
            {
                "x": dataclasses.replace(
                    base,
                    avoided_location_t=1.0,
                    avoided_official_t=1.0,
                    avoided_marginal_t=1.0,
                    avoided_system_t=2.0,
                )
            }
        )
        == []
    )


def test_published_finding_by_route_comes_out_of_the_official_factors():
    # Zhang, Li & Wang, Applied Energy 392 (2025): Shanghai to Sichuan avoids much, Beijing to Inner
    # Mongolia emits more on average intensity.
    scenario = load_scenario("east_west")
    table = official_t_per_gwh(scenario, make_compute(scenario))
    assert table.at["SH", "tianfu"] > 500
    assert table.at["BJ", "horinger"] < 0


def test_the_nation_closes(baseline_year):
    table = nation(baseline_year, by_region(baseline_year)).set_index("what")
    for what in (
        "generation-weighted intensity, kg/MWh",
        "data-center energy, TWh",
        "mean PUE",
        "standard racks, million",
    ):
        assert abs(table.at[what, "gap_pct"]) < 5.0, what
    assert table.at["rank correlation with official regional factors", "model"] >= 0.8


def test_curtailment_lies_where_the_official_figures_have_it(baseline_year):
    table = by_region(baseline_year)
    for kind in ("wind", "solar"):
        none = table[table[f"{kind}_official_pct"] == 0.0]
        assert (none[f"{kind}_curtailed_pct"].fillna(0) < 0.5).all(), kind
    held = table.set_index("region")["wind_curtailed_pct"]
    assert held[["NM", "NX", "JL"]].gt(0.5).all()


def test_four_weeks_stand_for_the_year(baseline_year):
    gaps = weeks_against_year(baseline_year).set_index("what")["gap_pct"].abs()
    assert (gaps < 5.0).all(), gaps


def test_power_balances_in_every_region_and_hour(baseline_year):
    for h in baseline_year.hours["here-and-now"]:
        supply = h.generation_mw.sum(axis=1) + h.import_mw + h.discharge_mw + h.shed_mw
        np.testing.assert_allclose(supply, h.demand_mw + h.compute_mw + h.charge_mw, atol=1e-3)


def test_weighted_percentile():
    values, weights = np.array([3.0, 1.0, 2.0]), np.array([1.0, 1.0, 18.0])
    assert weighted_percentile(values, weights, 95) == 2.0
    assert weighted_percentile(values, weights, 96) == 3.0
    assert weighted_percentile(values, weights * 0, 95) == 0.0


def test_regret_is_what_co_planned_costs_more_than_the_oracle(a_day):
    one = measures_of(a_day)["planned"]
    cost = {"co-planned": -3.0e6, "oracle": -5.0e6}
    measures = {name: dataclasses.replace(one, social_cost_cny=c) for name, c in cost.items()}
    said = regret(measures)
    assert said is not None
    assert "costs 2.0 M CNY more than the oracle (40.0 % of what the oracle saves)" in said
    assert regret({"oracle": measures["oracle"]}) is None


def test_regret_is_a_share_of_the_agnostic_policys(a_day):
    one = measures_of(a_day)["planned"]
    cost = {"here-and-now": 0.0, "planned": -2.0e6, "random": 1.0e6, "oracle": -4.0e6}
    measures = {name: dataclasses.replace(one, social_cost_cny=c) for name, c in cost.items()}
    table = frame(measures).set_index("policy")
    assert table["regret_cny"].to_dict() == {
        "here-and-now": 4e6, "planned": 2e6, "random": 5e6, "oracle": 0.0,
    }  # fmt: skip
    assert table["regret_pct"].tolist() == [100.0, 50.0, 125.0, 0.0]
    (_, absolute), (_, share) = regrets(measures)
    assert (absolute(measures["random"]), share(measures["random"])) == ("5,000", "125.0")
    without = {name: m for name, m in measures.items() if name != "oracle"}
    assert regrets(without) == ()
    assert "regret_cny" not in frame(without)
    # Nothing to gain: no share of nothing.
    same = {name: dataclasses.replace(one, social_cost_cny=0.0) for name in cost}
    assert regrets(same)[1][1](same["planned"]) == "–"


def test_every_policy_says_how_good_the_forecasts_were_that_it_was_shown(a_day):
    measures = measures_of(a_day)
    shown = dict(sections(measures))["forecasts of intensity that were shown"]
    (_, mape), (_, tau) = shown
    for m in measures.values():
        if m.forecast_mape_pct is None:
            assert (mape(m), tau(m)) == ("–", "–")
        else:
            assert m.forecast_mape_pct >= 0.0
            assert -1.0 <= m.forecast_tau <= 1.0
    assert measures["here-and-now"].forecast_mape_pct is None
    assert measures["planned"].forecast_mape_pct is not None
