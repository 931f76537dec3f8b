"""What rolling costs: grid, storage and work decided window after window against the horizon at once.

Everything inside a window is foreseen, so what is measured is myopia alone. Stored energy is worth what
a coarse pass over the horizon says, or nothing. A budget of carbon, where one is asked for, is tracked
over the windows of the whole year and turned into a price by the rule of `sim.budget`.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from westshift.experiments.figures.caption import caption_for
from westshift.experiments.figures.words import either
from westshift.experiments.policy_table import number
from westshift.experiments.pool import each_horizon
from westshift.experiments.simulate import cases_of
from westshift.models.actual import Actual
from westshift.models.errors import InputError
from westshift.models.ledger import Ledger, book, total
from westshift.models.measures import social_cost_cny
from westshift.models.scenario import Scenario
from westshift.models.year import Year, horizons, make_year
from westshift.optim.program import co_planner
from westshift.sim.budget import Account, Curve, make_curve
from westshift.sim.rolling import (
    CoarsePass,
    Rolled,
    at_once,
    check_steps,
    coarse_pass,
    foreseen,
    roll,
)
from westshift.sim.run import Case, Programs

from .rolling_figure import draw
from .study import Drawing, Progress, Study

NAME = "rolling"
BOUND, VALUED, WORTHLESS, BUDGET = (
    "whole horizon at once (bound)",
    "rolling, stored energy at its coarse value",
    "rolling, stored energy worth nothing",
    "rolling, within the budget",
)
SHOWN = (
    "variant",
    "myopia_m_cny",
    "myopia_ppm",
    "system_mt",
    "system_more_kt",
    "discharged_gwh",
    "curtailed_gwh",
)
SHOWN_WHERE_ANY = ("shed_mwh", "unserved_mwh", "over_budget_kt")
"""Columns on the screen; the second where one of their figures is above zero."""
LADDER = (0.0, 0.01, 0.03, 0.1, 0.2, 0.35, 0.6, 1.0)
"""Prices of carbon between the scenario's own and the ceiling that the curve of a budget is made of."""

Array = np.ndarray


@dataclass(frozen=True, eq=False)
class Found:
    """One horizon: a ledger and the charge of all storage by variant, coarse passes by price."""

    ledgers: dict[str, Ledger]
    charged_mwh: dict[str, Array]
    passes: tuple[CoarsePass, ...]


def run(
    scenario: Scenario,
    progress: Progress,
    workers: int | None = None,
    block_h: int = 4,
    budget_pct: float | None = None,
    ceiling_cny_per_t: float = 3000.0,
) -> Study:
    """Roll with the scenario's own window and step.

    Args:
        block_h: of the coarse pass. budget_pct: budget in per cent of what rolling emits without one;
            None: no budget. ceiling_cny_per_t: dearest price of carbon.

    Raises:
        InputError: blocks do not divide a day, steps or horizons are not whole days, or ceiling and
            budget make no sense.
    """
    own = scenario.parameters.carbon_price_cny_per_t
    if block_h < 1 or 24 % block_h:
        raise InputError(f"--block-h {block_h}: take a divisor of 24, such as 4")
    check_steps(scenario.plan.window_h, scenario.plan.step_h)
    if budget_pct is not None and not (
        0 < budget_pct < np.inf and own < ceiling_cny_per_t < np.inf
    ):
        raise InputError(
            f"a budget of {budget_pct:g} % under a ceiling of {ceiling_cny_per_t:g} CNY/t: let the budget be "
            f"above 0, the ceiling above the scenario's own price, {own:g}, and both finite"
        )
    year = make_year(scenario)
    chosen = horizons(scenario, year)
    for h in chosen:
        if h.length_h % block_h or h.length_h % 24:
            raise InputError(
                f"horizon {h.name} has {h.length_h} h: this study needs whole days; change horizon.length_h"
            )
    cases = cases_of(scenario, year, ())
    prices = np.array([own], float)
    if budget_pct is not None:
        prices = (own + np.array(LADDER) * (ceiling_cny_per_t - own)) / 1e3
    else:
        prices = prices / 1e3
    budget_steps = 0 if budget_pct is None else len(cases)
    progress.start(len(cases) * 4 + budget_steps)
    task = functools.partial(horizon, prices=prices, block_h=block_h)
    found = each_horizon(task, cases, progress.tick, workers)
    weights = [h.weight for h in chosen]
    ledgers = {name: total([f.ledgers[name] for f in found], weights) for name in found[0].ledgers}
    windows = pd.DataFrame()
    limit = None
    if budget_pct is not None:
        limit = budget_pct / 100.0 * ledgers[VALUED].system_kg
        curve = make_curve(prices, [f.passes for f in found], weights)
        booked, windows = within(
            cases, weights, curve, limit, [f.passes[0] for f in found], progress.tick
        )
        ledgers[BUDGET] = total(booked, weights)
    rows = table(ledgers, own / 1e3, limit)
    charges = charge_rows(cases, found)
    drawings = {NAME: Drawing(draw(charges), charges, caption(scenario, year, block_h))}
    return Study(
        name=NAME,
        title=(
            f"Grid, storage and work over windows of {scenario.plan.window_h} h every {scenario.plan.step_h} h, "
            "all in a window foreseen"
        ),
        scenario=scenario,
        horizons=chosen,
        tables={NAME: rows, **({"windows": windows} if len(windows) else {})},
        drawings=drawings,
        sentences=sentences(rows, windows),
        shown=(*SHOWN, *(c for c in SHOWN_WHERE_ANY if rows[c].gt(0).any())),
        digits={"myopia_ppm": 1, "myopia_m_cny": 2, "system_mt": 3, "system_more_kt": 1, "discharged_gwh": 1},
    )  # fmt: skip


