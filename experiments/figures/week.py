"""A region's week: source, grid, load and storage, without and with scheduling of its compute."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from . import style
from .caption import caption_for
from .days import time_axis
from .stack import Case, balance, change, keys
from .week_choice import Choice, Hourly, choose
from .words import either, named, say

NAME = "week"
Rows = list[dict[str, Any]]


def rows(run: Hourly) -> Rows:
    """One row an hour and case; the baseline first, then the policy it is compared with, if any.

    Columns: region, region_name; case (without or with), policy; horizon; hour_of_year; time (its
    beginning); generation_<technology>_mw; import_mw, net and negative where more leaves;
    charge_mw, discharge_mw; demand_mw, without data centers; compute_mw; curtailed_mw; shed_mw;
    intensity_kg_per_mwh, flow-traced average.
    """
    choice = choose(run)
    without = _rows(run, "without", run.scenario.baseline, choice)
    if choice.with_policy is None:
        return without
    return without + _rows(run, "with", choice.with_policy, choice)


def _rows(run: Hourly, case: str, policy: str, choice: Choice) -> Rows:
    h, r, hours = run.hours[policy][choice.horizon], choice.region, choice.hours
    region, new_year = run.scenario.regions[r], datetime(run.scenario.year, 1, 1)
    there = [g for g, name in enumerate(h.technologies) if _stands(run, r, name)]
    series = {f"generation_{h.technologies[g]}_mw": h.generation_mw[r, g, hours] for g in there}
    for name in (
        "import_mw", "charge_mw", "discharge_mw", "demand_mw", "compute_mw", "curtailed_mw",
        "shed_mw", "intensity_kg_per_mwh",
    ):  # fmt: skip
        series[name] = getattr(h, name)[r, hours]
    return [
        {
            "region": region.region,
            "region_name": either(region.name_en, region.name_zh),
            "case": case,
            "policy": policy,
            "horizon": h.horizon,
            "hour_of_year": h.start_h + t,
            "time": (new_year + timedelta(hours=h.start_h + t)).isoformat(timespec="minutes"),
            **{name: float(values[t - hours.start]) for name, values in series.items()},
        }
        for t in range(hours.start, hours.stop)
    ]


def _stands(run: Hourly, r: int, technology: str) -> bool:
    grid = run.year.system.grid
    units = np.flatnonzero(grid.unit_region == r)
    there = units[grid.unit_capacity_mw[units] > 0]
    return any(grid.unit_technology[k] == technology for k in there)


def draw(rows: Rows) -> Figure:
    """Balances side by side; below them compute, change of supply, curtailment, intensity."""
    cases = [case for name in ("without", "with") if (case := Case.of(rows, name)) is not None]
    both = len(cases) == 2
    with style.applied():
        figure = style.blank(style.DOUBLE_IN, 6.0 if both else 4.2)
        panels = figure.subplot_mosaic(
            "AB;CD;EF" if both else "AA;CF", height_ratios=(2.4, 1, 1) if both else (2.4, 1)
        )
        for case, key in zip(cases, "AB", strict=False):
            balance(panels[key], case, cases)
        for key, what in {"C": "compute", "E": "curtailed", "F": "intensity"}.items():
            if key in panels:
                _compare(panels[key], cases, what)
        titles = [case.title for case in cases] + [say("compute load")]
        if both:
            panels["B"].sharey(panels["A"])
            panels["B"].set_ylabel("")
            change(panels["D"], *cases)
            titles += [say("change of supply, with minus without"), say("curtailed")]
        titles.append(say("carbon intensity, flow-traced average"))
        for n, (axes, title) in enumerate(zip(panels.values(), titles, strict=True)):
            axes.set_title(f"({'abcdef'[n]}) {title}")
            time_axis(axes, cases[0].time)
        figure.suptitle(f"{cases[0].region_name}, {cases[0].span}", fontsize=8, x=0.01, ha="left")
        figure.legend(handles=keys(cases), loc="outside lower center", ncols=6)
        figure.draw_without_rendering()
        figure.set_layout_engine("none")
    return figure


COMPARED = {
    "compute": "compute_mw",
    "curtailed": "curtailed_mw",
    "intensity": "intensity_kg_per_mwh",
}


def _compare(axes: Axes, cases: list[Case], what: str) -> None:
    """The cases on one axis: the first thick, so that the second does not hide it."""
    values = [case.values[COMPARED[what]] for case in cases]
    most = max(float(v.max()) for v in values)
    unit, scale = ("kg/MWh", 1.0) if what == "intensity" else style.power_unit(most)
    for case, series, width in zip(cases, values, (1.4, 0.7), strict=False):
        axes.step(
            case.edges, np.append(series, series[-1]) / scale, where="post", linewidth=width,
            color=style.policy_look(case.policy).colour, label=named(case.policy),
        )  # fmt: skip
    axes.set_ylim(0.0, 1.1 * most / scale if most > 0 else 1.0)
    axes.set_ylabel(
        say("CO₂ [kg/MWh]") if what == "intensity" else say("Power [{unit}]", unit=unit)
    )
    if what == "compute":
        axes.legend(
            loc="lower right", bbox_to_anchor=(1.0, 1.0), borderpad=0, borderaxespad=0.8, ncols=2
        )


def caption(run: Hourly, rows: Rows) -> str:
    """What stands under the figure."""
    cases = [case for name in ("without", "with") if (case := Case.of(rows, name)) is not None]
    text = [
        either(
            f"{cases[0].region_name}, {cases[0].span}, hour by hour, horizon {rows[0]['horizon']}.",
            f"{cases[0].region_name}，{cases[0].span}，逐小时，时段 {rows[0]['horizon']}。",
        ),
        choose(run).why,
        stacked(),
    ]
    sums = [
        either(
            f"{c.policy}: compute {_gwh(c, 'compute_mw')}, other demand {_gwh(c, 'demand_mw')}, "
            f"curtailed {_gwh(c, 'curtailed_mw')}, greatest load {c.load_mw.max():.0f} MW",
            f"{named(c.policy)}：算力 {_gwh(c, 'compute_mw')}，其他需求 {_gwh(c, 'demand_mw')}，"
            f"弃电 {_gwh(c, 'curtailed_mw')}，最大负荷 {c.load_mw.max():.0f} MW",
        )
        for c in cases
    ]
    text.append(either("; ", "；").join(sums) + either(".", "。"))
    r = choose(run).region
    over_all = ", ".join(
        f"{sum(h.weight * h.curtailed_mw[r].sum() for h in hours) / 1000.0:.4g} GWh ({named(policy)})"
        for policy, hours in run.hours.items()
        if policy in {c.policy for c in cases}
    )
    text.append(
        either(
            f"Curtailed here over all that was simulated, weighted: {over_all}.",
            f"本区域在全部模拟时段的加权弃电量：{over_all}。",
        )
    )
    if len(cases) == 2:
        text.append(
            either(
                "Change of supply: storage and import are net, so more charging and more export count "
                "below zero; the line is the change of compute load, which all of them add up to.",
                "供电变化：储能与受入电力均取净值，充电和外送增加计在零线以下；曲线为算力负荷的变化，等于各项之和。",
            )
        )
    else:
        text.append(
            either(
                "Only the baseline ran, so there is nothing to compare it with.",
                "仅运行了基准策略，没有可比较的对象。",
            )
        )
    title = either(
        "Source, grid, load and storage of a region, without and with scheduling of compute.",
        "一个区域的源网荷储：无算力调度与有算力调度。",
    )
    return caption_for(run.scenario, run.horizons, title, " ".join(text))


def stacked() -> str:
    """How to read the balances."""
    return either(
        "Stacked: generation by technology, storage and net import above zero; charging and net "
        "export below; hatched: renewable output that was there and held back, what reservoirs "
        "spill spread over its day. Lines: demand without and with the load of data centers.",
        "堆叠：零线以上为各类电源出力、储能放电与净受入；以下为储能充电与净外送；斜线：可用而被弃的可再生电力"
        "（水库弃水摊到当日）。曲线：不含与含数据中心负荷的用电需求。",
    )


def _gwh(case: Case, column: str) -> str:
    return f"{case.values[column].sum() / 1000.0:.4g} GWh"
