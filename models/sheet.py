"""A delimited file as columns of text, and its numbers with row and column in every complaint.

Unlike a scenario's tables, a log may have columns that nobody asks for; they are left alone.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .errors import InputError, suggest
from .packed import read_packed

Array = np.ndarray

LARGEST = 1e30  # more is a slip, and could no longer be turned into another unit


@dataclass(frozen=True, eq=False)
class Sheet:
    """N rows below a header.

    Attributes:
        file: as error messages name it.
        titles: the header; a title may be empty, and its column is then not kept.
        cells: the text of each column, by title, each N long, without spaces around it.
        rows: the row of the file that each stands in, as an editor counts (the header is row 1).
    """

    file: str
    titles: tuple[str, ...]
    cells: dict[str, list[str]]
    rows: Sequence[int]

    def __len__(self) -> int:
        return len(self.rows)

    def text(self, title: str) -> list[str]:
        """The cells of a column (N,).

        Raises:
            InputError: there is none of that title.
        """
        if title not in self.cells:
            remedy = suggest(title, self.cells)
            raise InputError(f"{self.file}, row 1: there is no column '{title}'; {remedy}")
        return self.cells[title]

    def numbers(self, title: str, lower: float = -math.inf, may_be_empty: bool = False) -> Array:
        """The numbers of a column (N,); NaN where a cell is empty and may be.

        Raises:
            InputError: there is no such column, or a cell holds no number of at least `lower` and below 1e30.
        """
        texts = self.text(title)
        try:
            if any("_" in text for text in texts):  # float() takes 1_000
                raise ValueError
            values = np.array([float(text) if text else math.nan for text in texts])
        except ValueError:
            values = np.array([_number(text) for text in texts])
        empty = np.array([not text for text in texts], dtype=bool)
        wrong = ~((np.abs(values) < LARGEST) & (values >= lower))
        wrong &= ~empty if may_be_empty else True
        if wrong.any():
            i = int(wrong.argmax())
            wanted = "a number" if lower == -math.inf else f"a number of at least {lower:g}"
            large = np.isfinite(values[i]) and abs(values[i]) >= LARGEST
            what = "is too large" if large else f"is not {wanted}"
            raise self.complaint(i, title, f"'{texts[i]}' {what}; correct it")
        return values

    def complaint(self, i: int, title: str, what: str) -> InputError:
        """An error that names the place of row `i` of `rows`."""
        return InputError(f"{self.file}, row {self.rows[i]}, column {title}: {what}")


def read_sheet(path: str | Path, delimiter: str = ",", quoted: bool = True) -> Sheet:
    """Read a delimited file (UTF-8, one header row), packed or not; blank lines are passed over.

    Args:
        path: the file; .gz and .zip are unpacked.
        delimiter: between cells.
        quoted: whether double quotes around a cell protect what is in it.

    Raises:
        InputError: it cannot be read, has no header or two columns of one title, or a row has another number
            of cells than the header.
    """
    file = str(path)
    if len(delimiter) != 1:
        raise InputError(f"{file}: the delimiter is '{delimiter}'; let it be one character")
    text = read_packed(path)
    quoting = csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE
    lines = io.StringIO(text, newline="")
    reader = csv.reader(lines, delimiter=delimiter, quoting=quoting, strict=True)
    try:
        records = [(reader.line_num, cells) for cells in reader if any(map(str.strip, cells))]
    except csv.Error as error:
        raise InputError(
            f"{file}, row {reader.line_num}: cannot be read ({error}); check its quotation marks"
        ) from None
    if not records:
        raise InputError(f"{file}: is empty; give a header row and rows below it")
    titles = tuple(title.strip() for title in records[0][1])
    for i, title in enumerate(titles):
        if title and title in titles[:i]:
            raise InputError(f"{file}, row 1: column '{title}' is there twice; keep one of the two")
    for row, cells in records[1:]:
        if len(cells) != len(titles):
            raise InputError(
                f"{file}, row {row}: has {len(cells)} cells where the header has {len(titles)}; "
                f"let no cell hold '{delimiter}'" + (" outside double quotes" if quoted else "")
            )
    columns = zip(*(cells for _, cells in records[1:]), strict=True)
    stripped = [[cell.strip() for cell in column] for column in columns]
    cells = dict(zip(titles, stripped or [[] for _ in titles], strict=True))
    cells.pop("", None)
    return Sheet(file, titles, cells, [row for row, _ in records[1:]])


def _number(text: str) -> float:
    try:
        return math.nan if "_" in text else float(text)
    except ValueError:
        return math.nan