def horizon(
    case: Case,
    tick: Callable[[str], None],
    programs: Programs,
    turn: Any,
    prices: Array,
    block_h: int,
) -> Found:
    """One horizon at once, rolled with and without a value of stored energy, and its coarse passes."""
    actual, plan = case.actual, case.plan
    coarse = coarse_passes(actual, prices, block_h)
    tick("coarse pass")
    ledgers, charged = {}, {}

    def keep(name: str, rolled: Rolled) -> None:
        ledgers[name] = booked(actual, rolled)
        charged[name] = rolled.settled.charged_mwh.sum(axis=0)
        tick(name)

    with turn:  # by far the largest program
        keep(BOUND, at_once(actual, co_planner()))
    program = co_planner(cyclic=False)
    for name, valued in ((VALUED, True), (WORTHLESS, False)):
        program.basis = None
        keep(name, roll(actual, plan.window_h, plan.step_h, program, coarse[0], valued))
    return Found(ledgers, charged, coarse)


def coarse_passes(actual: Actual, prices: Array, block_h: int) -> tuple[CoarsePass, ...]:
    """A coarse pass at each price of carbon [CNY/kg]."""
    program, whole = co_planner(), foreseen(actual)
    return tuple(
        coarse_pass(replace(whole, carbon_cny_per_kg=float(p)), block_h, program) for p in prices
    )


def within(
    cases: list[Case],
    weights: list[float],
    curve: Curve,
    limit_kg: float,
    coarse: list[CoarsePass],
    tick: Callable[[str, str], None],
) -> tuple[list[Ledger], pd.DataFrame]:
    """Roll through the horizons in their order within a budget for all of them, each times its weight."""
    program = co_planner(cyclic=False)
    plan = cases[0].plan
    account = Account(curve, limit_kg, plan.step_h)
    ledgers: list[Ledger] = []
    for case, weight, coarse_pass_ in zip(cases, weights, coarse, strict=True):
        program.basis = None
        account.open(case.actual.name, weight)
        ways = plan.window_h, plan.step_h, program, coarse_pass_, True, account.price_cny_per_kg
        ledgers.append(booked(case.actual, roll(case.actual, *ways)))
        account.close(ledgers[-1].system_kg)
        tick(case.actual.name, BUDGET)
    end = {"horizon": "end", "hour": 0, "left_kt": account.left_kg / 1e6}
    return ledgers, pd.DataFrame([*account.rows, end])


