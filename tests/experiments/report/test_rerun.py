"""A result run again from what it holds: the same to the last digit, or what differs is told."""

import gzip
import json
import shutil
import subprocess
import sys

import pandas as pd
import pytest

from westshift.experiments.kept_scenario import KEPT, keep
from westshift.experiments.report.differences import differences
from westshift.experiments.rerun import run_again, words_of
from westshift.models.errors import InputError
from westshift.models.loading import SHIPPED
from westshift.models.scenario import load_scenario


def _edit(folder, change):
    path = folder / "run.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    change(manifest)
    path.write_text(json.dumps(manifest), encoding="utf-8")


def test_a_run_is_reproduced_with_its_own_scenario_seed_and_changes(run_folder, cli):
    done = cli("rerun", run_folder, "--workers", 1)
    assert done.returncode == 0, done.stdout + done.stderr
    manifest = json.loads((run_folder / "run.json").read_text(encoding="utf-8"))
    assert f"{len(manifest['files'])} files are the same" in done.stdout
    assert "reproduced" in done.stdout


@pytest.mark.slow
def test_a_study_is_reproduced_with_what_was_asked(study_folder, cli):
    done = cli("rerun", study_folder, "--workers", 1)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "--shares=50,100" in words_of(
        study_folder, json.loads((study_folder / "run.json").read_text(encoding="utf-8"))
    )


def test_a_changed_cell_is_found_with_its_file_column_row_and_values(run_folder, copy_of, cli):
    folder = copy_of(run_folder)
    table = pd.read_csv(folder / "policies.csv", dtype=str)
    was = table.loc[3, "energy_mwh"]
    table.loc[3, "energy_mwh"] = was[:-1] + ("1" if was[-1] != "1" else "2")
    table.to_csv(folder / "policies.csv", index=False, lineterminator="\n")
    done = cli("rerun", folder, "--workers", 1)
    assert done.returncode == 1
    assert "Changed since it was written: policies.csv" in done.stdout
    expected = f"policies.csv, energy_mwh, line 5 ({table.loc[3, 'policy']}): {table.loc[3, 'energy_mwh']}, now {was}"
    assert f"Differs: {expected}" in done.stdout
    assert done.stdout.count("Differs:") == 1


@pytest.mark.slow
def test_another_seed_in_the_manifest_is_found(run_folder, copy_of, cli):
    folder = copy_of(run_folder)
    _edit(folder, lambda m: m["overrides"].update(seed="4"))
    done = cli("rerun", folder, "--workers", 1)
    assert done.returncode == 1
    assert "run.json, seed: 3, now 4" in done.stdout
    assert "run.json, digest" in done.stdout
    _edit(folder, lambda m: (m["overrides"].update(seed="3"), m.update(seed=9)))
    done = cli("rerun", folder, "--workers", 1)
    assert done.returncode == 1
    assert "run.json, seed: 9, now 3" in done.stdout


def test_hours_are_compared_inside_the_archive_and_lost_files_are_told(run_folder, copy_of):
    folder = copy_of(run_folder)
    path = folder / "hourly" / "planned.csv.gz"
    text = gzip.decompress(path.read_bytes()).decode()
    path.write_bytes(gzip.compress(text.encode(), mtime=5))
    (folder / "sites.csv").unlink()
    found = differences(folder, run_folder)
    assert "hourly/planned.csv.gz: other bytes, the same cells" in found.told
    assert any(t.startswith("sites.csv: is not in") for t in found.told)
    path.write_bytes(b"no archive")
    assert any("cannot be read as a table" in t for t in differences(folder, run_folder).told)


def test_versions_are_told_and_do_not_count_as_differences(run_folder, copy_of):
    folder = copy_of(run_folder)
    _edit(folder, lambda m: m["versions"].update(highspy="0.1"))
    found = differences(folder, run_folder)
    assert len(found.versions) == 1
    assert found.versions[0].startswith("highspy: 0.1, now")
    assert found.equal


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda m: m["versions"].update(westshift="0.0.1"), "was written by westshift 0.0.1"),
        (lambda m: m.pop("digest"), "has no 'digest'"),
        (lambda m: m.update(study="no-such"), "no command repeats"),
        (lambda m: m.update(study="signals", asked={"x": "1"}), "does not take"),
    ],
)
def test_what_cannot_be_run_again_is_said(run_folder, copy_of, tmp_path, change, said):
    folder = copy_of(run_folder)
    _edit(folder, change)
    with pytest.raises(InputError, match=said):
        run_again(folder, tmp_path / "again")
    assert not (tmp_path / "again").exists()


def test_no_result_is_one_sentence_and_exit_status_2(tmp_path, cli, run_folder):
    for command in ("rerun", "report"):
        done = cli(command, tmp_path)
        assert done.returncode == 2
        assert "is not a result of westshift" in done.stderr
        assert len(done.stderr.strip().splitlines()) == 1
    with pytest.raises(InputError, match="is the result itself"):
        run_again(run_folder, run_folder)


def test_a_result_without_its_scenario_falls_back_on_the_shipped_one_or_says_so(
    run_folder, copy_of
):
    folder = copy_of(run_folder)
    shutil.rmtree(folder / KEPT)
    manifest = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    assert words_of(folder, manifest)[1] == str((SHIPPED / "two_region").resolve())
    with pytest.raises(InputError, match="holds no copy of its scenario"):
        words_of(folder, {**manifest, "digest": "0" * 16})


def test_series_from_elsewhere_are_kept_and_named(tmp_path):
    user = tmp_path / "user"
    shutil.copytree(SHIPPED / "two_region", user)
    (user / "wind.csv").rename(tmp_path / "far.csv")
    text = (user / "scenario.yaml").read_text(encoding="utf-8")
    (user / "scenario.yaml").write_text(
        text.replace("wind_availability: wind.csv", "wind_availability: ../far.csv"),
        encoding="utf-8",
    )
    shutil.copy(user / "air.csv", user / "warm.csv")
    changes = {"series.temperature_c": "warm.csv", "seed": "5"}
    chosen = load_scenario(user, changes)
    result = tmp_path / "result"
    result.mkdir()
    keep(user, chosen, changes, result)
    shutil.rmtree(user)
    (tmp_path / "far.csv").unlink()
    again = load_scenario(result / KEPT, {"seed": "5"})
    assert again.digest == chosen.digest
    assert "Two regions that can be solved" in (result / KEPT / "scenario.yaml").read_text("utf-8")


def test_a_scenario_that_changes_while_it_is_read_is_refused(tmp_path):
    user = tmp_path / "user"
    shutil.copytree(SHIPPED / "two_region", user)
    chosen = load_scenario(user, {"seed": 2})
    (tmp_path / "result").mkdir()
    with pytest.raises(InputError, match="was changed while it was read"):
        keep(user, chosen, {"seed": 3}, tmp_path / "result")


@pytest.mark.slow
@pytest.mark.parametrize(
    "words",
    [
        ("site", "two_region", "--green-field", "--no-rules", "--world=none"),
        ("frontier", "two_region", "--against=latency", "--points=3"),
    ],
    ids=["site", "frontier"],
)
def test_what_else_writes_a_result_is_run_again_with_its_options(words, tmp_path):
    def westshift(*words):
        return subprocess.run(
            [sys.executable, "-m", "westshift.experiments", *words], cwd=tmp_path,
            capture_output=True, text=True, check=True,
        )  # fmt: skip

    westshift(*words, "--out=one")
    assert "The result is reproduced" in westshift("rerun", "one").stdout
