"""Nothing is lost: work, power and charge balance under every policy, and the program's objective is
what the ledger books."""

from __future__ import annotations

import numpy as np

from westshift.models.actual import HISTORY_H, Actual
from westshift.models.forecast import perfect
from westshift.models.ledger import Ledger
from westshift.models.outlook import Outlook
from westshift.models.scenario import load_scenario
from westshift.models.settings import POLICY_NAMES, Forecast, Plan
from westshift.models.signals import only_average
from westshift.models.year import actual_of, horizons, make_year
from westshift.optim.program import co_planner
from westshift.sim.policies.oracle import Oracle
from westshift.sim.run import Case, Outcome, run_case
from westshift.sim.world import World

from .case import Check, checks, exceeds
from .drawn import draw
from .small import actual

WORK = "Work that arrives = work served + work given up; no work but what arrives"
POWER = "In each region and hour, what is generated, discharged, received and shed is what is taken"
CHARGE = "Over a cyclic horizon storage ends as it began"
LEDGER = "System cost, carbon at its price, data, latency, delay and penalties, as booked"


def run() -> tuple[Check, ...]:
    """All cases of the books."""
    happens = two_region()
    outcomes = play(happens)
    return (
        conservation("two_region", happens, outcomes)
        + oracle(happens, outcomes, "two_region")
        + drawn_systems()
    )


def two_region(overrides: dict[str, object] | None = None) -> Actual:
    """The one horizon of the shipped scenario two_region."""
    scenario = load_scenario("two_region", overrides)
    year = make_year(scenario)
    (horizon,) = horizons(scenario, year)
    return actual_of(scenario, year, horizon)


def play(happens: Actual, forecast: Forecast | None = None) -> dict[str, Outcome]:
    """All policies over one horizon."""
    known = forecast or Forecast(kind="perfect")
    plan = Plan(window_h=24, step_h=12)
    return run_case(Case(happens, POLICY_NAMES, "here-and-now", known, plan, 1))


def drawn_systems(seeds: tuple[int, ...] = (41,), hours: int = 30) -> tuple[Check, ...]:
    """The same on systems drawn by chance, on noisy forecasts; nothing is lost without room either."""
    found: tuple[Check, ...] = ()
    for seed in seeds:
        for room, name in ((2.0, f"system {seed}"), (0.8, f"system {seed}, short of room")):
            happens = actual(draw(seed, hours, room=room))
            outcomes = play(happens, Forecast(kind="noisy", error_share=0.2))
            found += conservation(name, happens, outcomes)
            if room > 1.0:
                found += oracle(happens, outcomes, name)
    return found


def conservation(name: str, happens: Actual, outcomes: dict[str, Outcome]) -> tuple[Check, ...]:
    """Work, power and charge of each policy."""
    work, power, charge = [], [], []
    arrived = float(happens.now(happens.arrivals_mwh).sum())
    for policy, outcome in outcomes.items():
        book = outcome.ledger
        where = f"{name}, {policy}"
        done = float(book.served_mwh.sum() + book.unserved_mwh.sum())
        work.append((f"{where}, served + given up, MWh", arrived, done))
        early = float(np.maximum(ran_ahead_mwh(happens, outcome), 0.0).max())
        work.append((f"{where}, run before it arrived, MWh", 0, early))
        power.append((f"{where}, furthest from balance, MW", 0, imbalance_mw(happens, outcome)))
        charge.append((f"{where}, furthest from closing, MWh", 0, leak_mwh(happens, outcome)))
    return (
        checks("work is conserved", WORK, work)
        + checks("power is balanced", POWER, power)
        + (
            checks("storage closes", CHARGE, charge)
            if len(happens.system.grid.storage_region)
            else ()
        )
    )


def ran_ahead_mwh(happens: Actual, outcome: Outcome) -> np.ndarray:
    """Work run up to each hour less work arrived up to then, by origin and class (O, J, T) [MWh]."""
    ran = happens.system.compute.origin_class_work_mw(outcome.carried.work_mw)
    return np.cumsum(ran - happens.now(happens.arrivals_mwh), axis=2)


def imbalance_mw(happens: Actual, outcome: Outcome) -> float:
    """Greatest difference of power fed in and power drawn, over regions and hours [MW]."""
    grid, c, s = happens.system.grid, happens.system.compute, outcome.settled
    load = c.load_mw(outcome.carried.work_mw, happens.now(happens.pue), len(grid.regions))
    net = s.shed_mw - s.dump_mw - happens.now(happens.demand_mw) - load
    np.add.at(net, grid.unit_region, s.output_mw)
    np.add.at(net, grid.storage_region, s.discharge_mw - s.charge_mw)
    np.add.at(net, grid.line_to, (1.0 - grid.line_loss_share)[:, None] * s.flow_mw)
    np.add.at(net, grid.line_from, -s.flow_mw)
    return float(np.abs(net).max())


def leak_mwh(happens: Actual, outcome: Outcome) -> float:
    """Greatest difference of the charge and what it should be by the hour before, around the ring."""
    grid, s = happens.system.grid, outcome.settled
    kept = (1.0 - grid.storage_standing_loss_per_h)[:, None] * np.roll(s.charged_mwh, 1, axis=1)
    into = grid.storage_charge_efficiency[:, None] * s.charge_mw
    out = s.discharge_mw / grid.storage_discharge_efficiency[:, None]
    return float(np.abs(s.charged_mwh - kept - into + out).max(initial=0.0))


def oracle(happens: Actual, outcomes: dict[str, Outcome], name: str) -> tuple[Check, ...]:
    """The oracle's objective is what the ledger books for it, and nobody does better."""
    booked = {policy: total_cny(happens, o.ledger) for policy, o in outcomes.items()}
    objective = co_planner().solve(whole_horizon(happens), once=True).objective
    best = [
        (f"{name}, {policy} below the oracle by", 0, exceeds(booked["oracle"], booked[policy]))
        for policy in booked
        if policy != "oracle"
    ]
    return checks("objective = ledger", LEDGER, [(name, objective, booked["oracle"])]) + checks(
        "no policy beats the oracle", LEDGER, best
    )


def whole_horizon(happens: Actual) -> Outlook:
    """What the oracle is shown."""
    no_signal = np.zeros((len(happens.system.grid.regions), HISTORY_H + happens.hours))
    world = World(happens, Oracle(), perfect, only_average(no_signal))
    published = world.publish()
    world.arrive()
    return world.outlook(published)


def total_cny(happens: Actual, book: Ledger) -> float:
    """All that the co-planner's objective holds, from the ledger [CNY]."""
    work = book.transfer_cny + book.latency_cny + book.delay_cny + book.penalty_cny
    return book.system_cny + happens.carbon_cny_per_kg * book.system_kg + work
