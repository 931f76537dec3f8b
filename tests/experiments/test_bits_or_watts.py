"""Bits or watts on worlds whose answers are known by hand."""

import shutil
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from westshift.experiments.studies.bits_or_watts import run
from westshift.experiments.studies.bits_or_watts_routes import (
    default_routes,
    moved,
    routes_of,
    streams_of,
)
from westshift.experiments.studies.bits_or_watts_world import Switched
from westshift.experiments.studies.study import Progress
from westshift.models.assemble import make_compute
from westshift.models.errors import InputError
from westshift.models.loading import SHIPPED
from westshift.models.scenario import load_scenario
from westshift.models.system import System
from westshift.optim.program import dispatch
from westshift.sim.placing import home_shares
from westshift.sim.settle import clear

HOURS = 8760
MW = 12.5  # what 10 MW of work draw at a PUE of 1.25
OLD, NEW = "as it stands", "with new plant"


def westshift(*words, cwd):
    return subprocess.run(
        [sys.executable, "-m", "westshift.experiments", *map(str, words)],
        cwd=cwd, capture_output=True, text=True, timeout=300,
    )  # fmt: skip


def options(scenario, work_mw=10.0, **kwargs) -> pd.DataFrame:
    """The table of all options, by fleet and option; one route."""
    study = run(scenario, Progress(), workers=1, work_mw=work_mw, **kwargs)
    return study.tables["options"].set_index(["fleet", "option"])


@pytest.fixture(scope="module")
def by_hand() -> pd.DataFrame:
    return options(load_scenario("two_region"))


@pytest.fixture
def with_line(tmp_path):
    """with_line(capacity, loss) is two_region with a line from west to east."""

    def make(capacity_mw: float, loss_share: float, changes=None):
        folder = tmp_path / f"line{capacity_mw:g}"
        if not folder.exists():
            shutil.copytree(SHIPPED / "two_region", folder)
            with (folder / "lines.csv").open("a", encoding="utf-8") as table:
                table.write(f"west,east,{capacity_mw},0,1400,{loss_share},0\n")
        return load_scenario(folder, changes)

    return make


# By hand: README.md of two_region


def test_bits_and_a_new_line_bring_the_curtailed_wind_east(by_hand):
    for option in ("bits", "bits, built twice", "watts, new line"):
        row = by_hand.loc[OLD, option]
        assert row["avoided_system_t"] == pytest.approx(MW * 0.9 * HOURS)
        assert row["avoided_t_per_gwh"] == pytest.approx(1125)
        assert row["grid_m_cny"] == pytest.approx(-MW * 300 * HOURS / 1e6)
        assert row["carbon_m_cny"] == pytest.approx(-MW * 0.9 * HOURS * 90 / 1e6)
        assert row["shed_gwh"] == 0


def test_what_each_way_takes_of_the_wind(by_hand):
    taken = by_hand.loc[OLD]["curtailed_used_gwh"] * 1e3 / HOURS
    assert taken["bits"] == pytest.approx(MW)
    assert taken["bits, built twice"] == pytest.approx(MW + 2.5 * 1.25)
    assert taken["watts, new line"] == pytest.approx(MW / 0.98)
    line = by_hand.loc[OLD, "watts, new line"]
    assert line["line_mw"] == pytest.approx(MW / 0.98)
    assert line["line_delivered_gwh"] == pytest.approx(MW * HOURS / 1e3)
    assert line["loss_gwh"] == pytest.approx(MW * (1 / 0.98 - 1) * HOURS / 1e3)
    assert line["line_used_pct"] == pytest.approx(100)


def test_a_second_hall_idles_and_is_paid_for(by_hand):
    once, twice = by_hand.loc[OLD, "bits"], by_hand.loc[OLD, "bits, built twice"]
    assert twice["hall_mw"] == pytest.approx(10 / 0.8)
    assert twice["idle_gwh"] == pytest.approx(2.5 * 1.25 * HOURS / 1e3)
    assert twice["energy_gwh"] - once["energy_gwh"] == pytest.approx(twice["idle_gwh"])
    assert twice["hall_m_cny"] == pytest.approx(12.5)
    assert (once["hall_m_cny"], once["idle_gwh"]) == (0, 0)
    assert once["site_room_mw"] == pytest.approx(80 - 10)  # of the west's own 10 MW of work
    assert twice["total_m_cny"] - twice["total_without_hall_m_cny"] == pytest.approx(12.5)


