"""A whole scenario: every horizon under every policy, on as many processes as wanted.

Horizons are independent of one another, so each is one task. A worker gets arrays and sends back
sums and hourly totals; the result does not depend on the number of workers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from westshift.experiments.pool import Tick, each_horizon
from westshift.models.calendar import Horizon
from westshift.models.hours import Hours, hours_of
from westshift.models.ledger import Ledger, total
from westshift.models.scenario import Scenario
from westshift.models.year import Year, actual_of, horizons, make_year
from westshift.sim.run import Case, Programs, run_case


@dataclass(frozen=True, eq=False)
class Run:
    """A scenario that was run.

    Attributes:
        scenario, year: what was run. horizons: the stretches of the year.
        ledgers: sums over the horizons, each times its weight, by policy; the baseline first.
        hours: hourly totals by policy, one a horizon.
    """

    scenario: Scenario
    year: Year
    horizons: tuple[Horizon, ...]
    ledgers: dict[str, Ledger]
    hours: dict[str, tuple[Hours, ...]]


def simulate(
    scenario: Scenario,
    *,
    workers: int | None = None,
    tick: Tick = lambda horizon, policy: None,
    start: Callable[[int], None] = lambda total: None,
) -> Run:
    """Run every horizon of a scenario under its baseline and its policies.

    Args:
        scenario: what to run.
        workers: processes; None for one a core, never more than there are horizons.
        tick: called when one policy is done in one horizon.
        start: called once with the number of ticks to come.
    """
    year = make_year(scenario)
    chosen = horizons(scenario, year)
    names = tuple(dict.fromkeys((scenario.baseline, *scenario.policies)))
    cases = cases_of(scenario, year, names)
    start(len(cases) * len(names))
    done = each_horizon(_one, cases, tick, workers)
    weights = [h.weight for h in chosen]
    ledgers, hours = {}, {}
    for name in names:
        ledgers[name] = total([d[name][0] for d in done], weights)
        hours[name] = tuple(d[name][1] for d in done)
    return Run(scenario, year, chosen, ledgers, hours)


def cases_of(scenario: Scenario, year: Year, policies: tuple[str, ...]) -> list[Case]:
    """One case a horizon of the scenario."""
    s = scenario
    return [
        Case(actual_of(s, year, h), policies, s.baseline, s.forecast, s.plan, s.seed)
        for h in horizons(s, year)
    ]


Done = dict[str, tuple[Ledger, Hours]]


def _one(case: Case, tick: Callable[[str], None], programs: Programs, turn: Any) -> Done:
    outcomes = run_case(case, tick, programs, turn)
    return {
        name: (o.ledger, hours_of(case.actual, o.carried, o.settled))
        for name, o in outcomes.items()
    }
