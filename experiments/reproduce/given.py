"""Files that a replication needs and that are not shipped: found in the user's folder, or asked for in words."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from westshift.models.errors import InputError


def given_file(
    data: Path | None, names: Sequence[str], columns: Sequence[str], where_from: str
) -> Path:
    """The first of the names that is a file in the folder.

    Args:
        data: the user's folder. names: paths within it, the preferred one first.
        columns: it has to have. where_from: where such a file is published, in words.

    Raises:
        InputError: there is no folder, or none of the files in it.
    """
    wanted = f"{names[0]} with columns {', '.join(columns)}, {where_from}"
    if data is None:
        raise InputError(
            f"no folder of data was named: give one with --data FOLDER that has {wanted}"
        )
    for name in names:
        if (data / name).is_file():
            return data / name
    raise InputError(
        f"{data} has no {names[0]}: put there {wanted}, or name another folder with --data"
    )


def given_table(path: Path, columns: Sequence[str], where_from: str) -> pd.DataFrame:
    """A CSV file with at least these columns.

    Raises:
        InputError: it cannot be read, or a column is missing.
    """
    try:
        table = pd.read_csv(path)
    except (OSError, ValueError, EOFError) as wrong:
        raise InputError(
            f"{path}: not a CSV file that can be read ({wrong}): take the one {where_from}"
        ) from wrong
    missing = [c for c in columns if c not in table.columns]
    if missing:
        has = ", ".join(map(str, table.columns[:8]))
        raise InputError(f"{path}: no column '{missing[0]}' among {has}: take the one {where_from}")
    return table


def numbers(path: Path, table: pd.DataFrame, column: str) -> pd.Series:
    """A column of numbers, none of them missing.

    Raises:
        InputError: one is not a number.
    """
    found = pd.to_numeric(table[column], errors="coerce").astype(float)
    wrong = ~found.abs().lt(float("inf"))
    if wrong.any():
        row = int(wrong.to_numpy().argmax())
        raise InputError(
            f"{path}: row {row + 2}, column '{column}' is '{table[column].iloc[row]}': let it be a number"
        )
    return found
