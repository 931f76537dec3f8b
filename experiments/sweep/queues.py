"""Workers as jobs of a batch system, by dask-jobqueue. What a site asks for stands in Dask's own settings."""

from __future__ import annotations

import contextlib
import shlex
import shutil
import signal
from typing import Any

import dask

from westshift.models.errors import InputError

from .drive import Kind, Queue

# On import dask-jobqueue takes Ctrl-C for itself, and would end the sweep with exit status 0.
_on_interrupt = signal.getsignal(signal.SIGINT)
from dask_jobqueue import LSFCluster, PBSCluster, SGECluster, SLURMCluster  # noqa: E402

signal.signal(signal.SIGINT, _on_interrupt)

CLUSTERS = {
    Kind.SLURM: SLURMCluster,
    Kind.PBS: PBSCluster,
    Kind.LSF: LSFCluster,
    Kind.SGE: SGECluster,
}
SPARE = 0.1
"""A worker ends itself this part of its job's time before the batch system would."""


def job_queue(how: Queue, threads: dict[str, str]) -> Any:
    """The cluster: its scheduler runs here, its workers come as jobs when there is work, one process a core.

    Args:
        how: which batch system, and how many jobs at most.
        threads: environment variables that every worker starts with.

    Raises:
        InputError: this is no machine of that batch system, a setting is missing or wrong, or the
            batch system refuses the job.
    """
    kind = Kind(how.kind)
    command = CLUSTERS[kind].job_cls.submit_command
    if not shutil.which(command):
        raise InputError(
            f"there is no `{command}` here, so no jobs for {kind.value} can be sent: "
            "start the sweep on a login node, or use local workers or a shard"
        )
    given = _settings(kind)
    exports = [f"export {name}={value}" for name, value in threads.items()]
    try:
        cluster = CLUSTERS[kind](
            **_processes(given),
            job_script_prologue=[*(given.get("job-script-prologue") or []), *exports],
            worker_extra_args=[
                *(given.get("worker-extra-args") or []),
                *_worker_arguments(kind, given),
            ],
            scheduler_options={
                "dashboard_address": "127.0.0.1:0",
                "dashboard": False,
                **(given.get("scheduler-options") or {}),
            },
        )
    except (ValueError, TypeError, RuntimeError, OSError) as error:
        name = kind.value.upper()
        raise InputError(
            f"no jobs for {kind.value} can be made: {_first_line(error)} (Dask's settings: "
            f"DASK_JOBQUEUE__{name}__CORES, DASK_JOBQUEUE__{name}__MEMORY and so on, or jobqueue.yaml)"
        ) from error
    try:
        cluster.sync(_first_job, cluster)
    except RuntimeError as error:
        with contextlib.suppress(AssertionError):  # all is closed, but a job that never was
            cluster.close(timeout=5)
        raise InputError(f"{kind.value} refuses the job: {_refusal(error)}") from error
    cluster.adapt(minimum_jobs=0, maximum_jobs=how.jobs)
    return cluster


async def _first_job(cluster: Any) -> None:
    """Send one job and wait for the answer: `adapt` sends them unseen, and a refusal would be silence."""
    cluster.worker_spec.update(cluster.new_worker_spec())
    await cluster._correct_state()


def _settings(kind: Kind) -> dict[str, Any]:
    """Dask's settings for this batch system, in the spelling of its own file."""
    found = dask.config.get(f"jobqueue.{kind.value}", {})
    out = {name.replace("_", "-"): value for name, value in found.items()}
    for name in (
        "worker-extra-args",
        "job-script-prologue",
    ):  # lists; from the environment often a text
        if isinstance(out.get(name), str):
            out[name] = shlex.split(out[name]) if name == "worker-extra-args" else [out[name]]
    return out


def _processes(given: dict[str, Any]) -> dict[str, int]:
    """One a core, where the settings say nothing else."""
    number = given.get("processes") or given.get("cores")
    return {"processes": int(number)} if number else {}


def _worker_arguments(kind: Kind, given: dict[str, Any]) -> list[str]:
    """One thread a process, and an end before the batch system's own, so that a worker can say goodbye."""
    out = ["--nthreads", "1"]
    limit_s = walltime_s(kind, str(given.get("walltime") or ""))
    if limit_s and "--lifetime" not in " ".join(map(str, given.get("worker-extra-args") or [])):
        out += ["--lifetime", f"{limit_s * (1 - SPARE):.0f}s"]
        out += ["--lifetime-stagger", f"{limit_s * SPARE / 2:.0f}s"]  # not all at once
    return out


def walltime_s(kind: Kind, text: str) -> float | None:
    """A batch system's way to write how long a job may take, as [s]; None where it sets no limit.

    `1-12:00:00` is days, hours, minutes, seconds. What two numbers or one mean differs: hours and minutes for
    LSF, minutes and seconds for the others; minutes for SLURM and LSF, seconds for PBS and SGE.
    """
    days, _, rest = text.strip().rpartition("-")
    try:
        numbers = [float(part) for part in rest.split(":")]
        if days:  # hours first
            hours = [*numbers, 0.0, 0.0][:3]
        elif len(numbers) == 3:
            hours = numbers
        elif len(numbers) == 2:
            hours = [*numbers, 0.0] if kind is Kind.LSF else [0.0, *numbers]
        else:
            minutes = kind in (Kind.SLURM, Kind.LSF)
            hours = [0.0, *numbers, 0.0] if minutes else [0.0, 0.0, *numbers]
        h, m, s = hours
        return (float(days or 0) * 24 + h) * 3600 + m * 60 + s
    except ValueError:
        return None


def _refusal(error: Exception) -> str:
    """The batch system's own words out of dask-jobqueue's."""
    return " ".join(str(error).rpartition("stderr:")[2].split())


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0].rstrip(":")
