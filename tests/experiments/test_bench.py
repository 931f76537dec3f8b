"""`westshift bench`: every way finds the same optimum before it is timed, and warm is warm."""

import pandas as pd
import pytest
from typer.testing import CliRunner

from westshift.experiments.bench import resolve as bench
from westshift.experiments.cli import app
from westshift.models.errors import InputError, SolveError
from westshift.models.scenario import load_scenario

LONGER = {"horizon.length_h": 96}


def test_the_ways_agree_and_the_basis_is_used():
    table = bench.run(load_scenario("two_region", LONGER), 4, 2)
    assert len(table) == 4
    assert (table["furthest_off"] <= bench.SAME).all()
    assert table["windows"].tolist() == [3, 3, 2, 2]
    assert table["times_slower"].iloc[0] == 1.0
    warm, cold = table["iterations_per_window"].iloc[:2]
    assert warm < cold


def test_ways_that_disagree_are_not_timed(monkeypatch):
    right = bench.appsi_objective
    monkeypatch.setattr(bench, "appsi_objective", lambda o: 1.001 * right(o))
    with pytest.raises(SolveError, match="differ"):
        bench.run(load_scenario("two_region", LONGER), 3, 1)


def test_one_window_is_too_few_and_says_so():
    with pytest.raises(InputError, match="length_h"):
        bench.run(load_scenario("two_region"))


def test_the_command_writes_its_table(tmp_path):
    out = tmp_path / "bench.csv"
    told = ["bench", "two_region", "--windows", "3", "--peers", "1", "--out", str(out)]
    done = CliRunner().invoke(app, [*told, "--set", "horizon.length_h=96"])
    assert done.exit_code == 0, done.output
    assert pd.read_csv(out)["way"].iloc[0].startswith("compiled once")
