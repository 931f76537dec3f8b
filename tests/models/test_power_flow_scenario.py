"""Power flow in a scenario of one's own: lines with a reactance obey Kirchhoff, the others do not."""

import shutil
import subprocess
import sys
from dataclasses import fields

import numpy as np
import pytest

from westshift.models.assemble import BASE_MVA, make_grid
from westshift.models.errors import InputError
from westshift.models.kirchhoff import circuit_lines, cycles
from westshift.models.loading import SHIPPED
from westshift.models.scenario import load_scenario
from westshift.models.settings import Forecast, Plan
from westshift.models.year import actual_of, horizons, make_year
from westshift.sim.run import Case, run_case

FLOW = {"network": "power_flow"}
NORTH = {
    "regions": "north,North,北,northeast,central,40,115,0,1.314,0,,,",
    "load_shape": "north,all" + ",1" * 24,
    "tariffs": "north,,,500,,",
    "tariff_hours": "north,all" + ",f" * 24,
    "hydro_shape": "northeast" + ",1" * 12,
}
TRIANGLE = (
    "west,east,100,100,1000,0,0,{we}",
    "west,north,400,400,500,0,0,{wn}",
    "north,east,400,400,500,0,0,{ne}",
)


@pytest.fixture
def made(tmp_path):
    """made(rows, column=True, north=False, lost=…) is a copy of two_region with these lines."""

    def make(*rows, column=True, north=False, name="mine", **lost):
        folder = tmp_path / name
        shutil.copytree(SHIPPED / "two_region", folder)
        lines = folder / "lines.csv"
        head = lines.read_text(encoding="utf-8").strip()
        head += ",reactance_pu" if column else ""
        lines.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
        fields_csv = folder / "fields.csv"
        if column:
            with fields_csv.open("a", encoding="utf-8") as table:
                table.write('lines,reactance_pu,1,,assumption,assumed,"series reactance"\n')
        for stem, row in (NORTH if north else {}).items():
            with (folder / f"{stem}.csv").open("a", encoding="utf-8") as table:
                table.write(row + "\n")
        if north:
            for stem, value in (("wind", "0.5"), ("air", None)):
                file = folder / f"{stem}.csv"
                text = file.read_text(encoding="utf-8").splitlines()
                if value:
                    text = [text[0] + ",north", *(f"{x},{value}" for x in text[1:])]
                    file.write_text("\n".join(text) + "\n", encoding="utf-8")
        return folder

    return make


def settled(scenario):
    year = make_year(scenario)
    actual = actual_of(scenario, year, horizons(scenario, year)[0])
    case = Case(
        actual, (), "here-and-now", Forecast(kind="perfect"), Plan(window_h=24, step_h=24), 1
    )
    return actual, run_case(case)["here-and-now"]


def test_lines_with_a_reactance_are_circuits_and_the_others_are_links(made):
    rows = (
        "west,east,100,80,1000,0.02,1,0.5",
        "west,north,50,0,1000,0,0,",
        "north,east,30,0,1,0,0,2",
    )
    grid = make_grid(load_scenario(made(*rows, north=True), FLOW))
    assert grid.line_circuit.tolist() == [0, -1, 1, 0]  # three there, then one back
    assert grid.line_capacity_mw.tolist() == [100, 50, 30, 80]
    np.testing.assert_allclose(grid.circuit_rad_per_mw, np.array([0.5, 2]) / BASE_MVA)
    assert circuit_lines(grid) == [(0, 3), (2, None)]
    assert cycles(grid) == []  # a link closes no loop
    folder = made(*(r.format(we=1, wn=2, ne=3) for r in TRIANGLE), north=True, name="loop")
    assert len(cycles(make_grid(load_scenario(folder, FLOW)))) == 1
    free = make_grid(load_scenario(folder))
    assert free.line_circuit.tolist() == [-1] * 6
    assert len(free.circuit_rad_per_mw) == 0


def test_a_line_of_no_capacity_is_no_circuit(made):
    folder = made("west,east,0,0,1000,0,0,0.5", "west,north,0,10,1000,0,0,1.0", north=True)
    grid = make_grid(load_scenario(folder, FLOW))
    assert grid.line_circuit.tolist() == [0]
    np.testing.assert_allclose(grid.circuit_rad_per_mw, [1.0 / BASE_MVA])


