"""`westshift sweep`: many cases of a scenario."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from westshift.experiments.sweep.drive import At, How, InProcess, Kind, Local, Queue
from westshift.models.errors import InputError

if TYPE_CHECKING:
    from westshift.experiments.sweep.sweep import Status

StudyFile = Annotated[
    Path, typer.Argument(metavar="STUDY.yaml", help="A study file; docs/sweeps.md shows one.")
]


def sweep(
    study: StudyFile,
    out: Annotated[
        Path | None, typer.Option(help="Result folder; by default results/sweep-NAME.")
    ] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes on this machine; by default this one.")
    ] = None,
    cluster: Annotated[
        Kind | None, typer.Option(help="Run in the jobs of a batch system; needs --jobs.")
    ] = None,
    jobs: Annotated[int | None, typer.Option(min=1, help="Most jobs at a time.")] = None,
    scheduler: Annotated[
        str | None, typer.Option(help="Run on a Dask scheduler that is there: tcp://HOST:PORT.")
    ] = None,
    shard: Annotated[
        str | None,
        typer.Option(
            metavar="K/N",
            help="Run the K-th of N parts, K from 0: for array jobs, no driver needed.",
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Check everything, count the cases, run nothing.")
    ] = False,
) -> None:
    """Run many cases of a scenario: a grid, a sample, a screening, over any field, policy and seed.

    Only what is missing runs: stop it or kill it at any moment, and start it again. Exit status 1: a case failed.

    Example: westshift sweep slack.yaml --workers 8, then westshift table slack.yaml --out slack.csv
    """
    how, part = how_of(workers, cluster, jobs, scheduler, shard), part_of(shard)
    from westshift.experiments.sweep.plan import read_plan
    from westshift.experiments.sweep.store import Store
    from westshift.experiments.sweep.sweep import Status, prepared, run_missing

    plan = read_plan(study)
    folder = out or Path("results") / f"sweep-{plan.name}"
    laid = prepared(plan, folder)
    if dry_run:
        keys = laid.unique_keys()[part[0] :: part[1]]
        done = sum(map(Store(folder).done, keys))
        typer.echo(
            f"{len(laid.points)} points, {plan.replicates or 1} seed(s) each: {len(keys)} cases, "
            f"{done} done before, {len(keys) - done} to run; nothing was run"
        )
        return
    from westshift.experiments.cli import Stopped
    from westshift.experiments.sweep.progress import going

    last = Status(0, 0)

    def told(status: Status) -> None:
        nonlocal last
        last = status
        tell(status)

    try:
        with going() as tell:
            last = run_missing(
                laid, folder, how, told, part, functools.partial(typer.echo, err=True)
            )
    except Stopped:
        typer.echo(f"westshift: stopped; {_line(last)}; start again to go on", err=True)
        raise typer.Exit(130) from None
    typer.echo(f"{_line(last)}, in {folder}")
    if last.failed:
        typer.echo(
            f"{last.failed} failed, the first with: {last.why.splitlines()[0]}\n"
            f"`westshift table {folder} --columns point,status,error` shows them all; "
            "starting the sweep again retries them",
            err=True,
        )
        raise typer.Exit(1)


def how_of(
    workers: int | None,
    cluster: Kind | None,
    jobs: int | None,
    scheduler: str | None,
    shard: str | None,
) -> How:
    """Where the cases run, as the options say.

    Raises:
        InputError: options that do not go together.
    """
    given = {"--workers": workers, "--cluster": cluster, "--scheduler": scheduler}
    names = [name for name, value in given.items() if value is not None]
    if len(names) > 1:
        raise InputError(f"{' and '.join(names)} do not go together; give one of them")
    if (cluster is None) != (jobs is None):
        raise InputError("--cluster and --jobs go together: --cluster slurm --jobs 20")
    if shard is not None and names and names != ["--workers"]:
        raise InputError(f"--shard needs no driver; leave {names[0]} out")
    if cluster is not None and jobs is not None:
        return Queue(cluster, jobs)
    if scheduler is not None:
        return At(scheduler)
    return Local(workers) if workers is not None and workers > 1 else InProcess()


def part_of(shard: str | None) -> tuple[int, int]:
    """K/N as numbers.

    Raises:
        InputError: it is not two whole numbers with 0 ≤ K < N.
    """
    if shard is None:
        return 0, 1
    k, slash, n = shard.partition("/")
    if not (slash and k.strip().isdecimal() and n.strip().isdecimal() and int(k) < int(n)):
        raise InputError(f"--shard {shard}: write K/N with K from 0 to N - 1, such as 0/100")
    return int(k), int(n)


def _line(status: Status) -> str:
    return (
        f"{status.cases} cases: {status.before} done before, {status.now} run now, "
        f"{status.failed} failed" + (f", {status.left} left" if status.left else "")
    )
