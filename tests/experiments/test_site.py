"""The command, what the world makes of a plan, rules, paths, and what is said."""

import json

import numpy as np
import pandas as pd
import pytest

from westshift.experiments.cli import main
from westshift.experiments.siting.futures import cvar, one_for_all
from westshift.experiments.siting.paths import paths
from westshift.experiments.siting.problem import Growth, built_of, make_problem
from westshift.experiments.siting.rules import RULES, as_usual, shares, solve_rule
from westshift.experiments.siting.run import Asked, run_site
from westshift.experiments.siting.world import deliver
from westshift.models.errors import InputError
from westshift.models.scenario import load_scenario
from westshift.optim.siting_solve import solve_joined


def westshift(monkeypatch, capsys, *words):
    """(exit status, what is printed, what is complained)."""
    monkeypatch.setattr("sys.argv", ["westshift", *words])
    try:
        main()
        status = 0
    except SystemExit as end:
        status = int(end.code or 0)
    told = capsys.readouterr()
    return status, told.out, told.err


@pytest.fixture(scope="module")
def five():
    problem = make_problem(load_scenario("two_region"), Growth("mid 2030", 5.0, 1.0))
    return problem, solve_joined(problem.joined)


def test_the_world_delivers_what_was_promised(five):
    """With perfect foresight of the same hours, to the tie-break; also where racks of standing halls are filled."""
    for overrides in ({}, {"parameters.energised_share": 0.9, "line_quotas.west.east.most_mw": 20}):
        s = load_scenario("two_region", overrides)
        problem = make_problem(s, Growth("test", 5.0, 1.0))
        found = solve_joined(problem.joined)
        came = deliver(problem, built_of(problem, found), ("oracle", "co-planned"), 0.09, workers=1)
        for name in ("oracle", "co-planned"):
            assert came[name].books.total_cny == pytest.approx(found.objective, rel=1e-8)
            assert came[name].unserved_mwh == pytest.approx(0.0, abs=1e-3)


def test_two_weeks_deliver_what_was_promised_and_count_as_a_year():
    s = load_scenario(
        "two_region",
        {"horizon.weeks": [24, 96], "horizon.length_h": 48, "horizon.weights": [3, 1]},
    )
    problem = make_problem(s, Growth("test", 4.5, 1.0))
    assert (
        sum(n * h.length_h for n, h in zip(problem.counts, problem.horizons, strict=True)) == 8760
    )
    found = solve_joined(problem.joined)
    came = deliver(problem, built_of(problem, found), ("oracle",), 0.09, workers=1)
    assert came["oracle"].books.total_cny == pytest.approx(found.objective, rel=1e-8)


def test_no_rule_is_better_than_the_plan(five):
    problem, found = five
    for rule in RULES.values():
        other = solve_rule(problem, rule)
        assert other is not None
        assert other.objective >= found.objective * (1 - 1e-9)
    usual = as_usual(problem)
    assert usual is not None
    assert not usual.x[problem.joined.program.places["plant"][0]].any()


def test_shares_of_the_rules_by_hand(five):
    """Growth is 160 MW: 60 real_time and 60 batch of the east, 20 and 20 of the west. Real-time work stays."""
    problem, _ = five
    assert shares(problem, RULES["nearest to users"]) == pytest.approx([120 / 160, 40 / 160])
    for name in ("all west", "cheapest power", "lowest annual intensity"):
        assert shares(problem, RULES[name]) == pytest.approx([60 / 160, 100 / 160])


def test_a_rule_that_cannot_serve_has_no_numbers():
    s = load_scenario("two_region", {"quotas.east.halls_mw": 10})
    problem = make_problem(s, Growth("test", 8.0, 1.0))
    assert solve_rule(problem, RULES["nearest to users"]) is None


def test_a_path_never_takes_down_and_is_no_worse_than_foresight_says(two_region):
    for path in paths(two_region):
        for before, after in zip(path.standing, path.standing[1:], strict=False):
            for a, b in zip(vars(before).values(), vars(after).values(), strict=True):
                assert (b >= a - 1e-6).all()
        # Each year alone, free to take down: a bound, with the same present values.
        alone = [solve_joined(p.joined).objective for p in path.problems]
        assert path.present_cny >= 5 * sum(alone) * (1 - 1e-9)  # no interest, five years each


