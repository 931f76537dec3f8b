"""The command line. Imports of what takes long stand inside the commands, so that help is quick."""

from __future__ import annotations

import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from westshift.experiments.cloud_cli import run_cloud
from westshift.experiments.jobs_cli import whatif
from westshift.experiments.options import Changes, load, overrides_of
from westshift.experiments.reproduce_cli import reproduce
from westshift.experiments.study_cli import app as study_app
from westshift.models.errors import InputError, SolveError

if TYPE_CHECKING:
    from westshift.models.scenario import Scenario

app = typer.Typer(
    name="westshift",
    help="Where and when should computing run? Carbon avoided against latency cost.\n\n"
    "Start with `westshift run east_west`; `westshift scenarios` lists what ships; copy a scenario's folder, "
    "change its tables, `westshift validate FOLDER`, then `westshift run FOLDER`.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

app.add_typer(study_app, name="study")

ScenarioName = Annotated[
    str,
    typer.Argument(
        help="A shipped scenario (see `westshift scenarios`) or a folder with a scenario.yaml."
    ),
]


@app.command()
def run(
    scenario: ScenarioName,
    year: Annotated[
        bool,
        typer.Option(
            "--year", help="All hours of the year, week by week, instead of representative weeks."
        ),
    ] = False,
    policies: Annotated[
        str | None,
        typer.Option(help="Comma-separated policies to compare; the baseline always runs."),
    ] = None,
    forecast: Annotated[str | None, typer.Option(help="perfect, persistence or noisy.")] = None,
    seed: Annotated[int | None, typer.Option(help="Seed of weather and forecasts.")] = None,
    out: Annotated[
        Path | None,
        typer.Option(help="Result folder; by default results/NAME-KEY, KEY from what was run."),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(min=1, help="Processes; by default one a core. The result is the same."),
    ] = None,
    data: Annotated[
        Path | None,
        typer.Option(
            help="`cloud` alone: folder with cloud2022/ and jobs/, which cannot be shipped."
        ),
    ] = None,
    change: Changes = None,
) -> None:
    """Run a scenario under every policy; print the tables and write a result folder with figures.

    Example: westshift run east_west --policies planned,co-planned --set parameters.carbon_price_cny_per_t=200

    `westshift run cloud --data FOLDER` runs 30 cloud regions on measured intensities and jobs of a log.
    """
    if scenario == "cloud":
        run_cloud(
            data,
            policies,
            forecast,
            seed,
            out,
            sorted(
                {k for k, v in (("--year", year), ("--workers", workers), ("--set", change)) if v}
            ),
        )
        return
    if data is not None:
        raise InputError(
            "--data belongs to `westshift run cloud`; other scenarios bring their own tables"
        )
    from westshift.experiments.policy_table import disagreements, measures_of, regret
    from westshift.experiments.results import key_of, whole_folder, write
    from westshift.experiments.screen import console, show_frame, show_policies, steps
    from westshift.experiments.simulate import simulate

    overrides = overrides_of(change)
    if year:
        overrides["horizon.weeks"] = "year"
    if policies is not None:
        overrides["policies"] = [p.strip() for p in policies.split(",") if p.strip()]
    if forecast is not None:
        overrides["forecast.kind"] = forecast
    if seed is not None:
        overrides["seed"] = seed
    chosen = load(scenario, overrides)
    target = out or Path("results") / f"{chosen.name}-{key_of(chosen)}"
    screen = console()
    with whole_folder(target) as folder:
        with steps() as progress:
            done = simulate(chosen, workers=workers, tick=progress.tick, start=progress.start)
        from westshift.experiments.figures.of_run import draw_all

        (folder / "figures").mkdir()
        draw_all(done, folder / "figures")
        write(done, folder, overrides)
    measures = measures_of(done)
    show_policies(
        screen, measures, f"{chosen.title}\n{_hours(done)}; each against {chosen.baseline}"
    )
    _show_routes(screen, done, show_frame)
    for sentence in disagreements(measures):
        screen.print(f"[red]Ledgers disagree:[/red] {sentence}")
    said = regret(measures)
    if said is not None:
        screen.print(said)
    for sentence in chosen.warnings:
        screen.print(f"Warning: {sentence}")
    screen.print(
        f"Values of time: {_values_of_time(chosen)}.\n"
        f"Figures marked assumed enter these results: {target / 'assumptions.csv'} lists them.\n"
        f"Written to {target}",
        soft_wrap=True,
    )


@app.command()
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


@app.command()
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


@app.command()
def assumptions(scenario: ScenarioName) -> None:
    """List every figure of a scenario that is assumed rather than sourced, derived or recalled."""
    from westshift.experiments.screen import console
    from westshift.models.scenario import assumptions as list_them

    screen = console()
    for a in list_them(load(scenario, {})):
        screen.print(f"{a.where}  [bold]{a.figure}[/bold] = {a.value}  {a.note}", soft_wrap=True)


@app.command()
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


@app.command()
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


@app.command()
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


app.command()(whatif)
app.command()(reproduce)


@app.command()
def bench(
    parts: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[PART]…",
            help="rolling, scenario, pypsa, hand-over, stepping, settling, jobs, papers, year, growth; all if none.",
        ),
    ] = None,
    scenario: Annotated[
        str, typer.Option(help="What part `scenario` plans: a shipped name or a folder.")
    ] = "east_west",
    out: Annotated[
        Path | None, typer.Option(help="Folder for the tables as CSV and Markdown.")
    ] = None,
    change: Changes = None,
) -> None:
    """Time this program against other ways to the same answer, all in one run.

    Each way must find the same answer before anything is said of its speed. Leave the machine alone meanwhile:
    ratios and iteration counts are firmer than seconds. pypsa, hand-over and stepping compare with other
    programs: pip install 'westshift[peers]'.
    """
    from westshift.experiments.bench import suite
    from westshift.experiments.screen import console, show_frame

    s = load(scenario, overrides_of(change))
    rows = suite.run(parts or [], s, lambda what: print(f"… {what}", file=sys.stderr, flush=True))
    digits = {"repeats": 0, "seconds": 4, "times": 2, "iterations": 0, "memory_mib": 0}
    for measured, table in suite.frame(rows).groupby("measured", sort=False):
        show_frame(
            console(), table.drop(columns=["measured", "furthest_off"]), str(measured), digits
        )
    print(suite.machine(), file=sys.stderr)
    for path in suite.write(rows, out) if out is not None else []:
        print(path)


