"""A scenario loads whole, frozen, the same everywhere, and changes only where it is told to."""

import pickle
import shutil
from pathlib import Path

import numpy as np
import pytest
from pydantic import ValidationError

from westshift.models.calendar import SEASONS
from westshift.models.errors import InputError
from westshift.models.loading import SHIPPED
from westshift.models.scenario import (
    POLICY_NAMES,
    Scenario,
    assumptions,
    load_scenario,
    shipped_scenarios,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of two_region to edit."""
    return Path(shutil.copytree(SHIPPED / "two_region", tmp_path / "two_region"))


@pytest.fixture(scope="module")
def two_region() -> Scenario:
    return load_scenario("two_region")


def edit(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} is not once in {file}"
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize("name", shipped_scenarios())
def test_every_shipped_scenario_loads_without_warnings(name):
    scenario = load_scenario(name)
    assert (scenario.name, scenario.warnings) == (name, ())
    assert set(scenario.policies) <= set(POLICY_NAMES)
    assert {"here-and-now", "planned", "co-planned", "oracle"} <= set(scenario.policies)


def test_two_region_is_shipped_and_says_what_its_readme_says(two_region):
    assert "two_region" in shipped_scenarios()
    assert [r.region for r in two_region.regions] == ["east", "west"]
    assert [r.consumption_twh * 1e6 / 8760 for r in two_region.regions] == [600, 150]
    wind = next(g for g in two_region.generators if g.technology == "wind")
    assert wind.capacity_mw * wind.full_load_h / 8760 == 200
    (law,) = two_region.cooling
    assert (1 + law.other_overhead_share) * (1 + 1 / law.gcop) == 1.25
    assert two_region.lines == two_region.storage == ()
    assert [c.job_class for c in two_region.classes] == ["real_time", "batch"]
    assert (two_region.horizon.weeks, two_region.horizon.length_h) == ((24,), 24)
    assert {f.confidence for f in (*two_region.figures, *two_region.fields)} == {"assumed"}
    assert (SHIPPED / "two_region" / "README.md").is_file()


def test_parameters_by_attribute_and_by_name(two_region):
    p = two_region.parameters
    assert p.carbon_price_cny_per_t == p["carbon_price_cny_per_t"] == 90.0
    assert p.national_pue is None
    with pytest.raises(KeyError):
        p["no_such_parameter"]


def test_series_files_are_found(two_region):
    path = two_region.series_path("wind_availability")
    assert path == SHIPPED / "two_region" / "wind.csv"
    assert two_region.series_path("demand_mw") is None
    assert load_scenario("two_region", {"series": None}).series == ()


def test_all_stands_for_four_seasons(two_region):
    seasons = [(row.region, row.season) for row in two_region.load_shape]
    assert seasons == [(r, s) for r in ("east", "west") for s in SEASONS]
    assert [row.season for row in two_region.tariff_hours] == [*SEASONS, *SEASONS]
    assert two_region.tariff_hours[0].hours == ("f",) * 24


def test_a_scenario_is_frozen_hashable_and_goes_to_a_worker(two_region):
    with pytest.raises(ValidationError):
        two_region.seed = 2
    with pytest.raises(ValidationError):
        two_region.generators[0].capacity_mw = 1.0
    assert pickle.loads(pickle.dumps(two_region)) == two_region
    assert hash(two_region) == hash(load_scenario("two_region"))


def test_a_folder_its_yaml_and_a_shipped_name_are_the_same(folder, monkeypatch, two_region):
    assert load_scenario(folder).digest == two_region.digest
    assert load_scenario(str(folder)).digest == two_region.digest
    assert load_scenario(folder / "scenario.yaml").digest == two_region.digest
    edit(folder, "scenario.yaml", "seed: 1", "seed: 2")
    monkeypatch.chdir(folder.parent)
    assert load_scenario("two_region").seed == 1  # shipped
    assert load_scenario("./two_region").seed == 2
    assert load_scenario(Path("two_region")).seed == 2


def test_digest_is_sixteen_hex_digits_and_always_the_same(two_region):
    assert len(two_region.digest) == 16
    int(two_region.digest, 16)
    assert load_scenario("two_region").digest == two_region.digest


def test_digest_does_not_depend_on_path_or_spelling(folder, two_region):
    moved = folder.rename(folder.parent / "elsewhere")
    edit(moved, "scenario.yaml", "seed: 1", "seed:   1  # the same")
    edit(moved, "generators.csv", "east,coal,1000,", "east, coal ,1e3,")
    (moved / "wind.csv").rename(moved / "breeze.csv")
    edit(moved, "scenario.yaml", "wind.csv", "breeze.csv")
    assert load_scenario(moved).digest == two_region.digest


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("scenario.yaml", "seed: 1", "seed: 2"),
        ("scenario.yaml", "step_h: 24", "step_h: 12"),
        ("generators.csv", "west,wind,400,", "west,wind,401,"),
        ("parameters.csv", "idle_share,0.2", "idle_share,0.2000001"),
        ("parameters.csv", "route_factor,1.4,1,", "route_factor,1.4,m/m,"),
        ("temperature.csv", "west_1,15,", "west_1,16,"),
        ("fields.csv", "TWh/a", "TWh"),
        ("wind.csv", "8759,0.5,0.5", "8759,0.5,0.4"),
    ],
)  # fmt: skip
def test_digest_changes_with_any_content(folder, two_region, file, old, new):
    edit(folder, file, old, new)
    assert load_scenario(folder).digest != two_region.digest


def test_no_generators_and_no_capacity_are_allowed(folder):
    path = folder / "generators.csv"
    path.write_text(path.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    assert load_scenario(folder).generators == ()
    scenario = load_scenario("two_region", {"generators.west.wind.capacity_mw": 0})
    assert scenario.generators[1].capacity_mw == 0


def test_a_leap_year_has_more_hours(folder):
    edit(folder, "scenario.yaml", "weeks: [24]", "weeks: [8760]")
    with pytest.raises(InputError, match="leaves the year 2023"):
        load_scenario(folder)
    edit(folder, "scenario.yaml", "year: 2023", "year: 2024")
    assert load_scenario(folder).horizon.weeks == (8760,)


def test_window_shorter_than_slack_warns(folder):
    scenario = load_scenario(folder, {"plan": {"window_h": 4, "step_h": 1}})
    (warning,) = scenario.warnings
    assert "window_h is 4 h, but 'batch' may wait 6 h and so run in any of 7 hours" in warning
    assert len(load_scenario(folder, {"plan.step_h": 6, "plan.window_h": 6}).warnings) == 1
    assert load_scenario(folder, {"plan.step_h": 6, "plan.window_h": 7}).warnings == ()


def test_a_file_that_nothing_reads_warns_and_leaves_the_digest_alone(folder, two_region):
    shutil.copy(folder / "lines.csv", folder / "line.csv")
    scenario = load_scenario(folder)
    assert scenario.warnings == ("two_region/line.csv is not read",)
    assert scenario.digest == two_region.digest


def test_overrides_change_what_they_name_and_the_digest(two_region):
    scenario = load_scenario(
        "two_region",
        {
            "seed": np.int64(3),
            "plan.step_h": "12",
            "title": "a title: [not YAML",
            "policies": "[here-and-now, planned]",
            "forecast": {"kind": "noisy", "error_share": 0.2},
            "horizon.weeks": [0, 48],
            "parameters.carbon_price_cny_per_t": 0,
            "classes.batch.slack_h": 12,
            "generators.west.wind.full_load_h": "2190",
            "tariffs.east.peak_cny_per_mwh": 700,
            "technologies.wind.renewable": False,
        },
    )
    assert (scenario.seed, scenario.title) == (3, "a title: [not YAML")
    assert (scenario.plan.window_h, scenario.plan.step_h) == (24, 12)
    assert scenario.policies == ("here-and-now", "planned")
    assert scenario.forecast.error_share == 0.2
    assert scenario.horizon.weeks == (0, 48)
    assert scenario.horizon.length_h == 24
    assert scenario.parameters.carbon_price_cny_per_t == 0.0
    assert scenario.parameters.idle_share == 0.2
    assert [c.slack_h for c in scenario.classes] == [0, 12]
    assert scenario.generators[1].full_load_h == 2190
    assert scenario.tariffs[0].peak_cny_per_mwh == 700
    assert not scenario.technologies[1].renewable
    assert scenario.digest != two_region.digest


def test_an_override_with_the_value_of_the_file_changes_nothing(two_region):
    same = {"seed": 1, "parameters.idle_share": np.float64(0.2), "classes.batch.slack_h": "6"}
    assert load_scenario("two_region", same) == two_region
    assert load_scenario("two_region", {}).digest == two_region.digest


def test_an_overridden_figure_is_an_assumption_of_the_run(folder):
    edit(folder, "parameters.csv", ",0.2,1,,assumption,assumed", ",0.2,1,,X,sourced")
    edit(folder, "sources.csv", "id,source", "id,source\nX,a paper")
    assert "idle_share" not in [a.figure for a in assumptions(load_scenario(folder))]
    changed = load_scenario(folder, {"parameters.idle_share": 0.3})
    (figure,) = [f for f in changed.figures if f.name == "idle_share"]
    assert (figure.value, figure.confidence, figure.source) == (0.3, "assumed", "assumption")
    assert "set for this run; the file has 0.2" in figure.note


def test_assumptions_name_place_figure_value_and_note(folder):
    found = assumptions(load_scenario(folder))
    assert found[0] == (
        "parameters.csv", "carbon_price_cny_per_t", "90 CNY/t", "made up for hand-solving"
    )  # fmt: skip
    by_column = {(a.where, a.figure): a.value for a in found}
    assert by_column["generators.csv", "capacity_mw"] == "300 to 1000 MW"
    assert by_column["cooling.csv", "gcop"] == "4"
    assert by_column["profiles.csv", "h00..h23"] == "1"
    assert by_column["sites.csv", "cooling"] == "chilled_water"
    assert ("sites.csv", "site") not in by_column  # a code is not a figure
    assert ("lines.csv", "capacity_mw") not in by_column  # there are no lines


def test_a_row_overrides_what_fields_say_of_its_columns(folder):
    path = folder / "tariffs.csv"
    head, east, west = path.read_text(encoding="utf-8").splitlines()
    edit(folder, "sources.csv", "id,source", "id,source\nX,a price list\nY,another")
    rows = (f"{head},source,confidence,note", f"{east},X; Y,sourced,", f"{west},,assumed,guess")
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    scenario = load_scenario(folder)
    assert scenario.tariffs[0].source == "X; Y"
    found = [a for a in assumptions(scenario) if a.where.startswith("tariffs.csv")]
    assert found == [("tariffs.csv, west", "row", "flat_cny_per_mwh=400", "guess")]


def test_rows_with_the_same_assumption_are_one_entry(folder):
    path = folder / "temperature.csv"
    head, *rows = path.read_text(encoding="utf-8").splitlines()
    lines = [f"{head},confidence,note", *(f"{row},assumed,guess" for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    found = [a for a in assumptions(load_scenario(folder)) if a.where.startswith("temperature")]
    assert [a.where for a in found] == ["temperature.csv, east_1 and 1 more"]
    assert found[0].value.startswith("m01=15, m02=15")
