"""`westshift whatif`: somebody's own job log and a history of intensities, read as the options say."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from westshift.experiments.jobs_given import Log, Source, Time, hours, instant, jobs_of, signal_of
from westshift.models.errors import InputError


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
        typer.Option(
            help="Of lengths in csv, pai and azure logs; and of arrivals counted from --start."
        ),
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

    read = jobs_of(log, jobs, unit, column or [], kw_per_core, tz, start, model_b)
    found = signal_of(source, signal, signal_tz, year, life_cycle)
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
        None if read.start is not None else instant(start),
        valley_hours=hours(valley),
        leave_out=leave_out,
        tick_s=tick_s,
        tell=lambda what: print(f"… {what}", file=sys.stderr, flush=True),
    )
    print(
        "Policies that look ahead were shown the signal as it came: mean error 0 %, Kendall τ 1.",
        file=sys.stderr,
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