def booked(actual: Actual, rolled: Rolled) -> Ledger:
    """The ledger of a run, located carbon by its own grid."""
    s = rolled.settled
    return book(actual, rolled.carried, s, s.intensity_kg_per_mwh, s.marginal_kg_per_mwh)


def table(
    ledgers: dict[str, Ledger], carbon_cny_per_kg: float, limit_kg: float | None
) -> pd.DataFrame:
    """One row a variant; more and myopia are against the whole horizon at once.

    Columns: myopia_m_cny and myopia_ppm, social cost more than the bound's, carbon at the scenario's own
    price; system_mt, system_more_kt; discharged_gwh; curtailed_gwh; shed_mwh; unserved_mwh; over_budget_kt,
    emitted beyond the budget, where there is one.
    """
    bound = ledgers[BOUND]
    least = social_cost_cny(bound, carbon_cny_per_kg)
    rows = []
    for name, ledger in ledgers.items():
        more = social_cost_cny(ledger, carbon_cny_per_kg) - least
        over = np.nan
        if name == BUDGET and limit_kg is not None:
            over = max(ledger.system_kg - limit_kg, 0.0) / 1e6
        rows.append(
            {
                "variant": name,
                "myopia_m_cny": more / 1e6,
                "myopia_ppm": 1e6 * more / abs(least) if least else 0.0,
                "system_mt": ledger.system_kg / 1e9,
                "system_more_kt": (ledger.system_kg - bound.system_kg) / 1e6,
                "discharged_gwh": float(ledger.discharged_mwh.sum()) / 1e3,
                "curtailed_gwh": float(ledger.curtailed_mwh.sum()) / 1e3,
                "shed_mwh": ledger.shed_mwh,
                "unserved_mwh": float(ledger.unserved_mwh.sum()),
                "over_budget_kt": over,
            }
        )
    return pd.DataFrame(rows)


def charge_rows(cases: list[Case], found: list[Found]) -> pd.DataFrame:
    """Charge of all storage together, by horizon, variant and hour [GWh]."""
    parts = [
        pd.DataFrame({"horizon": case.actual.name, "variant": name, "hour": np.arange(len(mwh)),
                      "charged_gwh": mwh / 1e3})
        for case, f in zip(cases, found, strict=True) for name, mwh in f.charged_mwh.items()
    ]  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def sentences(rows: pd.DataFrame, windows: pd.DataFrame) -> tuple[str, ...]:
    """The cost of myopia in words, and how the budget ended."""
    by = rows.set_index("variant")
    out = [
        f"Cost of myopia (rolling less the whole horizon at once): {number(by.at[VALUED, 'myopia_m_cny'], 2)} M CNY "
        f"a year ({number(by.at[VALUED, 'myopia_ppm'], 1)} millionths of all costs) with stored energy at its coarse "
        f"value, {number(by.at[WORTHLESS, 'myopia_m_cny'], 2)} with stored energy worth nothing at a window's end."
    ]
    if len(windows):
        prices = windows["carbon_price_cny_per_t"].dropna()
        left = float(windows["left_kt"].iloc[-1])
        state = (
            f"{number(left, 1)} kt of the budget are left"
            if left >= 0
            else f"[red]the budget is overspent by {number(-left, 1)} kt[/red]"
        )
        out.append(
            f"The budget's price ran from {number(prices.min(), 0)} to {number(prices.max(), 0)} CNY/t "
            f"over {len(prices)} windows; {state}."
        )
    return tuple(out)


def caption(scenario: Scenario, year: Year, block_h: int) -> str:
    """What stands under the figure."""
    plan = scenario.plan
    text = (
        f"Charge of all storage together. Windows of {plan.window_h} h, of which {plan.step_h} h are carried "
        "out, grid, storage and work decided together and all in a window foreseen; the whole horizon solved "
        f"at once is the bound. Stored energy at a window's end is worth the dual of a coarse pass in blocks of "
        f"{block_h} h, or nothing. Every run starts with the charge of the coarse pass and ends with no less; "
        "the bound, which is cyclic, chooses its own start."
    )
    return caption_for(
        scenario,
        horizons(scenario, year),
        either("Storage over rolling windows and at once.", "储能电量：滚动时窗与一次求解。"),
        text,
    )
