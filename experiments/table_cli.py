"""`westshift table`: the table of a sweep."""

from __future__ import annotations

import os
import sys
from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from westshift.models.errors import InputError


class Format(Enum):
    """How a table is written."""

    CSV = "csv"
    PARQUET = "parquet"
    LATEX = "latex"


ENDINGS = {".parquet": Format.PARQUET, ".tex": Format.LATEX}


def table(
    what: Annotated[
        Path, typer.Argument(metavar="FOLDER|STUDY.yaml", help="A sweep's folder, or its study.")
    ],
    kind: Annotated[
        Format | None,
        typer.Option("--format", help="By default as --out ends: .parquet, .tex, else CSV."),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="File; by default the screen.")] = None,
    columns: Annotated[
        str | None, typer.Option(help="Columns to write, comma-separated; by default all.")
    ] = None,
) -> None:
    """The tidy table of a sweep: one row a case and policy, units in the columns' names.

    Example: westshift table slack.yaml --columns policy,classes.batch.slack_h,avoided_system_t --out slack.tex
    """
    from westshift.experiments.sweep import formats
    from westshift.experiments.sweep.laid import laid_out, latest
    from westshift.experiments.sweep.plan import read_plan
    from westshift.experiments.sweep.store import Store, write_bytes
    from westshift.experiments.sweep.tabulate import table_of

    kind = kind or ENDINGS.get(out.suffix if out else "", Format.CSV)
    if kind is Format.PARQUET:
        formats.need_pyarrow()
        if out is None:
            raise InputError("--format parquet is not for the screen; give a file with --out")
    if what.is_dir():
        folder, laid = what, latest(what)
    else:
        plan = read_plan(what)
        folder = Path("results") / f"sweep-{plan.name}"
        Store(folder).check()
        laid = laid_out(plan, folder)
    rows = table_of(laid, folder)
    write = {Format.CSV: formats.csv, Format.PARQUET: formats.parquet, Format.LATEX: formats.latex}
    content = write[kind](formats.chosen(rows, columns))
    if out is None:
        _print(content)
    else:
        write_bytes(out, content)
    count = rows.drop_duplicates(["point", "replicate"])["status"].value_counts()
    left = [f"{count[s]} {s}" for s in ("failed", "missing") if s in count]
    if left:
        typer.echo(
            f"of {count.sum()} cases {' and '.join(left)}; `westshift sweep` again runs them",
            err=True,
        )


def _print(content: bytes) -> None:
    try:
        sys.stdout.buffer.write(content)
        sys.stdout.flush()
    except BrokenPipeError:  # `| head` has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
