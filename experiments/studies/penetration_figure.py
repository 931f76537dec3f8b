"""Three panels over the share that follows: saving per MWh, gap of intensities, curtailment used."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from matplotlib.figure import Figure

from westshift.experiments.figures import style
from westshift.experiments.figures.caption import caption_for
from westshift.experiments.figures.words import either, say
from westshift.models.calendar import Horizon
from westshift.models.scenario import Scenario

LOOKS = {
    "average": style.Look(style.GREEN, "^"),
    "marginal": style.Look(style.ORANGE, "s"),
    "price": style.Look(style.SKY, "v"),
    "endogenous": style.Look(style.VERMILION, "P"),
}
PANELS = (
    ("avoided_kg_per_mwh", "(a) saving", "CO₂ avoided [kg per MWh shifted]"),
    ("marginal_gap_kg_per_mwh", "(b) gap", "Marginal intensity gap [kg/MWh]"),
    ("curtailed_used_gwh", "(c) curtailment", "Curtailed energy used [{unit}]"),
)


def figure_of(rows: pd.DataFrame) -> Figure:
    """One line a signal in each panel; shaded where more is emitted."""
    most = float(rows["curtailed_used_gwh"].abs().max())
    unit, scale = ("TWh", 1e3) if most >= 1e3 else ("GWh", 1.0)
    with style.applied():
        figure = style.blank(style.DOUBLE_IN, 2.8)
        panels = figure.subplots(1, 3)
        for axes, (column, title, words) in zip(panels, PANELS, strict=True):
            for signal, own in rows.groupby("signal", sort=False):
                look = LOOKS[str(signal)]
                own_scale = scale if column.endswith("_gwh") else 1.0
                axes.plot(
                    own["share_pct"], own[column] / own_scale, color=look.colour, marker=look.marker,
                    markersize=3.5, label=say(str(signal)), clip_on=False,
                )  # fmt: skip
                if column == "avoided_kg_per_mwh":
                    axes.plot(
                        own["share_pct"].iloc[1:], own["claimed_kg_per_mwh"].iloc[1:], color=look.colour,
                        marker="x", markersize=3.5, linestyle="none", clip_on=False,
                    )  # fmt: skip
            axes.set_title(say(title))
            axes.set_ylabel(say(words, unit=unit))
            axes.set_xlabel(say("Share that follows [%]"))
            axes.set_xlim(0, 100)
            least = float(rows[column].min())
            low, high = axes.get_ylim()
            low = low if least < 0 else 0.0
            axes.set_ylim(low, max(high, 0.0))
            axes.axhline(0.0, color=style.ZERO, linewidth=0.7, zorder=1)
            if low < 0:
                axes.axhspan(low, 0.0, color=style.SHADE, zorder=0)
        figure.legend(
            *panels[0].get_legend_handles_labels(),
            loc="outside upper center",
            ncols=4,
            title=say("followed"),
        )
    return figure


def caption(scenario: Scenario, chosen: Sequence[Horizon]) -> str:
    """What stands under the figure."""
    text = either(
        "A share of every class of work and of every site's servers follows one signal, the rest runs here "
        "and now. (a) CO₂ that the whole grid avoids per MWh of work shifted in place or time; crosses: what "
        "the followers claim, by average intensity where they follow it, else at the margin, both of the "
        "baseline's grid. (b) Marginal emissions where load left less where it came, each weighted by the "
        "load that moved, in the grid with the followers in it; below zero the receiving side is the "
        "dirtier. (c) Renewable energy that the baseline held back and the followers use. At share 0: the "
        "limits for the first to follow. Average, marginal and price are published without regard to who "
        "follows; endogenous plans hold the grid, with the others' load as demand.",
        "各类任务与各站点服务器中有一定比例跟随同一信号，其余就地即时执行。"
        "(a) 每 MWh 在地点或时间上转移的算力使全电网减少的"
        "CO₂；叉号：跟随者自称的减排，跟随平均强度者按平均强度，其余按边际排放，均取基准电网。"
        "(b) 负荷离开处与到达处的边际"
        "排放之差，按移动的负荷加权，电网已含跟随者；零线以下表示受入侧更脏。"
        "(c) 基准下被弃、由跟随者利用的可再生能源。占比为 0 "
        "处：第一个跟随者的极限值。平均、边际与价格信号发布时不考虑有多少跟随者；内生规划内含电网，其他负荷作为需求。",
    )
    title = either("When price-taking stops.", "价格接受者假设何时失效。")
    return caption_for(scenario, chosen, title, text)
