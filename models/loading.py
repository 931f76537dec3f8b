"""Find a scenario's folder and read what lies in it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from .columns import columns_of, to_row
from .contents import TABLES, Tables
from .errors import InputError, suggest
from .rows import LoadShape, TariffHours
from .settings import SERIES_KINDS, SeriesFile, Settings, describe
from .tables import Table, read_table, read_text

SHIPPED = Path(__file__).parent / "scenarios"
SETTINGS_FILE = "scenario.yaml"


def shipped_scenarios() -> tuple[str, ...]:
    """The names of the scenarios that come with the package."""
    return tuple(sorted(path.parent.name for path in SHIPPED.glob(f"*/{SETTINGS_FILE}")))


def find_folder(name_or_folder: str | Path) -> Path:
    """The folder of a shipped scenario by its name, else the folder itself (or its scenario.yaml).

    Raises:
        InputError: there is neither a shipped scenario nor a folder of that name.
    """
    if isinstance(name_or_folder, str) and name_or_folder in shipped_scenarios():
        return SHIPPED / name_or_folder
    path = Path(name_or_folder).expanduser()
    if path.name == SETTINGS_FILE and path.is_file():
        path = path.parent
    if not path.is_dir():
        raise InputError(
            f"scenario '{name_or_folder}': is neither shipped nor a folder; "
            f"{suggest(name_or_folder, shipped_scenarios())} "
            f"(shipped: {', '.join(shipped_scenarios())})"
        )
    if not (path / SETTINGS_FILE).is_file():
        raise InputError(f"scenario '{name_or_folder}': the folder has no {SETTINGS_FILE}; add it")
    return path.resolve()


def read_document(folder: Path) -> dict[str, Any]:
    """scenario.yaml as a dictionary (YAML 1.2, so that NO is a text and not false)."""
    file = f"{folder.name}/{SETTINGS_FILE}"
    try:
        document = YAML(typ="safe", pure=True).load(read_text(folder / SETTINGS_FILE, file))
    except YAMLError as error:
        mark = error.problem_mark if isinstance(error, MarkedYAMLError) else None
        line = f", line {mark.line + 1}" if mark else ""
        problem = error.problem if isinstance(error, MarkedYAMLError) else str(error)
        raise InputError(f"{file}{line}: is not YAML ({problem}); mend the line") from None
    if not isinstance(document, dict):
        raise InputError(f"{file}: holds no keys; write lines such as `name: my_scenario`")
    return document


def read_tables(folder: Path) -> dict[str, Table]:
    """All tables, as read, by attribute of Tables. An optional one that is not there has no columns and no rows."""
    tables = {}
    for name, spec in TABLES.items():
        path = folder / f"{spec.stem}.csv"
        if spec.optional and not path.exists():
            tables[name] = Table(f"{folder.name}/{path.name}", (), (), ())
        else:
            tables[name] = read_table(path, columns_of(spec.row), spec.key, spec.min_rows)
    return tables


def settings_of(folder: Path, document: dict[str, Any], overridden: Iterable[str]) -> Settings:
    """Check the document and find its series files.

    Raises:
        InputError: naming every key that will not do.
    """
    file = f"{folder.name}/{SETTINGS_FILE}"
    series = _series_files(folder, file, document.get("series"))
    try:
        return Settings.model_validate({**document, "series": series})
    except ValidationError as error:
        problems: list[str] = []
        for each in error.errors():
            key, problem = describe({**each})
            changed = any(key == o or key.startswith(f"{o}.") for o in overridden)
            place = f"override {key}" if changed else f"{file}, key {key}"
            problems.append(f"{place}: {problem}")
        raise InputError.of(problems) from None


def rows_of(tables: Mapping[str, Table]) -> tuple[Tables, dict[str, tuple[int, ...]]]:
    """The rows of all tables, and the line in the file that each came from.

    A season `all` becomes one row for each of the four.
    """
    rows: dict[str, tuple[Any, ...]] = {}
    line_numbers: dict[str, tuple[int, ...]] = {}
    for name, table in tables.items():
        made = [to_row(TABLES[name].row, cells) for cells in table.rows]
        pairs = [
            (each, line)
            for row, line in zip(made, table.line_numbers, strict=True)
            for each in (row.by_season() if isinstance(row, LoadShape | TariffHours) else (row,))
        ]
        rows[name] = tuple(row for row, _ in pairs)
        line_numbers[name] = tuple(line for _, line in pairs)
    return Tables(**rows), line_numbers


def unread_files(folder: Path, settings: Settings) -> tuple[str, ...]:
    """CSV files in the folder that nothing reads: perhaps a misspelt name."""
    read = {f"{spec.stem}.csv" for spec in TABLES.values()}
    read |= {Path(series.path).name for series in settings.series}
    return tuple(sorted(path.name for path in folder.glob("*.csv") if path.name not in read))


def _series_files(folder: Path, file: str, series: object) -> tuple[SeriesFile, ...]:
    if series is None:
        return ()
    if not isinstance(series, dict):
        raise InputError(f"{file}, key series: {series!r} does not do; write {{kind: file.csv}}")
    found: list[SeriesFile] = []
    for kind, name in series.items():
        where = f"{file}, key series.{kind}"
        if kind not in SERIES_KINDS:
            raise InputError(f"{where}: is not a known series; {suggest(kind, SERIES_KINDS)}")
        path = folder / str(name)
        if not isinstance(name, str) or not path.is_file():
            there = sorted(p.name for p in folder.glob("*.csv"))
            raise InputError(f"{where}: no file '{name}' in {folder}; {suggest(name, there)}")
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        found.append(SeriesFile(kind=kind, path=str(path), sha256=digest))
    return tuple(found)
