"""A design as it was laid out: points, the sampled matrix and the key of every case, kept in the folder.

What is stored counts: another version of a sampling library may draw other points, but a sweep that was
begun goes on with its own.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from westshift.models.errors import InputError

from .case import SweepCase, cases_at, cases_of
from .design import points_of, unit_matrix
from .key import SCHEMA, Base, hashed, version_now
from .kinds import Grid
from .plan import SweepPlan, plan_of
from .store import Store, write_text

PLAN, DESIGNS = "plan.json", "designs"


@dataclass(frozen=True, eq=False)
class LaidOut:
    """A plan with its points and keys.

    Attributes:
        plan: the sweep. name: of the design, from the plan's name and content.
        points: what each point sets. matrix: the points in the unit cube, (points, fields); [] for a grid.
        root: the seed that replicates' seeds come from.
        keys: of each point's replicates.
    """

    plan: SweepPlan
    name: str
    points: list[dict[str, Any]]
    matrix: list[list[float]]
    root: int
    keys: list[list[str]]

    def cases(self) -> Iterator[SweepCase]:
        """Every case, point by point; made as they are asked for."""
        for number, (point, keys) in enumerate(zip(self.points, self.keys, strict=True)):
            yield from cases_at(self.plan, number, point, self.root, keys)

    def unique_keys(self) -> list[str]:
        """Each key once, in the order of the design: different points may come to the same case."""
        return list(dict.fromkeys(key for keys in self.keys for key in keys))


def lay_out(plan: SweepPlan, base: Base) -> LaidOut:
    """Choose the points, and find every case's key.

    Raises:
        InputError: a field that is not there, or a value that will not do, with the point it stands in.
    """
    matrix = [] if isinstance(plan.design, Grid) else unit_matrix(plan).tolist()
    points = points_of(plan, matrix)
    keys: list[list[str]] = [[] for _ in points]
    for case in cases_of(plan, base, points):
        keys[case.point].append(case.key)
    return LaidOut(plan, design_name(plan, base), points, matrix, base.root(plan.changes), keys)


def design_name(plan: SweepPlan, base: Base) -> str:
    """NAME-HASH: of the plan, of what the scenario's folder holds, and of this version."""
    told = plan.model_dump(mode="json", by_alias=True)
    content = [told, list(plan.vary), base.digest, version_now(), SCHEMA]
    return f"{plan.name}-{hashed(content)[:8]}"


def stored(folder: Path, name: str) -> LaidOut | None:
    """A design that was laid out before, or None.

    Raises:
        InputError: its file cannot be read.
    """
    path = folder / DESIGNS / f"{name}.json"
    try:
        held = json.loads(path.read_bytes())
        plan = plan_of(held["plan"], str(path))
        points = [dict(zip(plan.vary, values, strict=True)) for values in held["points"]]
        return LaidOut(plan, name, points, held["matrix"], held["root"], held["keys"])
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(
            f"{path} cannot be read ({error}); delete it and start the sweep again: results stay"
        ) from None


def keep(folder: Path, laid: LaidOut) -> None:
    """Write the design, and the plan as the folder's latest.

    Raises:
        StoreError: the disk is full or cannot be written.
    """
    plan = laid.plan.model_dump(mode="json", by_alias=True)
    held = {
        "plan": plan,
        "points": [list(point.values()) for point in laid.points],
        "matrix": laid.matrix,
        "root": laid.root,
        "keys": laid.keys,
    }
    if not (folder / DESIGNS / f"{laid.name}.json").is_file():
        write_text(folder / DESIGNS / f"{laid.name}.json", json.dumps(held) + "\n")
    write_text(folder / PLAN, json.dumps({"design": laid.name, "plan": plan}, indent=1) + "\n")


def latest(folder: Path) -> LaidOut:
    """The design that the folder's latest sweep was run with.

    Raises:
        InputError: the folder is not a sweep's, or is of another version, or holds no design.
    """
    Store(folder).check()
    try:
        name = json.loads((folder / PLAN).read_bytes())["design"]
    except (OSError, ValueError, KeyError, TypeError):
        name = ""
    laid = stored(folder, name) if name else None
    if laid is None:
        raise InputError(f"{folder} holds no design; start the sweep again: results stay")
    return laid


def laid_out(plan: SweepPlan, folder: Path) -> LaidOut:
    """The design of a plan: as stored in the folder, else laid out now."""
    base = Base(plan.scenario)
    return stored(folder, design_name(plan, base)) or lay_out(plan, base)
