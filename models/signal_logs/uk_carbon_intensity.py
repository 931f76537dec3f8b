"""Carbon Intensity API of Great Britain: half hours with a forecast and, once they are over, an actual intensity.

Source: National Energy System Operator, https://api.carbonintensity.org.uk, definitions at
https://carbon-intensity.github.io/api-definitions; gCO2/kWh, UTC; CC BY 4.0.
"""

from __future__ import annotations

from datetime import UTC
from enum import Enum
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import InputError
from ..instants import instants_s, shown
from ..intensity import Intensity
from ..sheet import read_sheet
from .answers import field, is_json, number, read_json
from .series import Place, Series, row_of, to_intensity

Array = np.ndarray

HALF_HOUR_S = 1800


class Which(Enum):
    """Which of the two intensities; regions have a forecast only."""

    FORECAST = "forecast"
    ACTUAL = "actual"


def read_uk_carbon_intensity(
    path: str | Path, *, which: Which, zone: str | None = None
) -> Intensity:
    """Read an answer of the service saved as .json, national or of one region, or the same as .csv.

    The CSV has columns from, to and intensity.forecast or intensity.actual (also without `intensity.`). Times are
    UTC, as the service has them.

    Args:
        path: the file, plain, .gz or .zip.
        which: forecast or actual.
        zone: what to call the zone; None: the region's name, or GB.

    Raises:
        InputError: naming row and time: a half hour without a value (the actual one of a half hour that is not
            over is null), a gap, a time twice; see `series.to_intensity`.
    """
    file = str(path)
    name = "GB"
    if is_json(path):
        name, begins, ends, values, place = _from_json(file, read_json(path), which)
    else:
        begins, ends, values, place = _from_csv(path, which)
    begin_s = _instants(begins, place, "from")
    end_s = _instants(ends, place, "to")
    wrong = end_s - begin_s != HALF_HOUR_S
    if wrong.any():
        i = int(wrong.argmax())
        raise InputError(
            f"{place(i)}: goes from {shown(begin_s[i])} to {shown(end_s[i])}; let it be half an hour"
        )
    return to_intensity(
        {zone or name: Series(begin_s, values, place)},
        source=f"{file} (Carbon Intensity API, {which.value})",
        kind="average",
        step_s=HALF_HOUR_S,
    )


def _from_json(
    file: str, answer: Any, which: Which
) -> tuple[str, list[str], list[str], Array, Place]:
    name, inner = "GB", answer
    data = answer.get("data") if isinstance(answer, dict) else None
    if isinstance(data, list) and data and isinstance(data[0], dict) and "data" in data[0]:
        if len(data) > 1:
            raise InputError(f"{file}: holds {len(data)} regions; save one at a time")
        data = data[0]
    if isinstance(data, dict):  # one region
        inner, name = data, str(data.get("shortname") or data.get("regionid") or "GB")
    entries = field(inner, "data", list, file)
    begins, ends, values = [], [], []
    for i, entry in enumerate(entries, start=1):
        where = f"{file}, entry {i}"
        begins.append(field(entry, "from", str, where))
        ends.append(field(entry, "to", str, where))
        values.append(number(field(entry, "intensity", dict, where), which.value, where))
    return name, begins, ends, np.array(values, float), lambda i: f"{file}, entry {i + 1}"


def _from_csv(path: str | Path, which: Which) -> tuple[list[str], list[str], Array, Place]:
    sheet = read_sheet(path)
    long = f"intensity.{which.value}"
    title = which.value if which.value in sheet.cells and long not in sheet.cells else long
    values = sheet.numbers(title, may_be_empty=True)
    return sheet.text("from"), sheet.text("to"), values, row_of(sheet.file, sheet.rows)


def _instants(texts: list[str], place: Place, what: str) -> Array:
    out = instants_s(texts, UTC, lambda i, wrong: InputError(f"{place(i)}, {what}: {wrong}"))
    if np.isnan(out).any():
        i = int(np.isnan(out).argmax())
        raise InputError(f"{place(i)}, {what}: has no time; fill it in")
    return out
