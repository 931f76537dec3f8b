"""A whole scenario: every horizon under every policy, on as many processes as wanted.

Horizons are independent of one another, so each is one task. A worker gets arrays and sends back
sums and hourly totals; the result does not depend on the number of workers.
"""

from __future__ import annotations

import functools
import multiprocessing
import os
import queue
import signal
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass, replace
from typing import Any

from westshift.models.calendar import Horizon
from westshift.models.hours import Hours, hours_of
from westshift.models.ledger import Ledger
from westshift.models.scenario import Scenario
from westshift.models.system import System
from westshift.models.year import Year, actual_of, horizons, make_year
from westshift.sim.run import Case, Programs, run_case

Tick = Callable[[str, str], None]
"""(horizon, policy) when one is done."""


@dataclass(frozen=True, eq=False)
class Run:
    """A scenario that was run.

    Attributes:
        scenario, year: what was run. horizons: the stretches of the year.
        ledgers: sums over the horizons, each times its weight, by policy; the baseline first.
        hours: hourly totals by policy, one a horizon.
    """

    scenario: Scenario
    year: Year
    horizons: tuple[Horizon, ...]
    ledgers: dict[str, Ledger]
    hours: dict[str, tuple[Hours, ...]]


def simulate(
    scenario: Scenario,
    *,
    workers: int | None = None,
    tick: Tick = lambda horizon, policy: None,
    start: Callable[[int], None] = lambda total: None,
) -> Run:
    """Run every horizon of a scenario under its baseline and its policies.

    Args:
        scenario: what to run.
        workers: processes; None for one a core, never more than there are horizons.
        tick: called when one policy is done in one horizon.
        start: called once with the number of ticks to come.
    """
    year = make_year(scenario)
    chosen = horizons(scenario, year)
    names = tuple(dict.fromkeys((scenario.baseline, *scenario.policies)))
    cases = [
        Case(
            actual_of(scenario, year, h),
            names,
            scenario.baseline,
            scenario.forecast,
            scenario.plan,
            scenario.seed,
        )
        for h in chosen
    ]
    start(len(cases) * len(names))
    workers = min(workers or os.cpu_count() or 1, len(cases))
    run = _in_process if workers == 1 else functools.partial(_in_pool, workers=workers)
    done = run(cases, tick)
    ledgers, hours = {}, {}
    for name in names:
        booked = [d[name][0].times(h.weight) for d, h in zip(done, chosen, strict=True)]
        ledgers[name] = functools.reduce(lambda a, b: a + b, booked)
        hours[name] = tuple(d[name][1] for d in done)
    return Run(scenario, year, chosen, ledgers, hours)


Done = dict[str, tuple[Ledger, Hours]]


def _one(case: Case, tick: Callable[[str], None], programs: Programs, turn: Any = None) -> Done:
    outcomes = run_case(case, tick, programs, turn)
    return {
        name: (o.ledger, hours_of(case.actual, o.carried, o.settled))
        for name, o in outcomes.items()
    }


def _in_process(cases: list[Case], tick: Tick) -> list[Done]:
    programs = Programs()
    return [_one(case, functools.partial(tick, case.actual.name), programs) for case in cases]


def _in_pool(cases: list[Case], tick: Tick, workers: int) -> list[Done]:
    """Spawned, never forked: a fork after a solve can hang HiGHS.

    What stands is sent to a worker once, so that its compiled programs serve one horizon after another.
    """
    context = multiprocessing.get_context("spawn")
    system = cases[0].actual.system
    bare = [replace(case, actual=replace(case.actual, system=None)) for case in cases]  # type: ignore[arg-type]
    with context.Manager() as manager:
        news: Any = manager.Queue()
        shared = (system, news, context.Lock())
        pool = ProcessPoolExecutor(workers, context, initializer=_begin, initargs=shared)
        with pool:
            tasks: list[Future[Done]] = [pool.submit(_remote, case) for case in bare]
            try:
                waiting = set(tasks)
                while waiting:
                    finished, waiting = wait(waiting, timeout=0.2, return_when=FIRST_COMPLETED)
                    for task in finished:
                        task.result()  # an error in a worker stops the run at once
                    _tell(news, tick)
                return [task.result() for task in tasks]
            except BaseException:
                for process in list((pool._processes or {}).values()):
                    process.terminate()
                pool.shutdown(wait=False, cancel_futures=True)
                raise


_worker: dict[str, Any] = {}
"""What a worker process keeps between horizons; empty in the parent."""


def _begin(system: System, news: Any, turn: Any) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends its workers
    _worker.update(system=system, news=news, turn=turn, programs=Programs())


def _remote(case: Case) -> Done:
    whole = replace(case, actual=replace(case.actual, system=_worker["system"]))
    name = case.actual.name
    return _one(
        whole,
        lambda policy: _worker["news"].put((name, policy)),
        _worker["programs"],
        _worker["turn"],
    )


def _tell(news: Any, tick: Tick) -> None:
    while True:
        try:
            tick(*news.get_nowait())
        except queue.Empty:
            return
