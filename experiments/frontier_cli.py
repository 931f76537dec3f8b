"""`westshift frontier`: the most carbon that latency, delay and cost let avoid, and every policy beside it."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Annotated, Any

import typer

from westshift.experiments.options import Changes, ScenarioName, load, overrides_of


def frontier(
    scenario: ScenarioName,
    against: Annotated[
        str, typer.Option(help="What carbon is set against, comma-separated.")
    ] = "latency,delay,cost",
    points: Annotated[int, typer.Option(help="On each front, its ends among them.")] = 11,
    budget_pct: Annotated[
        float,
        typer.Option(
            help="What grid and transfers may cost on every front, of the baseline's cost [%]."
        ),
    ] = 100.0,
    policies: Annotated[
        str | None,
        typer.Option(help="Comma-separated policies to place; by default the scenario's."),
    ] = None,
    year: Annotated[
        bool,
        typer.Option("--year", help="All hours of the year: hours of work for a large scenario."),
    ] = False,
    out: Annotated[
        Path | None, typer.Option(help="Result folder; by default results/frontier-NAME-KEY.")
    ] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Horizons at the same time; by default one a core.")
    ] = None,
    change: Changes = None,
) -> None:
    """What does a tonne cost in milliseconds, in hours, in yuan? Compute the front, and place every policy beside it.

    Carbon is the whole system's. The front foresees all hours and decides grid and work together: no policy gets
    beyond it within the same budget. Shadow prices are the duals of its bounds.

    Example: westshift frontier two_region --against latency --points 5
    """  # fmt: skip
    from westshift.experiments.frontier.front import check
    from westshift.experiments.kept_scenario import keep
    from westshift.experiments.results import key_of, whole_folder
    from westshift.experiments.screen import console, show_frame, steps
    from westshift.experiments.studies.study import Progress, write

    overrides: dict[str, Any] = overrides_of(change)
    if year:
        overrides["horizon.weeks"] = "year"
    if policies is not None:
        overrides["policies"] = [p.strip() for p in policies.split(",") if p.strip()]
    chosen = load(scenario, overrides)
    axes = tuple(a.strip() for a in against.split(",") if a.strip())
    check(axes, points, budget_pct)
    asked = {"against": ",".join(axes), "points": points, "budget_pct": budget_pct}
    key = hashlib.sha256(json.dumps([key_of(chosen), asked]).encode()).hexdigest()[:8]
    target = out or Path("results") / f"frontier-{chosen.name}-{key}"
    screen = console()
    with whole_folder(target) as folder:
        keep(scenario, chosen, overrides, folder)
        with steps() as progress:
            from westshift.experiments.frontier.front import compute

            tell = Progress(progress.start, progress.tick)
            found = compute(chosen, axes, points, budget_pct, workers, tell)
        from westshift.experiments.frontier.study import study_of

        study = study_of(found)
        write(study, folder, overrides, asked)
    for name, title, hidden in (
        ("front", study.title, ()),
        ("policies", "Policies beside the front; distance: how much more it avoids at the same place", ("role",)),
        ("hypervolume", "Hypervolume above the baseline's carbon [kt × unit of the axis]", ()),
    ):  # fmt: skip
        table = study.tables[name]
        shown = table[[c for c in table.columns if c not in hidden]]
        show_frame(
            screen, shown, f"{chosen.title}\n{title}" if name == "front" else title, study.digits
        )
    for sentence in (*study.sentences, *(f"Warning: {w}" for w in chosen.warnings)):
        screen.print(sentence, soft_wrap=True)
    screen.print(f"Written to {target}", soft_wrap=True)
