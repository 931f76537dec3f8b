"""A program that was kept is what would be compiled, to the last bit; a file that is not what it says is none."""

import pickle
from dataclasses import fields, replace

import numpy as np
import pytest

from westshift.experiments.verify.drawn import draw
from westshift.experiments.verify.power_flow import meshed
from westshift.models.errors import InputError
from westshift.models.outlook import Outlook
from westshift.models.scenario import load_scenario
from westshift.models.system import Compute, Grid
from westshift.models.year import actual_of, horizons, make_year
from westshift.optim import compiled_store, recipe
from westshift.optim.compiled_store import CompiledStore, store_in
from westshift.optim.grid import add_grid
from westshift.optim.program import Program, co_planner, dispatch, price_taker
from westshift.optim.source import add_source, set_source
from westshift.sim.settle import foreseen

PROGRAMS = {
    "price_taker": price_taker,
    "co_planner": co_planner,
    "co_planner, not cyclic": lambda store=None: co_planner(cyclic=False, store=store),
    "co_planner, capped": lambda store=None: co_planner(capped=True, store=store),
    "dispatch": dispatch,
    "dispatch, not cyclic": lambda store=None: dispatch(cyclic=False, store=store),
}


def bits(thing):
    """Every figure of a compiled program with its type and shape, as bytes; its names as they are."""
    if isinstance(thing, np.ndarray):
        return thing.dtype.str, thing.shape, thing.tobytes()
    if hasattr(thing, "indptr"):
        return (thing.shape, *(bits(getattr(thing, p)) for p in ("data", "indices", "indptr")))
    if hasattr(thing, "__dataclass_fields__"):
        return {f.name: bits(getattr(thing, f.name)) for f in fields(thing)}
    if isinstance(thing, dict):
        return [(name, bits(x)) for name, x in thing.items()]
    if isinstance(thing, float):
        return thing.hex()
    return tuple(bits(x) for x in thing) if isinstance(thing, tuple) else thing


def files(folder):
    return sorted(p for p in folder.iterdir()) if folder.exists() else []


SYSTEMS = {
    "drawn": lambda: draw(7, 26),
    "one hour": lambda: draw(1, 1),
    "circuits": lambda: meshed(3, buses=8, circuits=14, links=3),
}


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("name", PROGRAMS)
def test_what_was_kept_is_what_would_be_compiled(name, system, tmp_path):
    o, make = SYSTEMS[system](), PROGRAMS[name]
    fresh = make()._for_all(o.system, o.hours)
    wrote = make(store=CompiledStore(tmp_path))
    assert bits(wrote._for_all(o.system, o.hours)) == bits(fresh)
    assert len(files(tmp_path)) == 1
    store = CompiledStore(tmp_path)
    read = make(store=store)
    assert bits(read._for_all(o.system, o.hours)) == bits(fresh)
    assert store.get(read.recipe.key(o.system, o.hours)) is not None
    assert (read.read_at_once, read.budgets) == (True, wrote.budgets)
    assert bits(read._parametric) == bits(None)  # `at` was not called
    theta = np.random.default_rng(3).uniform(-3.0, 5.0, fresh.data.slope.shape[1])
    assert bits(store.get(read.recipe.key(o.system, o.hours)).at(theta)) == bits(fresh.at(theta))


def test_programs_of_one_name_and_other_options_do_not_share(tmp_path):
    o, store = draw(7, 26), CompiledStore(tmp_path)
    for make in PROGRAMS.values():
        make(store=store).compile_ahead(o.system, o.hours)
    co_planner(store=store).compile_ahead(o.system, o.hours - 1)
    assert len(files(tmp_path)) == len(PROGRAMS) + 1
    co_planner(store=store, tie_break=0.0).compile_ahead(o.system, o.hours)  # no part of the arrays
    assert len(files(tmp_path)) == len(PROGRAMS) + 1


# The key

OUTLOOK = draw(7, 26)
GRID = OUTLOOK.system.grid
FIELDS = [
    (part, f.name) for part in ("grid", "compute") for f in fields(getattr(OUTLOOK.system, part))
]


