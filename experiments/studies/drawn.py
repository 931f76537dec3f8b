"""Run what is missing of the studies that make a paper's figures, and draw them.

FOLDER/F2-routes.pdf, .png, .csv, .txt ...     in Chinese: F2-routes-zh.pdf ...
FOLDER/sweep/                                  results of the runs, kept: see sweep/store.py
FOLDER/computed/                               tables of studies that run themselves
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from types import ModuleType

import pandas as pd

from westshift.experiments.figures.save import save
from westshift.experiments.figures.words import chinese
from westshift.experiments.sweep.drive import InProcess, Local
from westshift.experiments.sweep.key import hashed, version_now
from westshift.experiments.sweep.plan import SweepPlan
from westshift.experiments.sweep.store import Store, write_bytes
from westshift.experiments.sweep.sweep import Status, prepared, run_plan
from westshift.models.errors import InputError, suggest
from westshift.models.scenario import load_scenario

from . import (
    duration,
    flexibility,
    frontier_study,
    hours_by_region,
    penetration,
    regret,
    routes_study,
    sensitivity,
    signals,
    staircase,
)
from .found import Computed, Found
from .study import Drawing, Progress

SWEPT = (
    routes_study,
    hours_by_region,
    staircase,
    flexibility,
    signals,
    duration,
    regret,
    sensitivity,
)
"""Studies with design(scenario, smoke) and draw(found); see found.py."""
COMPUTED = (frontier_study, penetration)
"""Studies with changes(scenario) and compute(scenario, smoke, progress, workers) in place of design."""

STUDIES: tuple[ModuleType, ...] = tuple(sorted((*SWEPT, *COMPUTED), key=lambda m: int(m.ID[1:])))


def chosen(ids: Iterable[str]) -> tuple[ModuleType, ...]:
    """Studies by the ID of their figure, such as F2, or by their name; in the order of IDs.

    Raises:
        InputError: one is not known.
    """
    known = {key.casefold(): m for m in STUDIES for key in (m.ID, m.NAME)}
    for asked in ids:
        if asked.casefold() not in known:
            names = [m.ID for m in STUDIES]
            raise InputError(f"there is no figure '{asked}'; {suggest(asked, names)}")
    wanted = [known[asked.casefold()] for asked in ids]
    return tuple(m for m in STUDIES if m in wanted)


def draw_study(
    study: ModuleType,
    scenario: str,
    folder: Path,
    smoke: bool = False,
    workers: int | None = None,
    tell: Callable[[str], None] = lambda what: None,
) -> tuple[Path, ...]:
    """Run what is missing of one study, and write its figure in the language spoken.

    Args:
        study: one of STUDIES. scenario: a shipped name or a folder. folder: of figures and runs.
        smoke: as few runs as prove that it works. workers: processes; None: this one.
        tell: how far it is, in words.

    Returns:
        paths of the pdf, png, csv and txt.

    Raises:
        InputError: the scenario does not fit the study, or the folder cannot be written.
    """
    if study in COMPUTED:
        drawing: Drawing = study.draw(_computed(study, scenario, folder, smoke, workers, tell))
    else:
        designed = study.design(scenario, smoke)
        plans = designed if isinstance(designed, tuple) else (designed,)
        drawing = study.draw(*[_swept(plan, folder / "sweep", workers, tell) for plan in plans])
    name = f"{study.ID}-{study.NAME}" + ("-zh" if chinese() else "")
    return save(drawing.figure, drawing.rows, folder, name, drawing.caption)


def _swept(
    plan: SweepPlan, folder: Path, workers: int | None, tell: Callable[[str], None]
) -> Found:
    store = Store(folder)
    missing = sum(not store.done(key) for key in prepared(plan, folder).unique_keys())

    def told(status: Status) -> None:
        if missing:
            failed = f", {status.failed} failed" if status.failed else ""
            tell(f"{plan.name}: {status.before + status.now} of {status.cases} runs{failed}")

    several = workers is not None and min(workers, missing) > 1
    how = Local(min(workers or 1, missing)) if several else InProcess()
    return Found.of(plan, folder, run_plan(plan, folder, how, told))


def _computed(
    study: ModuleType,
    scenario: str,
    folder: Path,
    smoke: bool,
    workers: int | None,
    tell: Callable[[str], None],
) -> Computed:
    s = load_scenario(scenario, study.changes(load_scenario(scenario)))
    key = hashed([study.NAME, s.digest, smoke, version_now()])[:16]
    path = folder / "computed" / f"{study.NAME}-{key}.json"
    if not path.is_file():
        steps = {"done": 0, "total": 0}

        def tick(where: str, what: str) -> None:
            steps["done"] += 1
            tell(f"{steps['done']} of {steps['total']}: {where}, {what}")

        progress = Progress(lambda total: steps.update(total=total), tick)
        table = study.compute(s, smoke, progress, workers or 1)
        write_bytes(path, json.dumps(table.to_dict("list")).encode())  # Python keeps every digit
    try:
        return Computed(s, pd.DataFrame(json.loads(path.read_bytes())))
    except (OSError, ValueError) as error:
        raise InputError(f"{path} cannot be read ({error}); delete it and start again") from error
