"""`westshift study …`: questions that take more than one run."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from westshift.experiments.options import Changes, load, overrides_of
from westshift.models.errors import InputError

if TYPE_CHECKING:
    from westshift.experiments.studies.study import Progress, Study
    from westshift.models.scenario import Scenario

app = typer.Typer(
    name="study",
    help="Answer one question with several runs: a table, figures with their numbers and captions, and what "
    "they say, in results/study-NAME-KEY. `westshift study NAME --help` says what is asked.",
    no_args_is_help=True,
)

ScenarioName = Annotated[
    str, typer.Argument(help="A shipped scenario or a folder with a scenario.yaml.")
]
Year = Annotated[
    bool, typer.Option("--year", help="All hours of the year instead of representative weeks.")
]
Out = Annotated[Path | None, typer.Option(help="Result folder; by default results/study-NAME-KEY.")]
Workers = Annotated[
    int | None,
    typer.Option(min=1, help="Processes; by default one a core. The result is the same."),
]


@app.command()
def signals(
    scenario: ScenarioName = "east_west",
    year: Year = False,
    out: Out = None,
    workers: Workers = None,
    change: Changes = None,
) -> None:
    """Which signal should a plan follow, and does the answer depend on the ledger?

    Plans on no signal, average intensity, marginal emissions, price, and with the grid inside the plan
    (endogenous); each is scored by every ledger. Red cells emit more.
    """

    def make(s: Scenario, progress: Progress) -> Study:
        from westshift.experiments.studies.signals import run

        return run(s, progress, workers)

    do_study("signals", scenario, change, year, out, {}, make)


@app.command()
def margins(
    scenario: ScenarioName = "east_west",
    year: Year = False,
    out: Out = None,
    workers: Workers = None,
    change: Changes = None,
) -> None:
    """What does a GWh of work moved from the east to each cluster avoid: by average intensity, at the margin,
    and in the whole grid, as the move grows?
    """

    def make(s: Scenario, progress: Progress) -> Study:
        from westshift.experiments.studies.margins import run

        return run(s, progress, workers)

    do_study("margins", scenario, change, year, out, {}, make)


@app.command()
def penetration(
    scenario: ScenarioName = "east_west",
    shares: Annotated[
        str, typer.Option(help="Shares of work that follow, comma-separated, in per cent.")
    ] = "10,25,50,75,100",
    year: Year = False,
    out: Out = None,
    workers: Workers = None,
    change: Changes = None,
) -> None:
    """When does price-taking stop? A growing share of the work follows the same signal.

    Saving per MWh shifted, the gap of intensities between where load leaves and where it goes, and
    curtailment used, for plans on average, marginal, price, and with the grid inside (endogenous).
    """
    try:
        chosen = tuple(float(p) / 100.0 for p in shares.split(","))
    except ValueError:
        raise InputError(
            f"--shares {shares}: write per cent, comma-separated, e.g. 10,50,100"
        ) from None

    def make(s: Scenario, progress: Progress) -> Study:
        from westshift.experiments.studies.penetration import run

        return run(s, progress, workers, chosen)

    do_study("penetration", scenario, change, year, out, {"shares": shares}, make)


@app.command("bits-or-watts")
def bits_or_watts(
    scenario: ScenarioName = "east_west",
    routes: Annotated[
        str,
        typer.Option(
            help="Routes as ORIGIN:SITE, comma-separated, e.g. `SH:tianfu,GD:guian`; by default every western "
            "cluster from every eastern hub."
        ),
    ] = "",
    work_mw: Annotated[
        float, typer.Option(help="Work to serve in every hour, IT power above idle.", min=1e-6)
    ] = 100.0,
    year: Year = False,
    out: Out = None,
    workers: Workers = None,
    change: Changes = None,
) -> None:
    """Move the work west over fibre, or western power east over lines? Carbon, energy, loss and money by route.

    Lines as they stand or a new one; with and without new wind and sun in the west; a data-center hall that is
    built twice is counted.
    """

    def make(s: Scenario, progress: Progress) -> Study:
        from westshift.experiments.studies.bits_or_watts import run

        return run(s, progress, workers, routes, work_mw)

    asked = {"routes": routes, "work_mw": work_mw}
    do_study("bits-or-watts", scenario, change, year, out, asked, make)


@app.command()
def rolling(
    scenario: ScenarioName = "east_west",
    block_h: Annotated[
        int, typer.Option(help="Hours of a block of the coarse pass, a divisor of 24.")
    ] = 4,
    budget_pct: Annotated[
        float | None,
        typer.Option(help="Budget of CO2, in per cent of what rolling emits without one."),
    ] = None,
    ceiling_cny_per_t: Annotated[
        float, typer.Option("--ceiling", help="Dearest price of carbon under a budget [CNY/t].")
    ] = 3000.0,
    year: Year = False,
    out: Out = None,
    workers: Workers = None,
    change: Changes = None,
) -> None:
    """What does rolling cost against the whole horizon at once, and what is stored energy worth?

    Grid, storage and work are decided together in windows (`--set plan.window_h=24`), everything in a window
    foreseen. Stored energy is worth what a coarse pass over the horizon says, or nothing. With --budget-pct a
    yearly budget of carbon is tracked over the windows and turned into a price for each.
    """

    def make(s: Scenario, progress: Progress) -> Study:
        from westshift.experiments.studies.rolling import run

        return run(s, progress, workers, block_h, budget_pct, ceiling_cny_per_t)

    asked = {"block_h": block_h, "budget_pct": budget_pct, "ceiling_cny_per_t": ceiling_cny_per_t}
    do_study("rolling", scenario, change, year, out, asked, make)


def do_study(
    name: str,
    scenario: str,
    change: list[str] | None,
    year: bool,
    out: Path | None,
    asked: dict[str, Any],
    make: Callable[[Scenario, Progress], Study],
) -> None:
    from westshift.experiments.kept_scenario import keep
    from westshift.experiments.results import key_of, whole_folder
    from westshift.experiments.screen import console, show_frame, steps
    from westshift.experiments.studies.study import Progress, write

    overrides = overrides_of(change)
    if year:
        overrides["horizon.weeks"] = "year"
    chosen = load(scenario, overrides)
    told = json.dumps([key_of(chosen), name, {k: str(v) for k, v in asked.items()}], sort_keys=True)
    key = hashlib.sha256(told.encode()).hexdigest()[:8]
    target = out or Path("results") / f"study-{name}-{chosen.name}-{key}"
    screen = console()
    with whole_folder(target) as folder:
        keep(scenario, chosen, overrides, folder)
        with steps() as progress:
            study = make(chosen, Progress(progress.start, progress.tick))
        write(study, folder, overrides, asked)
    table = next(iter(study.tables.values()))
    shown = table if study.shown is None else table[list(study.shown)]
    show_frame(screen, shown, f"{chosen.title}\n{study.title}", study.digits)
    for sentence in study.sentences:
        screen.print(sentence, soft_wrap=True)
    for sentence in chosen.warnings:
        screen.print(f"Warning: {sentence}")
    screen.print(f"Written to {target}", soft_wrap=True)
