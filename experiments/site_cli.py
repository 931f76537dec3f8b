"""`westshift site`: where to build data centers of which kind, with which supply, and whether the world agrees."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from westshift.experiments.options import Changes, load, overrides_of
from westshift.models.errors import InputError

if TYPE_CHECKING:
    from westshift.experiments.siting.site import Siting

ScenarioName = Annotated[
    str, typer.Argument(help="A shipped scenario or a folder with a scenario.yaml.")
]


def site(
    scenario: ScenarioName,
    growth: Annotated[
        str | None, typer.Option(help="Path of growth.csv; by default the likeliest.")
    ] = None,
    year: Annotated[
        int | None, typer.Option(help="Year of growth.csv; by default the middle one.")
    ] = None,
    green_field: Annotated[
        bool, typer.Option("--green-field", help="As if no data center stood: all is built anew.")
    ] = False,
    carbon_cap: Annotated[
        str | None,
        typer.Option(
            help="Most CO2 of the whole system in a year, embodied included: in Mt, or `95%` of business as usual."
        ),
    ] = None,
    min_hall_mw: Annotated[
        float, typer.Option(min=0.0, help="Smallest new hall: a mixed-integer program [MW].")
    ] = 0.0,
    phase_mw: Annotated[
        float, typer.Option(min=0.0, help="New halls come in whole phases of this size [MW].")
    ] = 0.0,
    rules: Annotated[bool, typer.Option("--rules/--no-rules", help="Simple rules as well.")] = True,
    world: Annotated[
        str,
        typer.Option(
            help="Run the plan in the world over the program's `weeks`, the whole `year`, or `none`."
        ),
    ] = "weeks",
    policies: Annotated[
        str, typer.Option(help="Policies that run the plan, comma-separated.")
    ] = "oracle,co-planned",
    path: Annotated[
        bool,
        typer.Option(
            "--path", help="The path over the years of growth.csv as well, for each growth."
        ),
    ] = False,
    one_for_all: Annotated[
        bool,
        typer.Option(
            "--one-for-all", help="As well one plan that must serve every growth (mean and CVaR)."
        ),
    ] = False,
    flips: Annotated[
        bool,
        typer.Option(
            "--flips", help="As well: which assumed figure, halved or doubled, flips the answer."
        ),
    ] = False,
    solver: Annotated[
        str | None,
        typer.Option(help="simplex, hipo, ipx, or weeks (one by one); by default by size."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Result folder; by default results/site-NAME-KEY.")
    ] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes for the world; by default one a core.")
    ] = None,
    change: Changes = None,
) -> None:
    """Decide where to build which data-center capacity with which supply; compare; run the plan in the world.

    Example: westshift site two_region --growth mid --year 2030 --carbon-cap 95%
    """
    import hashlib
    import json
    from dataclasses import asdict

    from westshift.experiments.kept_scenario import keep
    from westshift.experiments.results import key_of, whole_folder
    from westshift.experiments.screen import console, show_frame
    from westshift.experiments.siting.map import draw
    from westshift.experiments.siting.more import more, write_more
    from westshift.experiments.siting.paths import years_of
    from westshift.experiments.siting.run import Asked, run_site, sentences, write
    from westshift.experiments.siting.site import compared
    from westshift.models.scenario import POLICY_NAMES

    _known("--world", world, ("weeks", "year", "none"))
    _known("--solver", solver, ("simplex", "hipo", "ipx", "weeks", None))
    overrides = overrides_of(change)
    chosen = load(scenario, overrides)
    names = tuple(p.strip() for p in policies.split(",") if p.strip())
    for name in names:
        _known("--policies", name, POLICY_NAMES)
    if path or one_for_all:
        years_of(chosen)
    asked = Asked(
        growth, year, green_field, carbon_cap, min_hall_mw, phase_mw, rules, world,
        names, solver,
    )  # fmt: skip
    told = json.dumps([key_of(chosen), str(asked), path, one_for_all, flips])
    key = hashlib.sha256(told.encode()).hexdigest()[:8]
    target = out or Path("results") / f"site-{chosen.name}-{key}"
    screen = console()
    with whole_folder(target) as folder:
        keep(scenario, chosen, overrides, folder)
        done: Siting = run_site(chosen, asked, workers, _say)
        also = more(chosen, scenario, overrides, asked, path, one_for_all, flips, _say)
        draw(done, folder)
        write_more(also, folder)
        said = (*sentences(done), *also.sentences)
        options = {
            **asdict(asked),
            "policies": ",".join(names),
            "path": path,
            "one_for_all": one_for_all,
            "flips": flips,
        }
        write(done, folder, overrides, options, said)
    p = done.problem
    title = f"{chosen.title}\n{p.growth.name}: work x {p.growth.work_factor:g}"
    title += ", green field" if green_field else ""
    show_frame(screen, done.table.head(30), f"{title}\nWhat is built, the dearest first", DIGITS)
    table = compared(done)
    large = {c: 0 for c in table.columns[1:] if table[c].abs().max() >= 1e5} | {"gap_pct": 6}
    show_frame(screen, table, "A year: money and carbon, against the plan as promised", large)
    shown = done.values.sort_values("worth_k_cny_per_mw", ascending=False)
    show_frame(screen, shown, "What a MW and a millisecond are worth, by site", DIGITS)
    for name, table in also.tables.items():
        show_frame(screen, table, also.titles[name], DIGITS)
    for sentence in said:
        screen.print(sentence, soft_wrap=True)
    for sentence in chosen.warnings:
        screen.print(f"Warning: {sentence}")
    screen.print(f"Written to {target}", soft_wrap=True)


DIGITS = {"embodied_kt": 2, "k_cny_per_ms": 2}


def _known(option: str, value: Any, there: tuple[Any, ...]) -> None:
    if value not in there:
        raise InputError(f"{option} {value}: write one of {', '.join(str(x) for x in there if x)}")


def _say(what: str) -> None:
    typer.echo(what, err=True)
