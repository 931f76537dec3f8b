"""The users' intensities of 2020 that the replication of Let's Wait Awhile reads; their repository has no licence."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from westshift.models.errors import InputError

from .given import given_file, given_table, numbers

COUNTRIES = {"ger": "Germany", "gb": "Great Britain", "fr": "France"}
COLUMNS = ("Time", "Carbon Intensity")
WHERE_FROM = (
    "from data/ of github.com/dos-group/lets-wait-awhile, which the paper names "
    "(it has no licence, so it is not shipped)"
)
SLOT_MIN = 30
BEGIN = pd.Timestamp("2020-01-01 00:00")


def names(code: str) -> tuple[str, str]:
    """Where a country's file may lie within the user's folder."""
    return f"{code}_ci.csv", f"waitawhile/{code}_ci.csv"


def has(data: Path | None, code: str) -> bool:
    """Whether the user's folder has a country's file."""
    return data is not None and any((data / name).is_file() for name in names(code))


def read_country(data: Path | None, code: str) -> pd.Series:
    """A country's intensity in the half hours from 2020-01-01 00:00 on, by their begin [kg/MWh].

    Of finer data only what is timed at minute 0 and 30 is kept, as in the paper's simulator.

    Raises:
        InputError: the file is not there or not of its form: a time that is none, has a
            zone, stands twice or is missing.
    """
    path = given_file(data, names(code), COLUMNS, WHERE_FROM)
    table = given_table(path, COLUMNS, WHERE_FROM)
    time = pd.to_datetime(table["Time"], errors="coerce")
    if getattr(time.dt, "tz", None) is not None:
        raise InputError(
            f"{path}: times of column 'Time' have a zone: take the file as published, without one"
        )
    if time.isna().any():
        row = int(time.isna().to_numpy().argmax())
        raise InputError(
            f"{path}: row {row + 2}, column 'Time' is '{table['Time'].iloc[row]}': let it be a time"
        )
    value = numbers(path, table, "Carbon Intensity")
    keep = (time.dt.minute % SLOT_MIN == 0).to_numpy() & (time >= BEGIN).to_numpy()
    row = np.flatnonzero(keep) + 2
    kept = pd.Series(value.to_numpy()[keep], index=pd.DatetimeIndex(time[keep], name="Time"))
    expected = pd.date_range(BEGIN, periods=len(kept), freq=f"{SLOT_MIN}min")
    wrong = np.asarray(kept.index != expected)
    if len(kept) == 0:
        raise InputError(f"{path}: no half hour from {BEGIN} on: take the file as published")
    if wrong.any():
        i = int(wrong.argmax())
        raise InputError(
            f"{path}: row {row[i]} is of {kept.index[i]} where {expected[i]} is due: "
            "let every half hour stand once, in order"
        )
    return kept
