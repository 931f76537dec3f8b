"""The tidy table: a row a case and policy, failures and gaps included, and quick for many cases."""

import io
import json
import time
from dataclasses import asdict, fields

import pandas as pd
import pyarrow.parquet as pq
import pytest

from westshift.experiments.policy_table import measures_of
from westshift.experiments.simulate import simulate
from westshift.experiments.sweep import formats
from westshift.experiments.sweep.key import SCHEMA, Base
from westshift.experiments.sweep.laid import keep, laid_out, latest, lay_out
from westshift.experiments.sweep.plan import plan_of
from westshift.experiments.sweep.store import Store
from westshift.experiments.sweep.sweep import once_each, run_plan
from westshift.experiments.sweep.tabulate import MEASURES, table_of, tabulate
from westshift.models.errors import InputError
from westshift.models.measures import Measures
from westshift.models.scenario import load_scenario

DAY = {"horizon.weeks": [24], "horizon.length_h": 24}
PRICE = "parameters.carbon_price_cny_per_t"


def plan(**keys):
    whole = {"name": "p", "scenario": "two_region", "policies": ["planned"], "set": DAY, **keys}
    return plan_of(whole, "study")


@pytest.fixture(scope="module")
def swept(tmp_path_factory):
    asked = plan(vary={PRICE: [0, 300], "classes.batch.slack_h": [0, 6]})
    folder = tmp_path_factory.mktemp("swept") / "out"
    return asked, folder, run_plan(asked, folder)


def test_a_row_a_case_and_policy_with_what_each_run_measures(swept):
    asked, folder, table = swept
    assert list(table.columns) == [
        "point", PRICE, "classes.batch.slack_h", "seed", "replicate", "policy",
        *(f.name for f in fields(Measures)), "status", "error", "key",
    ]  # fmt: skip
    assert list(table["point"]) == [0, 0, 1, 1, 2, 2, 3, 3]
    assert list(table["policy"]) == ["here-and-now", "planned"] * 4
    assert list(table[PRICE]) == [0] * 4 + [300] * 4
    run = simulate(load_scenario("two_region", {**DAY, PRICE: 300, "classes.batch.slack_h": 0,
                                                "policies": ["planned"]}), workers=1)  # fmt: skip
    row = table[(table["point"] == 2) & (table["policy"] == "planned")].iloc[0]
    for name, value in asdict(measures_of(run)["planned"]).items():
        assert row[name] == value or (value is None and pd.isna(row[name]))
    pd.testing.assert_frame_equal(tabulate(asked, folder), table)
    pd.testing.assert_frame_equal(table_of(latest(folder), folder), table)


def test_a_failed_and_a_missing_case_are_rows(swept, tmp_path):
    asked, _, _ = swept
    folder = tmp_path / "out"
    laid = lay_out(asked, Base("two_region"))
    store = Store(folder)
    store.open()
    keep(folder, laid)
    store.fail(laid.keys[1][0], {"status": "failed", "error": "it broke"})
    table = tabulate(asked, folder)
    assert list(table["status"]) == ["missing", "failed", "missing", "missing"]
    assert table["error"][1] == "it broke"
    assert list(table["policy"]) == [""] * 4
    assert table[list(MEASURES)].isna().all(axis=None)


def test_different_points_that_are_one_case_are_run_once(tmp_path):
    told = []
    table = run_plan(
        plan(vary={"classes.batch.slack_h": [6, "6", 6.0, 4]}), tmp_path, tell=told.append
    )
    assert (told[-1].cases, told[-1].now) == (2, 2)
    assert list(table["point"]) == [0, 0, 1, 1, 2, 2, 3, 3]
    assert table["key"].nunique() == 2


def test_a_plan_that_grows_runs_only_what_is_new(tmp_path):
    told = []
    run_plan(plan(vary={PRICE: [0, 300]}), tmp_path)
    table = run_plan(plan(vary={PRICE: [100, 300, 0]}), tmp_path, tell=told.append)
    assert (told[-1].before, told[-1].now) == (2, 1)
    assert list(table[PRICE].unique()) == [100, 300, 0]
    assert len(list((tmp_path / "designs").iterdir())) == 2


def test_a_stored_design_goes_on_with_its_own_points(tmp_path, monkeypatch):
    """As where another version of scipy draws other points from the same seed."""
    asked = plan(
        design={"kind": "latin-hypercube", "points": 3}, vary={PRICE: {"from": 0, "to": 9}}
    )
    before = run_plan(asked, tmp_path)
    from westshift.experiments.sweep import laid

    monkeypatch.setattr(laid, "unit_matrix", lambda plan: pytest.fail("drawn again"))
    pd.testing.assert_frame_equal(run_plan(asked, tmp_path), before)


