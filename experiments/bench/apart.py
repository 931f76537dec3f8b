"""Work done in a process of its own, so that what it takes of memory is its own."""

from __future__ import annotations

import os
import pickle
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from westshift.models.errors import SolveError

Run = Callable[..., Any]
"""(function, arguments …) -> what the function returns."""


def apart(function: Callable[..., Any], *arguments: Any) -> Any:
    """Call a function of a module in a fresh process; its result, or what it raised.

    Neither is anything of this process forked nor its main module imported again, as `multiprocessing` would: the
    process holds what the function needs. What it prints is lost: solvers and peers greet and count.

    Raises:
        SolveError: the process ended without an answer.
    """
    with TemporaryDirectory() as folder:
        task, answer = Path(folder) / "task", Path(folder) / "answer"
        task.write_bytes(pickle.dumps((function, arguments)))
        done = subprocess.run(
            [sys.executable, "-m", __name__, str(task), str(answer)],
            env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        if not answer.exists():
            raise SolveError(f"{function.__name__} ended without an answer: {done.stderr[-500:]}")
        ended, what = pickle.loads(answer.read_bytes())
    if not ended:
        raise what
    return what


def here(function: Callable[..., Any], *arguments: Any) -> Any:
    """The same in this process, where memory does not matter."""
    return function(*arguments)


def peak_mib() -> float:
    """Greatest resident memory of this process so far [MiB].

    Linux hands `ru_maxrss` of the parent on to what it starts; the high-water mark in `/proc` is the
    process's own.
    """
    status = Path("/proc/self/status")
    if status.exists():
        line = next(x for x in status.read_text().splitlines() if x.startswith("VmHWM:"))
        return int(line.split()[1]) / 1024.0
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / 1024.0**2 if sys.platform == "darwin" else most / 1024.0


def _answer(task: str, answer: str) -> None:
    function, arguments = pickle.loads(Path(task).read_bytes())
    try:
        what = (True, function(*arguments))
    except Exception as error:
        what = (False, error)
    Path(answer).write_bytes(pickle.dumps(what))


if __name__ == "__main__":
    _answer(*sys.argv[1:])
