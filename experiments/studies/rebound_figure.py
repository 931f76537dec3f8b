"""Net energy of a gain against elasticity, closed form and agents; what a voucher for the west adds."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from matplotlib.figure import Figure

from westshift.experiments.figures import style
from westshift.experiments.figures.caption import caption_for
from westshift.experiments.figures.words import either, say
from westshift.models.calendar import Horizon
from westshift.models.scenario import Scenario

COLOURS = (style.SKY, style.BLUE, style.VERMILION)


def figure_of(closed: pd.DataFrame, agents: pd.DataFrame, located: pd.DataFrame) -> Figure:
    """(a) lines: closed form; points: agents; shaded: backfire. (b) work and energy added by the voucher."""
    with style.applied():
        figure = style.blank(style.DOUBLE_IN, 2.7)
        left, right = figure.subplots(1, 2, gridspec_kw={"wspace": 0.12})
        for colour, (share, line) in zip(COLOURS, closed.groupby("cost_share"), strict=True):
            left.plot(line["elasticity"], line["net_energy_pct"], color=colour)
            at = line.iloc[-1]
            told = left.annotate(
                f"s = {share:g}", (at["elasticity"], at["net_energy_pct"]), (3, 0),
                textcoords="offset points", va="center", color=style.darker(colour), fontsize=6,
            )  # fmt: skip
            told.set_in_layout(False)
            own = agents[agents["cost_share"] == share]
            left.plot(
                own["elasticity"], own["net_energy_pct"], color=colour, marker="o", markersize=4,
                linestyle="none", markeredgecolor=style.BLACK, markeredgewidth=0.4, clip_on=False,
            )  # fmt: skip
        top = max(float(closed["net_energy_pct"].max()), float(agents["net_energy_pct"].max()))
        left.set_ylim(min(-35.0, float(agents["net_energy_pct"].min()) - 3.0), top * 1.15 + 2.0)
        left.set_xlim(0, 2)
        left.axhspan(0, left.get_ylim()[1], color=style.SHADE, zorder=0)
        left.axhline(0, color=style.ZERO, linewidth=0.7)
        left.text(
            0.04, 0.96, say("backfire"), transform=left.transAxes, va="top",
            color=style.SHADE_TEXT, fontsize=7,
        )  # fmt: skip
        left.set_xlabel(say("Elasticity of demand"))
        left.set_ylabel(say("Net energy of work [%]"))
        left.set_title(say("(a) a gain of 30 %"))
        for column, words, colour, marker in (
            ("work_pct", "work", style.BLUE, "o"),
            ("energy_pct", "energy", style.VERMILION, "s"),
        ):
            right.plot(
                located["elasticity"], located[column], color=colour, marker=marker, markersize=4,
                label=say(words), clip_on=False,
            )  # fmt: skip
        right.axhline(0, color=style.ZERO, linewidth=0.7)
        right.set_xlim(0, 2)
        right.set_xlabel(say("Elasticity of demand"))
        right.set_ylabel(say("Change by the voucher [%]"))
        right.set_title(say("(b) a voucher for the west"))
        right.legend(loc="upper left")
    return figure


def caption(
    scenario: Scenario, chosen: Sequence[Horizon], gain: float, voucher_cny_per_mwh: float
) -> str:
    """What stands under the figure."""
    text = either(
        f"(a) Energy of work (idle power left out) after a gain of {100 * gain:g} % in energy per work, against "
        "before. Lines: (1 - g)(1 - s g)^(-e) - 1 for a share s of computing in the price of the service; points: a "
        "year of tenants and price-taking operators, each against the same agents and random numbers without the "
        "gain. Shaded: backfire, more energy than before. Agents leave the line where sites fill up and where tenants "
        f"move. (b) A voucher of {voucher_cny_per_mwh:g} CNY/MWh for work that western hubs run for others, "
        "against the same year without: work and its energy. At elasticity 0 only places change; above, cheaper "
        "computing makes new work.",
        f"(a) 每单位任务能耗降低 {100 * gain:g} % 之后的任务能耗（不含空闲功耗）相对之前的变化。曲线为解析式 "
        "(1-g)(1-s g)^(-e)-1，s 为算力在服务价格中的份额；点为租户与价格接受型运营商一年的结果，"
        "与无增益、同随机数的同一批主体相比。阴影：反弹超过 100 %，能耗高于之前。"
        f"(b) 对西部枢纽承接外来任务每 MWh 补贴 {voucher_cny_per_mwh:g} 元，与无补贴的同一年相比：任务量及其能耗。"
        "弹性为 0 时只改变地点；弹性更大时，更便宜的算力带来新任务。",
    )
    return caption_for(scenario, chosen, either("Rebound.", "反弹效应。"), text)
