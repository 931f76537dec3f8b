"""What `westshift site` does, step by step, what it says, and what it writes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd
from rich.markup import render

from westshift.experiments.results import manifest
from westshift.experiments.siting.books import Books, books
from westshift.experiments.siting.problem import carbon_cny_per_kg, growth_of, make_problem
from westshift.experiments.siting.rules import as_usual
from westshift.experiments.siting.site import Siting, compared
from westshift.experiments.siting.site import site as solve_all
from westshift.experiments.siting.world import deliver
from westshift.models.errors import InfeasibleError, InputError
from westshift.models.scenario import Scenario, assumptions
from westshift.optim.siting_solve import LARGE_COLUMNS


@dataclass(frozen=True)
class Asked:
    """The options of the command, as given."""

    growth: str | None = None
    year: int | None = None
    green_field: bool = False
    carbon_cap: str | None = None
    min_hall_mw: float = 0.0
    phase_mw: float = 0.0
    rules: bool = True
    world: str = "weeks"
    policies: tuple[str, ...] = ("oracle", "co-planned")
    solver: str | None = None


def run_site(
    scenario: Scenario,
    asked: Asked,
    workers: int | None = None,
    say: Callable[[str], None] = lambda what: None,
) -> Siting:
    """Plan, compare and deliver.

    Raises:
        InputError: an option that cannot be, or quotas that cannot hold the work.
    """
    problem = make_problem(
        scenario, growth_of(scenario, asked.growth, asked.year), asked.green_field
    )
    usual = as_usual(problem, asked.solver, say)
    say("business as usual")
    usual_books = None if usual is None else books(problem, usual)
    cap_t = _cap_t(usual_books, asked)
    if cap_t is not None:
        problem = make_problem(scenario, problem.growth, asked.green_field, cap_t)
    columns = len(problem.joined.program.cost)
    say(f"{len(problem.horizons)} weeks, {columns:,} columns")
    done = solve_all(problem, usual_books, asked.solver, asked.rules, say)
    if asked.min_hall_mw > 0.0 or asked.phase_mw > 0.0:
        from westshift.experiments.siting.whole import in_whole_halls

        large = columns > LARGE_COLUMNS
        try:
            done = in_whole_halls(done, asked.min_hall_mw, asked.phase_mw, asked.solver, large)
        except InfeasibleError:
            raise InputError(
                f"--min-hall-mw {asked.min_hall_mw:g} --phase-mw {asked.phase_mw:g}: no whole halls of that size "
                "hold all work within the quotas; make them smaller, or raise halls_mw in quotas.csv"
            ) from None
        say(f"in whole halls, gap {100 * done.found.gap:.3g} %")
    if asked.world == "none":
        return done
    delivered = deliver(
        problem, done.built, asked.policies, carbon_cny_per_kg(problem, done.continuous), asked.world == "year",
        workers, lambda horizon, policy: say(f"{horizon}: {policy}"),
    )  # fmt: skip
    return replace(done, delivered=delivered)


def _cap_t(usual: Books | None, asked: Asked) -> float | None:
    """The cap in tonnes a year; a share is of what business as usual emits."""
    if asked.carbon_cap is None:
        return None
    text = asked.carbon_cap.strip()
    try:
        value = float(text.removesuffix("%"))
    except ValueError:
        value = float("nan")
    if not 0.0 < value < float("inf"):
        raise InputError(
            f"--carbon-cap {text}: write Mt a year, such as 4200, or a share, such as 95%"
        )
    if not text.endswith("%"):
        return 1e6 * value
    if usual is None:
        raise InputError(
            f"--carbon-cap {text}: business as usual cannot serve all work here; write the cap in Mt a year"
        )
    return value / 100.0 * usual.carbon_t


def sentences(s: Siting) -> list[str]:
    """What is to be said below the tables."""
    said = []
    if s.usual is not None:
        money = (s.promised.total_cny - s.usual.total_cny) / 1e6
        carbon = (s.promised.carbon_t - s.usual.carbon_t) / 1e3
        made = (s.promised.embodied_t - s.usual.embodied_t) / 1e3
        said.append(
            f"Against business as usual (growth nearest to its users, no new supply): {money:+,.1f} M CNY and "
            f"{carbon:+,.1f} kt CO2 a year, of it {made:+,.1f} kt embodied."
        )
    else:
        said.append(
            "Business as usual (growth nearest to its users) cannot serve all work within the quotas."
        )
    if s.problem.cap_t is not None:
        price = 1e3 * carbon_cny_per_kg(s.problem, s.continuous)
        said.append(
            f"The cap of {s.problem.cap_t / 1e6:,.4f} Mt holds at a carbon price of {price:,.0f} CNY/t."
        )
    t = s.twice
    stands = (
        "stood before"
        if s.problem.green_field
        else "stands without any hour of these weeks needing it"
    )
    said.append(
        f"Capital spent twice: {t.new_mw:,.1f} MW of new halls while {t.idle_mw:,.1f} MW {stands}: "
        f"{t.both_mw:,.1f} MW of halls, {t.cny / 1e6:,.1f} M CNY a year (shown apart: what stands is sunk)."
    )
    if s.promised.shed_mwh > 1.0:
        said.append(f"{s.promised.shed_mwh / 1e3:,.1f} GWh of other demand is not met.")
    if s.found.gap > 1e-12:
        how = HOW.get(s.found.solver, s.found.solver)
        if s.found is not s.continuous:
            how = HOW["mip"]
        said.append(f"{how} the plan is within {100 * s.found.gap:.2g} % of the best bound.")
    for name, d in s.delivered.items():
        money = (d.books.total_cny - s.promised.total_cny) / 1e6
        share = 100.0 * money * 1e6 / abs(s.promised.total_cny)
        carbon = (d.books.carbon_t - s.promised.carbon_t) / 1e3
        said.append(
            f"Promised and delivered ({name}): {money:+,.3f} M CNY ({share:+.4f} %) and {carbon:+,.3f} kt CO2 a year; "
            f"{d.unserved_mwh:,.1f} MWh of work given up ({100 * d.unserved_share:.4f} %), "
            f"{d.books.shed_mwh - s.promised.shed_mwh:+,.1f} MWh of demand not met."
        )
    return said


HOW = {
    "weeks": "Week by week",
    "hipo": "By an interior point (HiPO)",
    "ipx": "By an interior point (IPX)",
    "mip": "In whole halls",
}
"""How a plan that has a gap was found."""


def write(
    s: Siting,
    folder: Path,
    overrides: dict[str, Any],
    asked: dict[str, Any],
    told: Sequence[str],
) -> None:
    """All tables and run.json. asked: options of the command, by name. told: what was said of it."""
    _csv(s.table, folder / "build.csv")
    _csv(compared(s), folder / "compared.csv")
    _csv(s.values, folder / "values.csv")
    _csv(
        pd.DataFrame([a._asdict() for a in assumptions(s.problem.scenario)]),
        folder / "assumptions.csv",
    )
    entries = {
        "study": "site",
        "asked": {k: str(v) for k, v in asked.items()},
        "sentences": [render(sentence).plain for sentence in told],
        "growth": asdict(s.problem.growth),
        "solver": s.found.solver,
        "iterations": s.found.iterations,
        "gap": s.found.gap,
        "promised": _plain(s.promised),
        "usual": None if s.usual is None else _plain(s.usual),
        "delivered": {n: _plain(d.books) for n, d in s.delivered.items()},
        "spent_twice": asdict(s.twice),
    }
    manifest(s.problem.scenario, s.problem.horizons, folder, overrides, entries)


def _plain(b: Books) -> dict[str, Any]:
    return asdict(b)


def _csv(table: pd.DataFrame, path: Path) -> None:
    table.to_csv(path, index=False, float_format="%.10g", lineterminator="\n")
