"""A user's own hourly series."""

import csv
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError


def read_series(
    path: str | Path,
    names: Sequence[str],
    hours: int,
    *,
    lower: float = -math.inf,
    upper: float = math.inf,
    unit: str = "",
) -> NDArray[np.float64]:
    """Read one column a name from a CSV file (UTF-8, comma, one header line).

    The first column is `hour`: 0 to hours - 1, in order, each once. Other columns may stand in any
    order; columns not asked for are left alone. Empty lines are passed over.

    path: the file; names: columns wanted, e.g. region codes; hours: rows wanted (8760, or 8784 in
    a leap year); lower, upper: bounds a value may reach; unit: for the message.
    Returns  # (N, hours), rows in the order of names

    Errors: InputError naming file, line, column and value when the file or a column is missing,
    an hour is missing, doubled or out of order, or a value is not a finite number within bounds.
    Nothing is filled or clipped.
    """
    file = Path(path)
    try:
        with file.open(encoding="utf-8-sig", newline="") as handle:
            reader = csv.reader(handle, strict=True)
            header = [title.strip() for title in next(reader, [])]
            columns = _columns(file, header, names)
            return _values(file, reader, len(header), columns, hours, (lower, upper), unit)
    except FileNotFoundError:
        raise InputError(f"{file}: no such file; check the path under `series`") from None
    except OSError as error:
        raise InputError(f"{file}: cannot be read ({error.strerror}); give a CSV file") from None
    except UnicodeDecodeError:
        raise InputError(f"{file}: is not UTF-8 text; save it as CSV UTF-8") from None
    except csv.Error as error:
        raise InputError(f"{file}: is not a valid CSV file ({error}); save it again") from None


def _columns(file: Path, titles: list[str], names: Sequence[str]) -> dict[str, int]:
    """Where each wanted column stands."""
    if not titles or titles[0] != "hour":
        first = titles[0] if titles else ""
        raise InputError(f"{file}, row 1: first column is {first!r}; it must be `hour`")
    for name in names:
        if titles.count(name) == 0:
            raise InputError(f"{file}, row 1: column {name!r} is missing; add it")
        if titles.count(name) > 1:
            raise InputError(f"{file}, row 1: column {name!r} stands there twice; remove one")
    return {name: titles.index(name) for name in names}


def _values(file, reader, width, columns, hours, bounds, unit) -> NDArray[np.float64]:
    result = np.empty((len(columns), hours))
    expected = 0
    for cells in reader:
        if not cells:
            continue
        where = f"{file}, row {reader.line_num}"
        if len(cells) != width:
            raise InputError(
                f"{where}: {len(cells)} cells, but the header has {width}; give one a column"
            )
        _check_hour(where, cells[0], expected, hours)
        for row, (name, column) in enumerate(columns.items()):
            result[row, expected] = _number(where, name, cells[column], bounds, unit)
        expected += 1
    if expected < hours:
        raise InputError(
            f"{file}, row {reader.line_num}: ends after hour {expected - 1}, but the year has "
            f"{hours} hours; add hours {expected} to {hours - 1}, or change the scenario's year"
        )
    return result


def _check_hour(where: str, cell: str, expected: int, hours: int) -> None:
    try:
        hour = int(cell)
    except ValueError:
        raise InputError(
            f"{where}, column hour: {cell!r} is not a whole number; number the hours 0 to "
            f"{hours - 1}"
        ) from None
    if hour >= hours:
        raise InputError(
            f"{where}, column hour: {hour}, but the year has {hours} hours; end at {hours - 1}, "
            "or change the scenario's year"
        )
    if hour < 0:
        raise InputError(f"{where}, column hour: {hour} is negative; begin at 0")
    if hour < expected:
        raise InputError(f"{where}, column hour: {hour} has been there before; remove one")
    if hour > expected:
        raise InputError(f"{where}, column hour: {hour} where {expected} is due; fill the gap")


def _number(where: str, name: str, cell: str, bounds: tuple[float, float], unit: str) -> float:
    try:
        value = float(cell)
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or "_" in cell:  # float() takes 1_000
        raise InputError(f"{where}, column {name}: {cell!r} is not a number; give one an hour")
    lower, upper = bounds
    if not lower <= value <= upper:
        suffix = f" {unit}" if unit else ""
        raise InputError(
            f"{where}, column {name}: {cell} is outside {lower:g} to {upper:g}{suffix}; "
            "correct it, or check the column's unit"
        )
    return value
