"""CSV exports of Electricity Maps: one row a zone and hour, intensity direct and over the life cycle.

Three layouts are read, told apart by their titles: that of today ("Carbon intensity gCO₂eq/kWh (Life cycle)",
"Zone id"), that of 2021 to 2023 ("Carbon Intensity gCO₂eq/kWh (LCA)", "Zone Id"), and that for researchers of before
("carbon_intensity_avg", "carbon_intensity_direct_avg", no zone).

Source: https://www.electricitymaps.com, data portal; data under ODbL.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ..errors import InputError
from ..instants import Twice, instants_s, time_zone
from ..intensity import Intensity
from ..sheet import Sheet, read_sheet
from .factors import Scope
from .series import LOWEST_MEAN_KG_PER_MWH, Series, to_intensity

Array = np.ndarray

_TIMES = ("datetime (utc)", "datetime")
_ZONES = ("zone id", "zone_id")
_VALUES = {
    Scope.DIRECT: ("carbon intensity gco2eq/kwh (direct)", "carbon_intensity_direct_avg"),
    Scope.LIFE_CYCLE: ("carbon intensity gco2eq/kwh (life cycle)", "carbon_intensity_avg"),
}


def read_electricity_maps(
    paths: str | Path | Sequence[str | Path],
    *,
    scope: Scope,
    zone: str | None = None,
    tz: str | None = None,
) -> Intensity:
    """Read one export or several: of other zones, or of other years of the same zones, in any order.

    Args:
        paths: the files, plain, .gz or .zip.
        scope: which of the two columns.
        zone: the zone of files that do not say theirs.
        tz: time zone of times of which the title does not say UTC and which have no offset.

    Returns:
        Zones in the order they appear; `source` says what share of values the publisher estimated.

    Raises:
        InputError: naming row, column, value and time; see `series.to_intensity`. A direct mean near 0 is allowed,
            since a zone of hydropower has one and the unit stands in the title.
    """
    files = [paths] if isinstance(paths, str | Path) else list(paths)
    if not files:
        raise InputError("Electricity Maps: no file is named; give at least one")
    found: dict[str, list[tuple[float, float, str]]] = {}
    estimated: list[bool] = []
    for path in files:
        sheet = read_sheet(path)
        titles = {_plain(title): title for title in sheet.cells}
        time = _title(sheet, titles, _TIMES, "of times")
        value = _title(sheet, titles, _VALUES[scope], f"of {scope.value} intensity")
        values = sheet.numbers(value, may_be_empty=True)
        for name, time_s, kg, row in zip(
            _zones(sheet, titles, zone), _times_s(sheet, time, tz), values, sheet.rows, strict=True
        ):
            place = f"{sheet.file}, row {row}"
            found.setdefault(name, []).append((float(time_s), float(kg), place))
        guessed = titles.get("data estimated")
        if guessed:
            estimated += [cell.casefold() in ("true", "1", "1.0") for cell in sheet.cells[guessed]]
    source = f"{', '.join(map(str, files))} (Electricity Maps, {scope.value}"
    source += f", {np.mean(estimated):.1%} estimated)" if estimated else ")"
    return to_intensity(
        {name: _series(values) for name, values in found.items()},
        source=source,
        kind="average",
        lowest_mean=0.0 if scope is Scope.DIRECT else LOWEST_MEAN_KG_PER_MWH,
    )


def _plain(title: str) -> str:
    """A title without what changed from year to year: case, subscripts, words for life cycle."""
    plain = re.sub(r"\s+", " ", title.replace("₂", "2").casefold()).strip()
    return re.sub(r"\((?:lca|life-cycle|lifecycle)\)", "(life cycle)", plain)


def _title(sheet: Sheet, titles: dict[str, str], wanted: tuple[str, ...], what: str) -> str:
    for name in wanted:
        if name in titles:
            return titles[name]
    raise InputError(
        f"{sheet.file}, row 1: there is no column {what}; it is called '{wanted[0]}' in exports of "
        "Electricity Maps"
    )


def _zones(sheet: Sheet, titles: dict[str, str], zone: str | None) -> list[str]:
    for name in _ZONES:
        if name in titles:
            if "" in sheet.cells[titles[name]]:
                i = sheet.cells[titles[name]].index("")
                raise sheet.complaint(i, titles[name], "names no zone; fill it in")
            return sheet.cells[titles[name]]
    if zone is None:
        raise InputError(
            f"{sheet.file}, row 1: there is no column of zones; name the zone with zone"
        )
    return [zone] * len(sheet)


def _times_s(sheet: Sheet, title: str, tz: str | None) -> Array:
    texts = sheet.text(title)
    if "" in texts:
        raise sheet.complaint(texts.index(""), title, "has no time; fill it in")
    zone = time_zone("UTC" if "(utc)" in title.casefold() else tz, sheet.file)
    return instants_s(texts, zone, lambda i, what: sheet.complaint(i, title, what), Twice.REFUSE)


def _series(values: list[tuple[float, float, str]]) -> Series:
    """Values of one zone in the order of time, whatever the order of files and rows: each has its own time."""
    values = sorted(values, key=lambda value: value[0])
    return Series(
        np.array([value[0] for value in values]),
        np.array([value[1] for value in values]),
        lambda i: values[i][2],
    )
