"""`westshift reproduce`: figures that somebody published beside what is found here."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from westshift.models.errors import InputError


class Paper(StrEnum):
    """Papers whose figures are found again."""

    EUROSYS24 = "eurosys24"
    GAIA = "gaia"
    CASPER = "casper"
    WAITAWHILE = "waitawhile"
    ZHANG25 = "zhang25"


def reproduce(
    paper: Annotated[
        Paper,
        typer.Argument(
            help="eurosys24: Sukprasert et al.; gaia: Hanafy et al., ASPLOS 2024; casper: Souza et al., IGSC 2023; "
            "waitawhile: Wiesner et al., Middleware 2021; zhang25: Zhang et al., Applied Energy 2025."
        ),
    ],
    data: Annotated[
        Path | None,
        typer.Option(help="Folder with the paper's inputs; a message says which files are wanted."),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Write the table to this CSV file.")] = None,
) -> None:
    """Print published, found and difference, figure by figure; exit status 1 on any miss."""
    import pandas as pd

    from westshift.experiments.reproduce import casper, eurosys24, gaia, waitawhile, zhang25
    from westshift.experiments.screen import console, show_frame

    study = {
        Paper.EUROSYS24: eurosys24,
        Paper.GAIA: gaia,
        Paper.CASPER: casper,
        Paper.WAITAWHILE: waitawhile,
        Paper.ZHANG25: zhang25,
    }[paper]
    if data is None and study.WANTS:
        raise InputError(
            f"{paper} needs {', '.join(study.WANTS)}, which are not shipped: name the folder they lie in with "
            "--data FOLDER"
        )
    found = study.reproduce(data, lambda what: print(f"… {what}", file=sys.stderr, flush=True))
    table = pd.DataFrame(
        [
            {
                "figure": f.what,
                "published": f.published,
                "found": f.found,
                "difference": f.difference,
                "tolerance": f.tolerance if f.published is not None else None,
                "unit": f.unit,
                "met": "" if f.published is None else "yes" if f.met else "NO",
                "source": f.source,
            }
            for f in found
        ]
    )
    if out is not None:
        table.to_csv(out, index=False, lineterminator="\n")
    numbers = ("published", "found", "difference")
    for name in numbers:
        table[name] = [
            "" if value is None or value != value else f"{value:.6g}" for value in table[name]
        ]
    show_frame(
        console(),
        table[["figure", *numbers, "unit", "met"]],
        (study.reproduce.__doc__ or paper).split("\n")[0],
    )
    asserted = [f for f in found if f.published is not None]
    missed = [f for f in found if not f.met]
    print(
        f"{len(asserted)} figures asserted, {len(missed)} missed; {len(found) - len(asserted)} only shown"
    )
    raise typer.Exit(1 if missed else 0)
