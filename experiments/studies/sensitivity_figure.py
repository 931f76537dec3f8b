"""Two panels of bars, a field a row: Morris's mean absolute effect, and Sobol's first-order and total indices."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from westshift.experiments.figures import style
from westshift.experiments.figures.words import either, named, say
from westshift.experiments.policy_table import number

from .found import Found

FIRST, TOTAL, SCREEN = style.SKY, style.BLUE, style.GREEN
OPEN = "////"
HEIGHT = 0.38


def figure_of(rows: pd.DataFrame) -> Figure:
    """The figure of sensitivity.table; indices that cannot be read are hatched on white."""
    y = np.arange(len(rows))
    with style.applied():
        figure = style.blank(style.DOUBLE_IN, 1.2 + 0.19 * len(rows))
        left, right = figure.subplots(1, 2, sharey=True, width_ratios=(1, 1.15))
        left.barh(y, rows["mu_star_pct"], 0.62, color=SCREEN, zorder=2)
        _errors(left, rows["mu_star_pct"], y, rows["mu_star_conf_pct"])
        left.set_xlim(0, None)
        left.set_yticks(y, [say(name) for name in rows["field"]])
        left.invert_yaxis()
        left.set_xlabel(say("Mean absolute effect over the range [points of %]"))
        left.set_title(say("(a) screening (Morris)"))
        own = rows["st"].notna().to_numpy()
        for i, (field, colour) in enumerate((("s1", FIRST), ("st", TOTAL))):
            place = y[own] + (i - 0.5) * HEIGHT
            value, error = rows[field][own], rows[f"{field}_conf"][own]
            sure = rows["resolved"][own].to_numpy(bool)
            for some, look in (
                (sure, {"color": colour}),
                (~sure, {"facecolor": "white", "edgecolor": colour, "hatch": OPEN, "linewidth": 0.7}),
            ):  # fmt: skip
                right.barh(place[some], value[some], HEIGHT, zorder=2, **look)
            _errors(right, value, place, error)
        halves = rows["st_half"][own]
        right.plot(
            halves, y[own] + 0.5 * HEIGHT, linestyle="none", marker="|", markersize=6, color=style.VERMILION, zorder=6,
        )  # fmt: skip
        for at in y[~own]:
            right.text(
                0.01, at, say("not computed"), va="center", color=style.ZERO, style="italic", fontsize=6,
            )  # fmt: skip
        low, high = (
            float(np.nan_to_num(x))
            for x in (rows[["s1", "st"]].min().min(), rows[["s1", "st"]].max().max())
        )
        right.set_xlim(max(min(low - 0.1, 0.0), -0.5), min(max(high + 0.2, 1.0), 1.5))
        right.axvline(0.0, color=style.ZERO, linewidth=0.7, zorder=1)
        right.set_xlabel(say("Share of the variance"))
        right.set_title(say("(b) indices (Sobol)"))
        right.tick_params("y", left=False)
        keys = [
            Patch(color=FIRST, label=say("alone, S1")),
            Patch(color=TOTAL, label=say("with interactions, ST")),
            Patch(
                facecolor="white", edgecolor=style.ZERO, hatch=OPEN, linewidth=0.7,
                label=say("too uncertain to read"),
            ),
            Line2D(
                [], [], linestyle="none", marker="|", markersize=6, color=style.VERMILION,
                label=say("ST of half the points"),
            ),
        ]  # fmt: skip
        figure.legend(handles=keys, loc="outside upper center", ncols=4)
    return figure


def _errors(axes: Axes, value: pd.Series, place: np.ndarray, error: pd.Series) -> None:
    """95 % intervals along x."""
    at, half = value.to_numpy(float), error.to_numpy(float)
    some = np.isfinite(at) & np.isfinite(half)
    axes.errorbar(
        at[some], place[some], xerr=half[some], fmt="none", ecolor=style.BLACK,
        elinewidth=0.7, capsize=1.6, capthick=0.7, zorder=5,
    )  # fmt: skip


def caption(found: Found, rows: pd.DataFrame, runs: tuple[int, ...]) -> str:
    """What stands under the figure; whether its indices can be read is said first."""
    own = rows[rows["st"].notna()]
    vague = [say(name) for name in own[~own["resolved"]]["field"]]
    (policy,) = found.plan.policies or ("",)
    hours = sum(h.length_h for h in found.horizons)
    ranges = "; ".join(f"{say(r.field)} {r.low:g}-{r.high:g} ({r.key})" for r in rows.itertuples())
    if own.empty:
        read = either(
            "No index could be computed: what is avoided never changes over these points.",
            "无法计算指数：在这些点上减排不变。",
        )
    elif vague:
        names = ", ".join(vague)
        read = either(
            f"Not converged: {len(vague)} of {len(own)} indices are too uncertain to be read (half "
            "of the 95 % interval of "
            f"S1 or ST above 0.1, or half the points say something else): {names}. More points would be needed.",
            f"未收敛：{len(own)} 个指数中 {len(vague)} 个不确定性过大，不可解读（S1 或 ST 的 95 % "
            "区间半宽超过 0.1，或半数点给出不同结果）："
            f"{names}。需要更多样本点。",
        )
    else:
        read = either(
            f"All {len(own)} indices have half a 95 % interval of at most 0.1, and half the points "
            "say the same within it.",
            f"全部 {len(own)} 个指数的 95 % 区间半宽不超过 0.1，且半数点给出区间内的相同结果。",
        )
    total = number(float(own["s1"].sum()), 2)
    text = either(
        f"Carbon that {policy} avoids in the whole system against all work here and now, in per "
        "cent of what computing emits. "
        "(a) Mean absolute effect of a field over its range, others anywhere in theirs (Morris, "
        f"{runs[0]} runs), with 95 % intervals: a rank and not a share. (b) Share of the variance "
        "that goes with a field "
        "alone (S1) and with all its interactions (ST), the fields without bars at the scenario's "
        f"values (Sobol, {runs[1]} runs); "
        f"S1 sum to {total}. {read} Whiskers: 95 % intervals by bootstrap, cut at the frame. "
        "Ranges, all values as likely, "
        f"assumed: {ranges}. {hours} h in {len(found.horizons)} stretch(es): of another season or a "
        "whole year the answer may "
        "differ.",
        f"{named(policy)}相对全部算力就地即时执行的全系统碳减排，占其算力排放的百分比。(a) "
        "各字段在其范围内的平均绝对效应，其余字段任意取值"
        f"（Morris，{runs[0]} 次运行），附 95 % 区间：只表示次序。(b) 单独（S1）及含全部交互（ST）的方差占比，"
        f"无条形的字段取情景值（Sobol，{runs[1]} 次运行）；S1 之和为 {total}。{read}"
        f"误差线：自助法 95 % 区间，超出图框处截断。范围（均匀分布，假设）：{ranges}。"
        f"共 {hours} h（{len(found.horizons)} 段），其他季节或全年的结论可能不同。",
    )
    title = either("What the result hangs on.", "结果取决于什么。")
    return found.caption(title, text, either("the fields named", "图中各字段"))
