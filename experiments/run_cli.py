"""`westshift run`: a scenario under every policy."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from westshift.experiments.cloud_cli import run_cloud
from westshift.experiments.options import Changes, ScenarioName, load, overrides_of
from westshift.models.errors import InputError

if TYPE_CHECKING:
    from westshift.models.scenario import Scenario


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
    bound: Annotated[
        bool,
        typer.Option(
            "--bound",
            help="Prove what each policy's regret is at most, without the oracle: about a minute and 1 GB "
            "a week of east_west, so 50 minutes of one core for --year.",
        ),
    ] = False,
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
                {
                    k
                    for k, v in (
                        ("--year", year),
                        ("--workers", workers),
                        ("--bound", bound),
                        ("--set", change),
                    )
                    if v
                }
            ),
        )
        return
    if data is not None:
        raise InputError(
            "--data belongs to `westshift run cloud`; other scenarios bring their own tables"
        )
    from westshift.experiments.kept_scenario import keep
    from westshift.experiments.online_table import competitive, sentences
    from westshift.experiments.policy_table import disagreements, measures_of, regret
    from westshift.experiments.regret import floor_cny
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
        keep(scenario, chosen, overrides, folder)
        with steps() as progress:
            done = simulate(
                chosen, workers=workers, tick=progress.tick, start=progress.start, bound=bound
            )
        from westshift.experiments.figures.of_run import draw_all

        (folder / "figures").mkdir()
        draw_all(done, folder / "figures")
        write(done, folder, overrides)
    measures = measures_of(done)
    title = f"{chosen.title}\n{_hours(done)}; each against {chosen.baseline}"
    show_policies(screen, measures, title, floor_cny(done))
    _show_routes(screen, done, show_frame)
    for sentence in disagreements(measures):
        screen.print(f"[red]Ledgers disagree:[/red] {sentence}")
    said = regret(measures)
    if said is not None:
        screen.print(said)
    if done.ratios:
        names, origins = [h.name for h in done.horizons], done.year.system.compute.origins
        for sentence in sentences(competitive(done.ratios, names, origins)):
            screen.print(sentence, soft_wrap=True)
    for sentence in chosen.warnings:
        screen.print(f"Warning: {sentence}")
    screen.print(
        f"Values of time: {_values_of_time(chosen)}.\n"
        f"Figures marked assumed enter these results: {target / 'assumptions.csv'} lists them.\n"
        f"Written to {target}",
        soft_wrap=True,
    )


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