def test_money_is_the_sum_of_its_parts(by_hand):
    parts = ["grid", "carbon", "transfer", "latency", "line", "plant", "hall"]
    summed = by_hand[[f"{part}_m_cny" for part in parts]].sum(axis=1)
    assert summed.to_numpy() == pytest.approx(by_hand["total_m_cny"].to_numpy())
    bits, line = by_hand.loc[OLD, "bits"], by_hand.loc[OLD, "watts, new line"]
    assert bits["transfer_m_cny"] == pytest.approx(87_600 * 10 / 1e6)
    assert line["line_m_cny"] == pytest.approx(
        line["line_mw"] * (1e6 + 1000 * line["line_km"]) / 40 / 1e6
    )
    real = bits["total_m_cny"] - bits["carbon_m_cny"]
    assert bits["cny_per_t"] == pytest.approx(real * 1e6 / bits["avoided_system_t"])


def test_new_wind_behind_no_line_is_curtailed(by_hand):
    row = by_hand.loc[NEW, "watts, existing lines"]
    assert row["avoided_system_t"] == pytest.approx(0, abs=1e-6)
    assert row["curtailed_used_gwh"] == pytest.approx(-MW * HOURS / 1e3)
    assert row["renewable_taken_gwh"] == pytest.approx(0, abs=1e-9)
    assert (row["wind_mw"], row["solar_mw"]) == (pytest.approx(25), 0)  # wind at half of capacity
    assert row["plant_m_cny"] == pytest.approx(5)
    assert np.isnan(row["cny_per_t"])


def test_the_plant_could_feed_what_the_work_draws_in_the_west(by_hand):
    assert by_hand.loc[NEW]["plant_gwh"].to_numpy() == pytest.approx(MW * HOURS / 1e3)
    assert by_hand.loc[NEW]["plant_m_cny"].nunique() == 1
    assert (by_hand.loc[OLD]["plant_m_cny"] == 0).all()


# Worlds changed by hand


def test_bits_take_load_by_the_pue_of_either_end():
    row = options(load_scenario("two_region", {"sites.west_1.pue_offset": 0.25})).loc[OLD, "bits"]
    assert row["avoided_t_per_gwh"] == pytest.approx(1125)  # eastern coal less at the eastern PUE
    assert row["curtailed_used_gwh"] == pytest.approx(15.0 * HOURS / 1e3)  # at the western 1.5
    assert row["energy_gwh"] == pytest.approx(2.5 * HOURS / 1e3)
    assert row["avoided_by_efficiency_t"] == pytest.approx(-2.5 * 0.9 * HOURS)


def test_with_room_on_a_line_bits_save_its_loss_alone(with_line):
    """All curtailed wind goes east already: 12.5 MW less leave, and 12.5 MW less are needed there.

    Of what is sent 15 % is lost, so that western coal, (250 + 81) / 0.85 = 389 CNY/MWh when it arrives, does not
    compete with eastern coal at 381.
    """
    lost = 0.15
    rows = options(with_line(100, lost))
    assert rows.loc[OLD, "bits"]["avoided_system_t"] == pytest.approx(lost * MW * 0.9 * HOURS)
    assert rows.loc[OLD, "bits"]["loss_gwh"] == pytest.approx(-lost * MW * HOURS / 1e3)
    # the plant's 12.5 MW go the same way; a new line that loses 2 % takes over 12.755 MW
    plant, line = rows.loc[NEW, "watts, existing lines"], rows.loc[OLD, "watts, new line"]
    assert plant["avoided_system_t"] == pytest.approx((1 - lost) * MW * 0.9 * HOURS)
    assert line["avoided_system_t"] == pytest.approx((lost - 0.02) * MW / 0.98 * 0.9 * HOURS)
    both = rows.loc[NEW, "bits"]["avoided_system_t"]
    assert both == pytest.approx(MW * 0.9 * HOURS)


