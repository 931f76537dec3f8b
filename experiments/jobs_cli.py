"""`westshift whatif`: somebody's own job log and a history of intensities, read as the options say."""

from __future__ import annotations

import sys
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from westshift.models.errors import InputError

if TYPE_CHECKING:
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


def whatif(
    jobs: Annotated[Path, typer.Argument(help="The job log: plain, .gz or .zip.")],
    signal: Annotated[Path, typer.Option(help="Carbon intensities over the same time.")],
    zone: Annotated[
        str | None,
        typer.Option(help="Zone of the signal where the jobs ran; the only one if there is one."),
    ] = None,
    log: Annotated[Log, typer.Option(help="Layout of the job log.")] = Log.CSV,
    source: Annotated[
        Source,
        typer.Option(
            help="Layout of the signal. times: a column of times, one a zone; hours: numbered hours of --year."
        ),
    ] = Source.TIMES,
    unit: Annotated[
        Time | None,
        typer.Option(help="Of numeric arrivals and lengths in csv, pai and azure logs."),
    ] = None,
    column: Annotated[
        list[str] | None,
        typer.Option(
            metavar="WHAT=TITLE",
            help="Title of a csv log's column: arrival, length, end, started, cores, power_kw, deadline, slack, "
            "job_class, origin. Not named: arrival, length, and cores or power_kw by those titles.",
        ),
    ] = None,
    kw_per_core: Annotated[
        float | None,
        typer.Option(min=0.0, help="Power of a busy core [kW]. Percentages do not depend on it."),
    ] = None,
    tz: Annotated[
        str | None, typer.Option(help="Time zone of the log's times, such as Asia/Shanghai.")
    ] = None,
    start: Annotated[
        str | None,
        typer.Option(
            help="The instant of a log's second 0 where it has no calendar: 2022-03-01T00:00+00:00."
        ),
    ] = None,
    model_b: Annotated[
        float | None, typer.Option(help="Parameters of the served model in billions, for llm logs.")
    ] = None,
    signal_tz: Annotated[str, typer.Option(help="Time zone of the signal's times.")] = "UTC",
    year: Annotated[
        int | None, typer.Option(help="Year of a signal whose hours are numbered.")
    ] = None,
    life_cycle: Annotated[
        bool, typer.Option("--life-cycle", help="Electricity Maps: life cycle instead of direct.")
    ] = False,
    wait_h: Annotated[
        float, typer.Option(min=0.0, help="Hours a job may wait where the log names no deadline.")
    ] = 24.0,
    elsewhere: Annotated[
        str | None,
        typer.Option(
            help="Comma-separated zones to run in as well; `all` for every zone of the signal."
        ),
    ] = None,
    valley: Annotated[
        str | None, typer.Option(help="Hours of low tariff for the off-peak timer, e.g. 0-7,12.")
    ] = None,
    leave_out: Annotated[
        bool, typer.Option("--leave-out", help="Leave out and count jobs outside the signal.")
    ] = False,
    tick_s: Annotated[float, typer.Option(min=0.001, help="Length of a tick [s].")] = 60.0,
    out: Annotated[Path | None, typer.Option(help="Write the table to this CSV file.")] = None,
) -> None:
    """What would other policies have saved, here, there and then? Offline, from your own history.

    Example: westshift whatif jobs.csv --signal ci.csv --unit seconds --start 2022-03-01T00:00+00:00 --kw-per-core
    0.01
    """
    from westshift.experiments.screen import console, show_frame
    from westshift.experiments.whatif import what_if
    from westshift.models.job_logs.gather import tally

    read = _jobs(log, jobs, unit, column or [], kw_per_core, tz, start, model_b)
    found = _signal(source, signal, signal_tz, year, life_cycle)
    if zone is None and len(found.zones) > 1:
        raise InputError(
            f"{signal} has {len(found.zones)} zones: say with --zone where the jobs ran, e.g. --zone {found.zones[0]}"
        )
    others = [] if elsewhere is None else [z.strip() for z in elsewhere.split(",")]
    print(tally(read), file=sys.stderr)
    table = what_if(
        read,
        found,
        zone or found.zones[0],
        wait_h,
        None if others == ["all"] else others,
        None if read.start is not None else _instant(start),
        valley_hours=_hours(valley),
        leave_out=leave_out,
        tick_s=tick_s,
        tell=lambda what: print(f"… {what}", file=sys.stderr, flush=True),
    )
    for note in table.attrs["notes"]:
        print(note, file=sys.stderr)
    if out is not None:
        table.to_csv(out, index=False, lineterminator="\n")
    shown = table[
        [
            "place",
            "policy",
            "carbon_kg",
            "avoided_kg",
            "avoided_percent",
            "mean_wait_h",
            "p95_wait_h",
            "missed",
        ]
    ]
    show_frame(
        console(),
        shown,
        f"{len(read):,} jobs, {found.kind or 'published'} intensity",
        {"missed": 0},
    )


def _jobs(
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
    return read(path, unit=in_unit, kw_per_core=kw_per_core, start=_instant(start))


def _named(path: Path, column: list[str], unit, kw_per_core, tz, start) -> Jobs:
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
    for what in known:
        if what not in titles and what in there:
            titles[what] = what
    if "arrival" not in titles:
        raise InputError(f"{path}: no column 'arrival': name it with --column arrival=TITLE")
    return read_named_csv(
        path,
        Columns(**titles),
        time_unit=unit,
        length_unit=unit,
        slack_unit=unit,
        kw_per_core=kw_per_core,
        tz=tz,
        start=_instant(start),
    )


def _signal(source: Source, path: Path, tz: str, year: int | None, life_cycle: bool) -> Intensity:
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


def _instant(text: str | None) -> datetime | None:
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


def _hours(text: str | None) -> list[int]:
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
