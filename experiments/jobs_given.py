"""What the options of `westshift whatif` say of a job log and of a signal, and the tables that are read by them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from westshift.models.errors import InputError

if TYPE_CHECKING:
    from westshift.models.instants import TimeUnit
    from westshift.models.intensity import Intensity
    from westshift.models.jobs import Jobs


class Log(StrEnum):
    """Layouts of job logs."""

    SWF = "swf"
    CSV = "csv"
    SACCT = "sacct"
    PAI = "pai"
    AZURE = "azure"
    LLM = "llm"


class Source(StrEnum):
    """Layouts of intensities."""

    TIMES = "times"
    HOURS = "hours"
    ELECTRICITY_MAPS = "electricity-maps"
    UK = "uk"
    WATTTIME = "watttime"


class Time(StrEnum):
    """Units of times and lengths."""

    SECONDS = "seconds"
    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"


def jobs_of(
    log: Log,
    path: Path,
    unit: Time | None,
    column: list[str],
    kw_per_core: float | None,
    tz: str | None,
    start: str | None,
    model_b: float | None,
) -> Jobs:
    from westshift.models.instants import TimeUnit
    from westshift.models.job_logs.azure import read_azure
    from westshift.models.job_logs.llm import read_llm_requests
    from westshift.models.job_logs.llm_energy import as_published
    from westshift.models.job_logs.pai import read_pai
    from westshift.models.job_logs.sacct import read_sacct
    from westshift.models.job_logs.swf import read_swf

    in_unit = None if unit is None else TimeUnit[unit.name]
    if log is Log.LLM:
        if model_b is None:
            raise InputError(
                "an llm log needs --model-b: the served model's parameters in billions"
            )
        return read_llm_requests(path, as_published(model_b, model_b), tz=tz)
    if log is Log.SACCT:
        return read_sacct(path, tz=tz, kw_per_core=kw_per_core)
    if log is Log.CSV:
        return _named(path, column, in_unit, kw_per_core, tz, start)
    if kw_per_core is None:
        raise InputError(
            f"a log of layout {log} counts cores: say with --kw-per-core what a busy one draws, e.g. 0.01"
        )
    if log is Log.SWF:
        return read_swf(path, kw_per_core=kw_per_core, tz=tz)
    if in_unit is None:
        raise InputError(
            f"a log of layout {log} does not say its unit: --unit seconds or --unit hours"
        )
    read = {Log.PAI: read_pai, Log.AZURE: read_azure}[log]
    return read(path, unit=in_unit, kw_per_core=kw_per_core, start=instant(start))


def _named(
    path: Path,
    column: list[str],
    unit: TimeUnit | None,
    kw_per_core: float | None,
    tz: str | None,
    start: str | None,
) -> Jobs:
    from dataclasses import fields

    from westshift.models.job_logs.named_csv import Columns, read_named_csv
    from westshift.models.sheet import read_sheet

    known = [f.name for f in fields(Columns)]
    titles = {}
    for pair in column:
        what, equals, title = pair.partition("=")
        if not equals or what not in known:
            raise InputError(
                f"--column {pair}: write WHAT=TITLE, where WHAT is one of {', '.join(known)}"
            )
        titles[what] = title
    there = read_sheet(path).cells
    rather = {"end": "length", "started": "length", "cores": "power_kw", "slack": "deadline"}
    for what in known:
        if what not in titles and what in there and rather.get(what) not in {*titles, *there}:
            titles[what] = what
    if "arrival" not in titles:
        raise InputError(f"{path}: no column 'arrival': name it with --column arrival=TITLE")
    return read_named_csv(
        path,
        Columns(**titles),
        time_unit=None if start is None else unit,  # numbers are counted from somewhere
        length_unit=unit if "length" in titles else None,
        slack_unit=unit if "slack" in titles else None,
        kw_per_core=None if "power_kw" in titles else kw_per_core,
        tz=tz,
        start=instant(start),
    )


def signal_of(source: Source, path: Path, tz: str, year: int | None, life_cycle: bool) -> Intensity:
    from westshift.models.signal_logs.electricity_maps import read_electricity_maps
    from westshift.models.signal_logs.factors import Scope
    from westshift.models.signal_logs.plain_csv import Unit, read_hours_csv, read_plain_csv
    from westshift.models.signal_logs.uk_carbon_intensity import Which, read_uk_carbon_intensity
    from westshift.models.signal_logs.watttime import read_watttime

    if source is Source.HOURS:
        if year is None:
            raise InputError(f"{path}: hours that are numbered need --year")
        return read_hours_csv(path, year=year, unit=Unit.KG_PER_MWH, tz=tz)
    if source is Source.ELECTRICITY_MAPS:
        return read_electricity_maps([path], scope=Scope.LIFE_CYCLE if life_cycle else Scope.DIRECT)
    if source is Source.UK:
        return read_uk_carbon_intensity(path, which=Which.ACTUAL)
    if source is Source.WATTTIME:
        return read_watttime(path)
    return read_plain_csv(path, unit=Unit.KG_PER_MWH, tz=tz)


def instant(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise InputError(
            f"--start {text}: write an instant, such as 2022-03-01T00:00+00:00"
        ) from None
    if found.tzinfo is None:
        raise InputError(
            f"--start {text} has no time zone: end it with +00:00, or the offset it has"
        )
    return found


def hours(text: str | None) -> list[int]:
    """0-7,12 as hours of the day."""
    out: list[int] = []
    for part in [] if text is None else text.split(","):
        first, dash, last = part.partition("-")
        try:
            out += range(int(first), int(last if dash else first) + 1)
        except ValueError:
            raise InputError(f"--valley {text}: write hours of the day, such as 0-7,12") from None
    if any(not 0 <= hour <= 23 for hour in out):
        raise InputError(f"--valley {text}: hours of the day go from 0 to 23")
    return out
