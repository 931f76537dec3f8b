"""A scenario: every input of one run, validated, frozen and hashed.

    folder ─▶ tables.py, columns.py   each cell is what its column holds
           ─▶ overrides.py            changes for one run
           ─▶ settings.py, rows.py    typed and frozen
           ─▶ draft.py, checks.py    what must hold within and between tables
           ─▶ audit.py               where figures come from
           ─▶ Scenario

A scenario that loads is whole: code that uses one need not check again. Change one with overrides
rather than by `model_copy`, which checks nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from .audit import Assumption, assumptions, described, sourced
from .checks import CHECKS, find_problems
from .contents import Tables
from .draft import Draft
from .errors import InputError
from .loading import (
    find_folder,
    read_document,
    read_tables,
    rows_of,
    settings_of,
    shipped_scenarios,
    unread_files,
)
from .overrides import apply_overrides
from .provenance import Figure, Parameters
from .rows import Generator, JobClass, Line, Region, Site, Storage, Tariff, Technology
from .settings import POLICY_NAMES, Forecast, HorizonChoice, Plan, Settings

__all__ = [
    "POLICY_NAMES",
    "Assumption",
    "Figure",
    "Forecast",
    "Generator",
    "HorizonChoice",
    "JobClass",
    "Line",
    "Parameters",
    "Plan",
    "Region",
    "Scenario",
    "Site",
    "Storage",
    "Tariff",
    "Technology",
    "assumptions",
    "load_scenario",
    "shipped_scenarios",
]


class Scenario(Settings, Tables):
    """The keys of scenario.yaml and the rows of every table, as attributes.

    Codes (of regions, technologies, sites, classes) are texts; rows keep the order of the files.

    Attributes:
        warnings: what is allowed but may not be meant; one sentence each.
    """

    warnings: tuple[str, ...] = ()

    @property
    def parameters(self) -> Parameters:
        """The scalars; `figures` has their units and sources."""
        return Parameters.model_validate({f.name: f.value for f in self.figures})

    @property
    def digest(self) -> str:
        """First 16 hex digits of the SHA-256 of the content, series files included.

        Not of the paths: a copy elsewhere has the same digest.
        """
        content = self.model_dump(
            mode="json", exclude={"warnings": True, "series": {"__all__": {"path"}}}
        )
        canonical = json.dumps(
            content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
        )
        return hashlib.sha256(canonical.encode()).hexdigest()[:16]

    def series_path(self, kind: str) -> Path | None:
        """The file of a measured series, or None where the scenario has none of that kind."""
        return next((Path(s.path) for s in self.series if s.kind == kind), None)


def load_scenario(
    name_or_folder: str | Path, overrides: Mapping[str, object] | None = None
) -> Scenario:
    """Read, change and check a scenario.

    Args:
        name_or_folder: a shipped name (see `shipped_scenarios`), or a folder with a scenario.yaml.
            A folder that is called like a shipped scenario: "./two_region", or a Path.
        overrides: changes for this run by dotted key (see overrides.py); a value may be the text
            of a command line.

    Raises:
        InputError: naming file, line, column, value and remedy of the first few problems.
    """
    folder = find_folder(name_or_folder)
    document, tables = read_document(folder), read_tables(folder)
    changes = dict(overrides or {})
    apply_overrides(document, tables, changes)
    settings = settings_of(folder, document, changes)
    rows, line_numbers = rows_of(tables)
    headers = {name: table.columns for name, table in tables.items()}
    problems = find_problems(
        Draft(folder.name, settings, rows, headers, line_numbers), (*CHECKS, described, sourced)
    )
    if problems:
        raise InputError.of(problems)
    warnings = (*_short_window(settings, rows), *_unread(folder, settings), *_alone(rows))
    return Scenario(**dict(settings), **dict(rows), warnings=warnings)


def _short_window(settings: Settings, rows: Tables) -> tuple[str, ...]:
    longest = max(rows.classes, key=lambda c: c.slack_h)
    if settings.plan.window_h > longest.slack_h:
        return ()
    return (
        f"plan.window_h is {settings.plan.window_h} h, but '{longest.job_class}' may wait "
        f"{longest.slack_h} h and so run in any of {longest.slack_h + 1} hours: "
        "plans cannot use all of its slack",
    )


def _alone(rows: Tables) -> tuple[str, ...]:
    """Regions that no line reaches, where there are lines at all."""
    reached = {end for line in rows.lines for end in (line.from_region, line.to_region)}
    alone = [r.region for r in rows.regions if r.region not in reached]
    if not rows.lines or not alone:
        return ()
    return (
        f"lines.csv has no line to {', '.join(alone)}: what is drawn there is made there or shed",
    )


def _unread(folder: Path, settings: Settings) -> tuple[str, ...]:
    return tuple(f"{folder.name}/{name} is not read" for name in unread_files(folder, settings))
