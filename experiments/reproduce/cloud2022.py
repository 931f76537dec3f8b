"""Intensity of 123 grid zones in 2022 and round-trip times between cloud regions, as the artifact has them.

T. Sukprasert, A. Souza, N. Bashir, D. Irwin, P. Shenoy, "On the limitations of carbon-aware temporal and spatial
workload shifting in the cloud", EuroSys 2024, doi:10.1145/3627703.3650079. Carbon: Electricity Maps, ODbL;
round-trip times: Apache-2.0. Neither comes with westshift.
"""

from __future__ import annotations

import csv
import gzip
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from westshift.experiments.reproduce.published import need
from westshift.models.errors import InputError
from westshift.models.intensity import Intensity

Array = np.ndarray

CARBON = ("cloud2022", "carbon_intensity_2022.csv.gz")
LATENCY = ("cloud2022", "gcp_latency_matrix.csv")
HOURS = 8760


def read_intensity(data: Path | None) -> Intensity:
    """Hourly average intensity of every zone (Z, 8760) [kg/MWh], UTC, from 2022-01-01.

    Raises:
        InputError: the file is missing, has another number of hours, an hour out of its turn, or no number.
    """
    path = need(data, *CARBON)
    titles, rows = _cells(path)
    if titles[0] != "hour_utc" or len(set(titles)) != len(titles):
        raise InputError(f"{path}, row 1: wants hour_utc and each zone once; correct the header")
    values = np.empty((len(rows), len(titles)))
    for i, cells in enumerate(rows):
        values[i] = [_number(path, i + 2, t, x) for t, x in zip(titles, cells, strict=True)]
    if len(rows) != HOURS or (values[:, 0] != np.arange(HOURS)).any():
        raise InputError(
            f"{path}, column hour_utc: wants the hours 0 to {HOURS - 1}, each once, in order"
        )
    if (values[:, 1:] < 0).any():
        i, z = (int(k) for k in np.argwhere(values[:, 1:] < 0)[0])
        raise InputError(f"{path}, row {i + 2}, column {titles[z + 1]}: is below 0; correct it")
    start = datetime(2022, 1, 1, tzinfo=UTC)
    kg = np.ascontiguousarray(values[:, 1:].T)
    return Intensity(tuple(titles[1:]), start, 3600, kg, "average", str(path))


def read_round_trips(data: Path | None) -> tuple[tuple[str, ...], Array]:
    """Zones with a cloud region (Z,) and round-trip times between them (Z, Z) [ms].

    Of a zone that is named twice the least time counts.

    Raises:
        InputError: the file is missing, is not square, or a cell is not a time.
    """
    path = need(data, *LATENCY)
    titles, rows = _cells(path)
    names, origins = titles[1:], [cells[0] for cells in rows]
    if titles[0] != "origin" or names != origins:
        raise InputError(f"{path}: wants a column origin, and the same zones down and across")
    found = dict.fromkeys(names)
    zones = tuple(found)
    at = np.array([zones.index(name) for name in names])
    out = np.full((len(zones), len(zones)), np.inf)
    for i, cells in enumerate(rows):
        times = [_number(path, i + 2, t, x) for t, x in zip(names, cells[1:], strict=True)]
        if min(times) < 0:
            raise InputError(f"{path}, row {i + 2}: a round trip is below 0 ms; correct it")
        np.minimum.at(out[at[i]], at, times)
    return zones, out


def _cells(path: Path) -> tuple[list[str], list[list[str]]]:
    """Header and rows; zones may be named twice here, which other tables of the program forbid."""
    try:
        raw = path.read_bytes()
        text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8-sig")
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise InputError(
            f"{path}: cannot be read ({error}); give the file as it was published"
        ) from None
    rows = [[cell.strip() for cell in row] for row in csv.reader(text.splitlines()) if row]
    if len(rows) < 2:
        raise InputError(f"{path}: has no rows below a header; give the file as it was published")
    for i, row in enumerate(rows):
        if len(row) != len(rows[0]):
            raise InputError(
                f"{path}, row {i + 1}: has {len(row)} cells where the header has {len(rows[0])}"
            )
    return rows[0], rows[1:]


def _number(path: Path, row: int, column: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = np.nan
    if not np.isfinite(value):
        raise InputError(
            f"{path}, row {row}, column {column}: '{text}' is not a number; correct it"
        )
    return value
