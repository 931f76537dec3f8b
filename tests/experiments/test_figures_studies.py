"""The figures of a paper, from the runs to the files."""

import hashlib
import re
import signal
import sys
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Text

from westshift.experiments import cli
from westshift.experiments.figures import duration_figure, stack
from westshift.experiments.figures.heat import figure_of as heat
from westshift.experiments.figures.routes_figure import figure_of as bars
from westshift.experiments.figures.stored import hours_from
from westshift.experiments.results import hourly
from westshift.experiments.routes import official_t_per_gwh
from westshift.experiments.simulate import simulate
from westshift.experiments.studies import (
    drawn,
    duration,
    hours_by_region,
    penetration,
    routes_study,
    signals,
)
from westshift.experiments.studies.found import Found
from westshift.experiments.studies.study import Progress
from westshift.experiments.sweep.sweep import run_plan
from westshift.models.errors import InputError
from westshift.models.scenario import load_scenario

ENDINGS = ("pdf", "png", "csv", "txt")
DRY = {"generators.west.wind.capacity_mw": 200, "sites.west_1.pue_offset": 0.1}


def ran(**changes):
    return simulate(load_scenario("two_region", {"policies": ["co-planned"], **changes}), workers=1)


@pytest.fixture(scope="module")
def run():
    return ran()


