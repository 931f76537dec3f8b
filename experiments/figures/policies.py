"""Policies in the plane of carbon avoided against what it costs in time.

Each policy has two markers: filled, the carbon of the whole system (consequential); open, what the
data centers may claim by hourly average intensity (location-based). Where they lie on different
sides of zero, the two ways to count disagree on whether the policy helps at all.
"""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from westshift.experiments.simulate import Run
from westshift.models.measures import Measures, measure
from westshift.sim.policies.oracle import Oracle

from . import style
from .caption import caption_of
from .plane import Rows, flat, heights, keys, limits, mark, name_spots, spots_of

NAME = "policies"
PANELS = {
    "time_cost_cny_per_mwh": ("in money", "Latency and delay cost [CNY per MWh of work]"),
    "added_rtt_ms": ("on the network", "Added round trip [ms]"),
    "added_delay_h": ("in the queue", "Added delay [h]"),
}


def rows(run: Run) -> Rows:
    """One row a policy, the baseline first.

    Columns: policy; role (baseline, policy or bound); avoided_system_pct, avoided_location_pct, of
    what computing emits under the baseline [%]; time_cost_cny_per_mwh, added round-trip time and
    delay at the classes' values of time, per MWh of work that arrived [CNY/MWh]; added_rtt_ms [ms];
    added_delay_h [h]; unserved_pct, work given up at its deadline [%]. Times and costs are against
    the baseline.
    """
    measured = {name: _measure(run, name) for name in run.ledgers}
    base = measured[run.scenario.baseline]
    arrived = float(run.ledgers[run.scenario.baseline].arrived_mwh.sum())
    return [
        {
            "policy": name,
            "role": _role(run, name),
            "avoided_system_pct": m.avoided_system_pct,
            "avoided_location_pct": m.avoided_location_pct,
            "time_cost_cny_per_mwh": (m.latency_cost_cny + m.delay_cost_cny) / arrived
            if arrived > 0
            else 0.0,
            "added_rtt_ms": m.added_rtt_mean_ms - base.added_rtt_mean_ms,
            "added_delay_h": m.delay_mean_h - base.delay_mean_h,
            "unserved_pct": m.unserved_pct,
        }
        for name, m in measured.items()
    ]


def _measure(run: Run, name: str) -> Measures:
    s = run.scenario
    west = np.array([r.side == "west" for r in s.regions])
    price = s.parameters.carbon_price_cny_per_t / 1000.0
    return measure(run.year.system, west, run.ledgers[name], run.ledgers[s.baseline], price)


def _role(run: Run, name: str) -> str:
    if name == run.scenario.baseline:
        return "baseline"
    return "bound" if name == Oracle.name else "policy"


def draw(rows: Rows) -> Figure:
    """A main panel in money with names at the points; the two faces of time beside it."""
    with style.applied():
        figure = style.blank(style.DOUBLE_IN, 3.1)
        figure.get_layout_engine().set(wspace=0.04)
        panels = figure.subplots(1, 3, sharey=True, width_ratios=(2.8, 1, 1))
        low, high = limits(heights(rows))
        panels[0].set_ylim(low, high)
        panels[0].set_ylabel("Carbon avoided [% of all compute emissions]")
        for axes, (column, words), letter in zip(panels, PANELS.items(), "abc", strict=True):
            axes.set_title(f"({letter}) {words[0]}")
            axes.set_xlabel(words[1])
            axes.set_xlim(*limits([row[column] for row in rows], end=0.3 if letter == "a" else 0.1))
            axes.locator_params("x", nbins=8 if letter == "a" else 4)
            axes.axhspan(low, 0.0, color=style.SHADE, zorder=0)
            axes.axhline(0.0, color=style.ZERO, linewidth=0.7, zorder=1)
            axes.axvline(0.0, color=style.ZERO, linewidth=0.4, linestyle=(0, (2, 2)), zorder=1)
            if flat([row[column] for row in rows]):
                axes.set_xticks([0.0])
        if flat(heights(rows)):
            panels[0].set_yticks([0.0])
        panels[0].text(
            0.995, 0.02, "emits more", transform=panels[0].transAxes, ha="right", va="bottom",
            color=style.SHADE_TEXT, style="italic",
        )  # fmt: skip
        figure.legend(handles=keys(), loc="outside upper center", ncols=3)
        figure.draw_without_rendering()
        figure.set_layout_engine("none")
        for axes, column in zip(panels, PANELS, strict=True):
            spots = spots_of(axes, rows, column)
            mark(axes, spots, column)
            if axes is panels[0]:
                name_spots(axes, spots, column)
    return figure


def caption(run: Run, rows: Rows) -> str:
    """What stands under the figure."""
    values = "; ".join(
        f"{c.job_class} {c.latency_value_cny_per_mwh_ms:g} CNY/(MWh·ms) and "
        f"{c.delay_value_cny_per_mwh_h:g} CNY/(MWh·h)"
        for c in run.scenario.classes
    )
    split = [
        r["policy"] for r in rows if r["avoided_system_pct"] * r["avoided_location_pct"] < -1e-9
    ]
    dropped = [f"{r['policy']} {r['unserved_pct']:.3g} %" for r in rows if r["unserved_pct"] > 1e-9]
    bounds = [r["policy"] for r in rows if r["role"] == "bound"]
    text = [
        "Carbon avoided against the baseline, in per cent of what all computing emits under the "
        "baseline (idle power included), against added round-trip time and delay: (a) both at "
        "their value, per MWh of work that arrived; (b) mean round-trip time; (c) mean delay. "
        f"Values of time: {values}. Filled: emissions of the whole system, baseline minus policy. "
        "Open: location-based, at the hourly flow-traced average of the baseline's grid. Grey: "
        "several policies on one point. Below zero a policy emits more."
    ]
    if split:
        text.append(f"The two ways to count disagree in sign on: {', '.join(split)}.")
    if dropped:
        text.append(f"Work given up at its deadline, not in the time cost: {', '.join(dropped)}.")
    for name in bounds:
        text.append(
            f"{name} foresees everything and has the least social cost: it bounds that cost, "
            "not the carbon of each single way to count."
        )
    return caption_of(run, "Carbon avoided against latency cost, by policy.", " ".join(text))
