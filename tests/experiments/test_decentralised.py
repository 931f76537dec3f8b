"""Studies in which agents decide, the page that describes them, and what they refuse."""

import json

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from westshift.experiments.cli import app
from westshift.experiments.odd import MARK, PAGE, attributes, filled, tables
from westshift.experiments.studies.decentralised import run
from westshift.experiments.studies.economies import jain
from westshift.experiments.studies.patterns import run as run_patterns
from westshift.experiments.studies.rebound import GAIN
from westshift.experiments.studies.rebound import run as run_rebound
from westshift.experiments.studies.study import Progress
from westshift.experiments.verify.tables import run as run_tables
from westshift.models.errors import InputError
from westshift.models.scenario import load_scenario
from westshift.sim.economy.operator import Operator


@pytest.fixture(scope="module")
def study():
    return run(load_scenario("two_region"), Progress(), years=1)


def test_nobody_is_cheaper_than_the_planner(study):
    rows = study.tables["decentralised"].set_index("decides")
    assert list(rows.index) == ["planner", "price-taking", "market power", "herding"]
    assert (rows["price_of_decentralisation"] >= 1.0 - 1e-9).all()
    assert rows.loc["planner", "price_of_decentralisation"] == 1.0
    assert rows["avoided_system_pct"].max() <= rows.loc["planner", "avoided_system_pct"] + 1e-6


def test_market_power_costs_tenants_more(study):
    rows = study.tables["decentralised"].set_index("decides")
    paid = rows["tenants_paid_m_cny"]
    assert paid["market power"] > paid["price-taking"]
    assert rows.loc["market power", "margins_m_cny"] > 0.0
    assert rows.loc["price-taking", "margins_m_cny"] == pytest.approx(0.0)


def test_platform_is_one_more_arm_and_gains():
    study = run(load_scenario("two_region"), Progress(), 1, ("east_1", "west_1"))
    rows = study.tables["decentralised"].set_index("decides")
    assert rows.loc["platform", "platform_gain_m_cny"] > 0.0
    assert rows.loc["price-taking", "platform_gain_m_cny"] == 0.0
    assert rows.loc["platform", "energy_bill_m_cny"] < rows.loc["price-taking", "energy_bill_m_cny"]


def test_jain_by_hand():
    assert jain(np.array([1.0, 1.0, 1.0]), np.ones(3)) == pytest.approx(1.0)
    assert jain(np.array([5.0, 0.0, 0.0, 0.0]), np.ones(4)) == pytest.approx(0.25)
    assert jain(np.array([2.0, 9.0]), np.array([1.0, 0.0])) == 1.0  # who has no work does not count
    assert jain(np.zeros(3), np.ones(3)) == 1.0


def test_rebound_of_agents_lies_near_the_closed_form():
    study = run_rebound(load_scenario("two_region"), Progress())
    rows = study.tables["rebound"]
    still = rows[rows["elasticity"] == 0.0]
    assert still["net_energy_pct"].to_numpy() == pytest.approx(np.full(len(still), -100 * GAIN))
    # At cost share 1 prices fall by the gain wherever work runs: agents are on the curve.
    whole = rows[rows["cost_share"] == 1.0]
    assert np.abs(whole["net_energy_pct"] - whole["closed_net_energy_pct"]).max() < 0.1
    assert set(rows.loc[rows["backfire"], "elasticity"]) == {1.2, 1.8}
    located = study.tables["location"]
    assert located["work_pct"].iloc[0] == pytest.approx(0.0)
    assert (np.diff(located["work_pct"]) > 0).all()
    assert any("Backfire" in sentence for sentence in study.sentences)


def test_patterns_say_what_comes_out_and_what_was_put_in():
    study = run_patterns(load_scenario("two_region"), Progress(), years=2)
    rows = study.tables["patterns"].set_index("pattern")
    assert set(rows["comes_out"]) <= {"yes", "no", "n/a"}
    assert rows.loc["route Shanghai to Sichuan", "comes_out"] == "n/a"
    assert rows.loc["certificate prices collapse when issue is widened", "comes_out"] == "yes"
    assert len(study.tables["monthly"]) == 24


def test_tables_of_the_references():
    checks = run_tables()
    assert len(checks) > 20
    assert all(c.ok for c in checks)


def test_odd_has_the_tables_of_the_code():
    page = PAGE.read_text(encoding="utf-8")
    assert filled(page) == page, "run: python -m westshift.experiments.odd"
    assert {m[2] for m in MARK.finditer(page)} == set(tables())


def test_odd_drifts_when_the_code_does(monkeypatch):
    page = PAGE.read_text(encoding="utf-8")
    told = Operator.__doc__.replace("brought: expected margin", "brought: something else")
    monkeypatch.setattr(Operator, "__doc__", told)
    assert filled(page) != page
    monkeypatch.setattr(Operator, "__doc__", "One site.")
    with pytest.raises(InputError, match="docstring"):
        filled(page)


def test_attributes_are_read_off_a_docstring():
    class Thing:
        """A thing.

        Attributes:
            name, index: of it,
                and more.
            size: how large [MW].
        """

    told = attributes(Thing)
    assert told == {
        "name": "of it, and more.",
        "index": "of it, and more.",
        "size": "how large [MW].",
    }


def test_seven_elements():
    page = PAGE.read_text(encoding="utf-8")
    for number in range(1, 8):
        assert f"\n## {number} " in page


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["decentralised", "two_region", "--set", "economy.reconsider_share=2"], "at most 1"),
        (["patterns", "two_region", "--years", "2", "--growth", "fsat"], "no path 'fsat'"),
        (["patterns", "two_region", "--years", "14", "--growth", "mid"], "ends in 2035"),
        (["patterns", "two_region", "--years", "1"], "give 2 or more"),
        (["decentralised", "two_region", "--members", "east_7"], "cannot join the platform"),
    ],
)
def test_bad_input_is_one_sentence(arguments, told, tmp_path):
    result = CliRunner().invoke(app, ["study", *arguments, "--out", str(tmp_path / "out")])
    assert isinstance(result.exception, InputError)
    assert told in str(result.exception)
    assert "\n" not in str(result.exception)
    assert not (tmp_path / "out").exists()


def test_a_study_is_written_whole_and_says_the_same_twice(tmp_path):
    for name in ("a", "b"):
        out = tmp_path / name
        result = CliRunner().invoke(
            app, ["study", "decentralised", "two_region", "--years", "1", "--out", str(out)]
        )
        assert result.exit_code == 0, result.output
    a, b = (json.loads((tmp_path / x / "run.json").read_text()) for x in ("a", "b"))
    assert a["files"] == b["files"]
    rows = pd.read_csv(tmp_path / "a" / "decentralised.csv")
    assert len(rows) == 4
    assert (tmp_path / "a" / "figures" / "decentralised.png").is_file()


@pytest.mark.parametrize("language", ["zh"])
def test_figures_speak_chinese(language):
    from westshift.experiments.figures.words import speaking

    try:
        with speaking(language):
            run(load_scenario("two_region"), Progress(), years=1)
            run_rebound(load_scenario("two_region"), Progress())
            run_patterns(load_scenario("two_region"), Progress(), years=2)
    except InputError as error:
        pytest.skip(str(error))  # no font of this machine has the characters
