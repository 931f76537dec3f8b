"""`westshift figures`: the figures of a paper, from studies that are run as far as they are missing."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from westshift.experiments.options import load
from westshift.models.errors import InputError

SCENARIO, SMALLEST = "east_west", "two_region"


class Language(StrEnum):
    """Of all texts in the figures."""

    EN = "en"
    ZH = "zh"


def figures(
    ids: Annotated[
        list[str] | None,
        typer.Argument(help="Figures, such as `F2 F13`. Without any: which there are."),
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="All figures.")] = False,
    scenario: Annotated[
        str | None,
        typer.Option(
            help=f"A shipped scenario or a folder; by default {SCENARIO}, for --smoke {SMALLEST}."
        ),
    ] = None,
    smoke: Annotated[
        bool,
        typer.Option("--smoke", help="Every study with as few runs as prove that it works."),
    ] = False,
    lang: Annotated[
        Language, typer.Option(help="Language of the figures; Chinese needs a font of the system.")
    ] = Language.EN,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes; by default one. The result is the same.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder; by default results/figures-SCENARIO.")
    ] = None,
) -> None:
    """Run what is missing and draw: pdf, png, csv of exactly the plotted numbers, and a caption each.

    Runs are kept in the folder, so that drawing again, or in the other language, takes seconds.

    Example: westshift figures F2 F13 --lang zh
    """
    from westshift.experiments.figures.words import speaking
    from westshift.experiments.screen import console
    from westshift.experiments.studies.drawn import STUDIES, chosen, draw_study
    from westshift.experiments.sweep.store import StoreError

    screen = console()
    if not ids and not everything and not smoke:
        for study in STUDIES:
            screen.print(f"{study.ID:4} {study.NAME:20} {study.QUESTION}")
        screen.print(
            "Draw some with `westshift figures F2 F13`, or all with `westshift figures --all`."
        )
        return
    asked = STUDIES if everything or not ids else chosen(ids)
    if everything and ids:
        raise InputError(f"figures {' '.join(ids)} and --all: give one of the two")
    name = scenario or (SMALLEST if smoke else SCENARIO)
    folder = out or Path("results") / f"figures-{_short(name)}{'-smoke' if smoke else ''}"
    load(name, {})  # what is wrong with it is said once, and not by each study
    failed: list[str] = []
    with speaking(lang.value):
        for study in asked:
            try:
                paths = draw_study(study, name, folder, smoke, workers, _tell(study.ID))
            except InputError as error:
                if len(asked) == 1 or isinstance(error, StoreError):
                    raise
                failed.append(f"{study.ID}: {error}")
                continue
            screen.print(f"{study.ID:4} {paths[0]}", soft_wrap=True)
    if failed:
        raise InputError.of(failed)


def _short(scenario: str) -> str:
    """The name of a scenario, or of its folder."""
    return Path(scenario).resolve().name or scenario


def _tell(study: str):
    """A line for each step, on standard error."""

    def tell(what: str) -> None:
        typer.echo(f"{study}: {what}", err=True)

    return tell
