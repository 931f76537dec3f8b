"""The text of a log in Standard Workload Format: header fields, and 18 numbers a line."""

from __future__ import annotations

import math
import re

import numpy as np

from ..errors import InputError

Array = np.ndarray

FIELDS = 18
NAMES = (
    "job number", "submit time", "wait time", "run time", "allocated processors", "CPU time",
    "used memory", "requested processors", "requested time", "requested memory", "status", "user",
    "group", "executable", "queue", "partition", "preceding job", "think time",
)  # fmt: skip
BYTE_ORDER_MARK = "\xef\xbb\xbf"  # of UTF-8, as Latin-1 shows it
_NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d{1,2})?")
_FIELD = re.compile(r";\s{0,2}([A-Za-z]\w*)\s*:(?:\s+(.*))?$")


def read_lines(file: str, text: str) -> tuple[dict[str, str], list[int], Array]:
    """Header fields, those that stand there several times joined by line breaks; row of each job; its fields (N, 18).

    Raises:
        InputError: a line has not 18 numbers.
    """
    found: dict[str, list[str]] = {}
    last = ""
    rows: list[int] = []
    lines: list[str] = []
    for row, line in enumerate(text.removeprefix(BYTE_ORDER_MARK).split("\n"), start=1):
        line = line.strip()
        if line.startswith(";"):
            match = _FIELD.match(line)
            if match:
                last = match[1]
                found.setdefault(last, []).append((match[2] or "").strip())
            elif last and line.strip("; \t"):  # goes on with the field above
                found[last].append(line.strip("; \t"))
        elif line:
            lines.append(line)
            rows.append(row)
    header = {name: "\n".join(parts) for name, parts in found.items()}
    return header, rows, _numbers(file, rows, lines)


def _numbers(file: str, rows: list[int], lines: list[str]) -> Array:
    """The fields of each job (N, 18)."""
    try:
        values = np.loadtxt(lines, comments=None, ndmin=2) if lines else np.empty((0, FIELDS))
    except ValueError:
        values = np.full((len(rows), 1), math.nan)
    if values.shape[1] != FIELDS or not np.isfinite(values).all():
        raise _not_numbers(file, rows, lines)
    return values


def _not_numbers(file: str, rows: list[int], lines: list[str]) -> InputError:
    """What is wrong with the first line that has not 18 numbers."""
    for row, line in zip(rows, lines, strict=True):
        fields = line.split()
        if len(fields) != FIELDS:
            return InputError(
                f"{file}, row {row}: has {len(fields)} fields; the format has {FIELDS}"
            )
        for name, text in zip(NAMES, fields, strict=True):
            if not _NUMBER.fullmatch(text):
                return InputError(
                    f"{file}, row {row}, field {name}: '{text}' is not a number; correct it"
                )
    return InputError(f"{file}: holds a number that cannot be read; write numbers as 12 or 1.5")
