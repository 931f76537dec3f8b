"""Read a CSV table strictly: every cell is what its column says, or one error says what is not.

Nothing is repaired. Spaces around a cell and blank lines carry no meaning and are dropped; a byte
order mark, which some spreadsheets write, is accepted.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from .columns import Cell, Column, parse
from .errors import InputError, suggest


@dataclass(frozen=True)
class Table:
    """A table as read.

    Attributes:
        file: folder and file, as error messages name it.
        columns: the header.
        rows: one dictionary a row, from column to parsed cell.
        line_numbers: where each row stands in the file, as an editor counts.
    """

    file: str
    columns: tuple[str, ...]
    rows: tuple[dict[str, Cell], ...]
    line_numbers: tuple[int, ...]


def read_table(
    path: Path, columns: Sequence[Column], key: Sequence[str] = (), min_rows: int = 0
) -> Table:
    """Read a CSV file (UTF-8, comma, one header line).

    Args:
        path: the file.
        columns: what it may hold; those that are not `required` may be absent.
        key: columns that together name a row and may not repeat.
        min_rows: how many rows there must be.

    Raises:
        InputError: with the first few of all the problems of the file.
    """
    file = f"{path.parent.name}/{path.name}"
    (head_line, header), *body = _records(path, file)
    by_name = {c.name: c for c in columns}
    problems = _header_problems(f"{file}, line {head_line}", header, columns)
    if problems:
        raise InputError.of(problems)
    if len(body) < min_rows:
        raise InputError(f"{file}: has {len(body)} rows; give at least {min_rows}")

    rows: list[dict[str, Cell]] = []
    seen: dict[tuple[Cell, ...], int] = {}
    for line, cells in body:
        if len(cells) != len(header):
            problems.append(
                f"{file}, line {line}: has {len(cells)} cells where the header has {len(header)}; "
                "put a cell that holds a comma in double quotes"
            )
            continue
        row: dict[str, Cell] = {}
        for name, text in zip(header, cells, strict=True):
            try:
                row[name] = parse(by_name[name], text)
            except ValueError as error:
                problems.append(f"{file}, line {line}, column {name}: {error}")
        rows.append(row)
        if key and all(name in row for name in key):
            code = tuple(row[name] for name in key)
            if code in seen:
                problems.append(
                    f"{file}, line {line}, column {'+'.join(key)}: '{_shown(code)}' is on line "
                    f"{seen[code]} already; keep one of the two"
                )
            seen.setdefault(code, line)
    if problems:
        raise InputError.of(problems)
    return Table(file, tuple(header), tuple(rows), tuple(line for line, _ in body))


def _records(path: Path, file: str) -> list[tuple[int, list[str]]]:
    """Header and rows, stripped, each with its line number; at least the header."""
    text = read_text(path, file)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    records: list[tuple[int, list[str]]] = []
    line = 1
    try:
        for cells in reader:
            stripped = [cell.strip() for cell in cells]
            if any(stripped):
                records.append((line, stripped))
            line = reader.line_num + 1
    except csv.Error as error:
        raise InputError(
            f"{file}, line {line}: cannot be read as CSV ({error}); check its quotation marks"
        ) from None
    if not records:
        raise InputError(f"{file}: is empty; give a header line and rows")
    return records


def read_text(path: Path, file: str) -> str:
    """The text of a UTF-8 file, without a byte order mark.

    Raises:
        InputError: there is no such file, or it is not UTF-8.
    """
    try:
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        there = [p.name for p in path.parent.glob(f"*{path.suffix}")]
        near = get_close_matches(path.name, there, n=1, cutoff=0.85)  # not another table's name
        remedy = f"add it, or rename '{near[0]}'" if near else "add it"
        raise InputError(f"{file}: no such file in {path.parent}; {remedy}") from None
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise InputError(
            f"{file}, line {line}: is not UTF-8 text; save the file with the encoding UTF-8"
        ) from None
    except OSError as error:
        raise InputError(f"{file}: cannot be read ({error.strerror}); check {path}") from None


def _header_problems(where: str, header: list[str], columns: Sequence[Column]) -> list[str]:
    known = [c.name for c in columns]
    missing = [c.name for c in columns if c.required and c.name not in header]
    for mark, word in ((";", "semicolons"), ("\t", "tabs"), ("|", "bars")):
        if len(header) == 1 and len(known) > 1 and mark in header[0]:
            return [f"{where}: the columns are parted by {word}; save the file with commas"]
    problems: list[str] = []
    for i, name in enumerate(header):
        if not name:
            problems.append(f"{where}, column {i + 1}: has no name; name it or take it out")
        elif name in header[:i]:
            problems.append(f"{where}, column {name}: is there twice; keep one of the two")
        elif name not in known:
            remedy = suggest(name, missing or known)
            problems.append(f"{where}, column {name}: is not a column of this table; {remedy}")
    strange = [name for name in header if name and name not in known]
    for name in missing:
        remedy = f"add it ({suggest(name, strange)})" if strange else "add it"
        problems.append(f"{where}, column {name}: is missing; {remedy}")
    return problems


def _shown(code: tuple[Cell, ...]) -> str:
    return ", ".join(str(part) for part in code)
