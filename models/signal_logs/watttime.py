"""WattTime: marginal emissions (MOER) in pounds of CO2 per MWh, every five minutes.

Source: WattTime API v3, https://docs.watttime.org; CSV as its client writes it (point_time, value), or as its older
downloads had it (timestamp, MOER). CO2, not CO2e. WattTime's index, a percentile, is no intensity and is refused;
so is health_damage, which is money.
"""

from __future__ import annotations

from datetime import UTC
from enum import Enum
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import InputError
from ..instants import instants_s
from ..intensity import Intensity
from ..sheet import read_sheet
from .answers import field, is_json, number, read_json
from .series import Place, Series, row_of, to_intensity

Array = np.ndarray

KG_PER_LB = 0.45359237  # by definition of the pound
UNITS = "lbs_co2_per_mwh"
_INDEX_WORDS = ("percent", "percentile", "index", "rating")


class Signal(Enum):
    """WattTime's signals that are intensities: marginal and average operating emissions rate."""

    CO2_MOER = "co2_moer"
    CO2_AOER = "co2_aoer"


def read_watttime(
    path: str | Path, *, signal: Signal = Signal.CO2_MOER, region: str | None = None
) -> Intensity:
    """Read an answer of /v3/historical or /v3/forecast saved as .json (or a list of them), or a .csv.

    Args:
        path: the file, plain, .gz or .zip.
        signal: what the file holds; JSON that says another is refused. A CSV does not say it.
        region: needed for a CSV, which does not name its own; JSON that names another is refused.

    Returns:
        kind "marginal" for CO2_MOER, "average" for CO2_AOER.

    Raises:
        InputError: naming row and time of a gap or a time twice; another signal, unit or region; see
            `series.to_intensity`.
    """
    file = str(path)
    if is_json(path):
        region, times, values, place = _from_json(file, read_json(path), signal, region)
    else:
        if region is None:
            raise InputError(
                f"{file}: a CSV of WattTime does not name its region; say it with region"
            )
        times, values, place = _from_csv(path)
    if "" in times:
        raise InputError(f"{place(times.index(''))}: has no time; fill it in")
    time_s = instants_s(times, UTC, lambda i, wrong: InputError(f"{place(i)}: {wrong}"))
    return to_intensity(
        {region: Series(time_s, values * KG_PER_LB, place)},
        source=f"{file} (WattTime {signal.value})",
        kind="marginal" if signal is Signal.CO2_MOER else "average",
    )


def _from_json(
    file: str, answer: Any, signal: Signal, region: str | None
) -> tuple[str, list[str], Array, Place]:
    answers = answer if isinstance(answer, list) else [answer]
    times: list[str] = []
    values: list[float] = []
    places: list[str] = []
    for part, one in enumerate(answers, start=1):
        where = file if len(answers) == 1 else f"{file}, answer {part}"
        meta = field(one, "meta", dict, where)
        _same(where, "signal_type", field(meta, "signal_type", str, where), signal.value)
        _same(where, "units", field(meta, "units", str, where), UNITS)
        named = str(field(meta, "region", str, where))
        region = region or named
        _same(where, "region", named, region)
        for i, entry in enumerate(field(one, "data", list, where), start=1):
            places.append(f"{where}, entry {i}")
            times.append(field(entry, "point_time", str, places[-1]))
            values.append(number(entry, "value", places[-1]))
    if region is None:
        raise InputError(f"{file}: holds no answer; save one")
    return region, times, np.array(values, float), lambda i: places[i]


def _same(where: str, name: str, found: str, wanted: str) -> None:
    if found != wanted:
        hint = ""
        if any(word in found for word in _INDEX_WORDS):
            hint = " (an index is a rank, not an intensity)"
        raise InputError(f"{where}: {name} is '{found}'{hint}, where '{wanted}' is read; give that")


def _from_csv(path: str | Path) -> tuple[list[str], Array, Place]:
    sheet = read_sheet(path)
    place = row_of(sheet.file, sheet.rows)
    if "point_time" in sheet.cells and "value" in sheet.cells:
        return sheet.text("point_time"), sheet.numbers("value", may_be_empty=True), place
    if "timestamp" in sheet.cells and "MOER" in sheet.cells:
        return sheet.text("timestamp"), sheet.numbers("MOER", may_be_empty=True), place
    ranks = [t for t in sheet.cells if any(word in t.casefold() for word in _INDEX_WORDS)]
    if ranks:
        raise InputError(
            f"{sheet.file}, row 1: '{ranks[0]}' is WattTime's index, a rank and not an intensity; "
            "fetch the signal co2_moer"
        )
    raise InputError(
        f"{sheet.file}, row 1: there are no columns point_time and value, nor timestamp and MOER; "
        "give a CSV of WattTime"
    )
