"""The command line from end to end, as a user types it."""

import errno
import hashlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from westshift.experiments.results import MANIFEST, whole_folder
from westshift.models.errors import InputError


def westshift(*words, cwd, **kwargs):
    return subprocess.run(
        [sys.executable, "-m", "westshift.experiments", *map(str, words)],
        cwd=cwd, capture_output=True, text=True, timeout=300, **kwargs,
    )  # fmt: skip


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    folder = tmp_path_factory.mktemp("run")
    done = westshift("run", "two_region", "--out", "out", "--workers", 1, cwd=folder)
    assert done.returncode == 0, done.stderr
    return done, folder / "out"


def _digest(folder: Path) -> dict[str, str]:
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    return {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


def test_a_run_writes_a_whole_folder_and_says_so(result):
    done, folder = result
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    assert manifest["status"] == "complete"
    listed = {name: digest for name, digest in _digest(folder).items() if name != MANIFEST}
    assert manifest["files"] == listed
    for name in (
        "policies.csv",
        "routes.csv",
        "sites.csv",
        "assumptions.csv",
        "calibration_regions.csv",
    ):
        assert name in listed
    assert {"pdf", "png", "csv"} <= {
        name.rsplit(".", 1)[1] for name in listed if name.startswith("figures/")
    }
    assert "Written to out" in done.stdout
    assert "co-planned" in done.stdout


def test_the_table_on_the_screen_is_the_table_in_the_file(result):
    done, folder = result
    table = pd.read_csv(folder / "policies.csv").set_index("policy")
    line = next(x for x in done.stdout.splitlines() if "whole system, consequential" in x)
    shown = [float(x.replace(",", "")) for x in line.split("]")[1].split()]
    assert shown == pytest.approx(table["avoided_system_t"].tolist(), abs=0.051)


def test_two_region_comes_out_as_solved_by_hand(result):
    # README.md of the scenario: wind curtailed in the west takes all batch work that may move.
    _, folder = result
    table = pd.read_csv(folder / "policies.csv").set_index("policy")
    assert table.loc["here-and-now", "avoided_system_t"] == 0
    assert table.loc["wait-awhile", "avoided_system_t"] == pytest.approx(0, abs=1e-6)
    for name in ("greenest-now", "cheapest", "planned", "co-planned", "oracle"):
        assert table.loc[name, "avoided_system_t"] == pytest.approx(405.0, rel=1e-6)
    assert (table["unserved_mwh"] == 0).all()


def test_the_same_seed_gives_the_same_bytes_whatever_the_workers(result, tmp_path):
    _, folder = result
    again = westshift("run", "two_region", "--out", "again", "--workers", 2, cwd=tmp_path)
    assert again.returncode == 0, again.stderr
    assert _digest(tmp_path / "again") == _digest(folder)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["run", "nowhere"], ["nowhere", "two_region"]),
        (["run", "two_region", "--policies", "planed"], ["planed", "planned"]),
        (["run", "two_region", "--forecast", "psychic"], ["psychic", "perfect"]),
        (["run", "two_region", "--set", "plan.window=3"], ["plan.window", "plan.window_h"]),
        (["run", "two_region", "--set", "parameters.idle_share"], ["KEY=VALUE"]),
        (["run", "two_region", "--set", "parameters.idle_share=-1"], ["idle_share", "-1"]),
        (["validate", "."], ["scenario.yaml"]),
        (["run", "two_region", "--workers", "0"], ["--workers", "1"]),
    ],
)
def test_bad_input_is_one_sentence_and_exit_status_2(words, said, tmp_path):
    done = westshift(*words, cwd=tmp_path)
    assert done.returncode == 2
    for part in said:
        assert part in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_an_infeasible_scenario_names_what_cannot_be_met(tmp_path):
    # A lossy one-way world with more must-run than can be used is still feasible (dump); what is not:
    # demand that may not be shed because nothing is. Lost load is always allowed, so an infeasible
    # program needs contradictory bounds: minimum above maximum is refused by validation already.
    done = westshift("validate", "two_region", "--set", "generators.east.coal.minimum_share=1.0", "--set",
                     "generators.east.coal.availability_share=0.5", cwd=tmp_path)  # fmt: skip
    assert done.returncode == 2
    assert "minimum_share" in done.stderr


def test_an_unwritable_folder_is_said_before_the_run(tmp_path):
    (tmp_path / "file").write_text("in the way")
    done = westshift("run", "two_region", "--out", "file/out", cwd=tmp_path)
    assert done.returncode == 2
    assert "--out" in done.stderr
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


def test_a_folder_that_is_no_result_is_left_alone(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.tex").write_text("precious")
    done = westshift("run", "two_region", "--out", "mine", cwd=tmp_path)
    assert done.returncode == 2
    assert (tmp_path / "mine" / "thesis.tex").read_text() == "precious"


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_leaves_nothing(how, tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-m", "westshift.experiments", "run", "two_region", "--year", "--out", "out"],
        cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    assert process.stderr is not None
    for line in process.stderr:
        if "/364" in line:
            break
    else:
        pytest.fail("the run ended before it could be interrupted")
    if how == signal.SIGINT:  # Ctrl-C reaches the workers too
        os.killpg(process.pid, how)
    else:
        process.send_signal(how)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "interrupted; no result was written" in said
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_leaves_nothing_and_says_so(tmp_path):
    target = tmp_path / "out"

    def half() -> None:
        with whole_folder(target) as folder:
            (folder / "half.csv").write_text("half")
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.raises(InputError, match="No space left"):
        half()
    assert list(tmp_path.iterdir()) == []


def test_a_result_is_replaced_only_when_the_new_one_is_whole(tmp_path):
    target = tmp_path / "out"
    with whole_folder(target) as folder:
        (folder / MANIFEST).write_text("first")

    def broken() -> None:
        with whole_folder(target) as folder:
            (folder / MANIFEST).write_text("second")
            raise RuntimeError("broke")

    with pytest.raises(RuntimeError):
        broken()
    assert (target / MANIFEST).read_text() == "first"
    with whole_folder(target) as folder:
        (folder / MANIFEST).write_text("third")
    assert (target / MANIFEST).read_text() == "third"
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize(
    "command",
    [
        [],
        ["run"],
        ["scenarios"],
        ["validate"],
        ["calibrate"],
        ["routes"],
        ["assumptions"],
        ["verify"],
    ],
)
def test_help_teaches_and_imports_nothing_heavy(command, tmp_path):
    done = westshift(*command, "--help", cwd=tmp_path)
    assert done.returncode == 0
    assert len(done.stdout.splitlines()) > 5
    heavy = ("mesa", "pyomo", "pandas", "pvlib", "matplotlib")
    code = f"import sys, westshift.experiments.cli; print([m for m in {heavy} if m in sys.modules])"
    loaded = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert loaded.stdout.strip() == "[]"
