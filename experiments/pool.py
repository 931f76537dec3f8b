"""The same task for every horizon, on as many processes as wanted.

Horizons are independent of one another. A worker gets arrays and sends back what its task makes of
them; the result does not depend on the number of workers.
"""

from __future__ import annotations

import functools
import multiprocessing
import os
import queue
import signal
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import replace
from threading import Lock
from typing import Any, TypeVar

from westshift.models.system import System
from westshift.sim.run import Case, Programs

Made = TypeVar("Made")
Tick = Callable[[str, str], None]
"""(horizon, what) when one step is done."""
Task = Callable[[Case, Callable[[str], None], Programs, Any], Made]
"""(case, tick, programs, turn) -> what is made of the horizon. Of a module's top level, so that it
pickles; `turn` is a lock for what only one worker at a time has memory for."""


def each_horizon(
    task: Task[Made], cases: Sequence[Case], tick: Tick, workers: int | None = None
) -> list[Made]:
    """Do the task for each case, in their order.

    Args:
        task: what to do. cases: one a horizon, all of one system.
        tick: called when a task says that a step is done.
        workers: processes; None for one a core, never more than there are cases.
    """
    workers = min(workers or os.cpu_count() or 1, len(cases))
    if workers > 1:
        return _in_pool(task, cases, tick, workers)
    programs, turn = Programs(), Lock()
    return [task(c, functools.partial(tick, c.actual.name), programs, turn) for c in cases]


def _in_pool(task: Task[Made], cases: Sequence[Case], tick: Tick, workers: int) -> list[Made]:
    """Spawned, never forked: a fork after a solve can hang HiGHS.

    What stands is sent to a worker once, so that its compiled programs serve one horizon after another.
    """
    context = multiprocessing.get_context("spawn")
    system = cases[0].actual.system
    bare = [replace(case, actual=replace(case.actual, system=None)) for case in cases]  # type: ignore[arg-type]
    with context.Manager() as manager:
        news: Any = manager.Queue()
        shared = (task, system, news, context.Lock())
        pool = ProcessPoolExecutor(workers, context, initializer=_begin, initargs=shared)
        with pool:
            tasks: list[Future[Made]] = [pool.submit(_remote, case) for case in bare]
            try:
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


def _begin(task: Task[Any], system: System, news: Any, turn: Any) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends its workers
    _worker.update(task=task, system=system, news=news, turn=turn, programs=Programs())


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
