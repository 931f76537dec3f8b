"""Where a sweep's workers are: here, in a batch system, or at a scheduler that runs already."""

from __future__ import annotations

import contextlib
import logging
import os
import socket
from collections.abc import Iterator

import dask
from distributed import Client, LocalCluster
from distributed.comm.addressing import get_address_host_port

from westshift.models.errors import InputError

from .drive import At, Local, Queue

REACH_S = 6.0
"""How long a scheduler may take to answer [s]."""
ONE_THREAD = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL", "NUMEXPR")}
"""A case is one thread's work; read when numpy is first imported, so it must be set before."""
QUIET = {"DASK_LOGGING__DISTRIBUTED": "critical"}
"""Local workers write to the user's screen; what ends them is told by the driver."""
OURS = {
    # The driver repeats the cases of a dead worker itself, one by one: Dask shall hand them back at once.
    "distributed.scheduler.allowed-failures": 0,
    # A worker holds what it runs and nothing more, so that its death is blamed on nothing else.
    "distributed.scheduler.worker-saturation": 1.0,
    # A long solve may keep a worker from answering; a dead one is noticed by its closed connection.
    "distributed.scheduler.worker-ttl": None,
    "distributed.admin.low-level-log-length": 100,
    "distributed.worker.multiprocessing-method": "spawn",  # a fork after a solve can hang HiGHS
    "distributed.worker.profile.enabled": False,
}


@contextlib.contextmanager
def workers_of(how: Local | Queue | At) -> Iterator[Client]:
    """A client of the workers; what was started here ends with the block, however that ends.

    Raises:
        InputError: there is no scheduler, or no such batch system here.
    """
    with dask.config.set(OURS), _quiet(), contextlib.ExitStack() as stack:
        if isinstance(how, At):
            yield stack.enter_context(_at(how.address))
            return
        if isinstance(how, Local):
            stack.enter_context(_environment(ONE_THREAD | QUIET))
            cluster = LocalCluster(
                n_workers=how.workers,
                threads_per_worker=1,
                processes=True,
                host="127.0.0.1",
                dashboard_address="127.0.0.1:0",  # no page; None would still listen, at a fixed port
                scheduler_kwargs={"dashboard": False},
                memory_limit=0,  # the system's own limit: a case is not stopped for a guess of ours
            )
        else:
            from .queues import job_queue

            cluster = job_queue(how, ONE_THREAD)
        stack.callback(cluster.close, timeout=5)
        yield stack.enter_context(Client(cluster))


def _at(address: str) -> Client:
    """A client of a scheduler that runs already.

    Dask's client asks for long and mourns aloud, so it is first seen whether anyone listens there.
    """
    there = (
        f"no scheduler answers at {address}: start one there with `dask scheduler`, "
        f"and workers with `dask worker {address} --nthreads 1`"
    )
    try:
        with socket.create_connection(get_address_host_port(address, strict=True), REACH_S / 2):
            pass
        return Client(address, timeout=REACH_S)
    except (OSError, ValueError, OverflowError, MemoryError) as error:
        raise InputError(there) from error


@contextlib.contextmanager
def _environment(values: dict[str, str]) -> Iterator[None]:
    """Set for processes started meanwhile."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Dead workers are told by the driver, in its own words."""
    names = [name for name in logging.root.manager.loggerDict if name.startswith("distributed")]
    before = {name: logging.getLogger(name).level for name in names}
    for name in names:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for name, level in before.items():
            logging.getLogger(name).setLevel(level)
