"""The staircase: two bars a step, whiskers, the change from the step before; beside it how its end settles."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from westshift.experiments.figures import style
from westshift.experiments.figures.chinese import NAMES, TEXTS
from westshift.experiments.figures.uncertainty import ground, running, settle, whiskers
from westshift.experiments.figures.words import either, named, say
from westshift.experiments.policy_table import number

from .found import Found

LOOKS = {
    "location": (style.SKY, "location-based, hourly average"),
    "system": (style.BLUE, "whole system (consequential)"),
}
WIDTH = 0.38
TOWER = 3.0
"""Times the others' height from which on a bar is cut."""
BOUNDS = 4
"""Steps from the left whose plan is a bound."""


def figure_of(rows: pd.DataFrame, seeds: Mapping[str, pd.Series]) -> Figure:
    """The figure.

    Args:
        rows: see staircase.table. seeds: by ledger, what the last step saves with each seed [%].
    """
    x, cut = np.arange(len(rows)), cut_at(rows)
    with style.applied():
        figure = style.blank(style.DOUBLE_IN, 3.0)
        main, side = figure.subplots(1, 2, width_ratios=(4.4, 1))
        for i, (at, (colour, words)) in enumerate(LOOKS.items()):
            mean, low, high = (
                rows[f"saved_{at}_{end}pct"].to_numpy(float) for end in ("", "low_", "high_")
            )
            place = x + (i - 0.5) * WIDTH
            main.bar(place, mean, WIDTH, color=colour, label=say(words), zorder=2)
            whiskers(main, place, mean, low, high)
            top = np.fmax(np.nan_to_num(high, nan=-np.inf), np.maximum(mean, 0.0))
            for p, value, y in zip(place, mean, top, strict=True):
                if np.isnan(value):
                    main.text(
                        p, 0.0, " " + say("demand not met"), rotation=90, ha="center", va="bottom", fontsize=5.8,
                        style="italic", color=style.ZERO,
                    )  # fmt: skip
                    continue
                over = y > cut
                main.annotate(
                    ("↑\n" if over else "") + number(value, 1), (p, min(y, cut)), (0, -2 if over else 2),
                    textcoords="offset points", ha="center", va="top" if over else "bottom", fontsize=5.8,
                )  # fmt: skip
            settle(side, running(seeds[at].to_numpy(float)), colour, say(words))
        main.set_xticks(x, [_label(row) for _, row in rows.iterrows()])
        main.tick_params("x", length=0)
        main.set_xlim(-0.6, len(rows) - 0.4)
        main.axvline(BOUNDS - 0.5, color=style.ZERO, linewidth=0.6, linestyle=(0, (3, 3)), zorder=1)
        main.margins(y=0.14)
        if np.isfinite(cut):
            main.set_ylim(top=cut)
        top = main.get_ylim()[1]
        for x_text, side_of, words in (
            (BOUNDS - 0.58, "right", "foreseen whole"),
            (BOUNDS - 0.42, "left", "planned from forecasts"),
        ):
            main.text(x_text, top, say(words), ha=side_of, va="top", fontsize=6.0, style="italic")
        main.set_ylabel(say("Carbon avoided [% of all compute emissions]"))
        main.set_title(say("(a) one constraint after another"))
        side.set_title(say("(b) last step, by seeds"))
        side.margins(y=0.3)
        for axes in (main, side):
            ground(axes)
        figure.legend(*main.get_legend_handles_labels(), loc="outside upper center", ncols=2)
    return figure


def cut_at(rows: pd.DataFrame) -> float:
    """Where the axis ends, so that a few bars that tower above all others do not hide these; infinity: nowhere."""
    tops = np.sort(np.nan_to_num(rows[[f"saved_{at}_pct" for at in LOOKS]].to_numpy(float)).ravel())
    below = tops[tops <= max(tops[-1], 0.0) / TOWER]
    return 1.5 * float(below[-1]) if len(below) > len(tops) - 3 and below[-1] > 0 else np.inf


def _label(row: pd.Series) -> str:
    """A step's name; a policy's where the step is who plans."""
    if row["step"] == row["policy"]:
        return named(row["policy"]).replace("-", "-\n") if "-" in row["step"] else named(row["policy"])  # fmt: skip
    return say(row["step"]) if row["step"] == "ideal" else "+ " + say(row["step"])


