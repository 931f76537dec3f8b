"""Workers that die, and drivers that are stopped."""

import functools
import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from westshift.experiments.sweep.drive import Counts, Local, drive

DRIVER = """
import signal, sys
import deeds
from westshift.experiments import cli
from westshift.experiments.sweep.drive import Local, drive

if __name__ == "__main__":
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, cli._stop)
    try:
        drive(range(40), deeds.nap, print, Local(2))
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


@pytest.mark.parametrize(("retries", "chunk"), [(2, 25), (0, 1), (1, 1)])
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
        [sys.executable, str(program)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True, cwd=tmp_path,
    )  # fmt: skip
    try:
        children = _at_work(driver)
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


def _at_work(driver, seconds=90):
    """The driver's children once both workers are there and have had time to begin."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        children = psutil.Process(driver.pid).children(recursive=True)
        busy = [
            p
            for p in children
            if len(p.connections() if not hasattr(p, "net_connections") else p.net_connections())
            > 2
        ]
        if len(busy) >= 2:
            time.sleep(1)
            return children
        time.sleep(0.2)
    raise AssertionError("the workers did not start")
