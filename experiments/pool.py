"""The same task for every horizon, on as many processes as wanted.

Horizons are independent of one another. A worker gets arrays and sends back what its task makes of
them; the result does not depend on the number of workers. Programs are compiled here, while workers start, and
handed over in a folder: workers need no Pyomo for them.
"""

from __future__ import annotations

import functools
import multiprocessing
import os
import pickle
import queue
import signal
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import replace
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

from westshift.sim.run import Case, Programs

Made = TypeVar("Made")
Tick = Callable[[str, str], None]
"""(horizon, what) when one step is done."""
Task = Callable[[Case, Callable[[str], None], Programs, Any], Made]
"""(case, tick, programs, turn) -> what is made of the horizon. Of a module's top level, so that it
pickles; `turn` is a lock for what only one worker at a time has memory for."""


Ahead = Callable[[Programs], None]
"""Compiles what a task will need."""


def each_horizon(
    task: Task[Made],
    cases: Sequence[Case],
    tick: Tick,
    workers: int | None = None,
    ahead: Ahead = lambda programs: None,
    folder: Path | None = None,
) -> list[Made]:
    """Do the task for each case, in their order.

    Args:
        task: what to do. cases: one a horizon, all of one system.
        tick: called when a task says that a step is done.
        workers: processes; None for one a core, never more than there are cases.
        ahead: called with the programs while workers start, where there is more than one; what it compiles they
            load. What it leaves out they compile.
        folder: where compiled programs are kept; None: nowhere, once this is done.
    """
    workers = min(workers or os.cpu_count() or 1, len(cases))
    if workers > 1:
        with tempfile.TemporaryDirectory(prefix="westshift-") as own:
            return _in_pool(task, cases, tick, workers, ahead, folder or Path(own))
    programs, turn = Programs(folder), Lock()
    return [task(c, functools.partial(tick, c.actual.name), programs, turn) for c in cases]


def _in_pool(
    task: Task[Made],
    cases: Sequence[Case],
    tick: Tick,
    workers: int,
    ahead: Ahead,
    folder: Path,
) -> list[Made]:
    """Spawned, never forked: a fork after a solve can hang HiGHS.

    What stands is fetched by a worker once, so that its compiled programs serve one horizon after another. It is not
    an argument: to hand over more than a pipe holds, this process would wait for one worker's imports after another.
    """
    context = multiprocessing.get_context("spawn")
    system = cases[0].actual.system
    bare = [replace(case, actual=replace(case.actual, system=None)) for case in cases]  # type: ignore[arg-type]
    with context.Manager() as manager:
        news: Any = manager.Queue()
        kept: Any = manager.Namespace()
        kept.system, ready = pickle.dumps(system), context.Event()
        shared = (task, kept, news, context.Lock(), ready, folder)
        pool = ProcessPoolExecutor(workers, context, initializer=_begin, initargs=shared)
        with pool:
            tasks: list[Future[Made]] = [pool.submit(_remote, case) for case in bare]
            try:
                programs = Programs(folder)
                ahead(programs)
                programs.store.forget()  # it is the workers that solve them
                ready.set()
                waiting = set(tasks)
                while waiting:
                    finished, waiting = wait(waiting, timeout=0.2, return_when=FIRST_COMPLETED)
                    for done in finished:
                        done.result()  # an error in a worker stops the run at once
                    _tell(news, tick)
                return [done.result() for done in tasks]
            except BaseException:
                for process in list((pool._processes or {}).values()):
                    process.terminate()
                pool.shutdown(wait=False, cancel_futures=True)
                raise


_worker: dict[str, Any] = {}
"""What a worker process keeps between horizons; empty in the parent."""


def _begin(task: Task[Any], kept: Any, news: Any, turn: Any, ready: Any, folder: Path) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends its workers
    parent = multiprocessing.parent_process()
    while not ready.wait(1.0):
        if parent is not None and not parent.is_alive():
            raise SystemExit("the process that started this worker is gone")
    system, programs = pickle.loads(kept.system), Programs(folder)
    _worker.update(task=task, system=system, news=news, turn=turn, programs=programs)


def _remote(case: Case) -> Any:
    w = _worker
    whole = replace(case, actual=replace(case.actual, system=w["system"]))
    name = case.actual.name
    return w["task"](whole, lambda what: w["news"].put((name, what)), w["programs"], w["turn"])


def _tell(news: Any, tick: Tick) -> None:
    while True:
        try:
            tick(*news.get_nowait())
        except queue.Empty:
            return
