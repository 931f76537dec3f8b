"""A whole scenario: every horizon under every policy, on as many processes as wanted.

Horizons are independent of one another, so each is one task. A worker gets arrays and sends back
sums and hourly totals; the result does not depend on the number of workers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from westshift.experiments.pool import Tick, each_horizon
from westshift.models.calendar import Horizon
from westshift.models.hours import Hours, hours_of
from westshift.models.ledger import Ledger, total
from westshift.models.scenario import Scenario
from westshift.models.year import Year, actual_of, horizons, make_year
from westshift.optim.certificate import oracle_bound_cny
from westshift.sim.competitive import Ratios
from westshift.sim.run import Case, Programs, run_case
from westshift.sim.settle import foreseen


@dataclass(frozen=True, eq=False)
class Run:
    """A scenario that was run.

    Attributes:
        scenario, year: what was run. horizons: the stretches of the year.
        ledgers: sums over the horizons, each times its weight, by policy; the baseline first.
        hours: hourly totals by policy, one a horizon.
        ratios: competitive ratios by policy, one a horizon; of policies for which one is proven.
        bounds_cny: what no policy can cost less than in each horizon, where that was asked for [CNY].
    """

    scenario: Scenario
    year: Year
    horizons: tuple[Horizon, ...]
    ledgers: dict[str, Ledger]
    hours: dict[str, tuple[Hours, ...]]
    ratios: dict[str, tuple[Ratios, ...]] = field(default_factory=dict)
    bounds_cny: tuple[float, ...] | None = None


def simulate(
    scenario: Scenario,
    *,
    workers: int | None = None,
    tick: Tick = lambda horizon, policy: None,
    start: Callable[[int], None] = lambda total: None,
    bound: bool = False,
    programs_folder: Path | None = None,
) -> Run:
    """Run every horizon of a scenario under its baseline and its policies.

    Args:
        scenario: what to run.
        workers: processes; None for one a core, never more than there are horizons.
        tick: called when one policy is done in one horizon.
        start: called once with the number of ticks to come.
        bound: whether to find what no policy can cost less than (`optim.certificate`).
        programs_folder: where compiled programs are kept for other runs; None: nowhere. The result is the same.
    """
    year = make_year(scenario)
    chosen = horizons(scenario, year)
    names = tuple(dict.fromkeys((scenario.baseline, *scenario.policies)))
    cases = cases_of(scenario, year, names)
    start(len(cases) * (len(names) + bound))

    def ahead(programs: Programs) -> None:
        hours = [case.actual.hours for case in cases]
        programs.compile_ahead(cases[0].actual.system, hours, names, scenario.plan)

    done = each_horizon(_one, cases, tick, workers, ahead, programs_folder)
    weights = [h.weight for h in chosen]
    bounds = each_horizon(_bound, cases, tick, workers) if bound else None
    ledgers, hours, ratios = {}, {}, {}
    for name in names:
        ledgers[name] = total([d[name][0] for d in done], weights)
        hours[name] = tuple(d[name][1] for d in done)
        found = tuple(r for d in done if (r := d[name][2]) is not None)
        if found:
            ratios[name] = found
    return Run(
        scenario, year, chosen, ledgers, hours, ratios, None if bounds is None else tuple(bounds)
    )


def cases_of(scenario: Scenario, year: Year, policies: tuple[str, ...]) -> list[Case]:
    """One case a horizon of the scenario."""
    s = scenario
    return [
        Case(actual_of(s, year, h), policies, s.baseline, s.forecast, s.plan, s.seed)
        for h in horizons(s, year)
    ]


Done = dict[str, tuple[Ledger, Hours, Ratios | None]]


def _one(case: Case, tick: Callable[[str], None], programs: Programs, turn: Any) -> Done:
    outcomes = run_case(case, tick, programs, turn)
    return {
        name: (o.ledger, hours_of(case.actual, o.carried, o.settled), o.ratios)
        for name, o in outcomes.items()
    }


def _bound(case: Case, tick: Callable[[str], None], programs: Programs, turn: Any) -> float:
    found = oracle_bound_cny(foreseen(case.actual))
    tick("bound")
    return found
