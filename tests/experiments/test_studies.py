"""The studies of signals, margins, penetration and rolling, from the command line to the folder."""

import hashlib
import json
import re
import signal
import sys

import numpy as np
import pandas as pd
import pytest

from westshift.experiments import cli
from westshift.experiments.studies import rolling, study
from westshift.models.scenario import load_scenario

STUDIES = {
    "signals": (),
    "margins": (),
    "penetration": ("--shares", "20,100"),
    "rolling": ("--budget-pct", "99"),
}
WORK_GWH = 0.36  # 15 MW of eastern batch over a day


@pytest.fixture
def westshift(monkeypatch, capsys, tmp_path):
    """westshift(words) in this process: exit status, what it printed, what it complained of."""
    before = signal.getsignal(signal.SIGTERM)
    monkeypatch.chdir(tmp_path)

    def run(*words):
        monkeypatch.setattr(sys, "argv", ["westshift", *map(str, words)])
        with pytest.raises(SystemExit) as left:
            cli.main()
        said = capsys.readouterr()
        return left.value.code, said.out, said.err

    yield run
    signal.signal(signal.SIGTERM, before)


def digests(folder):
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    return {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


# From end to end


@pytest.mark.parametrize("name", STUDIES)
def test_a_study_writes_a_whole_folder(name, westshift, tmp_path):
    words = (name, "two_region", *STUDIES[name], "--out", "out", "--workers", 1)
    code, said, err = westshift("study", *words)
    assert code == 0, err
    assert said.rstrip().endswith("Written to out")
    assert "nan" not in said
    listed = digests(tmp_path / "out")
    manifest = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))
    assert manifest["status"] == "complete"
    assert manifest["study"] == name
    assert manifest["files"] == {f: d for f, d in listed.items() if f != "run.json"}
    assert {f"{name}.csv", *(f"figures/{name}.{x}" for x in ("pdf", "png", "csv", "txt"))} <= set(listed)  # fmt: skip
    assert not any("[red]" in sentence for sentence in manifest["sentences"])
    for sentence in manifest["sentences"]:
        assert sentence in said
    (total,) = {int(x) for x in re.findall(r"^\d+/(\d+) ", err, re.M)}
    done = [int(x) for x in re.findall(r"^(\d+)/\d+ ", err, re.M)]
    assert done == list(range(1, total + 1))  # the steps announced are the steps made


@pytest.mark.slow
@pytest.mark.parametrize("name", STUDIES)
def test_the_same_bytes_whatever_the_workers(name, westshift, tmp_path):
    words = ("study", name, "two_region", *STUDIES[name], "--set", "horizon.weeks=[24,2184]")
    for out, workers in (("one", 1), ("two", 2)):
        code, _, err = westshift(*words, "--out", out, "--workers", workers)
        assert code == 0, err
    assert digests(tmp_path / "one") == digests(tmp_path / "two")


def test_a_result_is_replaced_and_a_second_run_is_the_same(westshift, tmp_path):
    words = ("study", "penetration", "two_region", "--shares", 50, "--workers", 1)
    assert westshift(*words)[0] == 0
    (folder,) = (tmp_path / "results").iterdir()
    assert re.fullmatch(r"study-penetration-two_region-[0-9a-f]{8}", folder.name)
    first = digests(folder)
    assert westshift(*words)[0] == 0
    assert digests(folder) == first
    assert westshift(*words[:-3], 60, "--workers", 1)[0] == 0
    assert len(list((tmp_path / "results").iterdir())) == 2  # another question, another folder


# By hand: README.md of two_region


def test_every_signal_moves_all_that_may_move(two_region):
    from westshift.experiments.studies.signals import run

    rows = run(two_region, study.Progress(), 1).tables["signals"].set_index("signal")
    ledgers = [f"avoided_{x}_t" for x in ("location", "official", "marginal", "system")]
    assert (rows.loc["none", ledgers] == 0).all()
    np.testing.assert_allclose(rows.loc["average":, ledgers].astype(float), 405.0)
    np.testing.assert_allclose(rows.loc["average":, "avoided_system_pct"].astype(float), 30.0)
    np.testing.assert_allclose(rows.loc["average":, "curtailed_used_mwh"].astype(float), 450.0)


