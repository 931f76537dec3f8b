"""Runs of the economy that several studies need, and the planner's optimum over the same hours."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from westshift.models.economy_figures import Behaviour
from westshift.models.ledger import Ledger, total
from westshift.models.scenario import Scenario
from westshift.sim.economy.conduct import Conduct
from westshift.sim.economy.economy import Economy
from westshift.sim.economy.month import Month
from westshift.sim.economy.start import Start
from westshift.sim.run import Case, Programs, run_case

Array = np.ndarray
Tick = Callable[[str, str], None]
NOTHING_CNY_PER_MWH = 1e-9  # rounding of sums of hours
BASELINE, PLANNER = "here-and-now", "oracle"


@dataclass(frozen=True, eq=False)
class Planned:
    """The same months under the baseline and the planner: ledgers of a year, and waiting by tenant (n,) [MWh·h]."""

    baseline: Ledger
    planner: Ledger
    planner_time_cny: Array
    tenant_work_mwh: Array


def with_behaviour(start: Start, **changes: object) -> Start:
    """The same start with some figures of economy.csv changed."""
    told = {**start.behaviour.model_dump(), **changes}
    return replace(start, behaviour=Behaviour.model_validate(told))


def run_economy(
    start: Start, conduct: Conduct, name: str, tick: Tick, order: Array | None = None
) -> Economy:
    """All months of a start."""
    economy = Economy(start, conduct, order)
    for month in range(start.months):
        economy.step()
        tick(f"month {month + 1}", name)
    return economy


def year_of(months: list[Month]) -> Ledger:
    """The ledger of some months; each is weighted already."""
    return total([m.ledger for m in months], [1.0] * len(months))


def planned(scenario: Scenario, start: Start, tick: Tick) -> Planned:
    """The first twelve months' hours under the baseline and the oracle, work as it comes."""
    programs = Programs()
    weights = np.zeros(len(start.actuals))
    for month in range(12):
        weights[start.stretch(month)] += start.weight(month)
    ledgers, times, works = [], 0.0, 0.0
    for actual, weight in zip(start.actuals, weights.tolist(), strict=True):
        if weight == 0.0:
            continue
        case = Case(actual, (PLANNER,), BASELINE, scenario.forecast, scenario.plan, scenario.seed)
        found = run_case(case, lambda name, a=actual: tick(a.name, name), programs)
        ledgers.append((found[BASELINE].ledger, found[PLANNER].ledger, weight))
        c, carried = actual.system.compute, found[PLANNER].carried
        tenant = c.stream_origin * len(c.classes) + c.stream_class
        late = c.class_delay_cny_per_mwh_h * carried.waiting_mwh.sum(axis=2)
        far = np.bincount(
            tenant, c.stream_latency_cny_per_mwh * carried.work_mw.sum(axis=1), late.size
        )
        times = times + weight * (late.ravel() + far)
        works = works + weight * actual.now(actual.arrivals_mwh).sum(axis=2).ravel()
    parts = [w for *_, w in ledgers]
    return Planned(
        total([b for b, _, _ in ledgers], parts),
        total([p for _, p, _ in ledgers], parts),
        np.asarray(times),
        np.asarray(works),
    )


def jain(values: Array, weight: Array) -> float:
    """Jain's index of what each pays per MWh: 1 where all pay alike, 1/n where one pays all; tenants without work
    left out; 1 where nobody pays (R. Jain, D. Chiu, W. Hawe, DEC Research Report TR-301, 1984)."""
    here = weight > 0
    each = values[here] / weight[here]
    each = np.where(each > NOTHING_CNY_PER_MWH, each, 0.0)
    if not (each > 0).any():
        return 1.0
    return float(each.sum() ** 2 / (len(each) * (each**2).sum()))
