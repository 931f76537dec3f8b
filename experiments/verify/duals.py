"""Prices: the dual of the balance is what one more megawatt-hour costs, and it has that sign."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from westshift.models.outlook import Outlook
from westshift.optim.program import co_planner, dispatch

from .case import Check, checks
from .drawn import draw
from .parts import Unit
from .small import outlook

SIGN = "By hand: the unit that is not full sets the price"
DUALITY = "Strong duality: the dual function at the prices found"
DIFFERENCE = "Central difference of the optimum in the demand of one region and hour"


def run() -> tuple[Check, ...]:
    """All cases of prices."""
    return two_variables() + strong_duality() + differences()


def two_variables() -> tuple[Check, ...]:
    """min 10a + 30b with a <= 60 and a + b = D: 10 below 60 MW, 30 above, minus the value of lost load
    where a must run and nobody takes it, the value of lost load where both are full."""
    rows = []
    for demand, least, price in (
        (50.0, 0.0, 10),
        (100.0, 0.0, 30),
        (20.0, 25.0, -500),
        (200.0, 0.0, 500),
    ):
        units = [Unit("A", 60, 10, minimum_mw=least), Unit("A", 60, 30)]
        o = outlook(["A"], 1, units=units, demand_mw={"A": demand}, lost_load_cny_per_mwh=500)
        found = dispatch(tie_break=0).solve(o, once=True)
        rows.append(
            (f"price at {demand:g} MW, {least:g} must run", price, found.duals["balance"][0, 0])
        )
    return checks("sign of the price", SIGN, rows)


def strong_duality(seeds: tuple[int, ...] = (1, 2, 3)) -> tuple[Check, ...]:
    """c·x = b·y on drawn systems without storage or daily energy, where every bound is on one hour."""
    rows = []
    for seed in seeds:
        o = draw(seed, 12, stores=False)
        free = replace(
            o.system.grid, unit_day_limited=np.zeros(len(o.system.grid.unit_region), bool)
        )
        o = replace(o, system=replace(o.system, grid=free))
        found = dispatch(tie_break=0).solve(o, once=True)
        rows.append(
            (f"system {seed}, c·x", dual_function(o, found.duals["balance"]), found.objective)
        )
    return checks("strong duality", DUALITY, rows, tolerance=1e-7)


def dual_function(o: Outlook, price: np.ndarray) -> float:
    """Least Lagrangian of a dispatch at balance prices (R, T): a bound from below on its cost [CNY].

    Every unit and line runs at whichever of its bounds is better at these prices. Lost load caps the
    price, unused must-run output floors it.
    """
    grid = o.system.grid
    cost = grid.unit_cost_cny_per_mwh + o.carbon_cny_per_kg * grid.unit_emission_kg_per_mwh
    unit_net = cost[:, None] - price[grid.unit_region]
    units = np.minimum(unit_net * o.unit_min_mw, unit_net * o.unit_max_mw).sum()
    line_net = (
        grid.line_cost_cny_per_mwh[:, None]
        + price[grid.line_from]
        - (1.0 - grid.line_loss_share)[:, None] * price[grid.line_to]
    )
    lines = (np.minimum(line_net, 0.0) * grid.line_capacity_mw[:, None]).sum()
    if np.abs(price).max() > grid.lost_load_cny_per_mwh * (1 + 1e-9):
        return -np.inf
    return float((price * o.demand_mw).sum() + units + lines)


def differences(seed: int = 4, step_mw: float = 1e-3) -> tuple[Check, ...]:
    """dC/dD of dispatch and of the co-planner, storage, losses and hydro included."""
    o = draw(seed, 12)
    rows = []
    for program in (dispatch(tie_break=0), co_planner(tie_break=0)):
        price = program.solve(o).duals["balance"]
        for r, t in ((0, 3), (1, 7), (2, 11)):
            change = np.zeros_like(o.demand_mw)
            change[r, t] = step_mw
            up, down = (
                program.solve(replace(o, demand_mw=o.demand_mw + k * change)).objective
                for k in (1, -1)
            )
            where = f"{program.name}, region {o.system.grid.regions[r]}, hour {t}"
            rows.append((f"{where}, price", (up - down) / (2 * step_mw), price[r, t]))
    return checks("price is dC/dD", DIFFERENCE, rows)