def test_without_a_price_of_carbon_signals_of_carbon_say_nothing():
    from westshift.experiments.studies.signals import run

    free = load_scenario("two_region", {"parameters.carbon_price_cny_per_t": 0})
    rows = run(free, study.Progress(), 1).tables["signals"].set_index("signal")
    avoided = rows["avoided_system_t"]
    assert avoided[["none", "average", "marginal"]].to_numpy() == pytest.approx(0, abs=1e-6)
    assert avoided[["price", "endogenous"]].to_numpy() == pytest.approx(405)


def test_a_mwh_moved_west_avoids_what_eastern_coal_emits_for_it(two_region):
    """1.25 · 900 kg: wind is curtailed there. No more can move than the 30 MW the east has."""
    from westshift.experiments.studies.margins import run

    found = run(two_region, study.Progress(), 1)
    rows = found.tables["margins"].set_index("site")
    figures = [c for c in rows if c.endswith("_t_per_gwh")]
    np.testing.assert_allclose(rows.loc["west_1", figures].astype(float), 1125)
    np.testing.assert_allclose(rows.loc["east_1", figures].astype(float), 0, atol=1e-6)
    assert not rows["kink"].any()
    assert sorted(found.tables["growth"]["moved_mw"].unique()) == [1, 3, 10, 30]
    assert any("30 MW of work" in sentence for sentence in found.sentences)


def test_a_move_that_outgrows_the_wind_burns_western_coal():
    """With 160 MW of wind for 150 MW of load 8 MW of work are free, and each more emits what it saves."""
    from westshift.experiments.studies.margins import run

    little = load_scenario("two_region", {"generators.west.wind.capacity_mw": 320})
    rows = run(little, study.Progress(), 1, sizes_mw=(1.0, 8.0, 10.0, 30.0)).tables["margins"]
    west = rows.set_index("site").loc["west_1"]
    moved = [west[f"moving_{mw}_mw_t_per_gwh"] for mw in (1, 8, 10, 30)]
    assert moved == pytest.approx([1125, 1125, 1125 * 8 / 10, 1125 * 8 / 30])
    none_left = load_scenario("two_region", {"generators.west.wind.capacity_mw": 300})
    found = run(none_left, study.Progress(), 1)
    west = found.tables["margins"].set_index("site").loc["west_1"]
    assert (west["back_t_per_gwh"], west["there_t_per_gwh"]) == pytest.approx((1125, 0), abs=1e-6)
    assert west["kink"]
    assert any(r"\[t/GWh]: West cluster 1,125 back, 0 there" in x for x in found.sentences)


def test_the_baseline_of_margins_is_all_work_here_and_now(two_region):
    from westshift.experiments.studies.margins import run

    other = load_scenario("two_region", {"baseline": "greenest-now"})
    one, two = (run(s, study.Progress(), 1) for s in (two_region, other))
    for name, table in one.tables.items():
        pd.testing.assert_frame_equal(table, two.tables[name], check_exact=True)


def test_saving_a_mwh_is_the_same_for_every_share_where_wind_is_left_over(two_region):
    from westshift.experiments.studies.penetration import FOLLOWED, run

    rows = run(two_region, study.Progress(), 1, (1.0, 0.2)).tables["penetration"]
    assert rows["signal"].tolist() == [s for s in FOLLOWED for _ in range(3)]
    assert rows["share_pct"].tolist() == [0, 20, 100] * 4
    share = rows["share_pct"].to_numpy() / 100
    np.testing.assert_allclose(rows["shifted_gwh"], WORK_GWH * share)
    np.testing.assert_allclose(rows["avoided_kt"], 0.405 * share)
    np.testing.assert_allclose(rows["curtailed_used_gwh"], 0.45 * share, atol=1e-9)
    for column in ("avoided_kg_per_mwh", "last_avoided_kg_per_mwh", "claimed_kg_per_mwh"):
        np.testing.assert_allclose(rows[column], 1125)
    np.testing.assert_allclose(rows["average_gap_kg_per_mwh"], 900)