def test_the_column_alone_changes_no_byte_of_the_transport_model(made):
    rows = [row.format(we="", wn="", ne="") for row in TRIANGLE]
    without = made(*(r.removesuffix(",") for r in rows), column=False, north=True, name="a")
    with_it = made(*(r.format(we=1, wn=2, ne=3) for r in TRIANGLE), north=True, name="b")
    one, two = (settled(load_scenario(f))[1] for f in (without, with_it))
    for part in ("settled", "carried", "ledger"):
        for f in fields(getattr(one, part)):
            a, b = (np.asarray(getattr(getattr(o, part), f.name)) for o in (one, two))
            assert a.tobytes() == b.tobytes(), (part, f.name)


def test_a_loop_that_binds_costs_what_it_costs_by_hand(made):
    """600 MW are drawn in the east, 150 in the west, 150 in the north, which has only coal at 900.

    At will the west makes all it can, 200 MW of wind and 300 of coal at 250, and sends 10 MW east and the
    rest there over the north; the east makes 400 at 300: 195,000 CNY/h. Around the loop, with equal reactances,
    west-north = west-east + east-north; west-east is full at 10 MW, and 150 MW reach the north, so
    that the east sends it 70 and the west 80. Then the west makes 40 MW of coal and the east 660: 208,000.
    """
    rows = [r.format(we=1, wn=1, ne=1) for r in TRIANGLE]
    rows[0] = rows[0].replace("100,100", "10,10")
    folder = made(*rows, north=True)
    with (folder / "generators.csv").open("a", encoding="utf-8") as table:
        table.write("north,coal,300,,1,0,900,\n")
    _, free = settled(load_scenario(folder))
    assert free.ledger.system_cny == pytest.approx(24 * 195_000)
    actual, bound = settled(load_scenario(folder, FLOW))
    assert bound.ledger.system_cny == pytest.approx(24 * 208_000)
    grid, flow = actual.system.grid, bound.settled.flow_mw[:, 0]
    ends = [(grid.regions[a], grid.regions[b]) for a, b in zip(grid.line_from, grid.line_to, strict=True)]  # fmt: skip
    net = {pair: flow[i] - flow[ends.index(pair[::-1])] for i, pair in enumerate(ends)}
    assert net["west", "east"] == pytest.approx(10)
    assert net["east", "north"] == pytest.approx(70)
    assert net["west", "north"] == pytest.approx(80)
    # Coal with carbon; the north's, of a MW from each, lies in the middle.
    price = dict(zip(grid.regions, bound.settled.price_cny_per_mwh[:, 5], strict=True))
    assert price == pytest.approx({"east": 381, "west": 331, "north": 356})


@pytest.mark.parametrize("value", ["0", "-0.5", "nan", "inf", "x"])
def test_a_reactance_that_is_none_is_one_sentence(made, value):
    folder = made(f"west,east,100,80,1000,0,0,{value}")
    for network in ("transport", "power_flow"):
        with pytest.raises(InputError) as found:
            load_scenario(folder, {"network": network})
        said = str(found.value)
        for part in ("lines.csv", "reactance_pu", value):
            assert part in said
        assert len(said.splitlines()) == 1


def test_power_flow_without_any_reactance_says_what_to_give(made):
    folder = made("west,east,100,80,1000,0,0,")
    with pytest.raises(InputError, match=r"lines\.csv a column reactance_pu.*network: transport"):
        make_grid(load_scenario(folder, FLOW))
    with pytest.raises(InputError, match="reactance_pu"):
        make_grid(load_scenario("two_region", FLOW))


def test_regions_that_no_line_joins_are_named_and_warned_of(made):
    folder = made("west,east,100,80,1000,0,0,1", north=True)
    with pytest.raises(InputError, match=r"no line of lines\.csv joins north to the rest"):
        make_grid(load_scenario(folder, FLOW))
    (warning,) = load_scenario(folder).warnings
    assert warning.startswith("lines.csv has no line to north:")
    assert load_scenario("two_region").warnings == ()


def test_a_network_that_is_none_is_one_sentence_at_the_command_line(made, tmp_path):
    words = [sys.executable, "-m", "westshift.experiments", "validate", "two_region"]
    for network, said in (("ac", "power_flow"), ("power_flow", "reactance_pu")):
        done = subprocess.run(
            [*words, "--set", f"network={network}"], cwd=tmp_path, capture_output=True, text=True
        )
        assert done.returncode == 2
        assert said in done.stderr
        assert "Traceback" not in done.stderr
