"""A siting plan run by the world: every hour, on forecasts, in windows; what was promised against what came."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from westshift.experiments.pool import each_horizon
from westshift.experiments.simulate import cases_of
from westshift.experiments.siting.books import Books, building
from westshift.experiments.siting.problem import Problem
from westshift.models.ledger import Ledger, total
from westshift.models.scenario import Scenario
from westshift.models.settings import HorizonChoice
from westshift.models.siting_world import Built, with_halls, with_supply
from westshift.models.year import Year, horizons
from westshift.sim.run import Case, Programs, run_case


@dataclass(frozen=True, eq=False)
class Delivered:
    """A year of the plan as the world carried it out, by policy.

    books: in the terms of the promise. unserved_mwh: work given up [MWh/a]. unserved_share: of all work [-].
    """

    policy: str
    books: Books
    unserved_mwh: float
    unserved_share: float


def plan_world(problem: Problem, built: Built) -> tuple[Scenario, Year]:
    """Scenario and year with the plan standing in it."""
    c = problem.choices
    return with_halls(problem.scenario, with_supply(problem.year, c, built), c, built)


def deliver(
    problem: Problem,
    built: Built,
    policies: tuple[str, ...],
    carbon_cny_per_kg: float,
    whole_year: bool = False,
    workers: int | None = None,
    tick: Callable[[str, str], None] = lambda horizon, policy: None,
    start: Callable[[int], None] = lambda n: None,
) -> dict[str, Delivered]:
    """Run the plan under policies, over the program's own weeks or all hours of the year.

    Args:
        carbon_cny_per_kg: price of carbon that policies and the grid see: with a cap, the price at which it holds.
            The books count carbon at the scenario's own.

    Returns:
        one Delivered a policy; sums are of a year.
    """
    scenario, year = plan_world(problem, built)
    if whole_year:
        choice = HorizonChoice(weeks="year")
    else:  # the same weeks, whatever was built
        weeks = problem.horizons
        if len({h.length_h for h in weeks}) > 1:
            choice = HorizonChoice(weeks="year")
        else:
            choice = HorizonChoice(
                weeks=tuple(h.start_h for h in weeks),
                length_h=weeks[0].length_h,
                weights=tuple(h.weight for h in weeks),
            )
    scenario = scenario.model_copy(update={"horizon": choice})
    cases = [
        replace(c, actual=replace(c.actual, carbon_cny_per_kg=carbon_cny_per_kg))
        for c in cases_of(scenario, year, policies)
    ]
    start(len(cases) * len({scenario.baseline, *policies}))
    done = each_horizon(_ledgers, cases, tick, workers)
    chosen = horizons(scenario, year)
    hours = sum(h.weight * h.length_h for h in chosen)
    scale = year.calendar.hours / hours
    out = {}
    for name in policies:
        ledger = total([d[name] for d in done], [scale * h.weight for h in chosen])
        out[name] = _delivered(problem, built, name, ledger)
    return out


def _ledgers(case: Case, tick: Any, programs: Programs, turn: Any) -> dict[str, Ledger]:
    return {name: o.ledger for name, o in run_case(case, tick, programs, turn).items()}


def _delivered(problem: Problem, built: Built, name: str, ledger: Ledger) -> Delivered:
    money, embodied_t = building(problem.choices, built)
    price = problem.scenario.parameters.carbon_price_cny_per_t
    operation_t = ledger.system_kg / 1e3
    running = (
        ledger.system_cny
        + ledger.transfer_cny
        + ledger.latency_cny
        + ledger.delay_cny
        + ledger.penalty_cny
    )
    unserved = float(np.sum(ledger.unserved_mwh))
    return Delivered(
        name,
        Books(
            total_cny=running + price * (operation_t + embodied_t) + sum(money.values()),
            building_cny=money,
            running_cny=running,
            operation_t=operation_t,
            embodied_t=embodied_t,
            energy_gwh=float(ledger.site_load_mwh.sum()) / 1e3,
            shed_mwh=ledger.shed_mwh,
        ),
        unserved,
        unserved / max(float(ledger.arrived_mwh.sum()), 1e-12),
    )
