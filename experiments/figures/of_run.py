"""All figures of a run."""

from __future__ import annotations

from pathlib import Path

from westshift.experiments.simulate import Run

from . import policies, week
from .save import save


def draw_all(run: Run, folder: str | Path) -> tuple[Path, ...]:
    """Draw every figure of a run into a folder, as pdf, png, csv and txt each.

    Returns:
        paths of the files written.
    """
    paths: list[Path] = []
    for figure in (policies, week):
        rows = figure.rows(run)
        paths += save(figure.draw(rows), rows, folder, figure.NAME, figure.caption(run, rows))
    return tuple(paths)
