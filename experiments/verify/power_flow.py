"""Power flow: circuits obey Kirchhoff's voltage law, links beside them can be set at will."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from westshift.models.outlook import Outlook
from westshift.optim.program import dispatch
from westshift.optim.solver import Solution

from .angles import angle_optimum, flows_by_angle
from .case import Check, checks, exceeds, furthest
from .parts import Unit, Way
from .small import Series, outlook

PJM = (
    "pglib_opf_case5_pjm (power-grid-lib 23.07): reference optimum of its linearised power flow, "
    "b = x/(r²+x²)"
)
BAKER = (
    "Baker's 3-bus system, equal reactances: a third of bus 2 and two of bus 1 pass 1-3; by hand"
)
SHIFTER = "By hand: x₁f₁ + φ = x₂f₂ and f₁ + f₂ = 90 MW"
PARALLEL = "By hand: flow divides as 1/x"
BESIDE = "By hand: 2(P₁ - d) + P₂ <= 30 MW, each MW on the link frees two at bus 2"
ANGLES = "Angles by numpy from B·θ = P at the optimum's injections; optimum of the form with angles"

# Bus, MW, money/MWh, kg/MWh.
PJM_UNITS = (
    Unit("1", 40, 14, 350),
    Unit("1", 170, 15, 350),
    Unit("3", 520, 30, 550),
    Unit("4", 200, 40, 750),
    Unit("5", 600, 10, 950),
)
PJM_CIRCUITS = (
    ("1", "2", 0.0281, 400),
    ("1", "4", 0.0304, 426),
    ("1", "5", 0.0064, 426),
    ("2", "3", 0.0108, 426),
    ("3", "4", 0.0297, 426),
    ("4", "5", 0.0297, 240),
)
PJM_LOADS = {"2": 300.0, "3": 300.0, "4": 400.0}


def run() -> tuple[Check, ...]:
    """All cases of power flow."""
    return pjm() + baker() + phase_shifter() + parallel() + beside() + angles()


def pjm_hour(more_mw: Mapping[str, float] | None = None) -> Outlook:
    """PJM's 5 buses for an hour, with `more_mw` of load at some buses."""
    more = more_mw or {}
    buses = ["1", "2", "3", "4", "5"]
    base_mva = 100.0
    ways = [
        Way(a, b, mw, rad_per_mw=(x * x + (x / 10) ** 2) / x / base_mva)
        for a, b, x, mw in PJM_CIRCUITS
    ]
    loads = {bus: PJM_LOADS.get(bus, 0.0) + more.get(bus, 0.0) for bus in buses}
    return outlook(buses, 1, units=PJM_UNITS, ways=ways, demand_mw=loads)


def net_mw(found: Solution, way: int) -> float:
    """What the way at that position of the list carries from its start to its end, in hour 0."""
    flow = found.values["flow"][:, 0]
    return float(flow[2 * way] - flow[2 * way + 1])


def pjm() -> tuple[Check, ...]:
    """Circuit 4-5 is full, so that five buses have five prices."""
    found = dispatch(tie_break=0).solve(pjm_hour(), once=True)
    outputs = (40, 170, 323.494846, 0, 466.505154)
    prices = (16.977359, 26.384460, 30, 39.942736, 10)
    rows = [("cost", 17_479.896925, found.objective), ("flow 4-5, MW", -240, net_mw(found, 5))]
    rows += [
        (f"output of unit {k + 1}, MW", mw, found.values["output"][k, 0])
        for k, mw in enumerate(outputs)
    ]
    rows += [
        (f"price at bus {r + 1}", price, found.duals["balance"][r, 0])
        for r, price in enumerate(prices)
    ]
    return checks("PJM 5-bus", PJM, rows)


def triangle(
    *links: Way, more_mw: float = 0.0, rad_per_mw: float | None = 0.01, limit_mw: float = 10.0
) -> Solution:
    """Baker's three buses, `more_mw` at bus 1 besides; with links in place of circuits where x is None."""
    sides = (("1", "2", 100.0), ("2", "3", 100.0), ("1", "3", limit_mw))
    o = outlook(
        ["1", "2", "3"],
        1,
        units=[Unit("1", 100, 10), Unit("2", 100, 20), Unit("3", 100, 100)],
        ways=[Way(*side, rad_per_mw=rad_per_mw) for side in sides] + list(links),
        demand_mw={"1": more_mw, "3": 100.0},
    )
    return dispatch(tie_break=0).solve(o, once=True)


def baker() -> tuple[Check, ...]:
    """A load at bus 1 pushes back on the full circuit, and makes the whole cheaper."""
    found, more = triangle(), triangle(more_mw=1.0)
    rows = [("cost", 7600, found.objective), ("cost, 1 MW more at bus 1", 7540, more.objective)]
    rows += [
        (f"output of bus {r + 1}, MW", mw, found.values["output"][r, 0])
        for r, mw in enumerate((0, 30, 70))
    ]
    rows += [
        (f"price at bus {r + 1}", price, found.duals["balance"][r, 0])
        for r, price in enumerate((-60, 20, 100))
    ]
    rows += [
        (f"flow {name}, MW", mw, net_mw(found, i))
        for i, (name, mw) in enumerate((("1-2", -10), ("2-3", 20), ("1-3", 10)))
    ]
    links = triangle(rad_per_mw=None)
    rows += [("links in place of circuits, cost", 1000, links.objective)]
    rows += [
        ("power flow is never cheaper than links", 0, exceeds(links.objective, found.objective))
    ]
    return checks("Baker 3-bus, power flow", BAKER, rows)


