"""What a signal says and what the grid does: average intensity can point the wrong way.

Two regions without a line. A has wind and coal, B nuclear and gas; some of B's load is work that may
run in A. Carbon is all that counts, at 1 CNY a kilogram.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from westshift.models.accounting import average_intensity_kg_per_mwh, curtailed_mwh
from westshift.models.outlook import Outlook
from westshift.optim.program import co_planner, dispatch, price_taker

from .case import Check, checks
from .parts import Place, Unit, Work
from .small import outlook

AVERAGE = "By hand: coal 0.9, gas 0.45 t/MWh at the margin, wind 60 MWh, nuclear 20 MWh"
CURTAILED = "By hand: 20 MWh of wind are curtailed in A, then coal runs"

UNITS = (
    Unit("A", 60, 0.0, renewable=True),
    Unit("A", 1_000, 1e-3, 900.0),
    Unit("B", 20, 0.0),
    Unit("B", 1_000, 1e-3, 450.0),
)


@dataclass(frozen=True)
class Cleared:
    """One hour of the grid: emissions by region [t], average intensity [kg/MWh], curtailment [MWh]."""

    emitted_t: np.ndarray
    intensity_kg_per_mwh: np.ndarray
    curtailed_mwh: np.ndarray


def run() -> tuple[Check, ...]:
    """All cases of signals."""
    return average_signal() + curtailment()


def two_regions(load_a_mw: float, load_b_mw: float, movable_mwh: float) -> Outlook:
    """A's and B's load, `movable_mwh` of B's being work that arises there and may run in either."""
    return outlook(
        ["A", "B"],
        1,
        units=UNITS,
        places=[Place("A", movable_mwh), Place("B", movable_mwh)],
        works=[Work("movable", {"B": [movable_mwh]})],
        demand_mw={"A": load_a_mw, "B": load_b_mw - movable_mwh},
        carbon_cny_per_kg=1.0,
    )


def clear(o: Outlook, moved_mwh: float, extra_mw: tuple[float, float] = (0.0, 0.0)) -> Cleared:
    """Dispatch with `moved_mwh` of B's work run in A, and `extra_mw` of load besides."""
    grid, c = o.system.grid, o.system.compute
    work = np.array([[moved_mwh], [float(o.available_mwh[0, 0, 0]) - moved_mwh]])  # to A, to B
    load = c.load_mw(work, o.pue, len(grid.regions)) + np.array(extra_mw)[:, None]
    v = dispatch(tie_break=0).solve(replace(o, demand_mw=o.demand_mw + load), once=True).values
    by_unit = grid.unit_emission_kg_per_mwh * v["output"][:, 0] / 1000.0
    return Cleared(
        np.bincount(grid.unit_region, by_unit, len(grid.regions)),
        average_intensity_kg_per_mwh(grid, v["output"], v["flow"], v["charge"], v["discharge"])[
            :, 0
        ],
        curtailed_mwh(grid, o.unit_max_mw, o.unit_day_mwh, v["output"])[:, 0],
    )


def average_signal() -> tuple[Check, ...]:
    """The average signal moves work to A and claims a saving; the system emits more."""
    o = two_regions(90.0, 100.0, 10.0)
    table = {0: (63.00, 0.300, 0.360), 5: (65.25, 0.332, 0.355), 10: (67.50, 0.360, 0.350)}
    by_region = {0: (27.00, 36.00), 5: (31.50, 33.75), 10: (36.00, 31.50)}
    cleared = {moved: clear(o, moved) for moved in table}
    exact, rounded = [], []
    for moved, (system, ci_a, ci_b) in table.items():
        is_a, is_b = cleared[moved].intensity_kg_per_mwh / 1000.0
        exact += [(f"{moved} moved, system, t", system, cleared[moved].emitted_t.sum())]
        exact += [
            (
                f"{moved} moved, emissions of {name}, t",
                by_region[moved][i],
                cleared[moved].emitted_t[i],
            )
            for i, name in enumerate("AB")
        ]
        rounded += [
            (f"{moved} moved, average intensity of A, t/MWh", ci_a, is_a),
            (f"{moved} moved, average intensity of B, t/MWh", ci_b, is_b),
        ]
    start = cleared[0]
    average, marginal = start.intensity_kg_per_mwh, marginal_kg_per_mwh(o)
    follows_average, follows_marginal = _moved(o, average), _moved(o, marginal)
    claimed_t = follows_average * (average[1] - average[0]) / 1000.0
    more_t = clear(o, follows_average).emitted_t.sum() - start.emitted_t.sum()
    exact += [
        ("work moved on the average signal, MWh", 10, follows_average),
        ("claimed to be avoided, t", 0.60, claimed_t),
        ("emitted more in truth, t", 4.50, more_t),
        ("marginal intensity of A, t/MWh", 0.9, marginal[0] / 1000.0),
        ("marginal intensity of B, t/MWh", 0.45, marginal[1] / 1000.0),
        ("work moved on the marginal signal, MWh", 0, follows_marginal),
        ("work moved by the co-planner, MWh", 0, _co_planned(o)),
    ]
    case = "average signal"
    return checks(case, AVERAGE, exact) + checks(case, AVERAGE, rounded, tolerance=1.5e-3)


def curtailment() -> tuple[Check, ...]:
    """Work that meets curtailed wind avoids gas; work beyond it burns coal."""
    o = two_regions(40.0, 100.0, 30.0)
    table = {0: 36.0, 10: 31.5, 20: 27.0, 30: 31.5}
    cleared = {moved: clear(o, moved) for moved in table}
    rows = [
        (f"{moved} moved, system, t", system, cleared[moved].emitted_t.sum())
        for moved, system in table.items()
    ]
    used = cleared[0].curtailed_mwh - cleared[20].curtailed_mwh
    rows += [
        ("curtailed without a move, MWh", 20, cleared[0].curtailed_mwh[0]),
        ("curtailment used by the best move, MWh", 20, used[0]),
        ("work moved by the co-planner, MWh", 20, _co_planned(o)),
    ]
    return checks("curtailment", CURTAILED, rows)


def marginal_kg_per_mwh(o: Outlook, step_mw: float = 1.0) -> np.ndarray:
    """Emissions of the system per MWh of load added in each region (R,) [kg/MWh]."""
    base = clear(o, 0.0).emitted_t.sum()
    added = [clear(o, 0.0, extra).emitted_t.sum() for extra in ((step_mw, 0.0), (0.0, step_mw))]
    return (np.array(added) - base) * 1000.0 / step_mw


def _moved(o: Outlook, signal_kg_per_mwh: np.ndarray) -> float:
    """Work that a price-taker runs in A when that is the signal [MWh]."""
    published = replace(o, intensity_kg_per_mwh=signal_kg_per_mwh[:, None])
    return float(price_taker(tie_break=0).solve(published, once=True).values["work"][0, 0])


def _co_planned(o: Outlook) -> float:
    return float(co_planner(tie_break=0).solve(o, once=True).values["work"][0, 0])
