"""Carbon, cost and who pays the delay, by who decides."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from westshift.experiments.figures import style
from westshift.experiments.figures.caption import caption_for
from westshift.experiments.figures.words import either, say
from westshift.models.calendar import Horizon
from westshift.models.scenario import Scenario

COLOURS = {
    "planner": style.PURPLE,
    "price-taking": style.BLUE,
    "market power": style.VERMILION,
    "herding": style.ORANGE,
    "platform": style.GREEN,
}


def figure_of(rows: pd.DataFrame, by_class: pd.DataFrame) -> Figure:
    """(a) carbon avoided, (b) cost above the planner's, (c) value of time by class with Jain's index."""
    arms = list(rows["decides"])
    with style.applied():
        figure = style.blank(style.DOUBLE_IN, 2.5)
        left, middle, right = figure.subplots(1, 3, gridspec_kw={"width_ratios": (1, 1, 1.5)})
        place = np.arange(len(arms))[::-1]
        for axes, column, words in (
            (left, "avoided_system_pct", "Carbon avoided\n[% of compute emissions]"),
            (middle, "extra_cost_m_cny", "Cost above the planner's\n[M CNY/a]"),
        ):
            values = rows[column].to_numpy(float)
            axes.barh(place, values, color=[COLOURS[a] for a in arms], height=0.6)
            axes.axvline(0.0, color=style.ZERO, linewidth=0.7)
            axes.set_xlabel(say(words))
            axes.set_yticks(place, [say(a) for a in arms] if axes is left else [""] * len(arms))
            axes.tick_params(axis="y", length=0)
            reach = float(np.abs(values).max()) or 1.0
            low, high = min(values.min(), 0.0), max(values.max(), 0.0)
            axes.set_xlim(low - 0.3 * reach * (low < 0), high + 0.3 * reach * (high > 0))
            for at, value in zip(place, values, strict=True):
                side = "left" if value >= 0 else "right"
                away = 0.03 * reach * (1 if value >= 0 else -1)
                axes.text(value + away, at, _short(value), va="center", ha=side, fontsize=6)
        left.set_title(say("(a) carbon"))
        middle.set_title(say("(b) cost"))
        classes = list(dict.fromkeys(by_class["class"]))
        width = 0.8 / len(arms)
        for i, arm in enumerate(arms):
            own = by_class[by_class["decides"] == arm].set_index("class")["time_cny_per_mwh"]
            index = float(rows.set_index("decides").loc[arm, "jain_time"])
            right.bar(
                np.arange(len(classes)) + (i - (len(arms) - 1) / 2) * width,
                [own[c] for c in classes],
                width,
                color=COLOURS[arm],
                label=f"{say(arm)}: J = {index:.2f}",
            )
        right.set_xticks(range(len(classes)), [c.replace("_", "\n") for c in classes])
        right.set_ylabel(say("Value of latency and delay [CNY/MWh]"))
        right.set_title(say("(c) who waits"))
        most = float(by_class["time_cny_per_mwh"].max())
        right.set_ylim(0, 1.5 * most if most > 0 else 1.0)
        right.legend(loc="upper left", ncols=2, fontsize=6)
    return figure


def _short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.2g}" if value else "0"


def caption(scenario: Scenario, chosen: Sequence[Horizon], years: int) -> str:
    """What stands under the figure."""
    text = either(
        "One year of the same work on the same sites, decided by a planner (one program over all hours, grid "
        "included) and by agents: tenants choose site and plan by a random-utility rule with inertia and adaptive "
        "expectations; operators ask for energy and scarcity (price-taking), add a markup on their capital charge "
        "that follows utilisation (market power), or ask as price-takers of tenants who follow others of their "
        f"class (herding). Agents start at home and have {years} years, of which the last is shown. Nothing is "
        "built and demand does not answer. (a) CO₂ of the whole grid against all work here and now. (b) Grid, "
        "carbon at its price, data, latency, delay and work given up, above the planner's. (c) Value of latency "
        "and delay per MWh of each class; J: Jain's index over tenants, 1 where all pay alike.",
        "同样的任务、同样的站点，一年内由规划者（含电网的单一全时段规划）或由主体决定：租户按随机效用、惯性与适应性预期"
        "选择站点与方案；运营商按电费与稀缺性定价（价格接受），或在资本费用上按利用率加成（市场势力），或面对追随同类的"
        f"租户（从众）。主体从本地出发，历时 {years} 年，图示最后一年。不新建，需求无弹性。"
        "(a) 全电网 CO₂ 减排，相对就地即时执行。"
        "(b) 电网、碳价、数据、时延、等待与放弃任务之和，超出规划者部分。(c) 各类任务每 MWh 的时延与等待价值；"
        "J 为租户间的 Jain 公平指数，1 表示负担均等。",
    )
    title = either("The price of decentralisation.", "分散决策的代价。")
    return caption_for(scenario, chosen, title, text)
