"""Schedulers that are there or not, and what batch systems write."""

import functools
import importlib.util
import json
import subprocess
import sys
import time

import pytest

from westshift.experiments.sweep.drive import At, Counts, Kind, Local, drive
from westshift.models.errors import InputError


class Told(list):
    """(case, error, attempts) of what failed."""

    def __call__(self, case, error, attempts):
        self.append((case, error, attempts))


@pytest.mark.parametrize(
    "address",
    ["tcp://127.0.0.1:9", "nonsense", "", "tcp://127.0.0.1:99999", "tcp://no.invalid:8786"],
)
def test_a_scheduler_that_is_not_there_is_one_sentence_soon(address, deeds):
    start = time.monotonic()
    with pytest.raises(InputError) as error:
        drive(range(3), deeds.nothing, Told(), At(address))
    assert time.monotonic() - start < 10
    assert str(error.value).startswith(f"no scheduler answers at {address}: start one")


def test_a_scheduler_that_is_there_is_used(deeds, tmp_path):
    """A real one, with a worker of two threads: cases still run one at a time in it."""
    python, where = [sys.executable, "-m", "distributed.cli"], tmp_path / "where.json"
    common = ["--host", "127.0.0.1", "--scheduler-file", str(where)]
    scheduler = [python[0], "-m", "distributed.cli.dask_scheduler", "--port", "0", "--no-dashboard"]
    worker = [python[0], "-m", "distributed.cli.dask_worker", "--nthreads", "2", "--no-dashboard"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    started = []
    try:
        started.append(
            subprocess.Popen([*scheduler, "--dashboard-address", "127.0.0.1:0", *common], **quiet)
        )
        started.append(subprocess.Popen([*worker, *common], cwd=tmp_path, **quiet))
        address = _address(where)
        failed = Told()
        counts = drive(
            range(60), functools.partial(deeds.crowd, str(tmp_path)), failed, At(address)
        )
        assert failed == []
        assert counts == Counts(60, 0)
        assert started[0].poll() is None  # it is not ours to end
    finally:
        for process in reversed(started):
            process.terminate()
            process.wait(20)


def _address(where, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            return json.loads(where.read_text())["address"]
        except (OSError, ValueError):
            time.sleep(0.1)
    raise AssertionError("the scheduler did not start")


def test_a_missing_package_is_named(monkeypatch, deeds):
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "distributed" else find(name)
    )
    with pytest.raises(InputError, match=r"distributed.*pip install 'westshift\[sweep\]'"):
        drive(range(3), deeds.nothing, Told(), Local(2))


@pytest.mark.parametrize(
    ("kind", "text", "seconds"),
    [
        (Kind.SLURM, "00:30:00", 1800),
        (Kind.SLURM, "1-12:00:00", 129600),
        (Kind.SLURM, "2-6", 194400),
        (Kind.SLURM, "1-00:30", 88200),
        (Kind.SLURM, "45", 2700),
        (Kind.SLURM, "45:30", 2730),
        (Kind.LSF, "02:30", 9000),
        (Kind.LSF, "90", 5400),
        (Kind.PBS, "01:02:03", 3723),
        (Kind.SGE, "600", 600),
        (Kind.SLURM, "UNLIMITED", None),
        (Kind.SLURM, "", None),
    ],
)
def test_the_time_of_a_job_is_read_as_its_batch_system_reads_it(kind, text, seconds):
    from westshift.experiments.sweep.queues import walltime_s

    assert walltime_s(kind, text) == seconds
