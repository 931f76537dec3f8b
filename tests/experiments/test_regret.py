"""Bound, oracle, policy, in this order; ratios beside the proven ones; both in the result, whatever the workers."""

import dataclasses
import json
import math

import numpy as np
import pandas as pd
import pytest

from westshift.experiments.online_table import competitive, sentences
from westshift.experiments.policy_table import frame, measures_of, regrets
from westshift.experiments.regret import floor_cny, regret_at_most_pct, regret_cny, regret_pct
from westshift.experiments.results import write
from westshift.experiments.simulate import simulate
from westshift.models.measures import social_cost_cny
from westshift.models.scenario import load_scenario
from westshift.sim.competitive import Ratios

# Two horizons of two days, each standing for three, so that windows do not see all and weights matter.
CHANGES = {
    "horizon": {"weeks": [24, 96], "length_h": 48},
    "policies": ["greenest-now", "double-threshold", "co-planned", "oracle"],
    "parameters.carbon_price_cny_per_t": 80,
}


def run(workers=1, **more):
    changes = CHANGES | {"forecast": {"kind": "noisy", "error_share": 0.2}} | more
    return simulate(load_scenario("two_region", changes), workers=workers, bound=True)


@pytest.fixture(scope="module")
def done():
    return run()


def test_bound_oracle_policy_in_this_order(done):
    price = done.scenario.parameters.carbon_price_cny_per_t / 1e3
    cost = {name: social_cost_cny(ledger, price) for name, ledger in done.ledgers.items()}
    floor = sum(h.weight * b for h, b in zip(done.horizons, done.bounds_cny, strict=True))
    assert floor <= cost["oracle"] * (1 + 1e-9)
    assert floor > 0.9 * cost["oracle"]  # it says something
    measures, least = measures_of(done), floor_cny(done)
    table = frame(measures, least).set_index("policy")
    slack = 1e-6 * cost["oracle"]
    for name, m in measures.items():
        at_most = table.regret_at_most_cny[name]
        assert at_most == pytest.approx(cost[name] - floor, abs=slack)
        assert regret_cny(measures, m) <= at_most + slack
        assert table.regret_cny[name] == regret_cny(measures, m)
        if not math.isnan(table.regret_at_most_pct[name]):
            assert regret_pct(measures, m) <= table.regret_at_most_pct[name] + 1e-6


def test_without_the_oracle_a_run_still_says_what_regret_is_at_most(done):
    measures = {n: m for n, m in measures_of(done).items() if n != "oracle"}
    assert regrets(measures) == ()
    labels = [label for label, _ in regrets(measures, floor_cny(done))]
    assert labels[0].startswith("regret at most [")
    assert len(labels) == 2
    assert "regret_at_most_cny" not in frame(measures)
    assert {"regret_at_most_cny", "regret_at_most_pct"} <= set(frame(measures, floor_cny(done)))


def test_a_share_is_only_said_where_it_is_an_upper_bound(done):
    one = measures_of(done)["greenest-now"]
    cost = {"here-and-now": 0.0, "good": -2.0, "bad": 1.0, "oracle": -4.0}
    measures = {n: dataclasses.replace(one, social_cost_cny=c) for n, c in cost.items()}
    for floor in (-4.0, -5.0, -8.0):
        good, bad = (regret_at_most_pct(measures, measures[n], floor) for n in ("good", "bad"))
        assert good >= regret_pct(measures, measures["good"]) == 50.0
        # (1 + 8) / 8 is less than the true (1 + 4) / 4.
        assert math.isnan(bad)
    nobody = {n: m for n, m in measures.items() if n != "here-and-now"}
    assert math.isnan(regret_at_most_pct(nobody, measures["good"], -8.0))
    level = {"here-and-now": measures["here-and-now"]}
    assert math.isnan(regret_at_most_pct(level, level["here-and-now"], 0.0))


def test_only_double_threshold_has_a_proven_ratio_and_there_is_one_a_horizon_and_origin(done):
    origins, names = done.year.system.compute.origins, [h.name for h in done.horizons]
    assert list(done.ratios) == ["double-threshold"]
    table = competitive(done.ratios, names, origins)
    assert list(zip(table.horizon, table.origin, strict=True)) == [
        (h, o) for h in names for o in origins
    ]
    found = table.found_ratio.dropna()
    assert len(found)
    assert (found >= 1 - 1e-9).all()  # nobody beats hindsight
    held = table[table.bounds_known & table.room].dropna()
    assert len(held)
    assert (held.found_ratio <= held.proven_ratio * (1 + 1e-9)).all()
    assert "proven there" in sentences(table)[0]


def test_sentences_count_what_exceeds_the_proof_and_where_it_applies():
    yes, no = np.array([True, True, True]), np.array([True, False, True])
    r = Ratios(np.array([1.1, 2.0, np.nan]), np.array([1.5, 1.5, 1.5]), no, yes)
    said = sentences(competitive({"x": [r]}, ["winter"], ["A", "B", "C"]))
    assert len(said) == 1
    assert "1.550 times" in said[0]
    assert "at worst 2.000 (B, winter); proven there: 1.500" in said[0]
    assert "exceeds proven in 1 of 2" in said[0]
    assert "held in 1 of 2" in said[0]
    none = Ratios(np.array([np.nan]), np.array([1.0]), np.array([True]), np.array([True]))
    assert "no competitive ratio" in sentences(competitive({"x": [none]}, ["w"], ["A"]))[0]


def test_both_are_in_the_result_and_the_same_for_any_number_of_workers(done, tmp_path):
    two = run(workers=2)
    assert two.bounds_cny == done.bounds_cny
    folders = []
    for k, r in enumerate((done, two)):
        folder = tmp_path / str(k)
        folder.mkdir()
        write(r, folder, {})
        folders.append(folder)
    for name in ("competitive.csv", "policies.csv", "run.json"):
        assert (folders[0] / name).read_bytes() == (folders[1] / name).read_bytes(), name
    manifest = json.loads((folders[0] / "run.json").read_text())
    assert "competitive.csv" in manifest["files"]
    assert manifest["oracle_bound_cny"] == list(done.bounds_cny)
    assert "regret_at_most_cny" in pd.read_csv(folders[0] / "policies.csv")


def test_nothing_of_it_where_it_was_not_asked_for(tmp_path):
    plain = simulate(load_scenario("two_region", {"policies": ["greenest-now"]}), workers=1)
    assert plain.bounds_cny is None
    assert floor_cny(plain) is None
    write(plain, tmp_path, {})
    assert not (tmp_path / "competitive.csv").exists()
    assert "oracle_bound_cny" not in (tmp_path / "run.json").read_text()
