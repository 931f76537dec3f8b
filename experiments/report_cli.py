"""`westshift report` and `westshift rerun`: read a result, and make it once more."""

from __future__ import annotations

import tempfile
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

ResultFolder = Annotated[
    Path, typer.Argument(help="A folder that `westshift run` or `westshift study …` wrote.")
]


class Language(StrEnum):
    """Of the page's own words."""

    en = "en"
    zh = "zh"


def report(
    result: ResultFolder,
    out: Annotated[
        Path | None, typer.Option(help="The page; by default RESULT/report.html.")
    ] = None,
    lang: Annotated[Language, typer.Option(help="Of the page's own words.")] = Language.en,
) -> None:
    """Write a result as one HTML page that needs nothing else: no server, no network.

    What was found, the policies compared, a map of moved work, weeks hour by hour, assumptions, warnings and
    how to run it again. Example: westshift report results/east_west-8420f79c
    """
    from westshift.experiments.report.page import write_page

    target = out or result / "report.html"
    size = write_page(result, target, lang.value)
    print(f"Written to {target} ({size / 1e6:.1f} MB)")


def rerun(
    result: ResultFolder,
    workers: Annotated[
        int | None,
        typer.Option(min=1, help="Processes; by default one a core. The result is the same."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Keep the new result here; by default it is thrown away.")
    ] = None,
) -> None:
    """Run a result once more from its manifest and its copy of the scenario; compare to the last digit.

    Exit status 0: everything is the same. 1: something differs. 2: it cannot be run again.
    """
    from westshift.experiments.rerun import run_again

    if out is not None:
        found = run_again(result, out, workers)
    else:
        with tempfile.TemporaryDirectory(prefix="westshift-rerun-") as folder:
            found = run_again(result, Path(folder) / "again", workers)
    for line in found.versions:
        print(f"Version differs: {line}")
    for name in found.changed:
        print(f"Changed since it was written: {name}")
    for line in found.told:
        print(f"Differs: {line}")
    print(f"{len(found.same)} files are the same to the last byte.")
    if not found.equal:
        raise typer.Exit(1)
    print("The result is reproduced.")
