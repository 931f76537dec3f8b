"""Marginal emissions: by the basis, by both sides, by solving again; and what a small move then does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from westshift.models.outlook import Outlook
from westshift.optim.marginal import Margins, two_sided
from westshift.optim.program import Program, dispatch

from .case import Check, checks, exceeds
from .drawn import draw
from .parts import Unit
from .power_flow import pjm_hour
from .signals import two_regions
from .small import outlook

PJM = "Units 3 and 5 respond; their share by bus is the price's: (price - 10) / 20, by hand"
MOVE = "Units 3 and 5 respond to a move of 50 MW; difference of two optima"
KINK = "By hand: at 60 MW wind is just enough; less saves nothing, more burns coal at 900 kg/MWh"
MERIT = "By hand: the unit that is not full responds, above all of them nobody does"
DIFFERENCE = "Central difference of the optimum in the demand of one region and hour"
CONSEQUENCE = "Emissions of the system with the move minus without"
SUPPORT = "Convexity: the dual at the basis lies between the two one-sided prices"


def run() -> tuple[Check, ...]:
    """All cases of marginal emissions."""
    return pjm() + pjm_moves() + kink() + merit_order() + by_basis() + moves()


def emitted_t(program: Program, o: Outlook) -> tuple[float, float]:
    """Cost and emissions of the optimum [CNY], [t]."""
    found = program.solve(o)
    per_mwh = o.system.grid.unit_emission_kg_per_mwh
    return found.objective, float((per_mwh @ found.values["output"]).sum()) / 1000.0


def pjm() -> tuple[Check, ...]:
    """Two units respond, in shares that differ by bus: one is 0.55, the other 0.95 t/MWh."""
    o = pjm_hour()
    program = dispatch(tie_break=0)
    rows = [("emissions, t/h", 694.602061, emitted_t(program, o)[1])]
    margins = two_sided(program, o)
    basis = program.solve(o).rates["balance"][:, 0]
    for r, expected in enumerate((0.810453, 0.622311, 0.55, 0.351145, 0.95)):
        rows += [
            (f"marginal emission at bus {r + 1} by the basis, t/MWh", expected, basis[r] / 1000),
            (
                f"marginal emission at bus {r + 1}, less, t/MWh",
                expected,
                margins.emission_less_kg_per_mwh[r] / 1000,
            ),
            (
                f"marginal emission at bus {r + 1}, more, t/MWh",
                expected,
                margins.emission_more_kg_per_mwh[r] / 1000,
            ),
        ]
    rows += [("buses where the sides differ", 0, margins.emission_differs.sum())]
    return checks("marginal emissions of PJM 5-bus", PJM, rows)


def pjm_moves() -> tuple[Check, ...]:
    """Moving load to where marginal emissions are least costs more; the way back is cheap and dirty."""
    program = dispatch(tie_break=0)
    cost, emitted = emitted_t(program, pjm_hour())
    rows = []
    for start, end, more_cny, more_t in (
        ("3", "4", 497.1368, -9.9427),
        ("4", "3", -497.1368, 9.9427),
    ):
        moved = emitted_t(program, pjm_hour({start: -50.0, end: 50.0}))
        at = f"50 MW from bus {start} to bus {end}"
        rows += [
            (f"{at}, cost", more_cny, moved[0] - cost),
            (f"{at}, t", more_t, moved[1] - emitted),
        ]
    return checks("a move in PJM 5-bus", MOVE, rows, tolerance=5e-6)  # as many digits as expected


def kink() -> tuple[Check, ...]:
    """Where another unit takes over, each side has its own value, and the difference is flagged."""
    carbon_cny = 900.0 + 1e-3  # coal: 900 kg at 1 CNY, and its own cost
    rows = []
    for load_a, less, more, price_less, price_more in (
        (60.0, 0, 900, 0, carbon_cny),
        (40.0, 0, 0, 0, 0),
        (90.0, 900, 900, carbon_cny, carbon_cny),
    ):
        m = two_sided(dispatch(tie_break=0), two_regions(load_a, 100.0, 0.0), [(0, 0), (1, 0)])
        at = f"A's load {load_a:g} MW"
        rows += [
            (f"{at}, less, kg/MWh", less, m.emission_less_kg_per_mwh[0]),
            (f"{at}, more, kg/MWh", more, m.emission_more_kg_per_mwh[0]),
            (f"{at}, flagged", less != more, m.emission_differs[0]),
            (f"{at}, least price", price_less, m.price_less_cny_per_mwh[0]),
            (f"{at}, greatest price", price_more, m.price_more_cny_per_mwh[0]),
            (f"{at}, price is an interval", less != more, m.price_differs[0]),
            (f"{at}, the basis holds on one side", 0, _outside(m).max()),
            (f"{at}, B at gas, less, kg/MWh", 450, m.emission_less_kg_per_mwh[1]),
            (f"{at}, B at gas, more, kg/MWh", 450, m.emission_more_kg_per_mwh[1]),
            (f"{at}, B flagged", 0, m.emission_differs[1]),
        ]
    return checks("a kink", KINK, rows)


def merit_order() -> tuple[Check, ...]:
    """Gas that is full, coal beyond it: emission falls or rises with the price, and lost load emits nothing."""
    units = [Unit("A", 50, 20, 900), Unit("A", 30, 60, 400), Unit("A", 20, 80, 950)]
    rows = []
    for load, less, more, price in (
        (30.0, 900, 900, 20),
        (50.0, 900, 400, None),
        (70.0, 400, 400, 60),
        (80.0, 400, 950, None),
        (90.0, 950, 950, 80),
        (100.0, 950, 0, None),
        (120.0, 0, 0, 500),
    ):
        o = outlook(["A"], 1, units=units, demand_mw={"A": load}, lost_load_cny_per_mwh=500)
        m = two_sided(dispatch(tie_break=0), o)
        rows += [
            (f"load {load:g} MW, less, kg/MWh", less, m.emission_less_kg_per_mwh[0]),
            (f"load {load:g} MW, more, kg/MWh", more, m.emission_more_kg_per_mwh[0]),
            (f"load {load:g} MW, flagged", less != more, m.emission_differs[0]),
        ]
        if price is not None:
            rows.append((f"load {load:g} MW, price", price, m.price_cny_per_mwh[0]))
    return checks("merit order", MERIT, rows)


def by_basis(
    seeds: Sequence[int] = (1, 2, 3), hours: int = 26, step_mw: float = 1e-3
) -> tuple[Check, ...]:
    """Basis sensitivity against differences in every region and some hours: with storage, lossy lines,
    hydro with a day's energy and a price of carbon one megawatt-hour reaches other hours and regions."""
    same: list[tuple[str, float, float]] = []
    inside: list[tuple[str, float, float]] = []
    for seed in seeds:
        o, program = draw(seed, hours), dispatch(tie_break=0)
        places = [(r, t) for r in range(3) for t in (3, 11, 20, 25)]
        m = two_sided(program, o, places, step_mw)
        smooth = ~m.emission_differs
        same.append((f"system {seed}, places away from a kink", len(places), smooth.sum()))
        for n in np.flatnonzero(smooth):
            r, t = places[n]
            change = np.zeros_like(o.demand_mw)
            change[r, t] = step_mw
            up, down = (
                emitted_t(program, replace(o, demand_mw=o.demand_mw + k * change))[1]
                for k in (1, -1)
            )
            where = f"system {seed}, region {o.system.grid.regions[r]}, hour {t}"
            by_hand = 1000.0 * (up - down) / (2 * step_mw)
            same += [(f"{where}, kg/MWh", by_hand, m.emission_kg_per_mwh[n])]
        inside += [(f"system {seed}, prices outside of their interval", 0, _outside(m).max())]
    return checks("marginal emissions by the basis", DIFFERENCE, same) + checks(
        "interval of prices", SUPPORT, inside
    )


