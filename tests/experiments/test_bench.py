"""`westshift bench`: every way finds the same optimum before it is timed, and warm is warm."""

import pandas as pd
import pytest
from typer.testing import CliRunner

from westshift.experiments.bench import growth, papers, rolling, settling, suite, whole_year
from westshift.experiments.bench import scenario as plan
from westshift.experiments.bench.apart import here
from westshift.experiments.bench.by_hand import ByHand, same
from westshift.experiments.bench.growth_figure import draw
from westshift.experiments.bench.reference import SMALL, Size, reference
from westshift.experiments.cli import app
from westshift.models.errors import InputError, SolveError
from westshift.models.scenario import load_scenario
from westshift.optim.program import co_planner

LONGER = {"horizon.length_h": 96}
TINY = Size(3, 2, 24, 3)


def test_the_ways_agree_and_the_basis_is_used():
    rows = plan.rows(load_scenario("two_region", LONGER), count=4, slow=2)
    assert [r.repeats for r in rows] == [3, 3, 2, 2]
    assert rows[0].times == 1.0
    assert max(r.furthest_off for r in rows) <= plan.SAME
    assert rows[0].iterations < rows[1].iterations


def test_ways_that_disagree_are_not_timed(monkeypatch):
    right = plan.appsi_objective
    monkeypatch.setattr(plan, "appsi_objective", lambda o: 1.001 * right(o))
    with pytest.raises(SolveError, match="differ"):
        plan.rows(load_scenario("two_region", LONGER), count=3, slow=1)


def test_one_window_is_too_few_and_says_so():
    with pytest.raises(InputError, match="length_h"):
        plan.rows(load_scenario("two_region"))


@pytest.mark.parametrize("size", [TINY, SMALL, Size(4, 1, 50, 2), Size(7, 3, 72, 3)])
def test_arrays_written_by_hand_are_the_compiled_program_entry_by_entry(size):
    """Somebody else's arithmetic for every coefficient, bound and cost, wherever the window stands."""
    program, hand = co_planner(), None
    for o in rolling.windows(size, 30, 5):
        hand = hand or ByHand(o)
        compiled = program.at(o)
        written = hand.at(o, program.place)
        assert same(written, compiled) <= 1e-13
        for name, at in written.rows.items():
            assert (compiled.rows[name] == at).all()
        program.basis = program.basis or program.solve(o).basis  # from here on the ring turns


def test_by_hand_takes_the_same_iterations_and_a_ring_far_fewer_than_nothing():
    rows = {r.way: r for r in rolling.rows(sizes=((SMALL, 12),), slow=2)}
    ring = rows["compiled from Pyomo, hours in a ring"]
    assert rows["arrays written by hand, the same ring"].iterations == ring.iterations
    assert 5 * ring.iterations < rows["compiled, from nothing"].iterations
    assert ring.iterations < rows["compiled, hours in order, basis as it was"].iterations


def test_a_program_by_hand_that_is_another_is_noticed(monkeypatch):
    right = ByHand.at

    def wrong(self, o, turn):
        made = right(self, o, turn)
        made.cost[self.columns["flow"]] += 5.0
        return made

    monkeypatch.setattr(ByHand, "at", wrong)
    with pytest.raises(SolveError, match=r"differ|iterations"):
        rolling.rows(sizes=((TINY, 3),), slow=1)


def test_the_drawn_system_is_the_same_everywhere_and_can_be_served():
    one, two = reference(SMALL, 48), reference(SMALL, 48)
    assert (one.demand_mw == two.demand_mw).all()
    found = co_planner().solve(one)
    assert found.values["shed"].max() < 1e-6
    assert found.values["unserved"].max() < 1e-6


def test_settling_is_measured_beside_the_solver():
    solver, rest = settling.rows(load_scenario("two_region"))
    assert solver.times == 1.0
    assert rest.seconds > 0.0


def test_a_horizon_as_one_program_is_the_same_by_either_way():
    simplex, interior = whole_year.rows(hours=96, run=here)
    assert simplex.times == 1.0
    assert interior.furthest_off <= whole_year.SAME
    assert interior.way.startswith(("ipx", "hipo"))


def test_studies_are_timed_and_what_has_no_data_is_said(monkeypatch):
    monkeypatch.delenv("WESTSHIFT_DATA", raising=False)
    said = []
    assert papers.rows(said.append) == []
    assert "left out" in said[-1]


def test_growth_is_measured_and_drawn():
    runs = {"hours": ((TINY, 2), (TINY, 4)), "regions": ((TINY, 2),), "classes": ((TINY, 2),)}
    rows = growth.rows(grown=runs)
    assert [r.way for r in rows] == ["48 hours", "96 hours", "3 regions", "2 classes"]
    assert rows[0].times == rows[2].times == 1.0
    assert len(draw(rows).axes) == 3


def test_the_command_writes_its_tables(tmp_path):
    told = ["bench", "scenario", "--scenario", "two_region", "--out", str(tmp_path)]
    done = CliRunner().invoke(app, [*told, "--set", "horizon.length_h=96"])
    assert done.exit_code == 0, done.output
    assert pd.read_csv(tmp_path / "bench.csv")["way"].iloc[0].startswith("compiled once")
    assert "| compiled once, from nothing |" in (tmp_path / "bench.md").read_text("utf-8")


def test_a_part_that_is_not_there_is_named():
    done = CliRunner().invoke(app, ["bench", "everything"])
    assert done.exit_code != 0
    assert isinstance(done.exception, InputError)
    assert "rolling, scenario" in str(done.exception)


def test_a_peer_that_is_missing_is_named_before_anything_is_measured(monkeypatch):
    monkeypatch.setattr(suite, "NEEDS", {"stepping": ("no_such_package",)})
    monkeypatch.setattr(suite, "PARTS", dict.fromkeys(("rolling", "stepping"), None))
    with pytest.raises(InputError, match=r"westshift\[peers\]"):
        suite.run([], load_scenario("two_region"))