def test_where_followers_outrun_the_wind_the_saving_ends_and_the_claim_does_not():
    """9.375 MW of 18.75 find wind; then west burns as east does. Who sees the grid stops there."""
    from westshift.experiments.studies.penetration import run

    little = load_scenario("two_region", {"generators.west.wind.capacity_mw": 318.75})
    study_ = run(little, study.Progress(), 1, (0.25, 0.5, 0.75, 1.0))
    rows = study_.tables["penetration"].set_index(["signal", "share_pct"])
    own = rows.loc["marginal"]
    np.testing.assert_allclose(own["claimed_kg_per_mwh"], 1125)
    np.testing.assert_allclose(own["avoided_kg_per_mwh"], [1125, 1125, 1125, 750, 562.5])
    np.testing.assert_allclose(own["last_avoided_kg_per_mwh"], [1125, 1125, 1125, 0, 0], atol=1e-6)
    np.testing.assert_allclose(own["curtailed_used_gwh"], [0, 0.1125, 0.225, 0.225, 0.225], atol=1e-9)  # fmt: skip
    first = (
        "marginal: 1,125 kg per MWh shifted for the first to follow, 562 at 100 %; claimed 1,125."
    )
    assert study_.sentences[1] == first
    assert not any("add emissions" in x for x in study_.sentences)


def test_there_is_no_myopia_where_every_hour_is_alike(two_region):
    rows = rolling.run(two_region, study.Progress(), 1, budget_pct=90).tables["rolling"]
    assert rows["myopia_m_cny"].to_numpy() == pytest.approx(0, abs=1e-9)
    np.testing.assert_allclose(rows["system_mt"], 0.012555)
    over = rows.set_index("variant")["over_budget_kt"]
    assert over[rolling.BUDGET] == pytest.approx(1.2555)  # no price brings coal down
    assert over.drop(rolling.BUDGET).isna().all()


def test_a_budget_of_all_that_is_emitted_costs_nothing(two_region):
    found = rolling.run(two_region, study.Progress(), 1, budget_pct=100)
    assert found.tables["windows"]["carbon_price_cny_per_t"].dropna().tolist() == [90.0]
    assert "0.0 kt of the budget are left" in found.sentences[-1]


# Sentences instead of tracebacks


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["penetration", "--shares", "lots"], ["--shares lots", "per cent"]),
        (["penetration", "--shares", ""], ["--shares"]),
        (["penetration", "--shares", "0"], ["above 0", "0 %"]),
        (["penetration", "--shares", "50,101"], ["up to 100 %", "101"]),
        (["penetration", "--shares", "nan"], ["nan %"]),
        (["penetration", "--shares=-5"], ["-5 %"]),
        (["rolling", "--block-h", "5"], ["--block-h 5", "24"]),
        (["rolling", "--block-h", "0"], ["--block-h 0"]),
        (["rolling", "--budget-pct", "0"], ["budget of 0 %"]),
        (["rolling", "--budget-pct", "nan"], ["budget of nan %"]),
        (["rolling", "--budget-pct", "inf"], ["finite"]),
        (["rolling", "--budget-pct", "90", "--ceiling", "90"], ["own price, 90"]),
        (["rolling", "--budget-pct", "90", "--ceiling", "inf"], ["finite"]),
        (["rolling", "--set", "plan.step_h=6"], ["plan.step_h be whole days"]),
        (["rolling", "--set", "horizon.length_h=30"], ["whole days", "horizon.length_h"]),
        (["signals", "--workers", "0"], ["--workers"]),
        (["margins", "--set", "network=power_flow"], ["reactance_pu"]),
    ],
)
def test_bad_input_is_one_sentence_and_exit_status_2(words, said, westshift, tmp_path):
    name, *rest = words
    code, out, err = westshift("study", name, "two_region", *rest)
    assert code == 2
    for part in said:
        assert part in err
    assert "Traceback" not in err
    assert out == ""
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == []
