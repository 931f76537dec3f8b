"""`westshift verify` and `westshift bench`: right, and how fast."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from westshift.experiments.options import Changes, load, overrides_of
from westshift.models.errors import InputError


def bench(
    parts: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[PART]…",
            help="rolling, scenario, pypsa, hand-over, stepping, settling, jobs, papers, sweeps, year, growth, "
            "siting; all if none.",
        ),
    ] = None,
    scenario: Annotated[
        str, typer.Option(help="What part `scenario` plans: a shipped name or a folder.")
    ] = "east_west",
    sizes: Annotated[
        str | None,
        typer.Option(help="Of part `siting`, regions x weeks: 8x1,31x4; by default up to 31x1."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder for the tables as CSV and Markdown.")
    ] = None,
    change: Changes = None,
) -> None:
    """Time this program against other ways to the same answer, all in one run.

    Each way must find the same answer before anything is said of its speed. Leave the machine alone meanwhile:
    ratios and iteration counts are firmer than seconds. pypsa, hand-over and stepping compare with other
    programs: pip install 'westshift[peers]'.
    """
    from westshift.experiments.bench import sited, suite
    from westshift.experiments.screen import console, show_frame

    s = load(scenario, overrides_of(change))
    wanted = sited.SIZES if sizes is None else sited.sizes_of(sizes)
    rows = suite.run(
        parts or [], s, lambda what: print(f"… {what}", file=sys.stderr, flush=True), wanted
    )
    digits = {"repeats": 0, "seconds": 4, "times": 2, "iterations": 0, "memory_mib": 0}
    for measured, table in suite.frame(rows).groupby("measured", sort=False):
        show_frame(
            console(), table.drop(columns=["measured", "furthest_off"]), str(measured), digits
        )
    print(suite.machine(), file=sys.stderr)
    for path in suite.write(rows, out) if out is not None else []:
        print(path)


def verify(
    case: Annotated[
        Path | None,
        typer.Argument(
            metavar="[CASE.m]",
            help="A MATPOWER case file to solve; without one, all built-in checks run.",
        ),
    ] = None,
    susceptance: Annotated[
        str,
        typer.Option(
            metavar="series|tap",
            help="Of a case's branches: x/(r²+x²) without tap ratios, or 1/(x·tap) as MATPOWER.",
        ),
    ] = "series",
    emissions: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.csv",
            help="What a case's generators emit: columns generator (row of mpc.gen) and kg_per_mwh.",
        ),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for a case's tables as CSV.")] = None,
) -> None:
    """Solve problems whose answers are known and compare; exit status 1 on any miss.

    With a MATPOWER case file: solve it, and print its objective, prices and flows.
    """
    if case is not None:
        from westshift.experiments.verify.case_file import verify_case

        verify_case(case, susceptance, emissions, out)
        return
    if susceptance != "series" or emissions is not None or out is not None:
        raise InputError("--susceptance, --emissions and --out are for a case: name its file")
    from rich.markup import escape

    from westshift.experiments.screen import console
    from westshift.experiments.verify.all import run_checks

    screen = console()
    checks = run_checks(lambda family: print(f"… {family}", file=sys.stderr, flush=True))
    for c in checks:
        mark = "[green]ok  [/green]" if c.ok else "[bold red]MISS[/bold red]"
        line = f"{c.case}: {c.what}: expected {c.expected:.10g}, found {c.found:.10g}"
        screen.print(f"{mark} {escape(line)}", soft_wrap=True)
    missed = sum(not c.ok for c in checks)
    screen.print(f"{len(checks)} checks, {missed} missed")
    if missed:
        raise typer.Exit(1)
