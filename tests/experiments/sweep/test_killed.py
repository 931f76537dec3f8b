"""Workers that die, and drivers that are stopped."""

import functools
import os
import signal
import subprocess
import sys
import threading
import time

import psutil
import pytest

from westshift.experiments.sweep.drive import Counts, Local, drive
from westshift.experiments.sweep.places import workers_of
from westshift.experiments.sweep.window import through

DRIVER = """
import functools, signal, sys
import deeds
from westshift.experiments import cli
from westshift.experiments.sweep.drive import Local, drive

if __name__ == "__main__":
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, cli._stop)
    try:
        drive(range(40), functools.partial(deeds.nap, sys.argv[1]), print, Local(2))
    except cli.Stopped:
        print("stopped")
"""


def test_a_killed_worker_loses_nothing(deeds, tmp_path):
    """The kernel ends one of two workers while it works; all cases are there, none is listed."""
    killed, failed = [], []

    def tell(case, good):
        if case > 20 and not killed:
            pid = int((tmp_path / f"begun-{case}").read_text().split()[-1])
            os.kill(pid, signal.SIGKILL)
            killed.append(pid)

    do = functools.partial(deeds.slowly, str(tmp_path))
    counts = drive(range(150), do, lambda *f: failed.append(f), Local(2), tell)
    assert killed
    assert (counts, failed) == (Counts(150, 0), [])
    for case in range(150):
        assert (tmp_path / f"case-{case}").read_text() == f"case {case}\n"
    pids = [(tmp_path / f"begun-{case}").read_text().split() for case in range(150)]
    assert len({pid for case in pids for pid in case}) >= 3  # another came in its place
    assert not psutil.pid_exists(killed[0])


@pytest.mark.parametrize(("retries", "chunk"), [(2, 25), (1, 1)])
def test_a_case_that_kills_its_worker_fails_alone(retries, chunk, deeds, tmp_path):
    failed = []
    counts = drive(
        range(120),
        functools.partial(deeds.poison, str(tmp_path)),
        lambda *f: failed.append(f),
        Local(2),
        retries=retries,
        chunk=chunk,
    )
    assert counts == Counts(118, 2)
    assert {path.name for path in tmp_path.glob("case-*")} == {
        f"case-{case}" for case in range(120) if case not in (11, 37)
    }
    attempts = {case: (error, n) for case, error, n in failed}
    assert set(attempts) == {11, 37}
    error, n = attempts[37]
    assert error.startswith(f"the worker was lost each of the {n} times it ran this case")
    assert n == len((tmp_path / "begun-37").read_text().split()) == retries + 1
    assert attempts[11][1] == 1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_stopped_driver_leaves_no_worker(number, deeds, tmp_path):
    program = tmp_path / "driver.py"
    program.write_text(DRIVER)
    driver = subprocess.Popen(
        [sys.executable, str(program), str(tmp_path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True, cwd=tmp_path,
    )  # fmt: skip
    try:
        children = _at_work(driver, tmp_path)
        start = time.monotonic()
        # Ctrl-C goes to all that run in the terminal, the others to the driver alone.
        os.killpg(driver.pid, number) if number == signal.SIGINT else driver.send_signal(number)
        out, _ = driver.communicate(timeout=30)
        _, alive = psutil.wait_procs(children, timeout=15)
        assert alive == []
        assert time.monotonic() - start < 20
        assert out == ("" if number == signal.SIGKILL else "stopped\n")
    finally:
        driver.kill()


def _at_work(driver, folder, seconds=120):
    """The driver's children once both workers have begun a case."""
    end = time.monotonic() + seconds
    while len(list(folder.glob("begun-*"))) < 2:
        assert time.monotonic() < end, "the workers did not start"
        assert driver.poll() is None, driver.communicate()
        time.sleep(0.1)
    return psutil.Process(driver.pid).children(recursive=True)


def test_a_case_that_outlives_its_workers_does_not_go_round_for_ever(deeds, tmp_path):
    """A worker that leaves in good order is not dead to Dask; that its work is begun anew is counted all the same.

    Here the words of the next workers are said by the test.
    """
    failed = []

    def others_begin(client):
        while not list(tmp_path.glob("begun-0")):
            time.sleep(0.1)
        (((name, number),),) = [keys for keys in client.processing().values() if keys]
        for _ in range(3):
            client.log_event(name, number)

    with workers_of(Local(1)) as client:
        threading.Thread(target=others_begin, args=(client,), daemon=True).start()
        do = functools.partial(deeds.nap, str(tmp_path))
        listed = lambda *told: failed.append(told)  # noqa: E731
        counts = through(client, [0], do, listed, lambda *_: None, 2, 200, 25, print)
    assert counts == Counts(0, 1)
    ((case, error, attempts),) = failed
    assert (case, attempts) == (0, 3)
    assert "out of its job's time" in error
