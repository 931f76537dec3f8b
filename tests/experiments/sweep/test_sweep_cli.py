"""`westshift sweep` and `westshift table` as a user types them: whole, failing, refused."""

import json
import os
import subprocess
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from westshift.experiments.sweep.drive import At, InProcess, Kind, Local, Queue
from westshift.experiments.sweep.key import SCHEMA
from westshift.experiments.sweep_cli import how_of, part_of, sweep
from westshift.models.errors import InputError


def test_a_sweep_runs_into_its_own_folder_and_says_what_it_did(cli, swept):
    folder, done = swept
    assert done.returncode == 0, done.stderr
    assert (
        done.stdout
        == f"{cli.cases} cases: 0 done before, {cli.cases} run now, 0 failed, in results/sweep-prices\n"
    )
    assert f"{cli.cases} cases to run" in done.stderr
    assert f"{cli.cases}/{cli.cases} cases, 0 failed" in done.stderr
    out = folder / "results" / "sweep-prices"
    assert len(list(out.glob("runs/*/*/run.json"))) == cli.cases
    plan = json.loads((out / "plan.json").read_text(encoding="utf-8"))
    assert plan["plan"]["vary"]["classes.batch.slack_h"] == [0, 6]
    assert (out / "designs" / f"{plan['design']}.json").is_file()


def test_started_again_it_runs_nothing(cli, swept):
    folder, _ = swept
    before = cli.content(folder / "results")
    done = cli.westshift("sweep", "study.yaml", cwd=folder)
    assert done.returncode == 0
    assert f"{cli.cases} cases: {cli.cases} done before, 0 run now, 0 failed" in done.stdout
    assert cli.content(folder / "results") == before


def test_a_dry_run_counts_and_writes_nothing(cli, swept, tmp_path):
    folder, _ = swept
    done = cli.westshift("sweep", folder / "study.yaml", "--dry-run", cwd=tmp_path)
    assert (
        done.stdout
        == "8 points, 2 seed(s) each: 16 cases, 0 done before, 16 to run; nothing was run\n"
    )
    assert not list(tmp_path.iterdir())


def test_the_table_as_csv_parquet_and_latex(cli, swept):
    folder, _ = swept
    shown = cli.westshift("table", "study.yaml", cwd=folder)
    assert shown.returncode == 0, shown.stderr
    assert shown.stderr == ""
    for words in (["--out", "t.csv"], ["--out", "t.parquet"], ["--out", "t.tex"]):
        done = cli.westshift("table", "results/sweep-prices", *words, cwd=folder)
        assert done.returncode == 0, done.stderr
    assert (folder / "t.csv").read_text(encoding="utf-8") == shown.stdout
    rows = pd.read_csv(folder / "t.csv")
    assert len(rows) == cli.cases * 2
    assert set(rows["status"]) == {"complete"}
    held = pq.read_table(folder / "t.parquet")
    assert held.num_rows == len(rows)
    assert held.schema.field("avoided_system_t").metadata[b"unit"] == b"t"
    assert (folder / "t.tex").read_text(encoding="utf-8").startswith("\\begin{tabular}")
    few = cli.westshift(
        "table", "study.yaml", "--columns", "policy,energy_mwh", "--format", "latex", cwd=folder
    )
    assert "policy & energy\\_mwh [MWh]" in few.stdout


def test_the_table_may_be_cut_short_by_who_reads_it(cli, swept):
    folder, _ = swept
    line = " ".join(cli.command("table", "study.yaml")) + " | head -1"
    done = subprocess.run(line, shell=True, cwd=folder, capture_output=True, text=True, timeout=60)
    assert done.stdout.startswith("point,parameters.carbon_price_cny_per_t,")
    assert done.stderr == ""


FAILING = """
name: failing
scenario: two_region
policies: [planned]
set: {horizon.length_h: 24, "horizon.weeks": [24]}
vary:
  parameters.it_load_share: [0.7, 0.4]
  parameters.idle_share: [0.1, 0.5]
"""


def test_a_mistake_in_the_study_is_one_sentence_and_exit_status_2(cli, tmp_path):
    (tmp_path / "study.yaml").write_text(cli.study.replace("slack_h", "slack"), encoding="utf-8")
    assert "did you mean 'slack_h'?" in cli.refused(
        cli.westshift("sweep", "study.yaml", cwd=tmp_path)
    )
    assert "no such file" in cli.refused(cli.westshift("sweep", "none.yaml", cwd=tmp_path))


