"""Which assumption flips the answer: every assumed figure that siting rests on, halved and doubled one at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from westshift.experiments.siting.problem import Problem, built_of, growth_of, make_problem
from westshift.experiments.siting.site import plan
from westshift.models.errors import InputError, SolveError
from westshift.models.scenario import Scenario, load_scenario

SCALARS = (
    "discount_rate_per_a", "carbon_price_cny_per_t", "idle_share", "energised_share", "max_utilisation",
    "transfer_price_cny_per_gb", "fibre_route_factor",
)  # fmt: skip
FACTORS = (0.5, 2.0)


@dataclass(frozen=True)
class Answer:
    """Where most new servers stand, and what share of them is in the west."""

    site: str
    west_pct: float
    new_mw: float
    total_cny: float


def answer(problem: Problem, solver: str | None = None) -> Answer:
    """What a plan comes to."""
    found = plan(problem, solver)
    servers = built_of(problem, found).servers_mw
    s = problem.scenario
    west = {r.region for r in s.regions if r.side == "west"}
    by_site = np.bincount(problem.choices.hall_site, servers, len(s.sites))
    total = float(by_site.sum())
    in_west = np.array([x.region in west for x in s.sites])
    return Answer(
        s.sites[int(by_site.argmax())].site if total > 1e-6 else "none",
        100.0 * float(by_site[in_west].sum()) / total if total > 1e-6 else float("nan"),
        total,
        found.objective,
    )


def assumed(s: Scenario) -> dict[str, float]:
    """Assumed figures that siting rests on, by the key that `--set` takes."""
    scalars = {f.name: f for f in s.figures}
    marks = {(f.table, f.column): f.confidence for f in s.fields}
    out: dict[str, float] = {}
    for name in SCALARS:
        if name in scalars and scalars[name].confidence == "assumed" and scalars[name].value > 0:
            out[f"parameters.{name}"] = scalars[name].value
    tables: tuple[tuple[str, str, tuple[str, ...]], ...] = (
        ("capital", "item", ("capex",)),
        ("build_costs", "item", ("capex", "lifetime_a")),
        ("embodied", "item", ("kg",)),
        ("halls", "technology", ("capex_factor",)),
        ("plants", "technology", ("variable_cost_cny_per_mwh",)),
        ("quotas", "region", ("halls_mw", "wind_mw", "solar_mw")),
        (
            "classes",
            "job_class",
            ("rtt_limit_ms", "latency_value_cny_per_mwh_ms", "data_gb_per_mwh"),
        ),
    )
    for table, key, columns in tables:
        for row in getattr(s, table):
            for column in columns:
                mark = row.confidence or marks.get((table, column), "")
                value = getattr(row, column)
                if mark == "assumed" and value:
                    out[f"{table}.{getattr(row, key)}.{column}"] = float(value)
    return out


def flips(
    name: str,
    overrides: dict[str, Any],
    growth: str | None,
    year: int | None,
    green_field: bool = False,
    solver: str | None = None,
    step: Callable[[str], None] = lambda what: None,
) -> pd.DataFrame:
    """One row a figure and factor: the answer, and whether it is another one than with the figure as it is.

    `flips`: yes where the site with most new servers changes, or where more than half of them change sides.
    A value that the scenario does not allow is said so, and has no answer.
    """
    base = load_scenario(name, overrides)
    first = answer(make_problem(base, growth_of(base, growth, year), green_field), solver)
    rows = [_row("as it is", float("nan"), first, first)]
    for key, value in assumed(base).items():
        for factor in FACTORS:
            step(f"{key} x {factor:g}")
            try:
                s = load_scenario(name, overrides | {key: factor * value})
                other = answer(make_problem(s, growth_of(s, growth, year), green_field), solver)
            except (InputError, SolveError):
                rows.append(
                    {"figure": key, "value": factor * value, "site": "not possible", "flips": "–"}
                )
                continue
            rows.append(_row(key, factor * value, other, first))
    table = pd.DataFrame(rows)
    return table


def _row(key: str, value: float, one: Answer, first: Answer) -> dict[str, Any]:
    sides = (one.west_pct > 50.0) != (first.west_pct > 50.0)
    return {
        "figure": key,
        "value": value,
        "site": one.site,
        "west_pct": one.west_pct,
        "new_servers_mw": one.new_mw,
        "total_m_cny": one.total_cny / 1e6,
        "flips": "yes" if one.site != first.site or sides else "no",
    }
