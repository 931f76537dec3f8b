"""A sweep that is stopped, shared out or out of room comes to the same files as one that was left alone."""

import os
import signal
import subprocess
import time

import pytest


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_stopped_in_the_middle_and_started_again_it_is_the_same_to_the_last_byte(
    cli, swept, tmp_path, how
):
    whole, _ = swept
    out = tmp_path / "out"
    words = ("sweep", whole / "study.yaml", "--out", out)
    with subprocess.Popen(cli.command(*words), stderr=subprocess.PIPE, text=True) as running:
        while running.poll() is None and len(list(out.glob("runs/*/*/run.json"))) < 3:
            time.sleep(0.005)
        running.send_signal(how)
        _, said = running.communicate(timeout=60)
    there = len(list(out.glob("runs/*/*/run.json")))
    assert 3 <= there < cli.cases
    if how == signal.SIGTERM:
        assert running.returncode == 130
        assert f"stopped; {cli.cases} cases: 0 done before, " in said
        assert "start again to go on" in said
    partial = cli.westshift("table", out, cwd=tmp_path)
    assert f"of {cli.cases} cases {cli.cases - there} missing" in partial.stderr
    again = cli.westshift(*words, cwd=tmp_path)
    assert again.returncode == 0, again.stderr
    assert f"{there} done before, {cli.cases - there} run now, 0 failed" in again.stdout
    undisturbed = cli.content(whole / "results" / "sweep-prices")
    assert {k: v for k, v in cli.content(out).items() if not k.endswith(".part")} == undisturbed
    assert (
        cli.westshift("table", out, cwd=tmp_path).stdout
        == cli.westshift("table", "study.yaml", cwd=whole).stdout
    )


@pytest.mark.slow
def test_shards_together_are_the_sweep(cli, swept, tmp_path):
    whole, _ = swept
    started = [
        subprocess.Popen(
            cli.command("sweep", whole / "study.yaml", "--out", "out", "--shard", f"{k}/3"),
            cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for k in range(3)
    ]  # fmt: skip
    for k, shard in enumerate(started):
        told, said = shard.communicate(timeout=300)
        assert shard.returncode == 0, said
        count = len(range(k, cli.cases, 3))
        assert told.startswith(f"{count} cases: 0 done before, {count} run now, 0 failed")
    assert cli.content(tmp_path / "out") == cli.content(whole / "results" / "sweep-prices")


@pytest.mark.slow
def test_workers_make_the_same_files(cli, swept, tmp_path):
    whole, _ = swept
    done = cli.westshift(
        "sweep", whole / "study.yaml", "--out", "out", "--workers", 2, cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    assert cli.content(tmp_path / "out") == cli.content(whole / "results" / "sweep-prices")


def fill(path):
    """A file that takes all room there is."""
    file = os.open(path, os.O_WRONLY | os.O_CREAT)
    try:
        while True:
            os.write(file, b"0" * 4096)
    except OSError:
        os.close(file)


@pytest.mark.slow
def test_a_full_disk_is_one_sentence_and_the_rest_runs_when_there_is_room(cli, swept, tmp_path):
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
        assert cli.westshift(*words, "--shard", "0/4", cwd=tmp_path).returncode == 0
        there = len(list(disk.rglob("run.json")))
        filled = disk / "filled"
        fill(filled)
        assert "No space left on device" in cli.refused(cli.westshift(*words, cwd=tmp_path))
        assert len(list(disk.rglob("run.json"))) == there
        filled.unlink()
        done = cli.westshift(*words, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        assert f"{there} done before, {cli.cases - there} run now, 0 failed" in done.stdout
        assert cli.content(disk / "out") == cli.content(whole / "results" / "sweep-prices")
    finally:
        subprocess.run(["umount", disk], check=True)
