"""Programs that are handed over compiled: no Pyomo, and no other byte of a result."""

import importlib
import subprocess
import sys
from dataclasses import fields, is_dataclass

import numpy as np
import pytest

from westshift.experiments.pool import each_horizon
from westshift.experiments.simulate import cases_of, simulate
from westshift.models.scenario import load_scenario
from westshift.models.year import make_year
from westshift.optim.program import Program
from westshift.sim.run import Programs

OWN = ("here-and-now", "planned", "co-planned", "oracle", "cvar", "follow-average", "cost-only")


def figures(thing):
    """Everything in a result, as bytes where it is an array."""
    if is_dataclass(thing):
        return {f.name: figures(getattr(thing, f.name)) for f in fields(thing)}
    if isinstance(thing, dict):
        return {name: figures(x) for name, x in thing.items()}
    if isinstance(thing, tuple):
        return [figures(x) for x in thing]
    return (thing.dtype.str, thing.tobytes()) if isinstance(thing, np.ndarray) else repr(thing)


def of_run(run):
    return figures(run.ledgers), figures(run.hours)


@pytest.fixture(scope="module")
def scenario():
    return load_scenario("two_region", {"policies": list(OWN), "horizon.weeks": [0, 100]})


@pytest.fixture(scope="module")
def plain(scenario):
    return of_run(simulate(scenario, workers=1))


def test_kept_programs_change_no_byte_of_a_result(scenario, plain, tmp_path):
    assert of_run(simulate(scenario, workers=1, programs_folder=tmp_path)) == plain
    assert list(tmp_path.iterdir())
    assert of_run(simulate(scenario, workers=1, programs_folder=tmp_path)) == plain
    assert of_run(simulate(scenario, workers=2, programs_folder=tmp_path)) == plain


CHILD = """
import sys
from pathlib import Path
import westshift.sim.run
from westshift.experiments.simulate import simulate
from westshift.models.scenario import load_scenario
assert "pyomo" not in sys.modules, "before"
scenario = load_scenario("two_region")
run = simulate(scenario, workers=1, programs_folder=Path(sys.argv[1]))
print(sorted(run.ledgers), "pyomo" in sys.modules)
"""


def test_a_process_that_finds_its_programs_never_loads_pyomo(tmp_path):
    for known in (False, True):
        made = subprocess.run(
            [sys.executable, "-c", CHILD, str(tmp_path)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert made.returncode == 0, made.stderr
        names, loaded = made.stdout.strip().rsplit(" ", 1)
        assert "oracle" in names
        assert "planned" in names
        assert loaded == str(not known)  # the first has to compile


TASK = """
import sys

def tell_pyomo(case, tick, programs, turn):
    from westshift.sim.run import run_case

    done = run_case(case, tick, programs, turn)
    return sorted(done), "pyomo" in sys.modules
"""


@pytest.fixture
def tell_pyomo(tmp_path, monkeypatch):
    """A task that says which policies ran and whether Pyomo is loaded, of a module that workers find too."""
    (tmp_path / "task_of_a_worker.py").write_text(TASK, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "task_of_a_worker", raising=False)
    return importlib.import_module("task_of_a_worker").tell_pyomo


def test_workers_of_a_run_never_load_pyomo(scenario, plain, tell_pyomo):
    names = tuple(n for n in OWN if n != "cost-only")  # anchors compile on their own
    cases = cases_of(scenario, make_year(scenario), names)

    def ahead(programs: Programs) -> None:
        hours = [case.actual.hours for case in cases]
        programs.compile_ahead(cases[0].actual.system, hours, names, scenario.plan)

    told = each_horizon(tell_pyomo, cases, lambda *what: None, 2, ahead)
    assert told == [(sorted(names), False)] * 2
    assert of_run(simulate(scenario, workers=2)) == plain


def test_what_is_not_compiled_ahead_a_worker_compiles(scenario, tell_pyomo):
    cases = cases_of(scenario, make_year(scenario), ("here-and-now", "planned"))
    told = each_horizon(tell_pyomo, cases, lambda *what: None, 2)
    assert told == [(["here-and-now", "planned"], True)] * 2


def test_an_error_while_compiling_ahead_ends_the_run(scenario, tell_pyomo):
    cases = cases_of(scenario, make_year(scenario), ("here-and-now",))

    def ahead(programs: Programs) -> None:
        raise ZeroDivisionError("ahead")

    with pytest.raises(ZeroDivisionError, match="ahead"):
        each_horizon(tell_pyomo, cases, lambda *what: None, 2, ahead)


def test_only_what_policies_need_is_compiled_ahead(scenario):
    system = cases_of(scenario, make_year(scenario), ("here-and-now",))[0].actual.system

    def made(*policies: str) -> list[str]:
        programs = Programs()
        programs.compile_ahead(system, (24, 24, 12), policies, scenario.plan)
        return sorted(p.base.name for p in programs.store._held.values())

    assert made("here-and-now", "wait-awhile") == ["dispatch"] * 2
    assert made("planned", "cvar") == [*["dispatch"] * 2, "price_taker"]
    assert made("oracle") == [*["co_planner"] * 2, *["dispatch"] * 2]


def test_starting_cold_forgets_every_basis(scenario):
    programs = Programs()
    every = [programs.dispatch, programs.yesterday, programs.price_taker, programs.co_planner]
    assert all(isinstance(p, Program) for p in every)
    for p in every:
        p.basis = "something"
    programs.start_cold()
    assert [p.basis for p in every] == [None] * 4
