"""The scenario that a result was made from, kept in the result: `scenario/`, a folder that runs by itself.

A result can then be run again, and its report knows where regions and sites lie, when the scenario's
own folder has moved on.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from westshift.models.contents import TABLES
from westshift.models.errors import InputError
from westshift.models.loading import SETTINGS_FILE, find_folder, read_document
from westshift.models.scenario import Scenario, load_scenario

KEPT = "scenario"


def keep(
    name_or_folder: str | Path, chosen: Scenario, overrides: Mapping[str, Any], result: Path
) -> None:
    """Copy what was read of a scenario into `result/scenario`: its settings, tables and series.

    The files are copied as they are. Only where a series lies outside the scenario's folder, or was named
    by an override, scenario.yaml is written anew, so that it names the copy.

    Args:
        name_or_folder, overrides: what `chosen` was loaded from. result: the folder being written.

    Raises:
        InputError: the scenario's files are not what they were when it was loaded.
    """
    source, target = find_folder(name_or_folder), result / KEPT
    names = [SETTINGS_FILE, *(f"{spec.stem}.csv" for spec in TABLES.values())]
    target.mkdir()
    for name in names:
        if (source / name).is_file():
            _copy(source / name, target / name)
    series: dict[str, str] = {}
    for each in chosen.series:
        path = Path(os.path.abspath(each.path))
        name = path.relative_to(source).as_posix() if path.is_relative_to(source) else ""
        if not name or (name in names):
            name = f"series/{each.kind}.csv"
        series[each.kind] = name
        _copy(path, target / name)
    if series != (read_document(target).get("series") or {}):
        _name_series(target / SETTINGS_FILE, series)
    if load_scenario(target, kept_overrides(overrides)).digest != chosen.digest:
        raise InputError(f"scenario {source}: was changed while it was read; run it again")


def kept_overrides(overrides: Mapping[str, Any]) -> dict[str, Any]:
    """The changes that are still to be made to the kept copy: all but those of series, which it has."""
    return {k: v for k, v in overrides.items() if k.split(".")[0] != "series"}


def kept_folder(result: Path, manifest: Mapping[str, Any]) -> Path | None:
    """The folder of a result's scenario: its own copy, else the shipped one if it is still the same, else None."""
    own = result / KEPT
    if (own / SETTINGS_FILE).is_file():
        return own
    try:
        folder = find_folder(str(manifest["scenario"]))
        same = load_scenario(folder, manifest["overrides"]).digest == manifest["digest"]
    except InputError:
        return None
    return folder if same else None


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def _name_series(settings: Path, series: dict[str, str]) -> None:
    """Comments and order of the other keys stay."""
    yaml = YAML(typ="rt")
    document = yaml.load(settings.read_text(encoding="utf-8"))
    document["series"] = series
    with settings.open("w", encoding="utf-8", newline="\n") as file:
        yaml.dump(document, file)