def _outside(m: Margins) -> np.ndarray:
    """By how much the price at the basis leaves its interval, relative (N,)."""
    return np.array(
        [
            max(exceeds(low, price, 1e-6), exceeds(price, high, 1e-6))
            for low, price, high in zip(
                m.price_less_cny_per_mwh, m.price_cny_per_mwh, m.price_more_cny_per_mwh, strict=True
            )
        ]
    )


def moves(seeds: Sequence[int] = (1, 2, 3), hours: int = 26) -> tuple[Check, ...]:
    """Marginal emissions times a small move, all its regions and hours at once, is what the move does."""
    rows = []
    for seed in seeds:
        o, program = draw(seed, hours), dispatch(tie_break=0)
        base = program.solve(o)
        marginal, price = base.rates["balance"], base.duals["balance"]
        before_cny, before_t = emitted_t(program, o)
        rng = np.random.default_rng(seed)
        whole = rng.uniform(-1, 1, marginal.shape)
        shift = np.zeros_like(marginal)
        shift[0, 4], shift[2, 15] = -1.0, 1.0
        for what, move in (("one move between regions and hours", shift), ("all at once", whole)):
            for mw in (1e-2, 1e-3):
                after = emitted_t(program, replace(o, demand_mw=o.demand_mw + mw * move))
                rows += [
                    (
                        f"system {seed}, {what}, {mw:g} MW, kg",
                        1000.0 * (after[1] - before_t),
                        mw * (marginal * move).sum(),
                    ),
                    (
                        f"system {seed}, {what}, {mw:g} MW, cost",
                        after[0] - before_cny,
                        mw * (price * move).sum(),
                    ),
                ]
    return checks("marginal times a move", CONSEQUENCE, rows)