def changed(part, name):
    """The system with one field changed as little as can be; None where there is nothing to change."""
    group = getattr(OUTLOOK.system, part)
    value = getattr(group, name)
    if isinstance(value, float):
        other = np.nextafter(value, np.inf)
    elif isinstance(value, tuple):
        other = (*value[:-1], value[-1] + "'") if value else None
    elif value is None or value.size == 0:
        other = None
    else:
        other = value.copy()
        last = other.reshape(-1)[-1]
        step = {"b": lambda x: not x, "f": lambda x: np.nextafter(x, np.inf)}
        other.reshape(-1)[-1] = step.get(value.dtype.kind, lambda x: x - 1 if x else x + 1)(last)
    if other is None:
        return None
    return replace(OUTLOOK.system, **{part: replace(group, **{name: other})})


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_key_has_every_figure_that_the_arrays_hang_on(name):
    """A field changes the key, or its change is no change of the arrays."""
    program = PROGRAMS[name]()
    key = program.recipe.key(OUTLOOK.system, OUTLOOK.hours)
    fresh = bits(program._for_all(OUTLOOK.system, OUTLOOK.hours))
    seen = 0
    for part, field in FIELDS:
        system = changed(part, field)
        if system is None:
            continue
        if program.recipe.key(system, OUTLOOK.hours) != key:
            seen += 1
            continue
        try:
            assert bits(PROGRAMS[name]()._for_all(system, OUTLOOK.hours)) == fresh, field
        except (IndexError, InputError):
            pytest.fail(f"{field} has a say in {name}, and none in its key")
    assert 0 < seen < len(FIELDS)  # what a program does not look at, two systems may differ in
    assert program.recipe.key(OUTLOOK.system, OUTLOOK.hours - 1) != key


def test_a_block_sees_nothing_that_the_key_leaves_out():
    kept = dispatch().recipe
    assert not hasattr(kept.seen(OUTLOOK.system).compute, "site_capacity_mw")
    assert not hasattr(kept.seen(OUTLOOK.system).grid, "unit_capacity_mw")
    blind = replace(kept, reads=tuple(x for x in kept.reads if x != "unit_cost_cny_per_mwh"))
    from westshift.optim.declare import build

    with pytest.raises(AttributeError, match="unit_cost_cny_per_mwh"):
        build(blind, blind.seen(OUTLOOK.system), 3)


def test_every_name_that_is_read_is_a_field():
    known = {f.name for kind in (Grid, Compute) for f in fields(kind)}
    for make in PROGRAMS.values():
        assert set(make().recipe.reads) <= known


def test_other_code_or_another_library_is_another_key(monkeypatch):
    r = dispatch().recipe
    key = r.key(OUTLOOK.system, 3)
    assert all(path.is_file() for path in recipe.SOURCES)
    assert {"source.py", "at_once.py", "kirchhoff.py"} <= {path.name for path in recipe.SOURCES}
    monkeypatch.setattr(recipe, "CODE", "other")
    other = r.key(OUTLOOK.system, 3)
    monkeypatch.setattr(recipe, "_libraries", lambda: ("numpy of next year",))
    assert len({key, other, r.key(OUTLOOK.system, 3)}) == 3


CHANGES = {
    "nothing": {},
    "slack": {"classes.batch.slack_h": 3},
    "delay": {"classes.batch.delay_value_cny_per_mwh_h": 0.2},
    "wind": {"generators.west.wind.capacity_mw": 500},
    "coal": {"generators.east.coal.variable_cost_cny_per_mwh": 301},
    "a site": {"sites.west_1.it_design_mw": 90},
    "carbon price": {"parameters.carbon_price_cny_per_t": 300},
    "hours": {"horizon.length_h": 12},
    "nothing again": {},
}
SHARED = {
    "price_taker": {"slack", "wind", "coal", "carbon price"},
    "co_planner": {"slack", "wind", "carbon price"},
    "dispatch": {"slack", "delay", "wind", "a site", "carbon price"},
}
"""Changes that the program of all outlooks knows nothing of."""


