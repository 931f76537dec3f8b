"""What a study gives: tables, figures with their numbers and captions, and sentences."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib.figure import Figure
from rich.markup import render

from westshift.experiments.figures.save import save
from westshift.experiments.pool import Tick
from westshift.experiments.results import manifest
from westshift.models.calendar import Horizon
from westshift.models.scenario import Scenario


@dataclass(frozen=True)
class Progress:
    """How a study tells how far it is. start: number of ticks to come; tick: (where, what) is done."""

    start: Callable[[int], None] = lambda total: None
    tick: Tick = lambda where, what: None


@dataclass(frozen=True, eq=False)
class Drawing:
    """A figure, exactly the numbers in it, and its caption."""

    figure: Figure
    rows: pd.DataFrame
    caption: str


@dataclass(frozen=True, eq=False)
class Study:
    """One answered question.

    Attributes:
        name: of the study. title: for its table on the screen.
        scenario, horizons: what it was asked of.
        tables: by file name without its ending; the first is shown on the screen.
        drawings: by file name without its ending.
        sentences: what is to be said below the table, the bad news first; in Rich's markup.
        digits: of columns on the screen.
        shown: columns that the screen shows; all where None.
    """

    name: str
    title: str
    scenario: Scenario
    horizons: tuple[Horizon, ...]
    tables: dict[str, pd.DataFrame]
    drawings: dict[str, Drawing]
    sentences: tuple[str, ...] = ()
    digits: dict[str, int] = field(default_factory=dict)
    shown: tuple[str, ...] | None = None


def write(study: Study, folder: Path, overrides: dict[str, Any], asked: dict[str, Any]) -> None:
    """All tables and figures of a study, then its manifest.

    Args:
        study: what to write. folder: empty. overrides: what the user changed in the scenario.
        asked: the study's own options.
    """
    for name, table in study.tables.items():
        table.to_csv(folder / f"{name}.csv", index=False, float_format="%.10g", lineterminator="\n")
    for name, d in study.drawings.items():
        save(d.figure, d.rows, folder / "figures", name, d.caption)
    told = {
        "study": study.name,
        "asked": {k: str(v) for k, v in asked.items()},
        "sentences": [render(sentence).plain for sentence in study.sentences],
    }
    manifest(study.scenario, study.horizons, folder, overrides, told)