@app.command()
def verify(
    case: Annotated[
        Path | None,
        typer.Argument(
            metavar="[CASE.m]",
            help="A MATPOWER case file to solve; without one, all built-in checks run.",
        ),
    ] = None,
    susceptance: Annotated[
        str,
        typer.Option(
            metavar="series|tap",
            help="Of a case's branches: x/(r²+x²) without tap ratios, or 1/(x·tap) as MATPOWER.",
        ),
    ] = "series",
    emissions: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.csv",
            help="What a case's generators emit: columns generator (row of mpc.gen) and kg_per_mwh.",
        ),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for a case's tables as CSV.")] = None,
) -> None:
    """Solve problems whose answers are known and compare; exit status 1 on any miss.

    With a MATPOWER case file: solve it, and print its objective, prices and flows.
    """
    if case is not None:
        from westshift.experiments.verify.case_file import verify_case

        verify_case(case, susceptance, emissions, out)
        return
    if susceptance != "series" or emissions is not None or out is not None:
        raise InputError("--susceptance, --emissions and --out are for a case: name its file")
    from rich.markup import escape

    from westshift.experiments.screen import console
    from westshift.experiments.verify.all import run_checks

    screen = console()
    checks = run_checks(lambda family: print(f"… {family}", file=sys.stderr, flush=True))
    for c in checks:
        mark = "[green]ok  [/green]" if c.ok else "[bold red]MISS[/bold red]"
        line = f"{c.case}: {c.what}: expected {c.expected:.10g}, found {c.found:.10g}"
        screen.print(f"{mark} {escape(line)}", soft_wrap=True)
    missed = sum(not c.ok for c in checks)
    screen.print(f"{len(checks)} checks, {missed} missed")
    if missed:
        raise typer.Exit(1)


class Stopped(BaseException):
    """The user or the cluster wants an end. Not a KeyboardInterrupt: Typer would swallow that, words and all."""


def main() -> None:
    """Entry point: what a user can mend is one sentence and exit status 2."""
    for what in (signal.SIGINT, signal.SIGTERM):  # Ctrl-C, and a cluster's way to say stop
        signal.signal(what, _stop)
    try:
        app(standalone_mode=True)
    except (InputError, SolveError) as error:
        print(f"westshift: {error}", file=sys.stderr)
        sys.exit(2)
    except Stopped:
        print("westshift: interrupted; no result was written", file=sys.stderr)
        sys.exit(130)


def _stop(number: int, frame: object) -> None:
    raise Stopped


def _hours(done: Any) -> str:
    hours = sum(h.length_h for h in done.horizons)
    standing_for = sum(h.length_h * h.weight for h in done.horizons)
    return f"{len(done.horizons)} horizons, {hours} hours, weighted to {standing_for:,.0f}"


def _values_of_time(s: Scenario) -> str:
    each = (
        f"{c.job_class} {c.latency_value_cny_per_mwh_ms:g} CNY/(MWh·ms) and {c.delay_value_cny_per_mwh_h:g} CNY/(MWh·h)"
        for c in s.classes
    )
    return ", ".join(each)


def _show_routes(screen: Any, done: Any, show_frame: Any) -> None:
    from westshift.experiments.routes import home_avoided_t, route_table

    movers = [name for name in done.ledgers if len(route_table(done, name))]
    if not movers:
        return
    name = "co-planned" if "co-planned" in movers else movers[-1]
    table = route_table(done, name)
    most = 15
    show_frame(
        screen,
        table.head(most),
        f"Routes under {name}: location-based carbon by hour, and by official annual factors "
        f"({min(most, len(table))} most used of {len(table)}; all policies in routes.csv)",
        {"avoided_t": 0},
    )
    screen.print(
        f"All routes together avoid {table['avoided_t'].sum() / 1e3:,.1f} kt, "
        f"work that stayed home {home_avoided_t(done, name) / 1e3:,.1f} kt."
    )
