"""Commands that say what is in a scenario, and how near to the real grid it comes."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from westshift.experiments.options import Changes, ScenarioName, load, overrides_of
from westshift.models.errors import InputError


def scenarios() -> None:
    """List the scenarios that come with westshift."""
    from westshift.experiments.screen import console
    from westshift.models.scenario import load_scenario, shipped_scenarios

    screen = console()
    for name in shipped_scenarios():
        s = load_scenario(name)
        screen.print(f"[bold]{name}[/bold]  {s.title} {s.title_zh}")
        screen.print(
            f"  {len(s.regions)} regions, {len(s.sites)} sites, {len(s.classes)} classes of work. {s.description}"
        )


def validate(scenario: ScenarioName, change: Changes = None) -> None:
    """Check a scenario folder: every table, every unit, what must hold between them, and that it can be run."""
    from westshift.experiments.screen import console
    from westshift.models.scenario import assumptions
    from westshift.models.year import horizons, make_year

    s = load(scenario, overrides_of(change))
    year = make_year(s)
    hours = sum(h.length_h for h in horizons(s, year))
    screen = console()
    screen.print(
        f"{s.name} is whole: {len(s.regions)} regions, {len(s.sites)} sites, {len(s.classes)} classes, "
        f"{len(year.system.compute.stream_site)} ways for work to go, {hours} hours to run. Digest {s.digest}."
    )
    for sentence in s.warnings:
        screen.print(f"Warning: {sentence}")
    screen.print(
        f"{len(assumptions(s))} of its figures are assumptions; `westshift assumptions {scenario}` lists them."
    )


def assumptions(scenario: ScenarioName) -> None:
    """List every figure of a scenario that is assumed rather than sourced, derived or recalled."""
    from westshift.experiments.screen import console
    from westshift.models.scenario import assumptions as list_them

    screen = console()
    for a in list_them(load(scenario, {})):
        screen.print(f"{a.where}  [bold]{a.figure}[/bold] = {a.value}  {a.note}", soft_wrap=True)


def calibrate(
    scenario: ScenarioName,
    year: Annotated[bool, typer.Option("--year", help="All hours of the year.")] = False,
    change: Changes = None,
) -> None:
    """Compare the grid of the baseline with official figures, province by province, gaps shown."""
    from westshift.experiments.calibration import by_region, nation, weeks_against_year
    from westshift.experiments.screen import console, show_frame, steps
    from westshift.experiments.simulate import simulate

    overrides = overrides_of(change)
    if year:
        overrides["horizon.weeks"] = "year"
    s = load(scenario, overrides)
    s = load(scenario, {**overrides, "policies": [s.baseline]})
    with steps() as progress:
        done = simulate(s, tick=progress.tick, start=progress.start)
    screen = console()
    regions = by_region(done)
    show_frame(
        screen,
        regions,
        "The baseline's grid against official figures, by region",
        {"thermal_twh": 0, "net_import_twh": 0, "price_cny_per_mwh": 0},
    )
    show_frame(
        screen, nation(done, regions), "The nation against its targets", {"model": 3, "target": 2}
    )
    show_frame(screen, weeks_against_year(done), "The simulated stretches against the year [TWh]")


def routes(scenario: ScenarioName, change: Changes = None) -> None:
    """Carbon avoided per GWh of work moved, origin by cluster, by official annual factors alone.

    Negative: moving the work there emits more.
    """
    from westshift.experiments.routes import official_t_per_gwh
    from westshift.experiments.screen import console, show_frame
    from westshift.models.assemble import make_compute

    s = load(scenario, overrides_of(change))
    table = official_t_per_gwh(s, make_compute(s))
    show_frame(
        console(),
        table.rename_axis("origin").reset_index(),
        "t CO₂ avoided per GWh of work moved; negative emits more",
        dict.fromkeys(table.columns, 0),
    )


def margin(
    scenario: ScenarioName,
    region: Annotated[str, typer.Option(help="Codes of regions, comma-separated, e.g. NM,SH.")],
    hours: Annotated[
        str, typer.Option(help="Hours of the year, both included, e.g. 4380-4403, or one.")
    ],
    year: Annotated[bool, typer.Option("--year", help="Any hour of the year.")] = False,
    change: Changes = None,
) -> None:
    """Marginal emissions and prices of regions and hours: by the basis, and for a little less and more demand.

    Where the two sides differ, both are shown and the row is marked: the price is then an interval.
    """
    from westshift.experiments.margin_table import margin_table
    from westshift.experiments.screen import console, show_frame

    overrides = overrides_of(change)
    if year:
        overrides["horizon.weeks"] = "year"
    first, _, last = hours.partition("-")
    try:
        span = int(first), int(last or first)
    except ValueError:
        raise InputError(
            f"--hours {hours}: write one hour or two with a dash, e.g. 4380-4403"
        ) from None
    names = tuple(name.strip() for name in region.split(",") if name.strip())
    s = load(scenario, overrides)
    table = margin_table(s, names, *span, lambda what: print(f"… {what}", file=sys.stderr))
    show_frame(
        console(), table, f"{s.title}\nThe margin of the baseline's grid", {"hour_of_year": 0}
    )
