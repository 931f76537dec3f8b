"""Budgets of emissions, and the price of carbon that a budget implies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from westshift.models.errors import InfeasibleError
from westshift.models.outlook import Outlook
from westshift.optim.program import Program, dispatch
from westshift.optim.solver import Solution

from .case import Check, checks, exceeds
from .drawn import draw
from .grid_cases import REGION_UNITS, three_regions_hours
from .parts import Unit
from .small import outlook

CAP = "By hand: coal 900 kg at 20, gas 400 kg at 60: (60 - 20) / (900 - 400) = 0.08 CNY/kg"
DUAL = "Lagrangian duality: with the dual as price of carbon the cost is that with the cap + price x cap"
REGIONS = "Reference optimum of the case with CO2 at 50 per t, computed by another program"


def run() -> tuple[Check, ...]:
    """All cases of budgets."""
    return hand_caps() + ceilings() + three_regions_capped() + drawn_caps()


def coal_and_gas(
    cap_kg: float | None,
    ceiling: float | None = None,
    carbon: float = 0.0,
    must_run_mw: float = 0.0,
) -> Outlook:
    """100 MW for an hour from coal at 20 and 900 kg, or gas at 60 and 400 kg."""
    units = [Unit("A", 200, 20, 900, minimum_mw=must_run_mw), Unit("A", 200, 60, 400)]
    o = outlook(["A"], 1, units=units, demand_mw={"A": 100.0}, carbon_cny_per_kg=carbon)
    return replace(o, emission_cap_kg=cap_kg, emission_ceiling_cny_per_kg=ceiling)


def hand_caps() -> tuple[Check, ...]:
    """Where both units run, the dual of the cap is the price at which either would do."""
    rows = []
    for price in (0.0, 0.03):  # a price besides takes its part of the dual
        found = _capped().solve(coal_and_gas(65_000.0, carbon=price))
        at = f"cap 65 t, price {price:g}"
        rows += [
            (f"{at}, coal, MW", 50, found.values["output"][0, 0]),
            (f"{at}, cost", 50 * 20 + 50 * 60 + price * 65_000, found.objective),
            (f"{at}, dual of the cap, CNY/kg", -(0.08 - price), found.duals["emission_cap"][0]),
            (f"{at}, price of power", 20 + 900 * 0.08, found.duals["balance"][0, 0]),
        ]
    loose = _capped().solve(coal_and_gas(95_000.0))
    rows += [
        ("cap 95 t, cost", 2_000, loose.objective),
        ("cap 95 t, dual of the cap", 0, loose.duals["emission_cap"][0]),
    ]
    by_price = [
        dispatch(tie_break=0).solve(coal_and_gas(None, carbon=c)).values["output"][0, 0]
        for c in (0.0799, 0.0801)
    ]
    rows += [
        ("price just below the dual, coal, MW", 100, by_price[0]),
        ("price just above the dual, coal, MW", 0, by_price[1]),
    ]
    return checks("cap on emissions", CAP, rows)


def ceilings() -> tuple[Check, ...]:
    """A cap that cannot be met is infeasible or paid for, and one that is too dear to meet as well."""
    must_run = coal_and_gas(5_000.0, must_run_mw=10.0)
    rows = [("must-run coal above a hard cap is infeasible", 1, float(_infeasible(must_run)))]
    for cap, ceiling, cost, excess, coal in (
        (30_000.0, 0.5, 100 * 60 + 0.5 * 10_000, 10_000, 0),
        (30_000.0, 0.05, 100 * 20 + 0.05 * 60_000, 60_000, 100),
        (65_000.0, 0.5, 50 * 20 + 50 * 60, 0, 50),
    ):
        found = _capped().solve(coal_and_gas(cap, ceiling))
        at = f"cap {cap / 1000:g} t, ceiling {ceiling:g}"
        rows += [
            (f"{at}, cost", cost, found.objective),
            (f"{at}, excess, kg", excess, 1000 * found.values["excess"][0]),
            (f"{at}, coal, MW", coal, found.values["output"][0, 0]),
            (
                f"{at}, dual above the ceiling by",
                0,
                exceeds(-found.duals["emission_cap"][0], ceiling),
            ),
        ]
    hard = _capped().solve(coal_and_gas(30_000.0))  # 75 MW of gas, and load that is lost
    rows += [
        ("cap 30 t, hard, lost load, MW", 25, hard.values["shed"][0, 0]),
        ("cap 30 t, hard, cost", 75 * 60 + 25 * 1e5, hard.objective),
    ]
    paid = _capped().solve(coal_and_gas(5_000.0, 1.0, must_run_mw=10.0))
    rows += [
        (
            "must-run coal above a cap with a price, excess, kg",
            40_000,
            1000 * paid.values["excess"][0],
        )
    ]
    return checks("cap with a ceiling price", CAP, rows)


def _capped() -> Program:
    return dispatch(capped=True, tie_break=0)


def _infeasible(o: Outlook) -> bool:
    try:
        _capped().solve(o)
    except InfeasibleError:
        return True
    return False


def three_regions_capped() -> tuple[Check, ...]:
    """What CO2 at 50 per t leaves as a cap costs as much, and 50 is among the prices that hold it."""
    price, emitted_kg, cost = 0.05, 551_173.686, 47_278.196655
    free = three_regions_hours(REGION_UNITS, 0.0)
    program = _capped()

    def at(cap_kg: float) -> Solution:
        return program.solve(replace(free, emission_cap_kg=cap_kg))

    found, less, more = at(emitted_kg), at(emitted_kg - 1.0), at(emitted_kg + 1.0)
    rows = [
        ("cost with the cap", cost - price * emitted_kg, found.objective),
        (
            "50 per t dearer than the next kg saved by",
            0,
            exceeds(price, less.objective - found.objective),
        ),
        (
            "50 per t cheaper than the last kg saved by",
            0,
            exceeds(found.objective - more.objective, price),
        ),
    ]
    return checks("three regions, cap on CO2", REGIONS, rows, tolerance=2e-6)


def drawn_caps(seeds: Sequence[int] = (21, 22, 23), tight: float = 0.93) -> tuple[Check, ...]:
    """A cap and its dual as a price of carbon give one cost, storage, lossy lines and hydro included."""
    rows = []
    for seed in seeds:
        o = replace(draw(seed, 14), carbon_cny_per_kg=0.0)
        per_mwh = o.system.grid.unit_emission_kg_per_mwh
        free = dispatch(tie_break=0).solve(o)
        cap = tight * float((per_mwh @ free.values["output"]).sum())
        found = _capped().solve(replace(o, emission_cap_kg=cap))
        price = -float(found.duals["emission_cap"][0])
        priced = dispatch(tie_break=0).solve(replace(o, carbon_cny_per_kg=price))
        up, down = (
            _capped().solve(replace(o, emission_cap_kg=cap + k)).objective for k in (1.0, -1.0)
        )
        emitted = float((per_mwh @ found.values["output"]).sum())
        rows += [
            (f"system {seed}, emitted, kg", cap, emitted),
            (f"system {seed}, cost + price x cap", priced.objective, found.objective + price * cap),
            (f"system {seed}, dual of the cap", (up - down) / 2, -price),
            (f"system {seed}, the cap costs something", 1, float(price > 1e-3)),
        ]
    return checks("cap and price of carbon", DUAL, rows)
