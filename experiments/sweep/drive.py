"""Do a task for each of many cases: in this process, on local workers, by a batch system, or on a scheduler.

What a case makes does not travel: the task writes it itself, whole or not at all, and may be done
twice for one case (a worker that died after it wrote, before it could say so). So the driver keeps
nothing but the cases under way, and whoever calls it with the missing cases resumes a sweep.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from typing import TypeVar

from westshift.models.errors import InputError

from .chunk import do_each

C = TypeVar("C")


@dataclass(frozen=True)
class InProcess:
    """One case after another in this process. Dask is not imported."""


@dataclass(frozen=True)
class Local:
    """So many worker processes on this machine, one thread each; they listen on loopback alone."""

    workers: int


class Kind(Enum):
    """The batch systems that are known; the value is what the command line and Dask's settings call it."""

    SLURM = "slurm"
    PBS = "pbs"
    LSF = "lsf"
    SGE = "sge"


@dataclass(frozen=True)
class Queue:
    """Workers as jobs of a batch system, at most so many, as many as there is work for.

    Cores, memory, queue, account and network interface are Dask's own settings: `jobqueue.yaml`, or
    `DASK_JOBQUEUE__SLURM__CORES` and the like.
    """

    kind: Kind
    jobs: int


@dataclass(frozen=True)
class At:
    """The workers of a scheduler that runs already, such as `tcp://login1:8786`."""

    address: str


How = InProcess | Local | Queue | At


@dataclass(frozen=True)
class Counts:
    """How many cases were done, and how many failed."""

    done: int
    failed: int


def drive(
    cases: Iterable[C],
    do: Callable[[C], None],
    failed: Callable[[C, str, int], None],
    how: How = InProcess(),
    tell: Callable[[C, bool], None] = lambda case, good: None,
    retries: int = 2,
    window: int = 200,
    chunk: int = 25,
    say: Callable[[str], None] = lambda words: None,
) -> Counts:
    """Do the task for each case; no case stops the others.

    A worker gets a few cases at a time: one until it is known how long they take, then what takes about
    a second. When a worker dies, each of its cases is done again by itself, so that a case which kills its
    worker fails alone (with `retries` 0, one that was just done may be listed with it). An exception is taken
    to come again: its case is not repeated.

    Args:
        cases: read as they are needed, so they may be very many.
        do: writes what it makes itself; of a module's top level or a `functools.partial` of such, so
            that it pickles. Within one process it is called for one case at a time.
        failed: (case, error, attempts), called in this process.
        how: where the cases run.
        tell: (case, whether it was done), called in this process for each case.
        retries: how often a case is tried again, alone, after it lost its worker.
        window: pieces of work under way; never fewer than two a worker.
        chunk: most cases in one piece.
        say: a word for the user, such as that no worker has come yet.

    Raises:
        InputError: a package or the scheduler is not there; a number is below what makes sense; the
            disk is full (nothing that was written is lost).
    """
    _check(how, retries, window, chunk)
    if isinstance(how, InProcess):
        return _here(cases, do, failed, tell)
    _need("distributed")
    if isinstance(how, Queue):
        _need("dask_jobqueue")
    from .places import workers_of
    from .window import through

    with workers_of(how) as client:
        return through(client, cases, do, failed, tell, retries, window, chunk, say)


def _here(
    cases: Iterable[C],
    do: Callable[[C], None],
    failed: Callable[[C, str, int], None],
    tell: Callable[[C, bool], None],
) -> Counts:
    done = lost = 0
    for case in cases:
        (error,) = do_each(do, (case,)).errors
        if error is None:
            done += 1
        else:
            lost += 1
            failed(case, error, 1)
        tell(case, error is None)
    return Counts(done, lost)


def _check(how: How, retries: int, window: int, chunk: int) -> None:
    least = [("retries", retries, 0), ("window", window, 1), ("chunk", chunk, 1)]
    if isinstance(how, Local):
        least.append(("workers", how.workers, 1))
    if isinstance(how, Queue):
        least.append(("jobs", how.jobs, 1))
    for name, value, low in least:
        if value < low:
            raise InputError(f"a sweep cannot have {name} = {value}: give {low} or more")


def _need(package: str) -> None:
    if not importlib.util.find_spec(package):
        raise InputError(
            f"several workers need the package {package.replace('_', '-')}, which is not installed: "
            "pip install 'westshift[sweep]'"
        )