def test_a_failed_case_is_a_row_and_exit_status_1_and_is_tried_again(cli, tmp_path):
    """Idle servers alone would draw more than the load that is given: that corner of the grid cannot be."""
    (tmp_path / "study.yaml").write_text(FAILING, encoding="utf-8")
    for run in ("0 done before, 3 run now, 1 failed", "3 done before, 0 run now, 1 failed"):
        done = cli.westshift("sweep", "study.yaml", "--out", "out", cwd=tmp_path)
        assert done.returncode == 1
        assert done.stdout == f"4 cases: {run}, in out\n"
        assert "1 failed, the first with: two_region/parameters.csv" in done.stderr
        assert "starting the sweep again retries them" in done.stderr
        assert "Traceback" not in done.stderr
    shown = cli.westshift(
        "table", "out", "--columns", "point,policy,status,error,energy_mwh", cwd=tmp_path
    )
    assert shown.returncode == 0
    assert "of 4 cases 1 failed" in shown.stderr
    (tmp_path / "t.csv").write_text(shown.stdout, encoding="utf-8")
    rows = pd.read_csv(tmp_path / "t.csv")
    assert list(rows["status"]) == ["complete"] * 6 + ["failed"]
    assert "it_load_share 0.4 leaves" in rows["error"].iloc[-1]
    assert rows["energy_mwh"].isna().tolist() == [False] * 6 + [True]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("classes.batch.slack_h", "classes.batch.slack"), "did you mean 'slack_h'?"),
        (("classes.batch.slack_h", "clases.batch.slack_h"), "override clases.batch.slack_h: is not known"),
        (("[0, 6]", "[0, 6.5]"), "6.5 is not a whole number"),
        (("[0, 6]", "[]"), "vary classes.batch.slack_h has no values"),
        (("two_region", "tow_region"), "is neither shipped nor a folder beside the file; did you mean 'two_region'?"),
        (("[planned]", "[planed]"), "did you mean 'planned'?"),
        (("keep", "kep"), "kep is not known; did you mean 'keep'?"),
        (("carbon_price_cny_per_t: [0, 100, 200, 300]", "it_load_share: [0.4, 0.1]"), "MW of work"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_before_anything_runs(cli, tmp_path, monkeypatch, change, said):
    monkeypatch.chdir(tmp_path)
    Path("study.yaml").write_text(cli.study.replace(*change), encoding="utf-8")
    with pytest.raises(InputError) as error:
        sweep(Path("study.yaml"))
    assert said in str(error.value)
    assert [p.name for p in tmp_path.iterdir()] == ["study.yaml"]


@pytest.mark.slow
def test_a_folder_that_is_not_ours_or_of_another_version_is_left_alone(cli, swept, tmp_path):
    whole, _ = swept
    study = whole / "study.yaml"
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "a.txt").write_text("a", encoding="utf-8")
    assert "is not a folder of a sweep" in cli.refused(
        cli.westshift("sweep", study, "--out", "mine", cwd=tmp_path)
    )
    assert "it has no sweep.json" in cli.refused(cli.westshift("table", "mine", cwd=tmp_path))
    assert "no such file" in cli.refused(cli.westshift("table", "none", cwd=tmp_path))
    assert "run `westshift sweep` first" in cli.refused(cli.westshift("table", study, cwd=tmp_path))
    assert (
        cli.westshift("sweep", study, "--out", "old", "--shard", "0/16", cwd=tmp_path).returncode
        == 0
    )
    (tmp_path / "old" / "sweep.json").write_text(
        json.dumps({"schema": SCHEMA + 1}), encoding="utf-8"
    )
    before = cli.content(tmp_path / "old")
    for words in (("sweep", study, "--out", "old"), ("table", "old")):
        assert "old was written by another version" in cli.refused(
            cli.westshift(*words, cwd=tmp_path)
        )
    assert cli.content(tmp_path / "old") == before


@pytest.mark.slow
def test_without_pyarrow_one_sentence_names_what_to_install(cli, swept, tmp_path):
    whole, _ = swept
    (tmp_path / "pyarrow").mkdir()
    (tmp_path / "pyarrow" / "__init__.py").write_text(
        "raise ImportError('hidden')", encoding="utf-8"
    )
    path = os.pathsep.join(filter(None, (str(tmp_path), os.environ.get("PYTHONPATH"))))
    hidden = {**os.environ, "PYTHONPATH": path}
    said = cli.refused(
        cli.westshift("table", "study.yaml", "--out", "n.parquet", cwd=whole, env=hidden)
    )
    assert "pip install 'westshift[sweep]'" in said
    assert cli.westshift("table", "study.yaml", cwd=whole, env=hidden).returncode == 0


@pytest.mark.parametrize(
    ("options", "how"),
    [
        ((None, None, None, None, None), InProcess()),
        ((1, None, None, None, None), InProcess()),
        ((4, None, None, None, None), Local(4)),
        ((2, None, None, None, "1/2"), Local(2)),
        ((None, Kind.SLURM, 20, None, None), Queue(Kind.SLURM, 20)),
        ((None, None, None, "tcp://a:1", None), At("tcp://a:1")),
    ],
)
def test_options_become_where_cases_run(options, how):
    assert how_of(*options) == how


@pytest.mark.parametrize(
    "options",
    [
        (2, Kind.PBS, 3, None, None),
        (2, None, None, "tcp://a:1", None),
        (None, Kind.PBS, None, None, None),
        (None, None, 3, None, None),
        (None, Kind.PBS, 3, None, "0/2"),
        (None, None, None, "tcp://a:1", "0/2"),
    ],
)
def test_options_that_do_not_go_together_are_said(options):
    with pytest.raises(InputError):
        how_of(*options)


def test_a_shard_is_k_of_n():
    assert part_of(None) == (0, 1)
    assert part_of("99/100") == (99, 100)
    for wrong in ("100/100", "1", "a/b", "-1/2", "1/0", "0.5/2", "/2"):
        with pytest.raises(InputError, match="write K/N with K from 0"):
            part_of(wrong)