@pytest.fixture(scope="module")
def swept(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sweep")
    plan = routes_study.design("two_region", smoke=True)
    return Found.of(plan, folder, run_plan(plan, folder))


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


# What is read back is what was run


def test_hours_come_back_from_tables_as_they_were(run):
    for policy, own in run.hours.items():
        (back,) = hours_from(hourly(run, policy))
        (was,) = own
        assert (back.horizon, back.start_h, back.weight) == (was.horizon, was.start_h, was.weight)
        assert back.technologies == was.technologies
        for name in (
            "generation_mw",
            "import_mw",
            "compute_mw",
            "curtailed_mw",
            "marginal_kg_per_mwh",
        ):
            np.testing.assert_array_equal(getattr(back, name), getattr(was, name))


def test_a_stored_run_draws_the_numbers_of_a_fresh_one(swept, run):
    pd.testing.assert_frame_equal(routes_study.table(swept.only), routes_study.table(run))
    pd.testing.assert_frame_equal(duration.duration(swept.only), duration.duration(run))
    assert list(swept.only.hours) == ["here-and-now", "co-planned"]


def test_what_failed_is_told_and_what_is_torn_is_one_sentence(swept):
    with pytest.raises(InputError, match=r"none of its cases is complete .*no power"):
        Found.of(
            swept.plan, swept.folder, pd.DataFrame({"status": ["failed"], "error": ["no power"]})
        )
    half = pd.concat([swept.table, swept.table.assign(status="failed")])
    assert "2 cases failed and are left out." in Found.of(swept.plan, swept.folder, half).caption(
        "T", "t"
    )
    assert "failed" not in swept.caption("T", "t")
    torn = next(swept.folder.rglob("co-planned.parquet"))
    whole = torn.read_bytes()
    torn.write_bytes(whole[:100])
    with pytest.raises(InputError, match=r"cannot be read .* delete"):
        _ = Found.of(swept.plan, swept.folder, swept.table).only
    torn.write_bytes(whole)


# F2, by hand


def test_a_route_to_free_wind_saves_what_coal_emits(run):
    rows = routes_study.table(run).set_index("way")
    for way in ("attributional", "consequential"):
        assert rows.loc[way, "grid_t_per_gwh"] == pytest.approx(1.25 * 900)
        assert rows.loc[way, "net_t_per_gwh"] == pytest.approx(1125)


def test_without_wind_only_the_worse_climate_is_left_and_it_hurts():
    rows = routes_study.table(ran(**DRY)).set_index("way")
    margin = rows.loc["consequential"]
    assert margin["grid_t_per_gwh"] == pytest.approx(0.0, abs=1e-9)
    assert margin["pue_t_per_gwh"] == pytest.approx((1.25 - 1.35) * 900)
    assert margin["net_t_per_gwh"] == pytest.approx(-90)
    assert rows.loc["attributional", "net_t_per_gwh"] == pytest.approx(1125)
    text = " ".join(routes_study.caption(ran(**DRY), rows.reset_index()).split())
    assert "disagree in sign on: East→West cluster." in text


def test_the_margin_is_what_the_whole_grid_does_when_dispatched_anew():
    from westshift.experiments.studies import margins

    scenario = load_scenario("two_region", DRY)
    grid = margins.run(scenario, Progress(), 1, (1.0,)).tables["margins"].set_index("site")
    rows = routes_study.table(ran(**DRY)).set_index("way")
    assert rows.loc["consequential", "net_t_per_gwh"] == pytest.approx(
        grid.loc["west_1", "there_t_per_gwh"]
    )


def test_parts_add_up_to_the_official_table():
    """PUE, servers and network all differ; the sum is what routes.py says, part by part by hand."""
    changes = {
        "regions.west.official_factor_kg_per_mwh": 400,
        "sites.west_1.pue_offset": -0.05,
        "sites.west_1.hardware_efficiency": 1.25,
        "sites.east_1.hardware_efficiency": 0.8,
        "classes.batch.data_gb_per_mwh": 20,
        "parameters.transfer_energy_kwh_per_gb": 0.5,
    }
    run = ran(**changes)
    row = routes_study.table(run).set_index("way").loc["attributional"]
    assert row["grid_t_per_gwh"] == pytest.approx(1.25 / 0.8 * (900 - 400))
    assert row["pue_t_per_gwh"] == pytest.approx((1.25 - 1.2) / 0.8 * 400)
    assert row["servers_t_per_gwh"] == pytest.approx(1.2 * (1 / 0.8 - 1 / 1.25) * 400)
    assert row["network_t_per_gwh"] == pytest.approx(-0.01 * 400)
    official = official_t_per_gwh(run.scenario, run.year.system.compute)
    assert row["net_t_per_gwh"] == pytest.approx(official.at["east", "west_1"])


def test_where_no_factor_is_published_the_bar_says_so():
    run = ran(**{"regions.west.official_factor_kg_per_mwh": ""})
    rows = routes_study.table(run)
    assert rows.set_index("way")["net_t_per_gwh"].isna().to_dict() == {
        "attributional": True, "consequential": False,
    }  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        texts = [t.get_text() for t in bars(rows).findobj(Text)]
    assert "no factor published" in texts
    assert "+1,125" in texts


def test_a_scenario_without_a_west_has_no_routes_and_is_told_so():
    with pytest.raises(InputError, match=r"F2 draws routes .* 'two_region' .* regions.csv"):
        routes_study.table(ran(**{"regions.west.side": "east"}))


def test_many_routes_are_wrapped_and_signed():
    one = {"site_name": "Here (and there)", "way": "attributional", "pue_t_per_gwh": 0.0}
    rows = pd.DataFrame(
        [
            {
                **one, "way": way, "origin": f"o{i}", "origin_name": f"Origin {i}", "site": f"s{j}",
                "grid_t_per_gwh": 10.0 * (j - i), "servers_t_per_gwh": 0.0, "network_t_per_gwh": -1.0,
                "net_t_per_gwh": 10.0 * (j - i) - 1.0,
            }
            for i in range(4)
            for j in range(3)
            for way in ("attributional", "consequential")
        ]
    )  # fmt: skip
    figure = bars(rows)
    assert len([a for a in figure.axes if a.get_visible()]) == 4
    texts = [t.get_text() for t in figure.findobj(Text)]
    assert {"−31", "+19", "−1", "(d) from Origin 3", "Here", "emits more"} <= set(texts)


# F3, by hand


def test_every_hour_moves_what_may_move_to_the_cleaner_region(run):
    rows = hours_by_region.table(run, "co-planned")
    assert rows["region"].tolist() == ["west"] * 24 + ["east"] * 24
    own = rows.set_index(["region", "hour"])
    assert own.loc["west", "change_mwh"].to_numpy() == pytest.approx(18.75)
    assert own.loc["east", "change_mwh"].to_numpy() == pytest.approx(-18.75)
    assert own.loc["east", "it_kg_per_mwh"].to_numpy() == pytest.approx(1125)
    assert own.loc["west", "compute_mwh"].sum() == pytest.approx(1350)


def test_hours_are_means_by_weight():
    mean = hours_by_region._by_hour(
        np.array([1, 25, 2]), np.array([3.0, 1.0, 5.0]), np.array([10.0, 20.0, 7.0])
    )
    assert mean[1] == pytest.approx((30 + 20) / 4)
    assert mean[2] == 7.0
    assert np.isnan(mean[0])


def test_discs_have_areas_in_proportion_and_colours_by_sign():
    rows = pd.DataFrame(
        {
            "region": ["a"] * 24 + ["b"] * 24, "region_name": ["A"] * 24 + ["B"] * 24,
            "hour": [*range(24)] * 2, "it_kg_per_mwh": 1.0, "compute_mwh": 5.0,
            "change_mwh": [4.0, 1.0] + [0.0] * 22 + [-2.0] + [0.0] * 23,
        }
    )  # fmt: skip
    more, less = heat(rows, "here-and-now", "planned").axes[0].collections
    assert more.get_offsets().tolist() == [[0, 0], [1, 0]]
    assert less.get_offsets().tolist() == [[0, 1]]
    assert more.get_sizes()[0] / more.get_sizes()[1] == pytest.approx(4.0)
    assert more.get_sizes()[0] / less.get_sizes()[0] == pytest.approx(2.0)


# F13, by hand


def test_a_duration_curve_holds_the_energy_and_falls(run):
    curves = duration.duration(run)
    for (policy, curve), own in curves.groupby(["policy", "curve"]):
        assert (own["power_mw"].diff().dropna() <= 0).all()
        assert own["to_share_pct"].iloc[-1] == pytest.approx(100.0)
        if curve == "load":
            more = 18.75 if policy == "co-planned" else 0.0
            assert own["power_mw"].to_numpy() == pytest.approx(150 + more)
        if curve == "renewable power held back":
            assert own["power_mw"].sum() == pytest.approx(750 if policy == "co-planned" else 1200)


def test_curves_of_unequal_weights_are_compared_over_bands_of_share():
    part = {"curve": "load", "policy": "here-and-now"}
    curves = pd.DataFrame(
        [
            {**part, "to_share_pct": 25.0, "power_mw": 9.0},
            {**part, "to_share_pct": 100.0, "power_mw": 4.0},
            {**part, "policy": "planned", "to_share_pct": 75.0, "power_mw": 6.0},
            {**part, "policy": "planned", "to_share_pct": 100.0, "power_mw": 1.0},
        ]
    )
    load = duration.changes(curves).query("curve == 'load'").set_index("to_share_pct")["change_mw"]
    assert load.loc[5.0:25.0].tolist() == pytest.approx([6 - 9] * 5)
    assert load.loc[30.0:75.0].tolist() == pytest.approx([6 - 4] * 10)
    assert load.loc[80.0:].tolist() == pytest.approx([1 - 4] * 5)
    odd = curves.assign(to_share_pct=[24.0, 100.0, 75.0, 100.0])  # a step within a band
    mean = duration.changes(odd).query("curve == 'load'").set_index("to_share_pct")["change_mw"]
    assert mean[25.0] == pytest.approx(0.8 * (6 - 9) + 0.2 * (6 - 4))
    assert len(duration.changes(curves[curves["policy"] == "here-and-now"])) == 0


def test_a_baseline_alone_has_one_balance_and_no_change():
    run = ran(policies=["here-and-now"])
    curves = duration.duration(run)
    figure = duration_figure.figure_of(duration.week.rows(run), curves, duration.changes(curves))
    assert len(figure.axes) == 3
    assert stack.Case.of(duration.week.rows(run), "with") is None


@pytest.mark.parametrize("hours", [1, 30])
def test_hardly_any_hours_are_drawn_without_a_warning(hours, tmp_path):
    run = ran(**{"horizon.length_h": hours})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        rows = hours_by_region.table(run, "co-planned")
        heat(rows, "here-and-now", "co-planned").savefig(tmp_path / "a.png")
        curves = duration.duration(run)
        changes = duration.changes(curves)
        duration_figure.figure_of(duration.week.rows(run), curves, changes).savefig(
            tmp_path / "b.png"
        )
        bars(routes_study.table(run)).savefig(tmp_path / "c.png")
    assert rows["it_kg_per_mwh"].notna().sum() == 2 * min(hours, 24)


# F7 and F14: the sweep gives what the study gives


def test_the_sweep_and_the_study_draw_the_same_matrix(tmp_path):
    plan = signals.design("two_region")
    found = Found.of(plan, tmp_path, run_plan(plan, tmp_path))
    rows = signals.draw(found).rows
    asked = signals.run(load_scenario("two_region"), Progress(), 1).tables["signals"]
    pd.testing.assert_frame_equal(rows, asked)


def test_a_computed_table_is_kept_to_the_last_digit_and_made_once(tmp_path, monkeypatch):
    made = []

    def compute(scenario, smoke, progress, workers):
        made.append(smoke)
        return pd.DataFrame({"signal": ["a"], "share_pct": [0.1 + 0.2], "none": [float("nan")]})

    monkeypatch.setattr(penetration, "compute", compute)
    first, again, other = (
        drawn._computed(penetration, "two_region", tmp_path, smoke, None, print)
        for smoke in (True, True, False)
    )
    assert made == [True, False]
    pd.testing.assert_frame_equal(first.table, again.table, check_exact=True)
    assert first.table["share_pct"].iloc[0] == 0.1 + 0.2
    assert other.scenario.name == "two_region"


# The command


def test_every_study_says_who_it_is_and_what_it_asks(westshift):
    assert [m.ID for m in drawn.STUDIES] == sorted(
        (m.ID for m in drawn.STUDIES), key=lambda x: int(x[1:])
    )
    assert len({m.ID for m in drawn.STUDIES} | {m.NAME for m in drawn.STUDIES}) == 2 * len(
        drawn.STUDIES
    )
    code, said, _ = westshift("figures")
    assert code == 0
    for study in drawn.STUDIES:
        assert re.search(rf"^{study.ID} +{study.NAME} +\S.*[?]", said, re.M), study


def test_smoke_draws_every_study_whole_and_runs_nothing_twice(westshift, tmp_path):
    code, said, err = westshift("figures", "--smoke", "--out", "out")
    assert code == 0, err
    files = {p.name for p in (tmp_path / "out").iterdir() if p.is_file()}
    assert files == {f"{m.ID}-{m.NAME}.{e}" for m in drawn.STUDIES for e in ENDINGS}
    assert said.count("out/F") == len(drawn.STUDIES)
    assert "runs" in err
    first = {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in Path("out").glob("F*")}
    for study in drawn.STUDIES:
        text = " ".join(
            Path(f"out/{study.ID}-{study.NAME}.txt").read_text(encoding="utf-8").split()
        )
        assert re.search(r"Scenario two_region, digest [0-9a-f]{16}", text), study.ID
        assert re.search(r"seeds?:? ", text)
        assert re.search(r"westshift \S+, highspy \d", text)
    code, _, err = westshift(
        "figures", "--smoke", "--out", "out", "f2", "penetration", "F13", "F3", "f7"
    )
    assert (code, err) == (0, "")
    again = {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in Path("out").glob("F*")}
    assert again == first


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["F99"], ["no figure 'F99'", "F2"]),
        (["F2", "--all"], ["--all", "one of the two"]),
        (["F2", "--lang", "fr"], ["--lang"]),
        (["F2", "--scenario", "nowhere"], ["nowhere"]),
        (["F2", "--smoke", "--workers", "0"], ["--workers"]),
        (["F2", "--smoke", "--out", "taken"], ["taken"]),
    ],
)
def test_bad_input_is_one_sentence_and_exit_status_2(words, said, westshift, tmp_path):
    (tmp_path / "taken").write_text("mine", encoding="utf-8")
    code, _, err = westshift("figures", *words)
    assert code == 2
    for part in said:
        assert part in err
    assert "Traceback" not in err
    assert (tmp_path / "taken").read_text(encoding="utf-8") == "mine"


def test_one_study_that_does_not_fit_leaves_the_others(westshift, tmp_path, monkeypatch):
    def refuses(found):
        raise InputError("no work of an eastern hub may run at a western cluster")

    monkeypatch.setattr(routes_study, "draw", refuses)
    monkeypatch.setattr(drawn, "STUDIES", (routes_study, hours_by_region))
    code, said, err = westshift("figures", "--smoke", "--out", "out")
    assert code == 2
    assert "F2: no work" in err
    assert "F3-hours-by-region.pdf" in said
