"""Whatever a user can get wrong in a scenario is named: file, line, column, value, remedy."""

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from westshift.models.contents import TABLES
from westshift.models.errors import InputError
from westshift.models.loading import SHIPPED
from westshift.models.scenario import load_scenario, shipped_scenarios


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of two_region to spoil."""
    return Path(shutil.copytree(SHIPPED / "two_region", tmp_path / "two_region"))


def edit(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} is not once in {file}"
    path.write_text(text.replace(old, new), encoding="utf-8")


def append(folder: Path, file: str, line: str) -> None:
    with (folder / file).open("a", encoding="utf-8") as stream:
        stream.write(f"{line}\n")


def refusal(name: str | Path, overrides: Mapping[str, object] | None = None) -> str:
    with pytest.raises(InputError) as caught:
        load_scenario(name, overrides)
    return str(caught.value)


def test_an_unknown_name_is_answered_with_the_known_ones():
    text = refusal("two_regions")
    assert "scenario 'two_regions': is neither shipped nor a folder" in text
    assert "did you mean 'two_region'?" in text
    assert all(name in text for name in shipped_scenarios())


def test_a_folder_without_settings(tmp_path):
    assert "the folder has no scenario.yaml; add it" in refusal(tmp_path)


@pytest.mark.parametrize("stem", [spec.stem for spec in TABLES.values() if not spec.optional])
def test_a_missing_table(folder, stem):
    (folder / f"{stem}.csv").unlink()
    assert f"two_region/{stem}.csv: no such file in {folder}; add it" in refusal(folder)


def test_an_optional_table_may_be_missing_but_not_described(folder):
    (folder / "capital.csv").unlink()
    text = refusal(folder)
    assert "column table: there is no capital.csv here; add it, or take out the rows" in text
    assert text.count("capital.csv") == 1
    fields = folder / "fields.csv"
    lines = fields.read_text(encoding="utf-8").splitlines(keepends=True)
    fields.write_text("".join(x for x in lines if not x.startswith("capital,")), encoding="utf-8")
    assert load_scenario(folder).capital == ()


def test_a_cost_in_another_unit(folder):
    text = (folder / "capital.csv").read_text(encoding="utf-8")
    (folder / "capital.csv").write_text(
        text.replace("wind,5000,CNY/kW", "wind,5000,CNY/MW"), "utf-8"
    )
    assert "line 5, column unit: wind is in CNY/kW, not in CNY/MW; convert it" in refusal(folder)


def test_a_misspelt_table(folder):
    (folder / "sites.csv").rename(folder / "site.csv")
    assert "two_region/sites.csv: no such file" in refusal(folder)
    assert "add it, or rename 'site.csv'" in refusal(folder)


# file, what stands there, what is put there, what the message says
CELLS = [
    ("generators.csv", "east,coal,1000", "east,coal,-1000",
     "line 2, column capacity_mw: -1000 is out of range; give a number, at least 0"),
    ("regions.csv", "5.256", "NaN", "line 2, column consumption_twh: 'NaN' is not a finite number"),
    ("sites.csv", "35,120,100", "35,120,inf",
     "line 2, column it_design_mw: 'inf' is not a finite number"),
    ("sites.csv", "35,120,100", "35,120,big", "line 2, column it_design_mw: 'big' is not a number"),
    ("classes.csv", "0.5,6,1000", ",6,1000", "line 3, column share: is empty; give a number"),
    ("classes.csv", "0.5,0,10,", "0.5,0,0,",
     "line 2, column rtt_limit_ms: 0 is out of range; give a number, above 0"),
    ("classes.csv", "0.5,6,1000", "0.5,-6,1000",
     "line 3, column slack_h: -6 is out of range; give a whole number, at least 0"),
    ("classes.csv", "0.5,6,1000", "0.5,6.5,1000",
     "line 3, column slack_h: 6.5 is not a whole number"),
    ("generators.csv", "west,coal", "wset,coal",
     "line 4, column region: 'wset' is not in regions.csv; did you mean 'west'?"),
    ("generators.csv", "west,wind", "west,winds",
     "line 3, column technology: 'winds' is not in technologies.csv; did you mean"),
    ("sites.csv", "西部集群,west", "西部集群,wst",
     "line 3, column region: 'wst' is not in regions.csv; did you mean 'west'?"),
    ("profiles.csv", "batch", "bach",
     "line 3, column class: 'bach' is not in classes.csv; did you mean 'batch'?"),
    ("temperature.csv", "west_1", "west_2",
     "line 3, column site: 'west_2' is not in sites.csv; did you mean 'west_1'?"),
    ("tariffs.csv", "west", "North",
     "line 3, column region: 'North' is not in regions.csv; use one of east, west"),
    ("load_shape.csv", "west,all", "west,sumer",
     "line 3, column season: 'sumer' is not known; did you mean 'summer'?"),
    ("tariff_hours.csv", "west,all,f", "west,all,x",
     "line 3, column h00: 'x' is not known; use one of s, p, f, v, d"),
    ("generators.csv", "west,coal", "east,coal",
     "line 4, column region+technology: 'east, coal' is on line 2 already"),
    ("load_shape.csv", "west,all", "west,winter",
     "column region+season: no row for 'west spring'; add one"),
    ("classes.csv", "batch,", "bulk,",
     "profiles.csv, line 3, column class: 'batch' is not in classes.csv"),
    ("sites.csv", "35,105,100,4,1", "35,105,100,4,2",
     "line 3, column cooling_grade: no row of cooling.csv has zone 4 and grade 2"),
    ("sites.csv", "西部集群,west", "西部集群,east",
     "regions.csv, line 3, column work_weight: 'west' has work (1) but no site in sites.csv"),
    ("generators.csv", "4380", "9000",
     "line 3, column full_load_h: 9000 is more than the 8760 h of the year"),
    ("generators.csv", "300,,1,0,250", "300,5000,1,0,250",
     "line 4, column full_load_h: 5000 has no effect on thermal units; leave it"),
    ("generators.csv", "4380", "",
     "line 3, column full_load_h: is empty; give the hours 'wind' could run"),
    ("generators.csv", "300,,1,0,250", "300,,0.5,0.6,250",
     "line 4, column minimum_share: 0.6 is more than the 0.5 of capacity"),
    ("generators.csv", "4380,1,0,", "4380,1,0.6,",
     "line 3, column minimum_share: 0.6 is more than the 0.5 of capacity"),
    ("classes.csv", "0.5,6,1000", "0.4,6,1000",
     "column share: the shares sum to 0.9; make them sum to 1"),
    ("profiles.csv", "batch,1", "batch,1.1",
     "line 3, columns h00..h23: the mean is 1.0041667; divide each by it"),
    ("hydro_shape.csv", "northwest,1", "northwest,13",
     "line 3, columns m01..m12: the mean is 2; divide each by it"),
    ("load_shape.csv", "west,all" + ",1" * 24, "west,all" + ",0" * 24,
     "line 3, columns h00..h23: all are 0; give the relative demand"),
    ("tariff_hours.csv", "west,all,f", "west,all,p",
     "line 3, columns h00..h23: 'p' is used for 'west', but tariffs.csv has no"),
    ("tariffs.csv", ",400,", ",,",
     "tariff_hours.csv, line 3, columns h00..h23: 'f' is used for 'west', but tariffs.csv has no"),
    ("parameters.csv", "idle_share", "idel_share",
     "line 4, column name: 'idel_share' is not a parameter; did you mean 'idle_sh"),
    ("parameters.csv", "idle_share", "national_pue",
     "column name: 'idle_share' is missing; add a row for it"),
    ("parameters.csv", "idle_share,0.2", "idle_share,1.2",
     "line 4, column value: idle_share 1.2 is out of range; give a number, at least"),
    ("parameters.csv", "it_load_share,0.4", "it_load_share,0.1",
     "line 6, column value: it_load_share 0.1 leaves -20 MW of work"),
    ("parameters.csv", "90,CNY/t", "90,", "line 2, column unit: is empty; give a text"),
    ("fields.csv", "cooling,gcop,1,,assumption,assumed", "cooling,gcop,1,,assumption,guessed",
     "line 60, column confidence: 'guessed' is not known; use one of sourced, derived, recalled"),
    ("fields.csv", "cooling,gcop,1,,assumption", "cooling,gcop,1,,assumption; S_9",
     "line 60, column source: 'S_9' is not in sources.csv; "),
    ("fields.csv", "cooling,gcop,1,,assumption,assumed", "cooling,gcop,1,,assumption,sourced",
     "line 60, column source: 'assumption' is no source for what is called sourced; name one"),
    ("fields.csv", "cooling,gcop,", "cooling,climate_zon,",
     "column column: 'gcop' of cooling.csv is not described; add a row"),
    ("fields.csv", "cooling,gcop,", "cooling,climate_zon,",
     "line 60, column column: cooling.csv has no column 'climate_zon'; did you mean 'climate_zo"),
    ("fields.csv", "cooling,gcop,", "colling,gcop,",
     "line 60, column table: 'colling' is no table; did you mean 'cooling'?"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "says"), CELLS)
def test_a_bad_cell(folder, file, old, new, says):
    edit(folder, file, old, new)
    other_file = says.partition(",")[0].endswith(".csv")
    assert f"two_region/{says if other_file else f'{file}, {says}'}" in refusal(folder)


# file, a row too many, what the message says
ROWS = [
    ("storage.csv", "west,battery,10,40,1.1,0.95,0,0",
     "line 2, column efficiency_charge: 1.1 is out of range; give a number, above 0 and"),
    ("storage.csv", "west,battery,10,40,0.95,0,0,0",
     "line 2, column efficiency_discharge: 0 is out of range; give a number, above 0"),
    ("storage.csv", "west,batery,10,40,0.95,0.95,0,0",
     "line 2, column technology: 'batery' is not known; did you mean 'battery'?"),
    ("storage.csv", "wst,battery,10,40,0.95,0.95,0,0",
     "line 2, column region: 'wst' is not in regions.csv; did you mean 'west'?"),
    ("lines.csv", "east,west,50,50,1000,1,20",
     "line 2, column loss_share: 1 is out of range; give a number, at least 0 and below 1"),
    ("lines.csv", "east,nowhere,50,50,1000,0.05,20",
     "line 2, column to_region: 'nowhere' is not in regions.csv; use one of east, west"),
    ("lines.csv", "east,east,50,50,1000,0.05,20",
     "line 2, column to_region: 'east' is where the line comes from"),
    ("lines.csv", "east,west,50,50,1000,0.05,20\nwest,east,50,50,1000,0.05,20",
     "line 3, column to_region: the pair 'west'-'east' is on line 2 already; add up"),
    ("load_shape.csv", "west,summer" + ",1" * 24,
     "line 4, column season: 'west summer' is on line 3 already"),
    ("technologies.csv", "coal,煤电,thermal,false,900",
     "line 4, column technology: 'coal' is on line 2 already; keep one"),
    ("parameters.csv", "rack_design_kw,0,kW,,assumption,assumed,",
     "line 17, column value: rack_design_kw 0.0 is out of range"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "row", "says"), ROWS)
def test_a_bad_row(folder, file, row, says):
    append(folder, file, row)
    assert f"two_region/{file}, {says}" in refusal(folder)


@pytest.mark.parametrize("stem", ["regions", "sites", "classes"])
def test_at_least_one(folder, stem):
    path = folder / f"{stem}.csv"
    path.write_text(path.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    assert f"two_region/{stem}.csv: has 0 rows; give at least 1" in refusal(folder)


def test_hydro_needs_the_inflow_of_its_grid(folder):
    edit(folder, "technologies.csv", "wind,风电,wind", "wind,风电,hydro")
    edit(folder, "hydro_shape.csv", "northwest", "southwest")
    says = "hydro_shape.csv, column grid: no row for 'northwest', where 'west' has hydro; add one"
    assert says in refusal(folder)


def test_nobody_has_work(folder):
    overrides = {"regions.east.work_weight": 0, "regions.west.work_weight": 0}
    assert "regions.csv, column work_weight: all are 0" in refusal(folder, overrides)


def test_several_problems_come_at_once(folder):
    edit(folder, "classes.csv", "0.5,6,1000", "0.4,6,1000")
    edit(folder, "hydro_shape.csv", "northwest,1", "northwest,13")
    assert len(refusal(folder).splitlines()) == 2