def test_varied_policies_are_one_column_of_text(tmp_path):
    table = run_plan(
        plan(policies=None, vary={"policies": ["cheapest", ["planned", "co-planned"]]}), tmp_path
    )
    assert list(table["policies"]) == ["cheapest"] * 2 + ["planned,co-planned"] * 3
    assert list(table["policy"]) == [
        "here-and-now",
        "cheapest",
        "here-and-now",
        "planned",
        "co-planned",
    ]


def test_a_varied_seed_is_one_column(tmp_path):
    table = run_plan(plan(vary={"seed": [5, 7]}), tmp_path)
    assert list(table.columns).count("seed") == 1
    assert list(table["seed"]) == [5, 5, 7, 7]


def test_units_are_in_the_fields_of_parquet(swept):
    _, _, table = swept
    held = pq.read_table(io.BytesIO(formats.parquet(table)))
    units = {f.name: f.metadata[b"unit"].decode() for f in held.schema}
    assert units["avoided_system_t"] == "t"
    assert units["cny_per_t"] == units[PRICE] == "CNY/t"
    assert units["added_rtt_p95_ms"] == "ms"
    assert units["storage_cycles"] == "1/a"
    assert units["pue"] == units["forecast_tau"] == "1"
    assert all(units[name] for name in MEASURES)
    back = held.to_pandas()
    pd.testing.assert_frame_equal(back[list(MEASURES)], table[list(MEASURES)])


def test_csv_reads_back(swept):
    _, _, table = swept
    back = pd.read_csv(io.BytesIO(formats.csv(table)), dtype={"key": str})
    pd.testing.assert_frame_equal(back[list(MEASURES)], table[list(MEASURES)], check_dtype=False)
    assert list(back["key"]) == list(table["key"])


def test_latex_is_escaped_and_in_booktabs():
    table = pd.DataFrame(
        {
            "a.b_cny_per_t": [1.5, -2e-7],
            "policy": ["co_planned & 5 %", "#1"],
            "n": [3, 4],
            "x_t": [None, 1.0],
        }
    )
    assert formats.latex(table).decode() == (
        "\\begin{tabular}{rlrr}\n\\toprule\n"
        "a.b\\_cny\\_per\\_t [CNY/t] & policy & n & x\\_t [t] \\\\\n\\midrule\n"
        "$1.5$ & co\\_planned \\& 5 \\% & 3 & -- \\\\\n"
        "$-2 \\times 10^{-7}$ & \\#1 & 4 & $1$ \\\\\n"
        "\\bottomrule\n\\end{tabular}\n"
    )


def test_columns_are_chosen_by_name():
    table = pd.DataFrame({"a": [1], "b": [2]})
    assert list(formats.chosen(table, "b, a,b").columns) == ["b", "a"]
    with pytest.raises(InputError, match="'policy' is not known; use one of a, b"):
        formats.chosen(table, "policy")
    with pytest.raises(InputError, match="names none"):
        formats.chosen(table, ",")


def test_a_folder_without_its_design_is_said(swept, tmp_path):
    with pytest.raises(InputError, match="is not a folder of a sweep"):
        latest(tmp_path)
    Store(tmp_path / "out").open()
    with pytest.raises(InputError, match="holds no design"):
        latest(tmp_path / "out")
    asked, _, _ = swept
    laid = laid_out(asked, tmp_path / "out")
    keep(tmp_path / "out", laid)
    (tmp_path / "out" / "designs" / f"{laid.name}.json").write_text("{}", encoding="utf-8")
    with pytest.raises(InputError, match="cannot be read"):
        latest(tmp_path / "out")


def test_many_stored_cases_are_decided_and_tabulated_quickly(swept, tmp_path):
    """CPU time, so that a busy machine does not matter; the limits are those of a user's patience."""
    asked, folder, _ = swept
    record = Store(folder).record(laid_out(asked, folder).keys[0][0])
    text = json.dumps(record)
    many = plan(
        design={"kind": "latin-hypercube", "points": 5000}, replicates=2,
        vary={PRICE: {"from": 0, "to": 500}, "classes.batch.slack_h": {"from": 0, "to": 6, "whole": True}},
    )  # fmt: skip
    store = Store(tmp_path / "out")
    store.open()
    assert record["schema"] == SCHEMA
    laid = lay_out(many, Base("two_region"))
    keep(store.folder, laid)
    keys = laid.unique_keys()
    for key in keys[::2]:
        store.place(key).mkdir(parents=True)
        (store.place(key) / "run.json").write_text(text, encoding="utf-8")
    since = time.process_time()
    again = laid_out(many, store.folder)
    missing = {key for key in again.unique_keys() if not store.done(key)}
    first = list(once_each(again, missing))
    decided_s = time.process_time() - since
    assert len(first) == len(missing) == len(keys) // 2
    since = time.process_time()
    table = tabulate(many, store.folder)
    tabulated_s = time.process_time() - since
    assert len(table) == len(keys) // 2 * 3  # two policies where a record is, one row where none is
    assert decided_s < 2
    assert tabulated_s < 2
