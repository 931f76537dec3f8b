"""The command line: what commands there are. Imports of what takes long stand inside them, so that help is quick."""

from __future__ import annotations

import signal
import sys

import typer

from westshift.experiments.figures_cli import figures
from westshift.experiments.frontier_cli import frontier
from westshift.experiments.jobs_cli import whatif
from westshift.experiments.proof_cli import bench, verify
from westshift.experiments.report_cli import report, rerun
from westshift.experiments.reproduce_cli import reproduce
from westshift.experiments.run_cli import run
from westshift.experiments.scenario_cli import (
    assumptions,
    calibrate,
    margin,
    routes,
    scenarios,
    validate,
)
from westshift.experiments.site_cli import site
from westshift.experiments.study_cli import app as study_app
from westshift.experiments.study_economy_cli import decentralised, patterns, rebound
from westshift.experiments.sweep_cli import sweep
from westshift.experiments.table_cli import table
from westshift.models.errors import InputError, SolveError

app = typer.Typer(
    name="westshift",
    help="Where and when should computing run? Carbon avoided against latency cost.\n\n"
    "Start with `westshift run east_west`; `westshift scenarios` lists what ships; copy a scenario's folder, "
    "change its tables, `westshift validate FOLDER`, then `westshift run FOLDER`.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

for command in (
    run,
    scenarios,
    validate,
    assumptions,
    calibrate,
    routes,
    margin,
    whatif,
    reproduce,
    bench,
    verify,
    figures,
    frontier,
    report,
    rerun,
    sweep,
    table,
    site,
):
    app.command()(command)
for command in (decentralised, rebound, patterns):
    study_app.command()(command)
app.add_typer(study_app, name="study")


class Stopped(BaseException):
    """The user or the cluster wants an end. Not a KeyboardInterrupt: Typer would swallow that, words and all."""


def main() -> None:
    """Entry point: what a user can mend is one sentence and exit status 2."""
    for what in (signal.SIGINT, signal.SIGTERM):  # Ctrl-C, and a cluster's way to say stop
        signal.signal(what, _stop)
    try:
        app(standalone_mode=True)
    except (InputError, SolveError) as error:
        print(f"westshift: {error}", file=sys.stderr)
        sys.exit(2)
    except Stopped:
        print("westshift: interrupted; no result was written", file=sys.stderr)
        sys.exit(130)


def _stop(number: int, frame: object) -> None:
    raise Stopped