def two_circuits(limit_mw: float, rad_per_mw: Sequence[float], shift_rad: float) -> Solution:
    """90 MW from A to B over two circuits, the first limited and shifted; B can help itself dearly."""
    o = outlook(
        ["A", "B"],
        1,
        units=[Unit("A", 200, 10), Unit("B", 200, 50)],
        ways=[
            Way("A", "B", limit_mw, rad_per_mw=rad_per_mw[0], shift_rad=shift_rad),
            Way("A", "B", 100, rad_per_mw=rad_per_mw[1]),
        ],
        demand_mw={"B": 90.0},
    )
    return dispatch(tie_break=0).solve(o, once=True)


def phase_shifter() -> tuple[Check, ...]:
    """A shift of 0.03 rad takes 10 MW off the first circuit; where that one is full, more gets across."""
    rows = []
    for limit_mw, shift, first, second in (
        (100, 0.0, 60, 30),
        (100, 0.03, 50, 40),
        (100, -0.03, 70, 20),
        (45, 0.0, 45, 22.5),
        (45, 0.03, 45, 37.5),
    ):
        found = two_circuits(limit_mw, (0.001, 0.002), shift)
        at = f"limit {limit_mw:g} MW, shift {shift:g} rad"
        cost = 10 * (first + second) + 50 * (90 - first - second)
        rows += [
            (f"{at}, first circuit, MW", first, net_mw(found, 0)),
            (f"{at}, second circuit, MW", second, net_mw(found, 1)),
            (f"{at}, cost", cost, found.objective),
        ]
    return checks("phase shifter", SHIFTER, rows)


def parallel() -> tuple[Check, ...]:
    """Circuits side by side are one of 1/(1/x₁ + 1/x₂); one with series compensation has x < 0."""
    rows = []
    for name, x, first in (("0.003 and 0.001", (0.003, 0.001), 22.5), ("alike", (0.2, 0.2), 45.0)):
        found = two_circuits(100, x, 0.0)
        rows += [
            (f"x {name} rad/MW, first circuit, MW", first, net_mw(found, 0)),
            (f"x {name} rad/MW, second circuit, MW", 90 - first, net_mw(found, 1)),
        ]
    # x₁ < 0: the first would carry 120 MW forward and the second 30 MW back; it is full at 100.
    found = two_circuits(100, (-0.001, 0.004), 0.0)
    rows += [
        ("x -0.001 and 0.004 rad/MW, first circuit, MW", 100, net_mw(found, 0)),
        ("x -0.001 and 0.004 rad/MW, second circuit, MW", -25, net_mw(found, 1)),
        ("x -0.001 and 0.004 rad/MW, cost", 75 * 10 + 15 * 50, found.objective),
    ]
    return checks("parallel circuits", PARALLEL, rows)


def beside() -> tuple[Check, ...]:
    """A link of 20 MW from bus 1 to bus 3, beside Baker's circuits, is no part of their cycle."""
    found = triangle(Way("1", "3", 20))
    rows = [("cost", 4400, found.objective), ("link 1-3, MW", 20, net_mw(found, 3))]
    rows += [
        (f"output of bus {r + 1}, MW", mw, found.values["output"][r, 0])
        for r, mw in enumerate((0, 70, 30))
    ]
    rows += [
        (f"circuit {name}, MW", mw, net_mw(found, i))
        for i, (name, mw) in enumerate((("1-2", -30), ("2-3", 40), ("1-3", 10)))
    ]
    return checks("link beside circuits", BESIDE, rows)


def meshed(seed: int, buses: int = 8, circuits: int = 14, links: int = 2) -> Outlook:
    """A drawn network: a ring, chords and parallel circuits with shifts, a few links; three hours."""
    rng = np.random.default_rng(seed)
    names = [f"bus {i}" for i in range(buses)]
    ends = [(i, (i + 1) % buses) for i in range(buses)]
    ends += [tuple(rng.choice(buses, 2, replace=False)) for _ in range(circuits + links - buses)]
    ways = [
        Way(
            names[a],
            names[b],
            float(rng.uniform(10, 40)),
            rad_per_mw=float(rng.uniform(1e-4, 1e-3)) if n < circuits else None,
            shift_rad=float(rng.uniform(-2e-3, 2e-3)) if n < circuits else 0.0,
        )
        for n, (a, b) in enumerate(ends)
    ]
    units = [Unit(name, float(rng.uniform(50, 150)), float(rng.uniform(5, 90))) for name in names]
    loads: Series = {name: rng.uniform(10, 90, 3).tolist() for name in names}
    return outlook(names, 3, units=units, ways=ways, demand_mw=loads, lost_load_cny_per_mwh=1e3)


def angles(seeds: Sequence[int] = (1, 2, 3, 4, 5)) -> tuple[Check, ...]:
    """Cycles and angles are two ways to say one law."""
    rows = []
    for seed in seeds:
        o = meshed(seed)
        found = dispatch(tie_break=0).solve(o, once=True)
        net, by_angle = flows_by_angle(o, found.values)
        apart = np.ptp(found.duals["balance"], axis=0).max()
        rows += [
            (f"network {seed}, flows apart from those by angles", 0, furthest(net, by_angle)),
            (f"network {seed}, cost", angle_optimum(o), found.objective),
            (f"network {seed}, some circuit is full: prices of buses differ", 1, float(apart > 1)),
        ]
    return checks("angles", ANGLES, rows)
