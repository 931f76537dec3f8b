"""What a column of a table may hold, read off the type of the row it becomes.

A row is a frozen pydantic model (rows.py). Its annotations say all there is to say about a column,
so the limits stand in one place: `columns_of` turns them into columns, `parse` reads one cell and
`to_row` makes the row.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import NoneType
from typing import Annotated, Any, Literal, TypeVar, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from .errors import suggest

Kind = Literal["number", "integer", "text", "flag", "choice"]
Cell = float | int | str | bool | None
RowT = TypeVar("RowT", bound=BaseModel)


@dataclass(frozen=True)
class Spread:
    """Marks a tuple that is spread over numbered columns: Spread("h", 0, 24) is h00 … h23."""

    prefix: str
    first: int
    count: int

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns, in order."""
        return tuple(f"{self.prefix}{i:02d}" for i in range(self.first, self.first + self.count))


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Attributes:
        name: as in the header.
        kind: number, integer, text, flag (true or false) or choice.
        lower, upper: least and greatest value, themselves allowed.
        above, below: the same, themselves not allowed.
        choices: what a choice may be.
        may_be_empty: whether a cell may hold nothing.
        required: whether the table must have the column.
    """

    name: str
    kind: Kind = "text"
    lower: float | None = None
    upper: float | None = None
    above: float | None = None
    below: float | None = None
    choices: tuple[str, ...] = ()
    may_be_empty: bool = False
    required: bool = True


def parse(column: Column, text: str) -> Cell:
    """Read one cell.

    Returns:
        float, int, str or bool by kind; an empty cell is "" for text and choice, else None.

    Raises:
        ValueError: the cell is not what the column holds; the message gives value and remedy.
    """
    if not text:
        if column.may_be_empty:
            return "" if column.kind in ("text", "choice") else None
        raise ValueError(f"is empty; give {_wanted(column)}")
    if column.kind == "text":
        return text
    if column.kind == "flag":
        if text.lower() not in ("true", "false"):
            raise ValueError(f"'{text}' is neither true nor false; write true or false")
        return text.lower() == "true"
    if column.kind == "choice":
        if text not in column.choices:
            raise ValueError(f"'{text}' is not known; {suggest(text, column.choices)}")
        return text
    return _number(column, text)


def columns_of(row: type[BaseModel]) -> tuple[Column, ...]:
    """The columns of the table whose rows are `row`, in the order of its attributes."""
    return tuple(c for name, info in row.model_fields.items() for c in _columns(name, info))


def column_name(row: type[BaseModel], attribute: str) -> str:
    """The header of an attribute: its alias where it has one (`class` is no name in Python)."""
    return row.model_fields[attribute].alias or attribute


def to_row(row: type[RowT], cells: Mapping[str, Cell]) -> RowT:
    """Make a row of cells that were parsed, gathering spread columns into one tuple."""
    gathered: dict[str, Any] = dict(cells)
    for name, info in row.model_fields.items():
        for mark in info.metadata:
            if isinstance(mark, Spread):
                gathered[name] = tuple(gathered.pop(c) for c in mark.columns)
    return row.model_validate(gathered)


def to_cells(row: BaseModel) -> dict[str, Any]:
    """The cells of a row by column: what `to_row` was given."""
    cells: dict[str, Any] = {}
    for name, info in type(row).model_fields.items():
        mark = next((m for m in info.metadata if isinstance(m, Spread)), None)
        if mark:
            cells.update(zip(mark.columns, getattr(row, name), strict=True))
        else:
            cells[info.alias or name] = getattr(row, name)
    return cells


def _number(column: Column, text: str) -> float | int:
    try:
        value = float("x" if "_" in text else text)
    except ValueError:
        remedy = f"give {_wanted(column)}"
        if text.replace(",", "").replace(".", "").isdigit():
            remedy = "write it with a decimal point and no thousands separators"
        raise ValueError(f"'{text}' is not a number; {remedy}") from None
    if not math.isfinite(value):
        raise ValueError(f"'{text}' is not a finite number; give {_wanted(column)}")
    outside = (
        (column.lower is not None and value < column.lower)
        or (column.above is not None and value <= column.above)
        or (column.upper is not None and value > column.upper)
        or (column.below is not None and value >= column.below)
    )
    if outside:
        raise ValueError(f"{text} is out of range; give {_wanted(column)}")
    if column.kind == "integer":
        if value != int(value):
            raise ValueError(f"{text} is not a whole number; give {_wanted(column)}")
        return int(value)
    return value


def _wanted(column: Column) -> str:
    """Say in words what a cell should hold."""
    if column.kind == "choice":
        return "one of " + ", ".join(column.choices)
    if column.kind in ("text", "flag"):
        return "a text" if column.kind == "text" else "true or false"
    bounds = (
        ("at least", column.lower),
        ("above", column.above),
        ("at most", column.upper),
        ("below", column.below),
    )
    limits = " and ".join(f"{word} {bound:g}" for word, bound in bounds if bound is not None)
    noun = "a number" if column.kind == "number" else "a whole number"
    return f"{noun}, {limits}" if limits else noun


def _columns(name: str, info: FieldInfo) -> Iterator[Column]:
    """One attribute as its column, or as its columns where it is spread."""
    names = (info.alias or name,)
    annotation, marks = info.annotation, list(info.metadata)
    may_be_empty = False
    if NoneType in get_args(annotation):
        may_be_empty = True
        annotation = next(a for a in get_args(annotation) if a is not NoneType)
    for mark in info.metadata:
        if isinstance(mark, Spread):
            names = mark.columns
            annotation = get_args(annotation)[0]
    if get_origin(annotation) is Annotated:
        annotation, *extra = get_args(annotation)
        marks += [m for e in extra if isinstance(e, FieldInfo) for m in e.metadata]

    def bound(word: str) -> Any:
        return next((getattr(m, word) for m in marks if hasattr(m, word)), None)

    choices = get_args(annotation) if get_origin(annotation) is Literal else ()
    kinds: dict[Any, Kind] = {float: "number", int: "integer", bool: "flag", str: "text"}
    kind: Kind = "choice" if choices else kinds[annotation]
    if kind == "text":
        may_be_empty = bound("min_length") is None
    for each in names:
        yield Column(
            name=each,
            kind=kind,
            lower=bound("ge"),
            upper=bound("le"),
            above=bound("gt"),
            below=bound("lt"),
            choices=tuple(c for c in choices if c),
            may_be_empty=may_be_empty or "" in choices,
            required=info.is_required(),
        )
