"""`westshift sweep` and `westshift table` as a user types them: whole, killed, sharded, refused."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from westshift.experiments.sweep.drive import At, InProcess, Kind, Local, Queue
from westshift.experiments.sweep.key import SCHEMA
from westshift.experiments.sweep_cli import how_of, part_of, sweep
from westshift.models.errors import InputError

STUDY = """
name: prices
scenario: two_region
policies: [planned]
set: {horizon.length_h: 24, "horizon.weeks": [24]}
vary:
  parameters.carbon_price_cny_per_t: [0, 100, 200, 300]
  classes.batch.slack_h: [0, 6]
replicates: 2
keep: [routes]
"""
CASES = 16


def command(*words):
    return [sys.executable, "-m", "westshift.experiments", *map(str, words)]


def westshift(*words, cwd, **kwargs):
    return subprocess.run(
        command(*words), cwd=cwd, capture_output=True, text=True, timeout=300, **kwargs
    )


def refused(done):
    """One sentence, exit status 2."""
    assert done.returncode == 2, done.stderr
    assert done.stderr.startswith("westshift: ")
    assert "Traceback" not in done.stderr
    return done.stderr


def content(folder: Path) -> dict[str, str]:
    """All files of a sweep without compiled programs; of records all but what is kept apart."""
    found = {}
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        text = path.read_bytes().decode("latin-1")
        if path.name == "run.json":
            record = json.loads(path.read_bytes())
            record.pop("apart")
            text = json.dumps(record)
        if path.relative_to(folder).parts[0] != "programs":
            found[str(path.relative_to(folder))] = text
    return found


@pytest.fixture(scope="module")
def swept(tmp_path_factory):
    folder = tmp_path_factory.mktemp("swept")
    (folder / "study.yaml").write_text(STUDY, encoding="utf-8")
    return folder, westshift("sweep", "study.yaml", cwd=folder)


def test_a_sweep_runs_into_its_own_folder_and_says_what_it_did(swept):
    folder, done = swept
    assert done.returncode == 0, done.stderr
    assert (
        done.stdout
        == f"{CASES} cases: 0 done before, {CASES} run now, 0 failed, in results/sweep-prices\n"
    )
    assert f"{CASES} cases to run" in done.stderr
    assert f"{CASES}/{CASES} cases, 0 failed" in done.stderr
    out = folder / "results" / "sweep-prices"
    assert len(list(out.glob("runs/*/*/run.json"))) == CASES
    plan = json.loads((out / "plan.json").read_text(encoding="utf-8"))
    assert plan["plan"]["vary"]["classes.batch.slack_h"] == [0, 6]
    assert (out / "designs" / f"{plan['design']}.json").is_file()


def test_started_again_it_runs_nothing(swept):
    folder, _ = swept
    before = content(folder / "results")
    done = westshift("sweep", "study.yaml", cwd=folder)
    assert done.returncode == 0
    assert f"{CASES} cases: {CASES} done before, 0 run now, 0 failed" in done.stdout
    assert content(folder / "results") == before


def test_a_dry_run_counts_and_writes_nothing(swept, tmp_path):
    folder, _ = swept
    done = westshift("sweep", folder / "study.yaml", "--dry-run", cwd=tmp_path)
    assert (
        done.stdout
        == "8 points, 2 seed(s) each: 16 cases, 0 done before, 16 to run; nothing was run\n"
    )
    assert not list(tmp_path.iterdir())


def test_the_table_as_csv_parquet_and_latex(swept):
    folder, _ = swept
    shown = westshift("table", "study.yaml", cwd=folder)
    assert shown.returncode == 0, shown.stderr
    assert shown.stderr == ""
    for words in (["--out", "t.csv"], ["--out", "t.parquet"], ["--out", "t.tex"]):
        done = westshift("table", "results/sweep-prices", *words, cwd=folder)
        assert done.returncode == 0, done.stderr
    assert (folder / "t.csv").read_text(encoding="utf-8") == shown.stdout
    rows = pd.read_csv(folder / "t.csv")
    assert len(rows) == CASES * 2
    assert set(rows["status"]) == {"complete"}
    held = pq.read_table(folder / "t.parquet")
    assert held.num_rows == len(rows)
    assert held.schema.field("avoided_system_t").metadata[b"unit"] == b"t"
    assert (folder / "t.tex").read_text(encoding="utf-8").startswith("\\begin{tabular}")
    few = westshift(
        "table", "study.yaml", "--columns", "policy,energy_mwh", "--format", "latex", cwd=folder
    )
    assert "policy & energy\\_mwh [MWh]" in few.stdout


def test_the_table_may_be_cut_short_by_who_reads_it(swept):
    folder, _ = swept
    line = " ".join(command("table", "study.yaml")) + " | head -1"
    done = subprocess.run(line, shell=True, cwd=folder, capture_output=True, text=True, timeout=60)
    assert done.stdout.startswith("point,parameters.carbon_price_cny_per_t,")
    assert done.stderr == ""


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_stopped_in_the_middle_and_started_again_it_is_the_same_to_the_last_byte(
    swept, tmp_path, how
):
    whole, _ = swept
    out = tmp_path / "out"
    words = ("sweep", whole / "study.yaml", "--out", out)
    with subprocess.Popen(command(*words), stderr=subprocess.PIPE, text=True) as running:
        while running.poll() is None and len(list(out.glob("runs/*/*/run.json"))) < 3:
            time.sleep(0.005)
        running.send_signal(how)
        _, said = running.communicate(timeout=60)
    there = len(list(out.glob("runs/*/*/run.json")))
    assert 3 <= there < CASES
    if how == signal.SIGTERM:
        assert running.returncode == 130
        assert f"stopped; {CASES} cases: 0 done before, " in said
        assert "start again to go on" in said
    partial = westshift("table", out, cwd=tmp_path)
    assert f"of {CASES} cases {CASES - there} missing" in partial.stderr
    again = westshift(*words, cwd=tmp_path)
    assert again.returncode == 0, again.stderr
    assert f"{there} done before, {CASES - there} run now, 0 failed" in again.stdout
    undisturbed = content(whole / "results" / "sweep-prices")
    assert {k: v for k, v in content(out).items() if not k.endswith(".part")} == undisturbed
    assert (
        westshift("table", out, cwd=tmp_path).stdout
        == westshift("table", "study.yaml", cwd=whole).stdout
    )


@pytest.mark.slow
def test_shards_together_are_the_sweep(swept, tmp_path):
    whole, _ = swept
    started = [
        subprocess.Popen(
            command("sweep", whole / "study.yaml", "--out", "out", "--shard", f"{k}/3"),
            cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for k in range(3)
    ]  # fmt: skip
    for k, shard in enumerate(started):
        told, said = shard.communicate(timeout=300)
        assert shard.returncode == 0, said
        count = len(range(k, CASES, 3))
        assert told.startswith(f"{count} cases: 0 done before, {count} run now, 0 failed")
    assert content(tmp_path / "out") == content(whole / "results" / "sweep-prices")


@pytest.mark.slow
def test_workers_make_the_same_files(swept, tmp_path):
    whole, _ = swept
    done = westshift("sweep", whole / "study.yaml", "--out", "out", "--workers", 2, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert content(tmp_path / "out") == content(whole / "results" / "sweep-prices")


FAILING = """
name: failing
scenario: two_region
policies: [planned]
set: {horizon.length_h: 24, "horizon.weeks": [24]}
vary:
  parameters.it_load_share: [0.7, 0.4]
  parameters.idle_share: [0.1, 0.5]
