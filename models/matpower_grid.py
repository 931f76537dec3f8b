"""A MATPOWER case as a system and its one hour.

Each branch is a circuit of two lines, there and back. A cost that is not linear makes several units of
one generator: a convex piecewise-linear one as many as it has pieces, exactly; a quadratic one SLOTS, each
a chord, which may be laid anew around a solution.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .errors import InputError
from .matpower import MatpowerCase
from .outlook import Outlook
from .system import Compute, Grid, System

Array = np.ndarray

SUSCEPTANCES = {
    "series": "x/(r²+x²), without tap ratios, with phase shifts",
    "tap": "1/(x·tap), with phase shifts, as MATPOWER's DC power flow",
}
SLOTS = 8
"""Chords of a quadratic cost."""


@dataclass(frozen=True, eq=False)
class CaseGrid:
    """A case made ready for a program.

    Attributes:
        outlook: one hour of it. Money is the case's own.
        unit_gen: the generator that each unit is a piece of (K,).
        constant: cost that no decision changes [1/h].
        flow_min_mw, flow_max_mw: bounds on each branch, at its start (N,) [MW].
        unlimited: whether a branch has no limit, neither way (N,): its bounds then only stand in.
        there, back: lines of each branch and, after them, of each DC line (N + M,).
        floor_mw: least of what each line carries (L,) [MW].
    """

    outlook: Outlook
    unit_gen: Array
    constant: float
    flow_min_mw: Array
    flow_max_mw: Array
    unlimited: Array
    there: Array
    back: Array
    floor_mw: Array


def susceptance_mw_per_rad(case: MatpowerCase, convention: str) -> Array:
    """Power per angle of each branch (N,) [MW/rad]: see SUSCEPTANCES.

    Raises:
        InputError: there is no such convention.
    """
    r, x = case.branch_r, case.branch_x
    if convention == "series":
        return case.base_mva * x / (r**2 + x**2)
    if convention == "tap":
        return case.base_mva / (x * case.branch_tap)
    raise InputError(f"susceptance '{convention}' is unknown: use one of {', '.join(SUSCEPTANCES)}")


def enough_mw(case: MatpowerCase, b: Array) -> float:
    """More than any branch can carry where reactances are positive [MW].

    All that can be generated and also drawn may at most pass through one branch, and so may what DC
    lines bring and what phase shifters drive around, b·φ each. Around a negative reactance more may
    flow: that is seen in the solution.
    """
    sources = np.maximum(case.gen_max_mw, 0).sum() + np.maximum(-case.load_mw, 0).sum()
    sinks = np.maximum(-case.gen_min_mw, 0).sum() + np.maximum(case.load_mw, 0).sum()
    lines = np.maximum(np.abs(case.dc_min_mw), np.abs(case.dc_max_mw)).sum()
    shifts = np.abs(b * case.branch_shift_rad).sum()
    return float(1.0 + 1.01 * (min(sources, sinks) + 2 * lines + 2 * shifts))


def flow_bounds_mw(case: MatpowerCase, b: Array) -> tuple[Array, Array]:
    """RATE_A, and bounds on the angle between the ends, as bounds on flow: f = b·(θ − φ). Each (N,) [MW]."""
    at_low = b * (case.branch_angle_min_rad - case.branch_shift_rad)
    at_high = b * (case.branch_angle_max_rad - case.branch_shift_rad)
    low = np.maximum(-case.branch_rate_mw, np.minimum(at_low, at_high))
    return low, np.minimum(case.branch_rate_mw, np.maximum(at_low, at_high))


def chords(edges: Array, linear: float, quadratic: float) -> tuple[Array, Array, Array]:
    """Least, greatest and slope of the units that a quadratic cost is cut into at edges (J + 1,): each (J,)."""
    low, high = np.zeros(len(edges) - 1), np.diff(edges)
    low[0], high[0] = edges[0], edges[1]
    return low, high, linear + quadratic * (edges[:-1] + edges[1:])


def case_grid(case: MatpowerCase, convention: str = "series") -> CaseGrid:
    """The system of a case and its hour.

    Raises:
        InputError: no such convention, or bounds on a branch that exclude each other.
    """
    b = susceptance_mw_per_rad(case, convention)
    enough = enough_mw(case, b)
    low, high = flow_bounds_mw(case, b)
    for n in np.flatnonzero(low > high):
        raise InputError(
            f"{case.name}: mpc.branch row {case.branch_row[n]}: its angle limits ask for a flow between "
            f"{low[n]:g} and {high[n]:g} MW, which RATE_A or each other forbids"
        )
    unlimited = np.isinf(low) & np.isinf(high)
    low, high = np.maximum(low, -enough), np.minimum(high, enough)
    least = np.concatenate([low, case.dc_min_mw])
    most = np.concatenate([high, case.dc_max_mw])
    start = np.concatenate([case.branch_from, case.dc_from])
    end = np.concatenate([case.branch_to, case.dc_to])
    loss = np.concatenate([np.zeros(len(b)), case.dc_loss_share])
    circuit = np.concatenate([np.arange(len(b)), np.full(len(case.dc_row), -1)])
    units, constant = _units(case)
    K, lines = len(units["gen"]), len(start)
    gen = units["gen"].astype(int)
    none, no_storage = np.zeros(0), np.zeros(0)
    grid = Grid(
        regions=tuple(f"bus {n}" for n in case.bus),
        unit_region=case.gen_bus[gen],
        unit_technology=("generator",) * K,
        unit_renewable=np.zeros(K, bool),
        unit_capacity_mw=np.maximum(np.abs(units["low"]), np.abs(units["high"])),
        unit_cost_cny_per_mwh=units["slope"],
        unit_emission_kg_per_mwh=np.zeros(K),
        unit_day_limited=np.zeros(K, bool),
        line_from=np.concatenate([start, end]),
        line_to=np.concatenate([end, start]),
        line_capacity_mw=np.maximum(np.concatenate([most, -least]), 0.0),
        line_loss_share=np.concatenate([loss, loss]),
        line_cost_cny_per_mwh=np.zeros(2 * lines),
        line_circuit=np.concatenate([circuit, circuit]),
        circuit_rad_per_mw=1.0 / b,
        circuit_shift_rad=case.branch_shift_rad,
        storage_region=none.astype(int),
        storage_technology=(),
        storage_power_mw=no_storage,
        storage_energy_mwh=no_storage,
        storage_charge_efficiency=no_storage,
        storage_discharge_efficiency=no_storage,
        storage_standing_loss_per_h=no_storage,
        storage_cost_cny_per_mwh=no_storage,
        lost_load_cny_per_mwh=1.0,  # nothing is shed: see optim/case.py
    )
    return CaseGrid(
        outlook=_hour(System(grid, _no_compute()), case.load_mw, units),
        unit_gen=gen,
        constant=constant,
        flow_min_mw=low,
        flow_max_mw=high,
        unlimited=unlimited,
        there=np.arange(lines),
        back=np.arange(lines) + lines,
        floor_mw=np.maximum(np.concatenate([least, -most]), 0.0),
    )


def _units(case: MatpowerCase) -> tuple[dict[str, Array], float]:
    """Generator, least, greatest and slope of every unit, each (K,); and the cost of nothing."""
    parts: list[tuple[Array, ...]] = []
    constant = 0.0
    for g, cost in enumerate(case.gen_cost):
        a, z = float(case.gen_min_mw[g]), float(case.gen_max_mw[g])
        if cost.quadratic:
            even = np.linspace(a, z, SLOTS + 1)
            low, high, slope = chords(even, cost.linear, cost.quadratic)
        else:
            edges, slope = cost.pieces(a, z)
            low, high, _ = chords(edges, 0.0, 0.0)
        parts.append((np.full(len(low), float(g)), low, high, slope))
        constant += cost.of(a) - slope[0] * a
    columns = (np.concatenate(c) for c in zip(*parts, strict=True))
    return dict(zip(("gen", "low", "high", "slope"), columns, strict=True)), constant


def _hour(system: System, load_mw: Array, units: dict[str, Array]) -> Outlook:
    R, K = len(load_mw), len(units["gen"])
    return Outlook(
        system=system,
        start_h=0,
        demand_mw=load_mw[:, None],
        unit_max_mw=units["high"][:, None],
        unit_min_mw=units["low"][:, None],
        unit_day_mwh=np.zeros((K, 1)),
        pue=np.zeros((0, 1)),
        tariff_cny_per_mwh=np.zeros((R, 1)),
        intensity_kg_per_mwh=np.zeros((R, 1)),
        marginal_kg_per_mwh=np.zeros((R, 1)),
        price_cny_per_mwh=np.zeros((R, 1)),
        available_mwh=np.zeros((0, 0, 1)),
        due_mwh=np.zeros((0, 0, 1)),
        carbon_cny_per_kg=0.0,
    )


def _no_compute() -> Compute:
    none, index, flags = np.zeros(0), np.zeros(0, int), np.zeros(0, bool)
    return Compute(
        sites=(), site_region=index, site_capacity_mw=none, site_idle_mw=none, site_efficiency=none,
        origins=(), origin_region=index, classes=(), class_tier=(), class_slack_h=index,
        class_delay_cny_per_mwh_h=none, class_unserved_cny_per_mwh=none, stream_origin=index,
        stream_class=index, stream_site=index, stream_home=flags, stream_rtt_ms=none,
        stream_added_rtt_ms=none, stream_latency_cny_per_mwh=none, stream_transfer_cny_per_mwh=none,
        stream_transfer_mwh_per_mwh=none,
    )  # fmt: skip