def test_behind_a_full_line_the_plant_needs_bits_or_a_new_one(with_line):
    rows = options(with_line(5, 0.1)).loc[NEW]["avoided_system_t"]
    assert rows["watts, existing lines"] == pytest.approx(0, abs=1e-6)
    assert rows["bits"] == pytest.approx(MW * 0.9 * HOURS)
    assert rows["watts, new line"] == pytest.approx(MW * 0.9 * HOURS)


def test_a_line_to_dirtier_power_emits_more_and_has_no_price_a_tonne():
    """Cheap western coal for dear eastern gas: 250 + 0.9 · 90 = 331 against 400 + 0.4 · 90 = 436 CNY/MWh."""
    row = options(
        load_scenario(
            "two_region",
            {
                "generators.east.coal.emission_kg_per_mwh": 400,
                "generators.east.coal.variable_cost_cny_per_mwh": 400,
                "generators.west.wind.capacity_mw": 100,  # 50 MW, and 150 MW are used
            },
        )
    ).loc[OLD, "watts, new line"]
    assert row["avoided_system_t"] == pytest.approx(-MW * (0.9 / 0.98 - 0.4) * HOURS)
    assert np.isnan(row["cny_per_t"])
    assert row["grid_m_cny"] < 0


@pytest.mark.parametrize("seed", range(4))
def test_a_free_line_never_makes_the_grid_dearer(with_line, seed):
    rng = np.random.default_rng(seed)
    changes = {
        "generators.west.wind.capacity_mw": float(rng.uniform(0, 500)) + 1.0,
        "generators.east.coal.variable_cost_cny_per_mwh": float(rng.uniform(200, 400)),
        "generators.west.coal.variable_cost_cny_per_mwh": float(rng.uniform(200, 400)),
        "generators.east.coal.emission_kg_per_mwh": float(rng.uniform(300, 1000)),
        "generators.east.coal.capacity_mw": float(rng.uniform(560, 700)),  # at times too little
        "parameters.carbon_price_cny_per_t": float(rng.uniform(0, 300)),
    }
    rows = options(with_line(20, 0.05, changes))
    cost = rows["grid_m_cny"] + rows["carbon_m_cny"]
    assert cost[OLD, "watts, new line"] <= 1e-6
    assert cost[NEW, "watts, existing lines"] <= 1e-6
    assert cost[NEW, "watts, new line"] <= cost[NEW, "watts, existing lines"] + 1e-6
    assert cost[NEW, "bits"] <= cost[OLD, "bits"] + 1e-6


# Parts


def test_a_shut_line_is_no_line(drawn):
    actual = drawn(3, hours=12)
    demand = actual.now(actual.demand_mw)
    grid = actual.system.grid
    program = Switched()
    whole = clear(actual, demand, program)
    assert whole.flow_mw[0].max() > 0.1
    program.shut, program.basis = [0], None
    shut = clear(actual, demand, program)
    bound = grid.line_capacity_mw.copy()
    bound[0] = 0.0
    without = System(replace(grid, line_capacity_mw=bound), actual.system.compute)
    wanted = clear(replace(actual, system=without), demand, dispatch())
    assert (shut.flow_mw[0] == 0).all()
    assert shut.output_mw == pytest.approx(wanted.output_mw, abs=1e-6)
    program.shut, program.basis = [], None
    assert clear(actual, demand, program).flow_mw == pytest.approx(whole.flow_mw)


