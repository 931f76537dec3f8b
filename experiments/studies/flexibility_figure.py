"""Four panels: a ledger a row, slack and movable share the columns; colour the mode, marker the utilisation."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from westshift.experiments.figures import style
from westshift.experiments.figures.uncertainty import ground
from westshift.experiments.figures.words import either, say
from westshift.experiments.policy_table import number

from .found import Found

COLOURS = {"temporal": style.ORANGE, "spatial": style.SKY, "joint": style.GREEN}
LEVELS = ((":", "v"), ("-", "o"), ((0, (4, 2)), "^"))
"""Line and marker of the lowest utilisation, the next and the highest."""
LEDGERS = {"location": "location-based, hourly average", "system": "whole system (consequential)"}
AXES = {"slack": ("slack_h", "Slack [h]"), "movable": ("movable_pct", "Work that may move [%]")}


def figure_of(rows: pd.DataFrame) -> Figure:
    """The figure of flexibility.table."""
    levels = sorted(rows["utilisation_pct"].unique())
    with style.applied():
        figure = style.blank(style.DOUBLE_IN, 4.2)
        panels = figure.subplots(2, 2, sharey="row")
        letters = iter("abcd")
        for (ledger, words), row in zip(LEDGERS.items(), panels, strict=True):
            for (axis, (column, label)), axes in zip(AXES.items(), row, strict=True):
                own = rows[(rows["ledger"] == ledger) & (rows["axis"] == axis)]
                _lines(axes, own, column, levels)
                axes.set_title(f"({next(letters)}) {say(words)}")
                axes.set_xlabel(say(label))
            row[0].set_ylabel(say("Carbon avoided [%]"))
        for axes in panels.flat:
            ground(axes)
        keys = [Line2D([], [], color=c, label=say(mode)) for mode, c in COLOURS.items()]
        for pct, (line, marker) in zip(levels, LEVELS, strict=False):
            words = say("{pct:g} % utilised", pct=pct)
            keys.append(
                Line2D([], [], color=style.SEVERAL.colour, linestyle=line, marker=marker, markersize=3, label=words)
            )  # fmt: skip
        figure.legend(handles=keys, loc="outside upper center", ncols=len(keys))
    return figure


def _lines(axes: Axes, own: pd.DataFrame, column: str, levels: list[float]) -> None:
    """One line a mode and level; level ones for what does not vary along this axis."""
    slack = column == "slack_h"
    if slack:
        axes.set_xscale("log")
        ticks = sorted(own[column].dropna().unique())
        axes.set_xticks(ticks, [f"{t:g}" for t in ticks])
        axes.minorticks_off()
    for mode, colour in COLOURS.items():
        for pct, (line, marker) in zip(levels, LEVELS, strict=False):
            part = own[(own["mode"] == mode) & (own["utilisation_pct"] == pct)]
            along = part.dropna(subset=[column]).sort_values(column)
            if len(along):
                axes.plot(
                    along[column], along["saved_pct"], color=colour, linestyle=line, marker=marker, markersize=3,
                )  # fmt: skip
            for level in part[part[column].isna()]["saved_pct"]:
                axes.axhline(level, color=colour, linestyle=line)
    axes.margins(y=0.1)


def caption(found: Found, rows: pd.DataFrame) -> str:
    """What stands under the figure."""
    s = found.scenario
    hours = sum(h.length_h for h in found.horizons)
    lost = rows["unserved_pct"].max()
    text = either(
        "Carbon avoided against all work here and now, in per cent of what computing emits there at the same "
        "utilisation. Temporal: work may wait, not leave its region; spatial: it may leave, not "
        "wait; joint: both; each may choose among a region's own halls. "
        "Utilisation: work over the room above idle, by changing how much work there is. (a, b) by "
        "the hourly average of "
        "the baseline's grid, of a plan that foresees all and minimises just that: a bound. (c, d) "
        "emissions of the whole "
        f"system, of plans with the grid inside on the scenario's forecasts ({s.forecast.kind}, "
        f"{s.plan.window_h} h "
        "ahead), which weigh carbon at its price against money and time; no bound. Slack: of all "
        "classes that may wait for "
        "more than an hour, the others as they are. Work that may move: not held back by data "
        "residency, of each class "
        "alike; its limits of round-trip time and the sites that accept it stay. Level lines: what "
        "does not vary along the axis. "
        f"One seed; {hours} h in {len(found.horizons)} stretches, so slack counts less near their ends. At most "
        f"{number(lost, 3)} % of the work is given up.",
        "相对全部算力就地即时执行的碳减排，占同一利用率下其算力排放的百分比。时间：任务可等待、"
        "不可离开本区域；空间：可迁移、"
        "不可等待；联合：两者皆可；三者均可在本区域机房间选择。利用率："
        "任务量占空闲功耗以上可用容量之比，通过改变任务总量得到。"
        "(a, b) 按基准电网逐小时平均强度核算，规划预知一切且仅最小化该值，为理论界。(c, d) "
        "全系统排放，规划内含电网，"
        f"采用情景预测（{s.forecast.kind}，向前 {s.plan.window_h} h），以碳价权衡资金与时间，并非理论界。"
        "等待余量：对所有可等待超过一小时的类别同时设定。可迁移比例：不受数据驻留约束的份额，各类别相同；"
        "往返时延上限与可接受的站点不变。水平线：不随该横轴变化。"
        f"单一随机种子；共 {hours} h（{len(found.horizons)} 段），段末余量受限。至多 "
        f"{number(lost, 3)} % 的任务被放弃。",
    )
    cut = int(rows["saved_pct"].isna().sum())
    if cut:
        text += either(
            f" Left out: {cut} points where the grid could not meet demand.",
            f"未画出：{cut} 个电网无法满足需求的点。",
        )
    title = either("Returns to flexibility.", "灵活性的收益。")
    return found.caption(
        title,
        text,
        either("slack, residency and utilisation", "等待余量、数据驻留与利用率"),
    )