"""


def test_a_mistake_in_the_study_is_one_sentence_and_exit_status_2(tmp_path):
    (tmp_path / "study.yaml").write_text(STUDY.replace("slack_h", "slack"), encoding="utf-8")
    assert "did you mean 'slack_h'?" in refused(westshift("sweep", "study.yaml", cwd=tmp_path))
    assert "no such file" in refused(westshift("sweep", "none.yaml", cwd=tmp_path))


def test_a_failed_case_is_a_row_and_exit_status_1_and_is_tried_again(tmp_path):
    """Idle servers alone would draw more than the load that is given: that corner of the grid cannot be."""
    (tmp_path / "study.yaml").write_text(FAILING, encoding="utf-8")
    for run in ("0 done before, 3 run now, 1 failed", "3 done before, 0 run now, 1 failed"):
        done = westshift("sweep", "study.yaml", "--out", "out", cwd=tmp_path)
        assert done.returncode == 1
        assert done.stdout == f"4 cases: {run}, in out\n"
        assert "1 failed, the first with: two_region/parameters.csv" in done.stderr
        assert "starting the sweep again retries them" in done.stderr
        assert "Traceback" not in done.stderr
    shown = westshift(
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
def test_what_cannot_be_is_said_before_anything_runs(tmp_path, monkeypatch, change, said):
    monkeypatch.chdir(tmp_path)
    Path("study.yaml").write_text(STUDY.replace(*change), encoding="utf-8")
    with pytest.raises(InputError) as error:
        sweep(Path("study.yaml"))
    assert said in str(error.value)
    assert [p.name for p in tmp_path.iterdir()] == ["study.yaml"]


@pytest.mark.slow
def test_a_folder_that_is_not_ours_or_of_another_version_is_left_alone(swept, tmp_path):
    whole, _ = swept
    study = whole / "study.yaml"
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "a.txt").write_text("a", encoding="utf-8")
    assert "is not a folder of a sweep" in refused(
        westshift("sweep", study, "--out", "mine", cwd=tmp_path)
    )
    assert "it has no sweep.json" in refused(westshift("table", "mine", cwd=tmp_path))
    assert "no such file" in refused(westshift("table", "none", cwd=tmp_path))
    assert "run `westshift sweep` first" in refused(westshift("table", study, cwd=tmp_path))
    assert (
        westshift("sweep", study, "--out", "old", "--shard", "0/16", cwd=tmp_path).returncode == 0
    )
    (tmp_path / "old" / "sweep.json").write_text(
        json.dumps({"schema": SCHEMA + 1}), encoding="utf-8"
    )
    before = content(tmp_path / "old")
    for words in (("sweep", study, "--out", "old"), ("table", "old")):
        assert "old was written by another version" in refused(westshift(*words, cwd=tmp_path))
    assert content(tmp_path / "old") == before


@pytest.mark.slow
def test_without_pyarrow_one_sentence_names_what_to_install(swept, tmp_path):
    whole, _ = swept
    (tmp_path / "pyarrow").mkdir()
    (tmp_path / "pyarrow" / "__init__.py").write_text(
        "raise ImportError('hidden')", encoding="utf-8"
    )
    path = os.pathsep.join(filter(None, (str(tmp_path), os.environ.get("PYTHONPATH"))))
    hidden = {**os.environ, "PYTHONPATH": path}
    said = refused(westshift("table", "study.yaml", "--out", "n.parquet", cwd=whole, env=hidden))
    assert "pip install 'westshift[sweep]'" in said
    assert westshift("table", "study.yaml", cwd=whole, env=hidden).returncode == 0


def fill(path):
    """A file that takes all room there is."""
    file = os.open(path, os.O_WRONLY | os.O_CREAT)
    try:
        while True:
            os.write(file, b"0" * 4096)
    except OSError:
        os.close(file)


@pytest.mark.slow
def test_a_full_disk_is_one_sentence_and_the_rest_runs_when_there_is_room(swept, tmp_path):
    whole, _ = swept
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk], capture_output=True, check=False
    )
    if mount.returncode:
        pytest.skip("a file system of our own cannot be mounted here")
    try:
        words = ("sweep", whole / "study.yaml", "--out", disk / "out")
        assert westshift(*words, "--shard", "0/4", cwd=tmp_path).returncode == 0
        there = len(list(disk.rglob("run.json")))
        filled = disk / "filled"
        fill(filled)
        assert "No space left on device" in refused(westshift(*words, cwd=tmp_path))
        assert len(list(disk.rglob("run.json"))) == there
        filled.unlink()
        done = westshift(*words, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        assert f"{there} done before, {CASES - there} run now, 0 failed" in done.stdout
        assert content(disk / "out") == content(whole / "results" / "sweep-prices")
    finally:
        subprocess.run(["umount", disk], check=True)


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
