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
from .words import either, named, say

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
        panels[0].set_ylabel(say("Carbon avoided [% of all compute emissions]"))
        for axes, (column, words), letter in zip(panels, PANELS.items(), "abc", strict=True):
            axes.set_title(f"({letter}) {say(words[0])}")
            axes.set_xlabel(say(words[1]))
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
            0.995, 0.02, say("emits more"), transform=panels[0].transAxes, ha="right", va="bottom",
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
        f"{either(c.job_class, c.name_zh)} {c.latency_value_cny_per_mwh_ms:g} CNY/(MWh·ms), "
        f"{c.delay_value_cny_per_mwh_h:g} CNY/(MWh·h)"
        for c in run.scenario.classes
    )
    split = [
        r["policy"] for r in rows if r["avoided_system_pct"] * r["avoided_location_pct"] < -1e-9
    ]
    dropped = [
        f"{named(r['policy'])} {r['unserved_pct']:.3g} %" for r in rows if r["unserved_pct"] > 1e-9
    ]
    bounds = [r["policy"] for r in rows if r["role"] == "bound"]
    text = [
        either(
            "Carbon avoided against the baseline, in per cent of what all computing emits under the "
            "baseline (idle power included), against added round-trip time and delay: (a) both at "
            "their value, per MWh of work that arrived; (b) mean round-trip time; (c) mean delay. "
            f"Values of time: {values}. Filled: emissions of the whole system, baseline minus policy. "
            "Open: location-based, at the hourly flow-traced average of the baseline's grid. Grey: "
            "several policies on one point. Below zero a policy emits more.",
            "相对基准策略的碳减排量（占基准策略下全部算力排放的百分比，含空闲功耗）与新增往返时延、排队延迟的关系："
            "(a) 两者按其价值折算，每 MWh 到达的计算任务；(b) 平均往返时延；(c) 平均排队延迟。"
            f"时间价值：{values}。实心：全系统排放，基准减去策略。空心：基于位置的核算，按基准电网逐小时潮流追踪平均"
            "碳强度。灰色：多个策略重合。零线以下表示排放增加。",
        )
    ]
    if split:
        names = ", ".join(named(policy) for policy in split)
        text.append(
            either(
                f"The two ways to count disagree in sign on: {names}.",
                f"两种核算方法符号相反的策略：{names}。",
            )
        )
    if dropped:
        names = ", ".join(dropped)
        text.append(
            either(
                f"Work given up at its deadline, not in the time cost: {names}.",
                f"到期未完成而放弃的任务（未计入时间成本）：{names}。",
            )
        )
    for name in bounds:
        text.append(
            either(
                f"{name} foresees everything and has the least social cost: it bounds that cost, "
                "not the carbon of each single way to count.",
                f"“{named(name)}”预知一切且社会成本最低：它是该成本的界，而不是每种核算方法下碳排放的界。",
            )
        )
    title = either(
        "Carbon avoided against latency cost, by policy.", "各策略的碳减排量与时延成本。"
    )
    return caption_of(run, title, " ".join(text))