def outlook_of(changes) -> Outlook:
    scenario = load_scenario("two_region", changes)
    year = make_year(scenario)
    return foreseen(actual_of(scenario, year, horizons(scenario, year)[0]))


@pytest.mark.parametrize("name", SHARED)
def test_a_sweep_that_shares_a_folder_gets_what_each_case_would_compile(name, tmp_path):
    make = PROGRAMS[name]
    shared = set()
    for what, change in CHANGES.items():
        o, before = outlook_of(change), len(files(tmp_path))
        for once in (False, True):
            kept, fresh = make(store=CompiledStore(tmp_path)).at(o, once), make().at(o, once)
            assert bits(kept) == bits(fresh), what
        if len(files(tmp_path)) == before:
            shared.add(what)
    assert shared == {*SHARED[name], "nothing again"}


@pytest.mark.parametrize("name", SHARED)
def test_whatever_stands_otherwise_gets_what_would_be_compiled_for_it(name, tmp_path):
    """Lines, stores, units, sites, streams: every field in turn, all in one folder and one memory."""
    store, make, seen = CompiledStore(tmp_path), PROGRAMS[name], 0
    for part, field in FIELDS:
        system = changed(part, field)
        if system is None:
            continue
        o = replace(OUTLOOK, system=system)
        try:
            fresh = make().at(o)
        except InputError:
            continue  # two lines there that were there and back
        assert bits(make(store=store).at(o)) == bits(fresh), field
        assert bits(make(store=CompiledStore(tmp_path)).at(o)) == bits(fresh), field
        seen += 1
    assert seen > 30


# Files that are not what they say


def spoiled(path, how, other):
    packed = path.read_bytes()
    middle = len(packed) // 2
    path.write_bytes(
        {
            "empty": b"",
            "short": packed[:-1],
            "half": packed[:middle],
            "a bit": packed[:middle] + bytes([packed[middle] ^ 1]) + packed[middle + 1 :],
            "its digest": bytes([packed[0] ^ 1]) + packed[1:],
            "foreign": other,
            "pickle": pickle.dumps({"a": 1}),
        }[how]
    )


@pytest.mark.parametrize(
    "how", ["empty", "short", "half", "a bit", "its digest", "foreign", "pickle"]
)
def test_a_file_that_is_not_what_it_says_is_compiled_anew_and_replaced(how, tmp_path):
    dispatch(store=CompiledStore(tmp_path / "other")).compile_ahead(OUTLOOK.system, 5)
    (other,) = files(tmp_path / "other")
    folder = tmp_path / "programs"
    dispatch(store=CompiledStore(folder)).compile_ahead(OUTLOOK.system, 7)
    (path,) = files(folder)
    whole = path.read_bytes()
    spoiled(path, how, other.read_bytes())
    assert CompiledStore(folder).get(path.stem) is None
    found = dispatch(store=CompiledStore(folder))._for_all(OUTLOOK.system, 7)
    assert bits(found) == bits(dispatch()._for_all(OUTLOOK.system, 7))
    assert files(folder) == [path]
    assert path.read_bytes() == whole


def test_any_bit_that_changes_is_seen(tmp_path):
    dispatch(store=CompiledStore(tmp_path)).compile_ahead(OUTLOOK.system, 2)
    (path,) = files(tmp_path)
    whole, rng = path.read_bytes(), np.random.default_rng(0)
    for at in rng.integers(0, len(whole), 60).tolist():
        path.write_bytes(whole[:at] + bytes([whole[at] ^ (1 << at % 8)]) + whole[at + 1 :])
        assert CompiledStore(tmp_path).get(path.stem) is None
    path.write_bytes(whole)
    assert CompiledStore(tmp_path).get(path.stem) is not None


@pytest.mark.parametrize("why", ["a file in its place", "no room", "too many"])
def test_a_folder_that_takes_nothing_costs_time_alone(why, tmp_path, monkeypatch):
    folder = tmp_path / "programs"
    if why == "a file in its place":
        folder.write_text("not a folder")
    else:
        limit = "IN_FOLDER_BYTES" if why == "no room" else "IN_FOLDER_FILES"
        monkeypatch.setattr(compiled_store, limit, 0)
    program = dispatch(store=CompiledStore(folder))
    assert bits(program._for_all(OUTLOOK.system, 7)) == bits(dispatch()._for_all(OUTLOOK.system, 7))
    assert why == "a file in its place" or files(folder) == []


