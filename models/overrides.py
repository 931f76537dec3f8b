"""Change a scenario for one run: `plan.window_h=24`, `parameters.idle_share=0.3`, `seed=3`.

A key is one of scenario.yaml, dotted; or parameters.<name>; or a table, what names the row, and a
column, such as classes.batch.slack_h or lines.east.west.capacity_mw. A figure that was changed is
an assumption of that run, and is marked so.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from .columns import Cell, Column, columns_of, parse
from .contents import SELF_DESCRIBED, TABLES, TableSpec
from .economy_figures import Behaviour
from .errors import InputError, suggest
from .provenance import ASSUMPTION, PROVENANCE, Parameters
from .settings import known_keys
from .tables import Table


def apply_overrides(
    document: dict[str, Any], tables: Mapping[str, Table], overrides: Mapping[str, object]
) -> None:
    """Write each override into the document of scenario.yaml or into its table, in place.

    Raises:
        InputError: a key that is not known, or a value that its column does not take.
    """
    if isinstance(
        _read(overrides.get("horizon.weeks", [])), str
    ):  # the file's go with its own weeks
        document["horizon"] = {}
    stems = {spec.stem: name for name, spec in TABLES.items() if name not in SELF_DESCRIBED}
    for key, value in overrides.items():
        head, *rest = key.split(".")
        if key in known_keys():
            _set_key(document, key, _read(value))
        elif head == "parameters" and len(rest) == 1:
            columns = {c.name: c for c in columns_of(Parameters)}
            column = columns.get(rest[0], Column("value", "number"))
            _set_cell(key, TABLES["figures"], tables["figures"], rest, column, "value", value)
        elif head == "economy" and len(rest) == 1:
            columns = {c.name: c for c in columns_of(Behaviour)}
            column = columns.get(rest[0], Column("value", "number"))
            _set_cell(key, TABLES["economy"], tables["economy"], rest, column, "value", value)
        elif head in stems:
            spec = TABLES[stems[head]]
            fixed = (*spec.key, *PROVENANCE)
            columns = {c.name: c for c in columns_of(spec.row) if c.name not in fixed}
            if len(rest) != len(spec.key) + 1:
                shape = ".".join([head, *(f"<{k}>" for k in spec.key), "<column>"])
                raise InputError(f"override {key}: does not name one cell; write {shape}")
            *code, name = rest
            if name not in columns:
                remedy = suggest(name, columns)
                raise InputError(
                    f"override {key}: {head}.csv has no column '{name}' to change; {remedy}"
                )
            _set_cell(key, spec, tables[stems[head]], code, columns[name], name, value)
        else:
            known = [*known_keys(), *(f"parameters.{name}" for name in Parameters.model_fields)]
            raise InputError(f"override {key}: is not known; {suggest(key, known)}")


def _set_key(document: dict[str, Any], key: str, value: object) -> None:
    head, _, leaf = key.partition(".")
    if not leaf:
        document[head] = value
        return
    inner = document.get(head)
    document[head] = {**(inner if isinstance(inner, dict) else {}), leaf: value}


def _set_cell(
    key: str,
    spec: TableSpec,
    table: Table,
    code: list[str],
    column: Column,
    name: str,
    value: object,
) -> None:
    codes = [".".join(str(row[k]) for k in spec.key) for row in table.rows]
    wanted = ".".join(code)
    if wanted not in codes:
        remedy = suggest(wanted, codes)
        raise InputError(f"override {key}: {spec.stem}.csv has no row '{wanted}'; {remedy}")
    row = table.rows[codes.index(wanted)]
    try:
        cell = parse(column, _written(value))
    except ValueError as error:
        raise InputError(f"override {key}: {error}") from None
    if cell == row.get(name):
        return
    changes: dict[str, Cell] = {name: cell}
    if "confidence" in spec.row.model_fields:
        said = [str(row.get("note") or ""), f"{name} set for this run; the file has {row[name]}"]
        changes["confidence"], changes["source"] = "assumed", ASSUMPTION
        changes["note"] = "; ".join(part for part in said if part)
    row.update(changes)


def _read(value: object) -> object:
    """A text, as a command line gives it, is read as YAML; a number of numpy's made plain."""
    if isinstance(value, np.generic):
        return value.item()
    if not isinstance(value, str):
        return value
    try:
        return YAML(typ="safe", pure=True).load(value)
    except YAMLError:
        return value


def _written(value: object) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value).strip()
