"""A case's record is what `westshift run` would measure; the tables kept are what it would write."""

import errno
import io
import json
import os
import shutil
from dataclasses import asdict

import pandas as pd
import pyarrow.parquet as pq
import pytest

from westshift.experiments.policy_table import measures_of
from westshift.experiments.results import hourly
from westshift.experiments.simulate import simulate
from westshift.experiments.sweep.case import cases
from westshift.experiments.sweep.plan import plan_of
from westshift.experiments.sweep.run_one import run_into
from westshift.experiments.sweep.store import Store
from westshift.experiments.sweep.sweep import run_plan
from westshift.models.errors import InputError
from westshift.models.loading import SHIPPED
from westshift.models.scenario import load_scenario

PLAN = plan_of(
    {
        "name": "p",
        "scenario": "two_region",
        "policies": ["planned"],
        "set": {"horizon.weeks": [24], "horizon.length_h": 24},
        "vary": {"parameters.carbon_price_cny_per_t": [0, 300]},
        "keep": ["hourly", "routes"],
    },
    "study",
)


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    store = Store(tmp_path_factory.mktemp("one") / "out")
    case = list(cases(PLAN))[1]
    run_into(store.folder, case)
    return store, case, simulate(load_scenario("two_region", case.overrides), workers=1)


def test_the_record_is_the_run(written):
    store, case, run = written
    record = store.record(case.key)
    assert record["status"] == "complete"
    assert record["key"] == case.key
    assert record["digest"] == run.scenario.digest
    assert record["overrides"] == case.overrides
    assert record["seed"] == run.scenario.seed
    assert record["measures"] == {name: asdict(m) for name, m in measures_of(run).items()}
    assert list(record["measures"]) == ["here-and-now", "planned"]
    assert record["versions"]["westshift"]
    assert record["apart"]["wall_s"] > 0


def test_tables_are_kept_with_units(written):
    store, case, run = written
    kept = pq.read_table(store.place(case.key) / "hourly" / "planned.parquet")
    pd.testing.assert_frame_equal(kept.to_pandas(), hourly(run, "planned"))
    units = {f.name: f.metadata[b"unit"].decode() for f in kept.schema}
    assert units["demand_mw"] == "MW"
    assert units["intensity_kg_per_mwh"] == "kg/MWh"
    assert units["price_cny_per_mwh"] == "CNY/MWh"
    assert units["region"] == ""
    routes = pd.read_csv(store.place(case.key) / "routes.csv")
    assert set(routes["policy"]) == {"planned"}  # the baseline moves nothing


def test_a_case_that_is_there_is_not_run_again(written, monkeypatch):
    store, case, _ = written
    monkeypatch.setattr("westshift.experiments.simulate.simulate", None)
    run_into(store.folder, case)


def test_a_case_done_twice_is_the_same_to_the_last_byte(written, tmp_path):
    store, case, _ = written
    run_into(tmp_path / "again", case)
    for path in sorted(p for p in store.place(case.key).rglob("*") if p.is_file()):
        other = Store(tmp_path / "again").place(case.key) / path.relative_to(store.place(case.key))
        if path.name == "run.json":
            one, two = (json.loads(p.read_bytes()) for p in (path, other))
            one.pop("apart"), two.pop("apart")
            assert json.dumps(one) == json.dumps(two)
        else:
            assert path.read_bytes() == other.read_bytes()


def test_inputs_that_change_under_way_are_noticed(tmp_path):
    folder = tmp_path / "mine"
    shutil.copytree(SHIPPED / "two_region", folder)
    case = next(iter(cases(PLAN.model_copy(update={"scenario": str(folder), "keep": ()}))))
    table = folder / "technologies.csv"
    before = table.read_text(encoding="utf-8")
    table.write_text(before.replace("900", "901"), encoding="utf-8")
    store = Store(tmp_path / "out")
    with pytest.raises(InputError, match="is not what this sweep was started with; start it again"):
        run_into(store.folder, case)
    assert not store.done(case.key)
    table.write_text(before, encoding="utf-8")
    run_into(store.folder, case)
    assert store.done(case.key)


def test_a_full_disk_stops_the_sweep_and_loses_nothing(tmp_path, monkeypatch):
    """The second case finds no room: the first stays, the second does not count, a third is not tried."""
    replace, written = os.replace, []

    def refuse(source, target):
        if str(target).endswith("run.json"):
            if len(written) == 1:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            written.append(target)
        replace(source, target)

    monkeypatch.setattr("westshift.experiments.sweep.store.os.replace", refuse)
    three = PLAN.model_copy(update={"vary": {"parameters.carbon_price_cny_per_t": (0, 100, 300)}})
    with pytest.raises(InputError, match="No space left on device"):
        run_plan(three, tmp_path / "out")
    assert len(list((tmp_path / "out").rglob("run.json"))) == 1
    assert not list((tmp_path / "out").rglob("failed.json"))
    monkeypatch.undo()
    told = []
    table = run_plan(three, tmp_path / "out", tell=told.append)
    assert (told[-1].before, told[-1].now, told[-1].failed) == (1, 2, 0)
    assert list(table["status"]) == ["complete"] * 6


def test_hourly_tables_without_pyarrow_are_refused_before_anything_runs(tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    with pytest.raises(InputError, match=r"pip install 'westshift\[sweep\]'"):
        run_plan(PLAN, tmp_path / "out")
    assert not (tmp_path / "out").exists()
    run_plan(PLAN.model_copy(update={"keep": ("routes",)}), tmp_path / "out")


def test_what_is_kept_can_be_read_without_a_file(written):
    """A Parquet file is whole by itself: the mark at both ends."""
    store, case, _ = written
    content = (store.place(case.key) / "hourly" / "planned.parquet").read_bytes()
    assert content[:4] == content[-4:] == b"PAR1"
    assert pq.read_metadata(io.BytesIO(content)).row_group(0).column(0).compression == "ZSTD"