def caption(found: Found, rows: pd.DataFrame) -> str:
    """What stands under the figure."""
    by = rows.set_index("step")
    left = by["saved_location_pct"]
    share = 100.0 * left["idle power"] / left["ideal"] if left["ideal"] > 0 else float("nan")
    n = int(rows["seeds"].min())
    s = found.scenario
    hours, count = sum(h.length_h for h in found.horizons), len(found.horizons)
    stretches = f"{count} stretch{'es' if count > 1 else ''}"
    worst, lost = str(by["unserved_pct"].idxmax()), float(by["unserved_pct"].max())
    cut = by["unmet_pct"][by["saved_system_pct"].isna()]
    name = {**NAMES, **TEXTS}
    told, told_zh = (
        ", ".join(f"{names.get(str(step), step)} {number(pct, 0)} %" for step, pct in cut.items())
        for names in ({}, name)
    )
    shed = either(
        "No bar of the whole system: the grid cannot meet this load where it goes, and sheds, of "
        f"computing's energy: {told}.",
        f"未画全系统：受入电网无法满足该负荷，切负荷占算力用电的比例：{told_zh}。",
    ) if len(cut) else ""  # fmt: skip
    given_up = either(
        f" Work that a plan gives up emits nothing: {number(lost, 2)} % at most (step {worst}).",
        f"被放弃的任务不产生排放：至多 {number(lost, 2)} %（{name.get(worst, worst)}）。",
    ) if lost > 0 else ""  # fmt: skip
    text = either(
        "Carbon avoided against all work here and now, in per cent of what computing emits there "
        "at the same step, by "
        "the hourly average of the baseline's grid and in the whole system. Ideal: any hall is large enough, any "
        "distance allowed, any later hour of the stretch soon enough, data and idle power cost "
        "nothing (of where moved "
        "work is accepted, such as clusters only, nothing is relaxed). Each step adds one "
        "constraint as it is; to the "
        "left of the dashed line one "
        "program foresees the whole stretch and minimises location-based carbon, so that by that "
        "ledger no step can "
        "rise. Forecast: the same "
        f"aim, planned {s.plan.window_h} h ahead on the scenario's forecasts ({s.forecast.kind}) every "
        f"{s.plan.step_h} h; egress: price and energy of data; idle power: servers draw it whatever "
        "they do. Planned: "
        "tariff, latency and delay count as well; co-planned: with the grid in the plan. "
        f"Of the ideal {number(left['ideal'], 1)} % (an arrow: the bar goes on), {number(share, 0)} "
        "% is left after idle power. Whiskers: "
        f"95 % intervals (Student's t) over {n} seeds, each another year's weather and forecast errors; "
        "the CSV has the intervals of each step's change, taken seed by seed. (b) mean over the "
        "first seeds and its "
        f"95 % interval, of the last step. {hours} h simulated in {stretches}: nothing waits longer than a "
        f"stretch.{given_up} {shed}",
        "相对全部算力就地即时执行的碳减排，占同一步骤下其算力排放的百分比，"
        "分别按基准电网逐小时平均强度与全系统核算。"
        "理想：机房足够大、距离不限、时段内任意较晚小时均可、"
        "数据传输与空闲功耗为零（迁移可接受的站点类型，如仅限集群，不作放松）。"
        "每一步增加一项真实约束；虚线左侧为预知整个时段、仅最小化基于位置碳排放的规划，按该账本不会上升。"
        f"预测：同一目标，按情景预测（{s.forecast.kind}）每 {s.plan.step_h} h 向前规划 {s.plan.window_h} h；"
        "数据外传：传输价格与能耗；空闲功耗：无论有无任务均存在。滚动规划：另计电价、时延与延迟；"
        "算电协同规划：规划内含电网。"
        f"理想值 {number(left['ideal'], 1)} %（箭头表示柱体超出图框）中，计入空闲功耗后剩余 {number(share, 0)} %。"
        f"误差线：{n} 个随机种子（不同年份天气与预测误差）的 95 % 置信区间（Student t）；"
        "CSV 含逐种子配对的每步变化及其区间。(b) 最后一步随种子数增加的均值与 95 % 区间。"
        f"共模拟 {hours} h（{len(found.horizons)} 段），等待不能超出一段。"
        f"{given_up}{shed}",
    )
    title = either("How much of the ideal survives.", "理想减排还剩多少。")
    return found.caption(title, text, either("the steps named", "图中各步骤"))
