"""One horizon of a scenario under several policies: the same work, the same hours, one ledger.

All work here and now runs first: its settled grid gives the average intensity that regions publish.
The settled grid of the named baseline (the same, unless a scenario names another) is the one by which
location-based carbon is booked for every policy alike.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..models.actual import HISTORY_H, Actual
from ..models.forecast import perfect
from ..models.ledger import Carried, Ledger, Settlement, book
from ..models.settings import Forecast as ForecastChoice
from ..models.settings import Plan
from ..models.signals import Signals, only_average
from ..optim.program import Program
from .catalogue import SIGNALS, Programs, make_forecast, make_policy
from .competitive import Ratios, ratios_of
from .placing import home_shares
from .policies.here_and_now import HereAndNow
from .policies.oracle import Oracle
from .settle import settle
from .world import World

Array = np.ndarray

__all__ = [
    "SIGNALS",
    "Case",
    "Outcome",
    "Programs",
    "carry",
    "make_forecast",
    "make_policy",
    "run_case",
    "yesterday",
]


@dataclass(frozen=True, eq=False)
class Case:
    """What is asked of one horizon.

    Attributes:
        actual: what happens. policies: names, the baseline among them or not.
        baseline: the policy that others are compared with. forecast, plan: as the scenario says.
        seed: of the forecasts' noise.
    """

    actual: Actual
    policies: tuple[str, ...]
    baseline: str
    forecast: ForecastChoice
    plan: Plan
    seed: int


@dataclass(frozen=True, eq=False)
class Outcome:
    """One policy over one horizon; `ratios` where a competitive ratio is proven for it."""

    ledger: Ledger
    carried: Carried
    settled: Settlement
    ratios: Ratios | None = None


def run_case(
    case: Case,
    tick: Callable[[str], None] = lambda name: None,
    programs: Programs | None = None,
    turn: Any = None,
) -> dict[str, Outcome]:
    """Run the baseline and every policy over one horizon.

    Args:
        case: what is asked.
        tick: called with a policy's name when it is done.
        programs: compiled programs to use again.
        turn: a lock, held while the oracle runs, whose program is the largest by far. Where it is free the
            oracle goes first, while memory is fresh, else last. The outcome is the same.

    Returns:
        one Outcome a policy, the baseline first.
    """
    programs, turn = programs or Programs(), turn or threading.Lock()
    programs.start_cold()
    actual = case.actual
    blank = np.zeros((len(actual.system.grid.regions), HISTORY_H + actual.hours))
    carried = carry(case, HereAndNow.name, only_average(blank), programs)
    settled = settle(actual, carried.work_mw, programs.dispatch)
    signals = _signals(yesterday(actual, programs.yesterday), settled)
    if case.baseline != HereAndNow.name:
        carried = carry(case, case.baseline, signals, programs)
        settled = settle(actual, carried.work_mw, programs.dispatch)
    reference = settled

    def outcome(name: str, carried: Carried, settled: Settlement) -> Outcome:
        kg_per_mwh = reference.intensity_kg_per_mwh, reference.marginal_kg_per_mwh
        ratios = ratios_of(name, actual, carried, signals.average_kg_per_mwh, case.plan)
        return Outcome(book(actual, carried, settled, *kg_per_mwh), carried, settled, ratios)

    outcomes = {case.baseline: outcome(case.baseline, carried, settled)}
    tick(case.baseline)

    basis = programs.dispatch.basis

    def run_one(name: str) -> None:
        carried = carry(case, name, signals, programs)
        programs.dispatch.basis = basis  # not the last policy's: their order must not matter
        settled = settle(actual, carried.work_mw, programs.dispatch)
        outcomes[name] = outcome(name, carried, settled)
        tick(name)

    others = [name for name in case.policies if name != case.baseline]
    large = [name for name in others if name == Oracle.name]
    mine = bool(large) and turn.acquire(False)
    try:
        for name in large if mine else []:
            run_one(name)
    finally:
        if mine:
            turn.release()
    for name in others:
        if name not in large:
            run_one(name)
    for name in [] if mine else large:
        turn.acquire()
        try:
            run_one(name)
        finally:
            turn.release()
    return {name: outcomes[name] for name in (case.baseline, *others)}


def yesterday(actual: Actual, program: Program) -> Settlement:
    """The grid in the day before the horizon, all work at home as it came (HISTORY_H hours)."""
    c = actual.system.compute
    before = slice(0, HISTORY_H)
    day = replace(
        actual,
        **{
            name: np.concatenate([getattr(actual, name)[..., before]] * 2, axis=-1)
            for name in (
                "demand_mw",
                "unit_max_mw",
                "unit_min_mw",
                "pue",
                "tariff_cny_per_mwh",
                "arrivals_mwh",
            )
        },
        unit_day_mwh=actual.unit_day_mwh[:, [0, 0]],
    )
    work = home_shares(c)[:, None] * day.now(day.arrivals_mwh)[c.stream_origin, c.stream_class]
    return settle(day, work, program)


def _signals(before: Settlement, now: Settlement) -> Signals:
    """What regions publish: the grid's own figures with all work here and now."""
    names = ("intensity_kg_per_mwh", "marginal_kg_per_mwh", "price_cny_per_mwh")
    return Signals(*(np.concatenate([getattr(s, n) for s in (before, now)], axis=1) for n in names))


def carry(case: Case, name: str, signals: Signals, programs: Programs) -> Carried:
    """Carry one policy out over the case's horizon; nothing is settled or booked."""
    for program in (programs.price_taker, programs.co_planner):
        program.basis = None  # not the last policy's either
        program.check_every = case.plan.check_every
    policy = make_policy(name, case.plan, programs, case.forecast, case.seed)
    forecast = perfect if policy.clairvoyant else make_forecast(case.forecast, case.seed)
    carried = World(case.actual, policy, forecast, signals, case.seed).run()
    if policy.clairvoyant:  # Pyomo's models are full of cycles: this large one would stay
        gc.collect()
    return carried