def test_a_full_disk_leaves_no_part_of_a_file(tmp_path, monkeypatch):
    def full(*given):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(compiled_store.os, "replace", full)
    dispatch(store=CompiledStore(tmp_path)).compile_ahead(OUTLOOK.system, 7)
    assert files(tmp_path) == []


# Memory


def test_memory_is_bounded_and_forgets_what_was_not_used(monkeypatch):
    store = CompiledStore()
    one, two, three = ((dispatch(store=store), hours) for hours in (5, 6, 7))
    for program, hours in (one, two):
        program.compile_ahead(OUTLOOK.system, hours)
    size = sum(map(compiled_store._size, store._held.values()))
    monkeypatch.setattr(compiled_store, "IN_MEMORY_BYTES", int(1.5 * size))
    keys = [program.recipe.key(OUTLOOK.system, hours) for program, hours in (one, two, three)]
    assert store.get(keys[0]) is not None  # used later than the second
    three[0].compile_ahead(OUTLOOK.system, 7)
    assert [store.get(key) is not None for key in keys] == [True, False, True]


def test_what_is_kept_cannot_be_written_into(tmp_path):
    store = CompiledStore(tmp_path)
    dispatch(store=store).compile_ahead(OUTLOOK.system, 7)
    (path,) = files(tmp_path)
    for kept in (store, CompiledStore(tmp_path)):
        found = kept.get(path.stem)
        assert found is not None
        with pytest.raises(ValueError, match="read-only"):
            found.base.cost[0] = 1.0


def test_what_is_forgotten_is_in_the_folder_still(tmp_path):
    for store, there in ((CompiledStore(), False), (CompiledStore(tmp_path), True)):
        program = dispatch(store=store)
        program.compile_ahead(OUTLOOK.system, 7)
        store.forget()
        assert (store.get(program.recipe.key(OUTLOOK.system, 7)) is not None) == there


def test_one_store_for_a_folder_in_a_process(tmp_path):
    assert store_in(tmp_path) is store_in(tmp_path)
    assert store_in(tmp_path) is not store_in(tmp_path / "other")


# What is not kept


def test_a_program_without_a_name_to_be_known_by_is_not_kept(tmp_path):
    own = Program(
        "own", (add_source, add_grid), (set_source,), ("balance",), True, 0.0, store=CompiledStore(tmp_path)
    )  # fmt: skip
    own.compile_ahead(OUTLOOK.system, 7)
    assert own.at(OUTLOOK).name == "own"
    assert files(tmp_path) == []
    with pytest.raises(ValueError, match="own has no name"):
        own.recipe.key(OUTLOOK.system, 7)


def test_a_year_is_not_kept(tmp_path, monkeypatch):
    monkeypatch.setattr("westshift.optim.compiled.LONGEST_H", 6)
    program = dispatch(store=CompiledStore(tmp_path))
    program.compile_ahead(OUTLOOK.system, 7)
    assert bits(program._for_all(OUTLOOK.system, 7)) == bits(dispatch()._for_all(OUTLOOK.system, 7))
    assert files(tmp_path) == []


def test_a_grid_that_is_not_sound_is_refused_where_its_program_is_kept(tmp_path):
    store = CompiledStore(tmp_path)
    dispatch(store=store).compile_ahead(OUTLOOK.system, 7)
    capacity = np.full_like(GRID.unit_capacity_mw, -1.0)  # no figure of the program, and of no key
    bad = replace(OUTLOOK.system, grid=replace(GRID, unit_capacity_mw=capacity))
    assert dispatch().recipe.key(bad, 7) == dispatch().recipe.key(OUTLOOK.system, 7)
    with pytest.raises(InputError, match="capacity"):
        dispatch(store=store)._for_all(bad, 7)