def test_one_plan_for_all_paths_by_its_parts(two_region):
    one = one_for_all(two_region, 2035, weight=1.0, share=0.25)
    assert (one.table["regret_m_cny"] > -1e-6).all()
    costs = one.table["total_m_cny"].to_numpy() * 1e6
    assert one.expected_cny == pytest.approx(costs @ [0.25, 0.5, 0.25])
    assert one.tail_cny == pytest.approx(costs.max())
    careless = one_for_all(two_region, 2035, weight=0.0)
    assert careless.expected_cny <= one.expected_cny * (1 + 1e-9)


def test_cvar_by_hand():
    costs, p = np.array([1.0, 5.0, 3.0]), np.array([0.5, 0.2, 0.3])
    assert cvar(costs, p, 0.2) == 5.0
    assert cvar(costs, p, 0.4) == pytest.approx((0.2 * 5 + 0.2 * 3) / 0.4)
    assert cvar(costs, p, 1.0) == pytest.approx(p @ costs)


def test_quotas_that_cannot_hold_the_work_are_named():
    s = load_scenario("two_region", {"quotas.east.halls_mw": 10})
    with pytest.raises(InputError) as caught:
        run_site(s, Asked("fast", 2035, world="none", rules=False))
    text = str(caught.value)
    assert "\n" not in text
    # Work is 400 MW; room 80 + 80, 160 in the west and 8 in the east: 72 MW too little, 630.7 GWh. Real-time work
    # of the east is 150 MW and finds 88: 62 MW of it, 543.1 GWh.
    assert "630.7 GWh a year find no room, most of it real_time of east (543.1 GWh)" in text
    assert "halls_mw of east (10 MW) is used up: raise it in quotas.csv" in text


def test_a_cap_below_what_can_be_is_told(two_region):
    with pytest.raises(InputError, match=r"emits at least 5\.567\d+ Mt a year with all demand met"):
        run_site(two_region, Asked(carbon_cap="3", world="none", rules=False))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--carbon-cap", "much"], "--carbon-cap much: write Mt a year"),
        (["--year", "2040"], "--year 2040: growth.csv has 2025, 2030, 2035"),
        (["--growth", "mit"], "did you mean 'mid'?"),
        (["--policies", "foo"], "--policies foo: write one of here-and-now"),
        (["--min-hall-mw", "1000"], "no whole halls of that size hold all work within the quotas"),
        (["--world", "all"], "--world all: write one of weeks, year, none"),
        (["--set", "quotas.west.halls_mw=0", "--set", "quotas.east.halls_mw=0"], "the quotas cannot hold the work"),
    ],
)  # fmt: skip
def test_bad_input_ends_with_one_sentence(monkeypatch, capsys, tmp_path, words, said):
    out = tmp_path / "there"
    status, _, err = westshift(
        monkeypatch, capsys, "site", "two_region", "--no-rules", "--out", str(out), *words
    )
    assert status == 2
    assert said in err
    assert "Traceback" not in err
    assert not out.exists()


def test_the_command_writes_what_it_shows(monkeypatch, capsys, tmp_path):
    out = tmp_path / "there"
    status, told, _ = westshift(
        monkeypatch, capsys, "site", "two_region", "--workers", "1", "--path", "--one-for-all", "--out",
        str(out),
    )  # fmt: skip
    assert status == 0
    for words in (
        "Against business as usual",
        "Capital spent twice",
        "Promised and delivered (oracle)",
    ):
        assert words in told
    build = pd.read_csv(out / "build.csv")
    assert build["built_mw"].sum() == pytest.approx(50 + 50 + 100)
    compared = pd.read_csv(out / "compared.csv")
    assert len(compared) == 1 + 1 + len(RULES) + 2
    assert (compared["regret_m_cny"] > -1e-3).all()
    manifest = json.loads((out / "run.json").read_text(encoding="utf-8"))
    assert manifest["status"] == "complete"
    assert manifest["solver"] == "simplex"
    assert {"path.csv", "one_for_all.csv", "figures/site_map.png"} <= set(manifest["files"])
