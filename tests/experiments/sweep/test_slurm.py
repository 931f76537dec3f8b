"""A real Slurm of one node on loopback: workers as its jobs, and a sweep as its array."""

import functools
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from westshift.experiments.sweep.drive import Counts, Kind, Queue, drive
from westshift.models.errors import InputError

PATH = os.pathsep.join((os.environ["PATH"], "/usr/sbin"))
MISSING = [
    name
    for name in ("slurmctld", "slurmd", "sbatch", "munged")
    if not shutil.which(name, path=PATH)
]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        bool(MISSING), reason=f"{', '.join(MISSING)} not installed: apt-get install slurm-wlm munge"
    ),
]
STUDY = """
name: slack
scenario: two_region
set: {horizon.length_h: 24, "horizon.weeks": [0]}
design: {kind: grid}
vary:
  classes.batch.slack_h: [6, 8, 10, 12]
"""


@pytest.fixture(scope="module")
def slurm(tmp_path_factory):
    """Its environment; everything is gone afterwards."""
    folder = tmp_path_factory.mktemp("slurm")
    ports = [str(_free_port()) for _ in range(2)]
    up = Path(__file__).with_name("slurm_up.sh")
    environment = os.environ | {"PATH": PATH, "SLURM_CONF": str(folder / "slurm.conf")}
    try:
        made = subprocess.run(
            ["bash", up, folder, *ports], capture_output=True, text=True, env=environment
        )
        assert made.returncode == 0, made.stderr
        yield environment
    finally:
        subprocess.run(["scontrol", "shutdown"], env=environment, check=False)
        pid = folder / "munged.pid"
        if pid.exists():
            os.kill(int(pid.read_text()), signal.SIGTERM)


def _free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


@pytest.fixture
def site(slurm, deeds, monkeypatch, tmp_path):
    """What a site sets, the way Dask reads it."""
    import dask

    for name in ("PATH", "SLURM_CONF"):
        monkeypatch.setenv(name, slurm[name])
    logs = tmp_path / "logs"
    settings = {
        "cores": 1,
        "memory": "1GB",
        "queue": "debug",
        "interface": "lo",
        "log-directory": str(logs),
    }
    import dask_jobqueue  # noqa: F401  its own defaults first

    with dask.config.set({f"jobqueue.slurm.{k}": v for k, v in settings.items()}):
        yield slurm


def _jobs(environment):
    squeue = subprocess.run(
        ["squeue", "-h", "-o", "%i %t"], env=environment, capture_output=True, text=True
    )
    return [line.split()[0] for line in squeue.stdout.splitlines()]


def test_workers_are_jobs_and_a_cancelled_job_loses_nothing(site, tmp_path):
    import deeds

    folder, failed, cancelled = tmp_path / "out", [], []
    folder.mkdir()

    def tell(case, good):
        if case > 60 and not cancelled:
            cancelled.extend(_jobs(site))
            subprocess.run(["scancel", *cancelled], env=site, check=True)

    counts = drive(
        range(300),
        functools.partial(deeds.slowly, str(folder)),
        lambda *f: failed.append(f),
        Queue(Kind.SLURM, 2),
        tell,
    )
    assert cancelled
    assert (counts, failed) == (Counts(300, 0), [])
    for case in range(300):
        assert (folder / f"case-{case}").read_text() == f"case {case}\n"
    end = time.monotonic() + 20
    while _jobs(site) and time.monotonic() < end:
        time.sleep(0.5)
    assert _jobs(site) == []


def test_a_job_that_slurm_refuses_is_said_in_its_words(site):
    import dask

    with (
        dask.config.set({"jobqueue.slurm.queue": "no_such_queue"}),
        pytest.raises(InputError, match=r"slurm refuses the job.*no_such_queue"),
    ):
        drive(range(3), abs, print, Queue(Kind.SLURM, 1))


def test_shards_as_an_array_make_the_whole_sweep(slurm, tmp_path):
    study, out = tmp_path / "study.yaml", tmp_path / "out"
    study.write_text(STUDY)
    command = f"{sys.executable} -m westshift.experiments sweep {study} --out {out} --shard $SLURM_ARRAY_TASK_ID/2"
    said = tmp_path / "said-%a.txt"
    done = subprocess.run(
        ["sbatch", "--wait", "--array=0-1", "--mem=1500", "--output", said, "--wrap", command],
        env=slurm,
        capture_output=True,
        text=True,
    )
    words = "".join(path.read_text() for path in tmp_path.glob("said-*.txt"))
    assert done.returncode == 0, done.stderr + words
    assert len(list(out.glob("runs/*/*/run.json"))) == 4
    again = subprocess.run(
        [sys.executable, "-m", "westshift.experiments", "sweep", study, "--out", out],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "4 cases: 4 done before, 0 run now" in again.stdout
