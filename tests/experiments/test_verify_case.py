"""`westshift verify CASE.m`, as a user types it."""

import json

import pandas as pd
import pytest
from typer.testing import CliRunner

from westshift.experiments.cli import app
from westshift.models.errors import InputError, SolveError

CASE = """function mpc = five
mpc.version = '2';
mpc.baseMVA = 100;
mpc.bus = [ % the PJM five-bus system
    1 2   0 0 0 0 1 1 0 230 1 1.1 0.9
    2 1 300 0 0 0 1 1 0 230 1 1.1 0.9
    3 2 300 0 0 0 1 1 0 230 1 1.1 0.9
    4 3 400 0 0 0 1 1 0 230 1 1.1 0.9
    5 2   0 0 0 0 1 1 0 230 1 1.1 0.9
];
mpc.gen = [
    1 0 0 0 0 1 100 1  40 0
    1 0 0 0 0 1 100 1 170 0
    3 0 0 0 0 1 100 1 520 0
    4 0 0 0 0 1 100 1 200 0
    4 0 0 0 0 1 100 0 200 0
    5 0 0 0 0 1 100 1 600 0
];
mpc.gencost = [2 0 0 2 14 0; 2 0 0 2 15 0; 2 0 0 2 30 0; 2 0 0 2 40 0; 2 0 0 2 1 0; 2 0 0 2 10 0];
mpc.branch = [
    1 2 .00281 .0281 0 400 0 0 0 0 1 -30 30
    1 4 .00304 .0304 0 426 0 0 0 0 1 -30 30
    1 5 .00064 .0064 0 426 0 0 0 0 1 -30 30
    2 3 .00108 .0108 0 426 0 0 0 0 1 -30 30
    3 4 .00297 .0297 0 426 0 0 0 0 1 -30 30
    4 5 .00297 .0297 0 240 0 0 0 0 1 -30 30
];
"""
EMISSIONS = "generator,kg_per_mwh\n1,350\n2,350\n3,550\n4,750\n6,950\n"


@pytest.fixture
def case(tmp_path):
    file = tmp_path / "five.m"
    file.write_text(CASE, encoding="utf-8")
    return file


def verify(*words):
    return CliRunner().invoke(app, ["verify", *map(str, words)])


def column(output, table, name):
    """A column of a table on the screen, as text."""
    lines = output.split(f"\n{table}\n")[1].split("\n\n")[0].splitlines()
    at = lines[0].split().index(name)
    return [line.split()[at] for line in lines[1:]]


def test_a_case_is_solved_and_shown(case):
    done = verify(case)
    assert done.exit_code == 0, done.output
    assert "objective    17479.89693 per hour" in done.output
    assert "series: x/(r²+x²)" in done.output
    assert "1 of 6 generators" in done.output
    prices = [float(v) for v in column(done.output, "buses", "price_per_mwh")]
    assert prices == pytest.approx([16.977359, 26.384460, 30, 39.942736, 10], abs=1e-6)
    assert column(done.output, "generators", "generator") == ["1", "2", "3", "4", "6"]
    assert column(done.output, "branches", "flow_mw")[-1] == "-240"
    marked = [line for line in done.output.splitlines() if line.endswith("at limit")]
    assert len(marked) == 1
    assert marked[0].split()[:3] == ["6", "4", "5"]


def test_the_other_convention_is_a_choice(case):
    done = verify(case, "--susceptance", "tap")
    assert "1/(x·tap)" in done.output
    assert "objective    17479.89693" in done.output  # all r are x/10: flows divide alike


def test_emissions_of_the_case(case, tmp_path):
    table = tmp_path / "emissions.csv"
    table.write_text(EMISSIONS, encoding="utf-8")
    done = verify(case, "--emissions", table)
    assert "emissions    694.60206" in done.output


def test_all_tables_are_written(case, tmp_path):
    out = tmp_path / "out"
    for _ in range(2):  # a result of before is replaced
        assert verify(case, "--out", out).exit_code == 0
    names = ["branches.csv", "buses.csv", "case.json", "generators.csv"]
    assert sorted(p.name for p in out.iterdir()) == names
    figures = json.loads((out / "case.json").read_text(encoding="utf-8"))
    assert figures["objective_per_h"] == pytest.approx(17479.89692538, rel=1e-12)
    assert figures["generation_mw"] == pytest.approx(1000)
    assert pd.read_csv(out / "branches.csv")["flow_mw"].iloc[-1] == pytest.approx(-240)


def test_long_tables_are_cut_and_say_so(tmp_path):
    buses = "".join(f"{n} {3 if n == 1 else 1} 1 0 0 0 1 1 0 1 1 1 1\n" for n in range(1, 71))
    lines = "".join(f"{n} {n + 1} 0 0.1 0 0 0 0 0 0 1 0 0\n" for n in range(1, 70))
    file = tmp_path / "long.m"
    file.write_text(
        f"function mpc = long\nmpc.baseMVA = 100;\nmpc.bus = [{buses}];\nmpc.branch = [{lines}];\n"
        "mpc.gen = [1 0 0 0 0 1 100 1 99 0];\nmpc.gencost = [2 0 0 3 0.01 5 0];\n",
        encoding="utf-8",
    )
    done = verify(file)
    assert "… 10 more; --out writes all" in done.output
    assert "… 9 more; --out writes all" in done.output
    assert column(done.output, "buses", "price_per_mwh")[0] == "6.4"  # 5 + 2·0.01·70


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ("generator,kg\n1,350\n", "no column 'kg_per_mwh'"),
        (EMISSIONS.replace("6,950", "7,950"), "line 6: generator '7' is no row"),
        (EMISSIONS.replace("6,950", "4,950"), "line 6: generator 4 is given twice"),
        (EMISSIONS.replace("950", "much"), "line 6: kg_per_mwh 'much' is not a finite number"),
        (EMISSIONS.replace("2,350\n", ""), "says nothing of generator 2"),
        ("", "is no CSV table"),
    ],
)
def test_wrong_emissions_are_named(case, tmp_path, table, words):
    file = tmp_path / "emissions.csv"
    file.write_text(table, encoding="utf-8")
    done = verify(case, "--emissions", file)
    assert isinstance(done.exception, InputError)
    assert words in str(done.exception)


def test_what_is_wrong_is_one_sentence(case, tmp_path):
    for words, kind, said in (
        ([tmp_path / "none.m"], InputError, "no such file"),
        ([case, "--susceptance", "dc"], InputError, "use one of series, tap"),
        ([case, "--emissions", tmp_path / "none.csv"], InputError, "none.csv"),
        (["--susceptance", "tap"], InputError, "name its file"),
    ):
        done = verify(*words)
        assert isinstance(done.exception, kind)
        assert said in str(done.exception)
        assert "\n" not in str(done.exception)
    case.write_text(CASE.replace("3 2 300", "3 2 3000"), encoding="utf-8")
    done = verify(case)
    assert isinstance(done.exception, SolveError)
    assert "of load cannot be served" in str(done.exception)
