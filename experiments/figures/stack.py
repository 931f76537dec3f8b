"""A balance of power stacked by source, hour by hour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from . import style
from .days import span
from .words import named, say

Array = np.ndarray
DISCHARGE, IMPORT, SHED = "storage discharge", "net import", "load shed"
CHARGE, EXPORT = "storage charge", "net export"
TWINS = {DISCHARGE: CHARGE, IMPORT: EXPORT}  # what goes up, and what goes down in its colour
FLOWS = {DISCHARGE: "#882255", IMPORT: "#BDBDBD", SHED: "#E00000"}
FLOWS |= {down: FLOWS[up] for up, down in TWINS.items()}


@dataclass(frozen=True, eq=False)
class Case:
    """The hours T of one policy in one region. values: by column (T,). time: beginnings (T,)."""

    case: str
    policy: str
    region_name: str
    time: tuple[datetime, ...]
    values: dict[str, Array]

    @classmethod
    def of(cls, rows: Sequence[dict[str, Any]], case: str) -> Case | None:
        """The rows of a case; None where there are none."""
        own = [row for row in rows if row["case"] == case]
        if not own:
            return None
        columns = [name for name in own[0] if name.endswith(("_mw", "_kg_per_mwh"))]
        return cls(
            case,
            own[0]["policy"],
            own[0]["region_name"],
            tuple(datetime.fromisoformat(row["time"]) for row in own),
            {name: np.array([row[name] for row in own], float) for name in columns},
        )

    @property
    def edges(self) -> Array:
        """Beginnings and the last end, in hours from the first (T + 1,) [h]."""
        return np.arange(len(self.time) + 1, dtype=float)

    @property
    def up_mw(self) -> dict[str, Array]:
        """What supplies, from the bottom of the stack to its top."""
        v = self.values
        names = [c[len("generation_") : -len("_mw")] for c in v if c.startswith("generation_")]
        stack = {name: v[f"generation_{name}_mw"] for name in style.stacking(names)}
        stack[DISCHARGE] = v["discharge_mw"]
        stack[IMPORT] = np.maximum(v["import_mw"], 0.0)
        stack[SHED] = v["shed_mw"]
        return stack

    @property
    def down_mw(self) -> dict[str, Array]:
        """What takes, apart from demand and compute."""
        return {
            CHARGE: self.values["charge_mw"],
            EXPORT: np.maximum(-self.values["import_mw"], 0.0),
        }

    @property
    def load_mw(self) -> Array:
        """Demand with that of data centers (T,) [MW]."""
        return self.values["demand_mw"] + self.values["compute_mw"]

    @property
    def span(self) -> str:
        """First to last day, as one writes it."""
        return span(self.time[0], self.time[-1])

    @property
    def title(self) -> str:
        """Which case, and the energy that the eye cannot sum."""
        mwh = self.values["curtailed_mw"].sum()
        unit, scale = style.power_unit(mwh)
        return say(
            f"{self.case} scheduling ({{policy}}): {{energy:,.0f}} {{unit}}h curtailed",
            policy=named(self.policy), energy=mwh / scale, unit=unit,
        )  # fmt: skip


def balance(axes: Axes, case: Case, cases: Sequence[Case]) -> None:
    """Supply above zero, storage and export below; curtailed on top; demand, and compute on it."""
    most = max((sum(c.up_mw.values()) + c.values["curtailed_mw"]).max() for c in cases)
    unit, scale = style.power_unit(most)
    x = case.edges

    def fill(low: Array, high: Array, **how: Any) -> None:
        ends = (np.append(v, v[-1]) / scale for v in (low, high))
        axes.fill_between(x, *ends, step="post", linewidth=0, **how)

    base = np.zeros(len(case.time))
    for name, power in case.up_mw.items():
        fill(base, base + power, color=colour_of(name))
        base = base + power
    fill(
        base, base + case.values["curtailed_mw"], facecolor="none", edgecolor=style.CURTAILED,
        hatch=style.CURTAILED_HATCH,
    )  # fmt: skip
    base = np.zeros(len(case.time))
    for name, power in case.down_mw.items():
        fill(base - power, base, color=colour_of(name))
        base = base - power
    for power, colour in (
        (case.load_mw, style.COMPUTE),
        (case.values["demand_mw"], style.BLACK),
    ):
        axes.step(x, np.append(power, power[-1]) / scale, where="post", color=colour, linewidth=0.7)
    axes.axhline(0.0, color=style.BLACK, linewidth=0.5)
    least = min(-sum(c.down_mw.values()).max() for c in cases)
    axes.set_ylim(1.08 * least / scale, 1.08 * most / scale if most > 0 else 1.0)
    axes.set_ylabel(say("Power [{unit}]", unit=unit))


def change(axes: Axes, without: Case, with_: Case) -> None:
    """Supply and storage with less without, stacked; the line is the change of compute load."""
    deltas = {name: with_.up_mw[name] - power for name, power in without.up_mw.items()}
    for name, twin in TWINS.items():
        deltas[name] = deltas[name] - with_.down_mw[twin] + without.down_mw[twin]
    load = with_.values["compute_mw"] - without.values["compute_mw"]
    most = max(float(np.abs(part).max()) for part in (load, *deltas.values()))
    unit, scale = style.power_unit(most)
    x = without.edges
    above, below = np.zeros(len(load)), np.zeros(len(load))
    for name, delta in deltas.items():
        for base, part in ((above, np.maximum(delta, 0.0)), (below, np.minimum(delta, 0.0))):
            ends = (np.append(v, v[-1]) / scale for v in (base, base + part))
            axes.fill_between(x, *ends, step="post", linewidth=0, color=colour_of(name))
        above, below = above + np.maximum(delta, 0.0), below + np.minimum(delta, 0.0)
    axes.step(
        x, np.append(load, load[-1]) / scale, where="post", color=style.COMPUTE, linewidth=0.6
    )
    axes.axhline(0.0, color=style.BLACK, linewidth=0.5)
    axes.set_ylabel(say("Power [{unit}]", unit=unit))


def colour_of(name: str) -> str:
    """Of a technology or a flow."""
    return FLOWS.get(name) or style.technology_colour(name)


def keys(cases: Sequence[Case]) -> list[Artist]:
    """Of the lines, then of the stack from its top to its bottom; what is nowhere has none."""
    names = {DISCHARGE: "storage (below 0: charging)", IMPORT: "net import (below 0: export)"}

    def somewhere(what: str) -> bool:
        both = [c.up_mw | c.down_mw for c in cases]
        return any(b[n].any() for b in both for n in (what, TWINS.get(what, what)))

    made: list[Artist] = [
        Patch(facecolor=colour_of(what), label=named(names.get(what, what)))
        for what in reversed(cases[0].up_mw)
        if somewhere(what)
    ]
    if any(c.values["curtailed_mw"].any() for c in cases):
        look = {"facecolor": "none", "edgecolor": style.CURTAILED, "hatch": style.CURTAILED_HATCH}
        made.insert(0, Patch(**look, label=say("curtailed")))
    lines = ((style.BLACK, "demand without compute"), (style.COMPUTE, "demand with compute"))
    return [
        *(Line2D([], [], color=c, linewidth=0.9, label=say(words)) for c, words in lines),
        *made,
    ]
