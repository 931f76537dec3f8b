"""Ten years of agents: where eastern work runs, how halls are used, what certificates cost."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from matplotlib.figure import Figure

from westshift.experiments.figures import style
from westshift.experiments.figures.caption import caption_for
from westshift.experiments.figures.words import either, say
from westshift.models.calendar import Horizon
from westshift.models.economy_figures import Behaviour
from westshift.models.scenario import Scenario


def figure_of(series: pd.DataFrame, behaviour: Behaviour) -> Figure:
    """Three panels over the years."""
    years = series["month"] / 12.0
    with style.applied():
        figure = style.blank(style.DOUBLE_IN, 2.4)
        share, use, price = figure.subplots(1, 3)
        share.plot(years, series["western_pct_of_eastern_work"], color=style.BLUE)
        share.set_title(say("(a) eastern work run in western hubs"))
        share.set_ylabel(say("Share of eastern work [%]"))
        for column, words, colour in (
            ("use_west_pct", "western hubs", style.VERMILION),
            ("use_other_pct", "elsewhere", style.SKY),
        ):
            use.plot(years, series[column], color=colour, label=say(words))
        use.set_title(say("(b) use of halls"))
        use.set_ylabel(say("Utilisation [%]"))
        use.legend(loc="lower left")
        price.plot(years, series["certificate_cny_per_mwh"], color=style.GREEN)
        price.set_title(say("(c) certificates"))
        price.set_ylabel(say("Price [CNY/MWh]"))
        ends = float(years.iloc[-1])
        if 0 < behaviour.subsidy_to_month / 12.0 < ends:
            _mark(use, behaviour.subsidy_to_month / 12.0, say("subsidies end"))
        if 0 < behaviour.certificate_change_month / 12.0 < ends:
            _mark(price, behaviour.certificate_change_month / 12.0, say("issue widened"))
        for axes in (share, use, price):
            axes.set_xlim(0, ends)
            axes.set_ylim(0, axes.get_ylim()[1] * 1.1)
            axes.set_xlabel(say("Year"))
    return figure


def _mark(axes, at: float, words: str) -> None:
    axes.axvline(at, color=style.ZERO, linewidth=0.7, linestyle="--")
    axes.annotate(
        words, (at, 1.0), (2, -2), xycoords=("data", "axes fraction"), textcoords="offset points",
        fontsize=6, va="top", color=style.ZERO,
    )  # fmt: skip


def caption(scenario: Scenario, chosen: Sequence[Horizon], years: int) -> str:
    """What stands under the figure."""
    text = either(
        f"{years} years of tenants who choose site and plan, operators with market power who build where it pays, "
        "regions that issue certificates and subsidise western hubs; months are represented by weeks of their season. "
        "(a) Share of the work that arises in the east which western hubs run. (b) Work over capacity. (c) Price in "
        "the monthly auction.",
        f"{years} 年：租户选择站点与方案，具市场势力的运营商择利而建，各省核发绿证并补贴西部枢纽；"
        "各月由其季节代表周表示。(a) 东部产生的任务由西部枢纽承接的比例。(b) 任务与容量之比。(c) 月度竞价价格。",
    )
    return caption_for(scenario, chosen, either("Agents over the years.", "多年主体演化。"), text)
