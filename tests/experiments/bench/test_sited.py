"""The part `siting` of `westshift bench`: fewer regions, sizes, rows and their figure."""

import csv

import pytest
from typer.testing import CliRunner

from westshift.experiments.bench import sited, sited_figure, suite
from westshift.experiments.bench.apart import here
from westshift.experiments.bench.fewer_regions import fewer_regions
from westshift.experiments.bench.sited import Size
from westshift.experiments.cli import app
from westshift.models.errors import InputError
from westshift.models.loading import find_folder
from westshift.models.scenario import load_scenario


def test_fewer_regions_are_a_whole_scenario(tmp_path):
    few = fewer_regions(find_folder("east_west"), tmp_path / "few", 5)
    s = load_scenario(few)
    assert [r.region for r in s.regions] == ["BJ", "TJ", "HE", "SX", "NM"]
    assert {x.region for x in s.sites} <= {r.region for r in s.regions}
    with open(few / "temperature.csv", encoding="utf-8") as file:
        assert {row["site"] for row in csv.DictReader(file)} == {x.site for x in s.sites}


@pytest.mark.parametrize("regions", [0, 32])
def test_regions_that_are_not_there(tmp_path, regions):
    with pytest.raises(InputError, match="it has 31"):
        fewer_regions(find_folder("east_west"), tmp_path / "few", regions)
    assert not (tmp_path / "few").exists()


def test_growth_is_measured_and_drawn(tmp_path):
    sizes = (Size(3, 1, 6), Size(3, 2, 6), Size(5, 1, 6), Size(3, 2, 6, "weeks"))
    rows = sited.rows(sizes=sizes, run=here)
    assert [r.way for r in rows] == ["simplex", "simplex", "simplex", "weeks"]
    assert rows[0].size.startswith("3 regions, 1 x 6 h, ")
    assert rows[0].times == 1.0
    assert rows[3].furthest_off <= 1e-4
    assert [len(a.lines) for a in sited_figure.draw(rows[:3]).axes] == [5, 5]
    made = {p.name for p in suite.write(rows, tmp_path)}
    assert made == {"bench.csv", "bench.md", "siting.pdf", "siting.png"}


def test_sizes_as_they_are_written():
    assert sited.sizes_of("8x1, 31x4") == (Size(8, 1), Size(31, 4))
    for wrong in ("8", "8x", "ax1", "8x-1", ""):
        with pytest.raises(InputError, match="regions x weeks"):
            sited.sizes_of(wrong)
    with pytest.raises(InputError, match="5 weeks"):
        sited.sited(Size(3, 5))
    told = CliRunner().invoke(app, ["bench", "siting", "--sizes", "8by1"])
    assert told.exit_code != 0
