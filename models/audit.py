"""Hold a scenario to its word on where figures come from, and list what is assumed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from .columns import columns_of, to_cells
from .contents import SELF_DESCRIBED, TABLES, Tables
from .draft import Draft
from .errors import suggest
from .provenance import ASSUMPTION, PROVENANCE, FieldNote

SHORTHAND = {
    "h00..h23": tuple(f"h{i:02d}" for i in range(24)),
    "m01..m12": tuple(f"m{i:02d}" for i in range(1, 13)),
}


class Assumption(NamedTuple):
    """A figure that nobody has measured: where it stands, which, how much, and why."""

    where: str
    figure: str
    value: str
    note: str


def described(draft: Draft) -> Iterator[str]:
    """fields.csv describes each column of each table, and nothing else."""
    stems = {spec.stem: name for name, spec in TABLES.items()}
    told: set[tuple[str, str]] = set()
    for i, note in enumerate(draft.tables.fields):
        if note.table not in stems:
            where = draft.at("fields", i, "table")
            yield f"{where}: '{note.table}' is no table; {suggest(note.table, stems)}"
            continue
        header = draft.headers[stems[note.table]]
        if not header and (stems[note.table], "") not in told:
            where = draft.at("fields", i, "table")
            yield f"{where}: there is no {note.table}.csv here; add it, or take out the rows that describe it"
            told.add((stems[note.table], ""))
        if not header:
            continue
        for column in SHORTHAND.get(note.column, (note.column,)):
            told.add((stems[note.table], column))
            if column not in header:
                where = draft.at("fields", i, "column")
                remedy = suggest(column, header)
                yield f"{where}: {note.table}.csv has no column '{column}'; {remedy}"
    for table, header in draft.headers.items():
        if table in SELF_DESCRIBED:
            continue
        for column in header:
            if column not in PROVENANCE and (table, column) not in told:
                stem = TABLES[table].stem
                yield (
                    f"{draft.file('fields')}, column column: '{column}' of {stem}.csv is not "
                    "described; add a row with its unit, source and confidence"
                )


def sourced(draft: Draft) -> Iterator[str]:
    """Every source is in sources.csv, and what is called sourced has one."""
    ids = [*(source.id for source in draft.tables.sources), ASSUMPTION]
    for table in TABLES:
        if table == "sources":
            continue
        for i, row in enumerate(draft.rows(table)):
            named = [part.strip() for part in row.source.split(";") if part.strip()]
            where = draft.at(table, i, "source")
            for name in named:
                if name not in ids:
                    yield f"{where}: '{name}' is not in sources.csv; {suggest(name, ids)}"
            if row.confidence == "sourced" and not set(named) - {ASSUMPTION}:
                yield (
                    f"{where}: '{row.source}' is no source for what is called sourced; name one, "
                    "or change the confidence"
                )


def assumptions(tables: Tables) -> list[Assumption]:
    """Every figure whose confidence is `assumed`: scalars, then columns, then single rows.

    Names and codes are not figures; kinds and flags are. A column counts for the rows that do not
    say otherwise of themselves; its value is the one they share, or their least and greatest.
    Rows of a table with the same figures and the same note are one entry.
    """
    scalars = [
        Assumption(file, f.name, _with_unit(f"{f.value:g}", f.unit), f.note)
        for file, figures in (("parameters.csv", tables.figures), ("economy.csv", tables.economy))
        for f in figures
        if f.confidence == "assumed"
    ]
    return [*scalars, *_assumed_columns(tables), *_assumed_rows(tables)]


def _assumed_columns(tables: Tables) -> Iterator[Assumption]:
    notes: dict[tuple[str, str], list[FieldNote]] = {}
    for note in tables.fields:
        if note.confidence == "assumed":
            notes.setdefault((note.table, _label(note.column)), []).append(note)
    for name, spec in TABLES.items():
        if name in SELF_DESCRIBED:
            continue
        figures = [
            c.name for c in columns_of(spec.row) if c.kind != "text" and c.name not in spec.key
        ]
        cells = [to_cells(row) for row in getattr(tables, name) if not row.confidence]
        for label in dict.fromkeys(_label(figure) for figure in figures):
            told = notes.get((spec.stem, label), [])
            columns = {c for note in told for c in SHORTHAND.get(note.column, (note.column,))}
            values = [row[c] for row in cells for c in figures if c in columns]
            values = [value for value in values if value is not None]
            if values:
                remark = "; ".join(part for part in (told[0].description, told[0].note) if part)
                text = _with_unit(_span(values), told[0].unit)
                yield Assumption(f"{spec.stem}.csv", label, text, remark)


def _assumed_rows(tables: Tables) -> Iterator[Assumption]:
    for name, spec in TABLES.items():
        if name in SELF_DESCRIBED:
            continue
        alike: dict[tuple[str, str], list[str]] = {}
        for row in getattr(tables, name):
            if row.confidence == "assumed":
                cells = to_cells(row)
                columns = [c.name for c in columns_of(spec.row) if c.kind in ("number", "integer")]
                columns = [c for c in columns if c not in spec.key and cells[c] is not None]
                text = ", ".join(f"{c}={cells[c]:g}" for c in columns)
                code = " ".join(str(cells[k]) for k in spec.key)
                alike.setdefault((text, row.note), []).append(code)
        for (text, note), codes in alike.items():
            more = f" and {len(codes) - 1} more" if len(codes) > 1 else ""
            where = f"{spec.stem}.csv, {codes[0]}{more}"
            yield Assumption(where, "row", text or "the whole row", note)


def _label(column: str) -> str:
    """The shorthand of a column that is one of many, else the column itself."""
    return next((short for short, columns in SHORTHAND.items() if column in columns), column)


def _span(values: list[Any]) -> str:
    if all(isinstance(v, int | float) and not isinstance(v, bool) for v in values):
        least, greatest = min(values), max(values)
        return f"{least:g}" if least == greatest else f"{least:g} to {greatest:g}"
    return ", ".join(dict.fromkeys(str(v) for v in values))


def _with_unit(text: str, unit: str) -> str:
    return text if unit in ("", "1", "-") else f"{text} {unit}"
