"""Storage: what is left at the end has a value, and the charge at each hour has a price."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from westshift.models.outlook import Outlook
from westshift.optim.program import dispatch
from westshift.optim.solver import Solution

from .case import Check, checks
from .drawn import draw
from .parts import Store, Unit
from .small import outlook

VALUE = (
    "By hand: a stored MWh brings 0.8 (60 - 2) = 46.4 in hour 1, costs 60 / 0.9 = 66.67 in hour 1 and "
    "30 / 0.9 = 33.33 in hour 0, of which 0.9 is left"
)
START = "Central difference of the optimum in the charge at the start"


def run() -> tuple[Check, ...]:
    """All cases of the value of storage."""
    return terminal_value() + value_of_start()


def two_hours(value: float | None, least: float | None = None) -> Outlook:
    """A store of 80 MWh with 50 in it; power costs 30, then 60; 100 MW are needed in both hours."""
    o = outlook(
        ["A"],
        2,
        units=[
            Unit("A", 300, 30, availability=(1, 0)),
            Unit("A", 300, 60, availability=(0, 1)),
        ],
        stores=[Store("A", 60, 80, 0.9, 0.8, 0.1, 2.0)],
        demand_mw={"A": 100.0},
        storage_start_mwh=[50.0],
    )
    return replace(
        o,
        storage_end_cny_per_mwh=None if value is None else np.array([value]),
        storage_end_min_mwh=None if least is None else np.array([least]),
    )


def terminal_value() -> tuple[Check, ...]:
    """Between what discharging brings and what charging costs a store keeps what it has."""
    into = (80 - 0.9 * 50) / 0.9  # MW that fill it in hour 0
    first = 30 * (100 + into)
    emptied = first + 60 * (100 - 0.8 * 72) + 2 * 0.8 * 72
    kept = first + 60 * 100
    filled = first + 60 * (100 + 8 / 0.9)
    rows = []
    for value, at_end, cost in (
        (None, 0, emptied),
        (0.0, 0, emptied),
        (46.3, 0, emptied),
        (46.5, 72, kept - 46.5 * 72),
        (66.6, 72, kept - 66.6 * 72),
        (66.7, 80, filled - 66.7 * 80),
        (200.0, 80, filled - 200 * 80),
    ):
        found = dispatch(cyclic=False, tie_break=0).solve(two_hours(value), once=True)
        at = f"value {value if value is None else format(value, 'g')}"
        rows += [
            (f"{at}, at the end, MWh", at_end, found.values["charged"][0, -1]),
            (f"{at}, after hour 0, MWh", 80, found.values["charged"][0, 0]),
            (f"{at}, cost less value left", cost, found.objective),
            (f"{at}, what the charge in hour 0 is worth, CNY/MWh", -30 / 0.9, _worth(found)[0, 0]),
            (f"{at}, in hour 1", -_worth_by_hand(value or 0.0), _worth(found)[0, 1]),
        ]
    for least, cost, worth in (
        (30.0, first + 60 * (100 - 0.8 * 42) + 2 * 0.8 * 42, 46.4),
        (76.0, first + 60 * (100 + 4 / 0.9), 60 / 0.9),
    ):
        found = dispatch(cyclic=False, tie_break=0).solve(two_hours(None, least), once=True)
        rows += [
            (f"least {least:g} MWh at the end, MWh", least, found.values["charged"][0, -1]),
            (f"least {least:g} MWh at the end, cost", cost, found.objective),
            (f"least {least:g} MWh at the end, worth in hour 1", -worth, _worth(found)[0, 1]),
        ]
    return checks("value of what is left in storage", VALUE, rows)


def _worth_by_hand(value: float) -> float:
    return min(max(46.4, value), 60 / 0.9)


def _worth(found: Solution) -> np.ndarray:
    """Dual of the state of charge: change of the cost per MWh that comes from outside (B, T)."""
    return found.duals["state_of_charge"]


def value_of_start(seeds: Sequence[int] = (11, 12, 13), step: float = 1e-3) -> tuple[Check, ...]:
    """A MWh more at the start is worth the dual of the first state of charge, less the standing loss."""
    rows = []
    for seed in seeds:
        o = draw(seed, 14)
        grid = o.system.grid
        rng = np.random.default_rng(seed)
        start = rng.uniform(0.2, 0.8, 3) * grid.storage_energy_mwh
        o = replace(o, storage_start_mwh=start, storage_end_cny_per_mwh=rng.uniform(50, 500, 3))
        program = dispatch(cyclic=False, tie_break=0)
        worth = _worth(program.solve(o))[:, 0] * (1.0 - grid.storage_standing_loss_per_h)
        for b, name in enumerate(grid.regions):
            up, down = (
                program.solve(
                    replace(o, storage_start_mwh=start + k * step * np.eye(3)[b])
                ).objective
                for k in (1, -1)
            )
            rows.append((f"system {seed}, store in {name}", (up - down) / (2 * step), worth[b]))
    return checks("value of the charge at the start", START, rows)