def test_moved_work_is_conserved_by_class(drawn):
    actual = drawn(5, hours=12)
    c = actual.system.compute
    home = (
        home_shares(c)[:, None] * actual.now(actual.arrivals_mwh)[c.stream_origin, c.stream_class]
    )
    for q in np.flatnonzero(~c.stream_home):
        origin, site = c.origins[c.stream_origin[q]], c.sites[c.stream_site[q]]
        (route,) = _routes(c, origin, site)
        work = moved(c, route, 0.5, home)
        assert c.origin_class_work_mw(work) == pytest.approx(c.origin_class_work_mw(home))
        there = streams_of(c, route)
        assert (work - home)[there].sum(axis=0) == pytest.approx(0.5)
        assert work.min() >= 0.0
        others = np.setdiff1d(np.arange(len(work)), there)
        assert ((work - home)[others] <= 1e-12).all()


def _routes(c, origin, site):
    return routes_of(f"{origin}:{site}", None, c)  # the scenario is only asked for default routes


def test_default_routes_pair_every_western_cluster_with_every_eastern_hub():
    scenario = load_scenario("east_west")
    routes = default_routes(scenario, make_compute(scenario))
    assert {r.origin for r in routes} == {"HE", "SH", "GD"}
    western = {"tianfu", "chongqing", "guian", "horinger", "qingyang", "zhongwei"}
    assert {r.site for r in routes} == western
    assert len(routes) == len({r.name for r in routes}) == 18


def test_the_result_does_not_depend_on_the_number_of_workers():
    scenario = load_scenario("two_region", {"horizon.weeks": [24, 2184]})
    one, two = (run(scenario, Progress(), workers=n, work_mw=10.0) for n in (1, 2))
    for name in one.tables:
        pd.testing.assert_frame_equal(one.tables[name], two.tables[name], check_exact=True)
    assert one.sentences == two.sentences


# From end to end


def test_a_study_from_end_to_end(tmp_path):
    done = westshift("study", "bits-or-watts", "two_region", "--work-mw", 10, "--out", "out",
                     "--workers", 1, cwd=tmp_path)  # fmt: skip
    assert done.returncode == 0, done.stderr
    folder = tmp_path / "out"
    rows = pd.read_csv(folder / "options.csv")
    assert len(rows) == 7
    assert list(rows["avoided_t_per_gwh"].round(6)) == [1125, 1125, 1125, 0, 1125, 1125, 1125]
    drawn = pd.read_csv(folder / "figures" / "bits-or-watts.csv")
    assert list(drawn["avoided_t_per_gwh"].round(6)) == list(rows["avoided_t_per_gwh"].round(6))
    for ending in ("png", "pdf", "txt"):
        assert (folder / "figures" / f"bits-or-watts.{ending}").stat().st_size > 1000
    assert "8760 h" not in done.stderr
    assert "More carbon than where the work stays" in done.stdout
    assert "east→west_1" in done.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], ["--work-mw 100", "east to west_1", "15 MW"]),
        (["--work-mw", "nan"], ["--work-mw"]),
        (["--routes", "east"], ["ORIGIN:SITE"]),
        (["--routes", "eastt:west_1"], ["'eastt'", "'east'"]),
        (["--routes", "east:west_2"], ["'west_2'", "west_1"]),
        (["--routes", "east:east_1"], ["the site is in east"]),
        (["--set", "classes.batch.rtt_limit_ms=20", "--routes", "east:west_1"], ["rtt_limit_ms"]),
        (["--set", "classes.batch.rtt_limit_ms=20"], ["--routes"]),
    ],
)
def test_bad_input_is_one_sentence_and_exit_status_2(words, said, tmp_path):
    done = westshift("study", "bits-or-watts", "two_region", *words, cwd=tmp_path)
    assert done.returncode == 2
    for part in said:
        assert part in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.glob("*/*")) == []


def test_a_scenario_that_does_not_say_what_building_costs(tmp_path):
    folder = tmp_path / "mine"
    shutil.copytree(SHIPPED / "two_region", folder)
    (folder / "capital.csv").unlink()
    fields = (folder / "fields.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (folder / "fields.csv").write_text(
        "".join(x for x in fields if not x.startswith("capital,")), encoding="utf-8"
    )
    with pytest.raises(InputError, match=r"rows data_center_hall \[CNY/kW\].*to capital\.csv"):
        run(load_scenario(folder), Progress(), workers=1)
