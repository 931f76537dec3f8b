"""Regret over mean absolute percentage error and over Kendall's tau; beside them how one mean settles."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from westshift.experiments.figures import style
from westshift.experiments.figures.uncertainty import running, settle, whiskers
from westshift.experiments.figures.words import either, named, say
from westshift.experiments.policy_table import number

from .found import Found

MARKS = {"perfect": "*", "noisy": "o", "ar1": "s", "persistence": "D", "rank-shuffled": "X"}
SIZED = {"noisy": "-", "ar1": (0, (3, 2))}
"""Kinds of error whose size varies: these make lines."""
PANELS = {
    "mape_pct": ("(a) by size", "Forecast error, MAPE [%]"),
    "tau": ("(b) by rank", "Rank correlation, Kendall τ"),
}


def figure_of(rows: pd.DataFrame, each: pd.DataFrame) -> Figure:
    """The figure of regret.table."""
    policies = list(dict.fromkeys(rows["policy"]))
    with style.applied():
        figure = style.blank(style.DOUBLE_IN, 3.1)
        by_size, by_rank, seeds = figure.subplots(1, 3, width_ratios=(2, 2, 1))
        for axes, (column, (title, label)) in zip((by_size, by_rank), PANELS.items(), strict=True):
            for policy in policies:
                _policy(axes, rows[rows["policy"] == policy], column)
            axes.set_title(say(title))
            axes.set_xlabel(say(label))
            if rows[column].isna().all():
                words = say("nothing to rank")
                axes.text(0.5, 0.5, words, transform=axes.transAxes, ha="center", style="italic")
        by_rank.invert_xaxis()
        by_size.set_ylabel(say("Regret [% of what can be saved]"))
        for policy in policies:
            own = each[(each["policy"] == policy) & (each["forecast"] == "persistence")]
            ordered = own.sort_values("replicate")["regret_pct"]
            colour = style.policy_look(policy).colour
            settle(seeds, running(ordered.to_numpy(float)), colour, named(policy))
        seeds.set_title(say("(c) persistence, by seeds"))
        high = max(105.0, *(axes.get_ylim()[1] for axes in (by_size, by_rank, seeds)))
        for axes in (by_size, by_rank, seeds):
            axes.set_ylim(-0.04 * high, high)  # no regret is below 0, whatever an interval says
            axes.axhline(0.0, color=style.policy_look("oracle").colour, linewidth=1.0, zorder=1)
            axes.axhline(100.0, color=style.ZERO, linewidth=0.6, linestyle=(0, (3, 3)), zorder=1)
            axes.axhspan(100.0, axes.get_ylim()[1], color=style.SHADE, zorder=0)
        figure.legend(handles=_keys(policies, rows), loc="outside upper center", ncols=7)
    return figure


def _policy(axes: Axes, own: pd.DataFrame, column: str) -> None:
    """One policy: a line a sized kind from the perfect forecast on, a mark a forecast."""
    colour = style.policy_look(str(own["policy"].iloc[0])).colour
    perfect = own[own["forecast"] == "perfect"]
    for kind, line in SIZED.items():
        part = pd.concat([perfect, own[own["forecast"] == kind].sort_values("error_share")])
        axes.plot(part[column], part["regret_pct"], color=colour, linestyle=line, zorder=2)
    for kind, marker in MARKS.items():
        part = own[own["forecast"] == kind]
        axes.plot(
            part[column], part["regret_pct"], color=colour, marker=marker,
            markersize=4.5 if marker in "*X" else 3.2,
            linestyle="none", zorder=3,
        )  # fmt: skip
    ends = (own[f"regret_{end}pct"].to_numpy(float) for end in ("", "low_", "high_"))
    whiskers(axes, own[column].to_numpy(float), *ends, colour=colour)


def _keys(policies: list[str], rows: pd.DataFrame) -> list[Line2D]:
    keys = [
        Line2D([], [], color=style.policy_look(policy).colour, label=named(policy))
        for policy in (*policies, "oracle")
    ]
    for kind, marker in MARKS.items():
        if (rows["forecast"] == kind).any():
            keys.append(
                Line2D(
                    [], [], color=style.SEVERAL.colour, marker=marker, markersize=4,
                    linestyle=SIZED.get(kind, "none"), linewidth=0.7, label=say(kind),
                )
            )  # fmt: skip
    return keys


def caption(found: Found, rows: pd.DataFrame) -> str:
    """What stands under the figure."""
    n = int(rows["seeds"].min())
    hours = sum(h.length_h for h in found.horizons)
    blind = rows[rows["forecast"] == "rank-shuffled"].set_index("policy")["regret_pct"]
    seen = rows[rows["forecast"] == "perfect"].set_index("policy")["regret_pct"]
    said = "; ".join(
        f"{named(str(p))} {number(seen[p], 0)} → {number(blind[p], 0)} %" for p in blind.index
    )
    text = either(
        "Regret: what a policy costs more than the oracle (grid, carbon at its price, data, "
        "latency, delay, work given "
        "up), of what all work here and now costs more; 0 is the oracle, 100 doing nothing, above "
        "it (shaded) better "
        "left alone. The oracle is one program with the grid inside that foresees all. Forecast error and rank "
        "correlation (within a day) are measured on the intensity forecasts that each policy was "
        "shown; a plan that "
        "holds the grid is shown demand, wind and sun with errors of the same kind, which this "
        "axis does not measure. "
        "Lines: white noise (noisy) and errors that last (ar1), of growing "
        "size. Persistence: yesterday again; rank-shuffled: the day's right values in the wrong "
        "hours. From the perfect "
        f"forecast to rank-shuffled: {said}. Whiskers: 95 % intervals (Student's t) over {n} seeds, the same for "
        "all, cut at the frame; leads over the first policy, seed by seed, are in the CSV. (c) "
        "mean over the first seeds. "
        f"{hours} h in {len(found.horizons)} stretches.",
        "遗憾：策略成本（电网、按碳价计的碳、数据、时延、延迟、放弃的任务）超出全知规划的部分，"
        "占就地即时执行超出部分的百分比；"
        "0 为全知规划，100 为不作调度，100 以上（阴影）不如不做。全知规划为内含电网、预知一切的单一规划。"
        "预测误差与秩相关（日内）按各策略所见的碳强度预测实测；"
        "内含电网的规划所见为带同类误差的需求、风、光预测，横轴未反映。"
        "线：白噪声（noisy）与持续误差（ar1），幅度递增。持续法：重复昨日；乱序：当日数值正确但小时错位。"
        f"由完美预测到乱序：{said}。误差线：{n} 个随机种子的 95 % 区间（Student t），"
        "各策略种子相同，超出图框处截断；"
        "CSV 含逐种子配对的领先值。(c) 均值随种子数的变化。"
        f"共 {hours} h（{len(found.horizons)} 段）。",
    )
    title = either("Regret and forecasts.", "遗憾与预测。")
    return found.caption(
        title,
        text,
        either("kind and size of forecast errors", "预测误差的类型与幅度"),
    )
