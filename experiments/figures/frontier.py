"""The fronts of carbon against latency, delay and cost, the policies beside them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from westshift.experiments.frontier.tables import COLUMNS
from westshift.models.calendar import Horizon
from westshift.models.scenario import Scenario

from . import style
from .caption import caption_for
from .labels import Label, place
from .words import either, named

NAME = "frontier"
AXES = {
    "latency": ("ms", "Added round trip [ms]", "平均增加的往返时延 [ms]"),
    "delay": ("h", "Mean delay [h]", "平均等待时间 [h]"),
    "cost": ("M CNY", "System and transfer cost, added [{unit}]", "增加的系统与传输成本 [{unit}]"),
}
LABELLED = 3  # shadow prices on a front
SIZES = {"*": 8.0, "P": 6.5}


def rows(points: pd.DataFrame, policies: pd.DataFrame) -> pd.DataFrame:
    """All that is drawn: points of fronts (role `front`) and policies."""
    return pd.concat([points.assign(role="front", policy=""), policies], ignore_index=True)


def draw(drawn: pd.DataFrame) -> Figure:
    """A panel for each front that there is."""
    against = [a for a in AXES if (drawn["against"] == a).any()]
    mass, per_kt = ("Mt", 1e3) if drawn["avoided_kt"].abs().max() >= 2000.0 else ("kt", 1.0)
    with style.applied():
        figure = style.blank(style.DOUBLE_IN if len(against) > 1 else style.SINGLE_IN, 3.0)
        panels = figure.subplots(1, len(against), sharey=True, squeeze=False)[0]
        for axes, name, letter in zip(panels, against, "abc", strict=False):
            _frame(axes, drawn[drawn["against"] == name], name, letter, per_kt)
        low, high = _limits(drawn["avoided_kt"] / per_kt, 0.08, 0.12)
        panels[0].set_ylim(low, high)
        panels[0].set_ylabel(
            either(f"Carbon avoided, whole system [{mass}]", f"全系统减碳量 [{mass}]")
        )
        for axes in panels:
            axes.axhspan(low, 0.0, color=style.SHADE, zorder=0)
            axes.axhline(0.0, color=style.ZERO, linewidth=0.7, zorder=1)
        panels[0].text(
            0.985, 0.02, either("emits more", "排放增加"), transform=panels[0].transAxes, ha="right",
            va="bottom", color=style.SHADE_TEXT, style="italic",
        )  # fmt: skip
        figure.draw_without_rendering()
        figure.set_layout_engine("none")
        for axes, name in zip(panels, against, strict=True):
            _fill(axes, drawn[drawn["against"] == name], name, per_kt, mass)
    return figure


def _money(of: pd.DataFrame) -> tuple[str, float]:
    return ("G CNY", 1e3) if of["cost_m_cny"].abs().max() >= 2000.0 else ("M CNY", 1.0)


def _scale(of: pd.DataFrame, name: str) -> tuple[str, float]:
    """Unit of an axis and how many of the table's it is."""
    return _money(of) if name == "cost" else (AXES[name][0], 1.0)


def _frame(axes: Axes, of: pd.DataFrame, name: str, letter: str, per_kt: float) -> None:
    unit, per = _scale(of, name)
    axes.set_title(f"({letter})", loc="left")
    axes.set_xlabel(either(*AXES[name][1:]).format(unit=unit))
    axes.set_xlim(*_limits(of[COLUMNS[name]] / per, 0.08, 0.14))
    axes.locator_params("x", nbins=5)
    axes.axvline(0.0, color=style.ZERO, linewidth=0.4, linestyle=(0, (2, 2)), zorder=1)


def _fill(axes: Axes, of: pd.DataFrame, name: str, per_kt: float, mass: str) -> None:
    """The front, its shadow prices, the policies and their names."""
    per = _scale(of, name)[1]
    x, y = of[COLUMNS[name]] / per, of["avoided_kt"] / per_kt
    front = of["role"] == "front"
    fx, fy = x[front].to_numpy(), y[front].to_numpy()
    right = axes.get_xlim()[1]
    between = ~front & of["front_kt"].notna() & (x > fx[0]) & (x < fx[-1])  # found at policies
    line = pd.Series([*fy, *of["front_kt"][between] / per_kt], [*fx, *x[between]]).sort_index()
    axes.plot([*line.index, right], [*line, fy[-1]], color=style.BLACK, linewidth=1.1, zorder=3)
    axes.plot(fx, fy, "|", color=style.BLACK, markersize=4.0, markeredgewidth=0.7, zorder=3)
    prices = [
        Label(_price(of[front].iloc[i], name, mass, per_kt), [(fx[i], fy[i])], style.BLACK)
        for i in _labelled(of[front])
    ]
    roles = dict(zip(of["policy"], of["role"], strict=True))

    def look_of(names: list[str]) -> style.Look:
        alone = len(names) == 1 or roles[names[0]] == "baseline"
        return style.policy_look(names[0]) if alone else style.SEVERAL

    def told(name: str) -> str:
        baseline = roles[name] == "baseline"
        return named(name) + (either(" (baseline)", "（基准）") if baseline else "")

    spots: list[tuple[float, float, list[str], bool]] = []
    pixels: list[np.ndarray] = []
    for px, py, policy, beyond in zip(
        x[~front], y[~front], of["policy"][~front], of["beyond"][~front], strict=True
    ):
        here = axes.transData.transform((px, py))
        near = next((i for i, p in enumerate(pixels) if np.abs(p - here).max() < 2.0), None)
        if near is None:
            pixels.append(here)
            spots.append((px, py, [policy], bool(beyond)))
        else:
            spots[near][2].append(policy)
    for px, py, names, beyond in spots:
        look = look_of(names)
        axes.plot(
            px, py, look.marker, color=look.colour, markersize=SIZES.get(str(look.marker), 5.0),
            markerfacecolor="white" if beyond else look.colour, markeredgewidth=0.8, zorder=5,
        )  # fmt: skip
    labels = [
        Label("\n".join(map(told, names)), [(px, py)], style.darker(look_of(names).colour))
        for px, py, names, _ in spots
    ]
    marks = [*((px, py) for px, py, *_ in spots), *_along(line.index.to_numpy(), line.to_numpy())]
    left = axes.get_xlim()[0]
    lines = [(left, 0.0, right, 0.0), (fx[-1], fy[-1], right, fy[-1])]
    place(axes, [*labels, *prices], marks, lines, fontsize=6.0)


def _labelled(front: pd.DataFrame) -> list[int]:
    """Points inside the front whose prices are shown, evenly spread: at its ends a price holds on one side."""
    inner = np.arange(1, len(front) - 1)
    if not len(inner):
        return []
    return sorted({int(inner[round(i)]) for i in np.linspace(0, len(inner) - 1, LABELLED)})


def _price(point: pd.Series, name: str, mass: str, per_kt: float) -> str:
    if name == "cost":
        return f"{point['cny_per_t']:,.0f} CNY/t" if point["cny_per_t"] > 0 else ""
    unit = AXES[name][0]
    text = f"{point['kt_per_unit'] / per_kt:.3g} {mass}/{unit}"
    worth = point["cny_per_mwh_unit"]
    return text + (f"\n{worth:.3g} CNY/(MWh·{unit})" if worth == worth else "")


def _along(x: np.ndarray, y: np.ndarray) -> list[tuple[float, float]]:
    """Points close together on a line, for labels to keep clear of."""
    at = np.linspace(x[0], x[-1], 30)
    return list(zip(at.tolist(), np.interp(at, x, y).tolist(), strict=True))


def _limits(values: pd.Series, before: float, after: float) -> tuple[float, float]:
    low, high = min(0.0, float(values.min())), max(0.0, float(values.max()))
    if high - low <= 0.0:
        return -1.0, 1.0
    return low - before * (high - low), high + after * (high - low)


def caption(
    s: Scenario,
    horizons: Sequence[Horizon],
    drawn: pd.DataFrame,
    volumes: pd.DataFrame,
    budget_pct: float,
) -> str:
    """What stands under the figure.

    Args:
        s, horizons: what was run. drawn: see `rows`. volumes: hypervolume. budget_pct: of the baseline's cost.
    """
    share = "; ".join(
        f"{v.against} {v.share_pct:.0f} %" for v in volumes.itertuples() if v.share_pct >= 0
    )
    beyond = drawn[(drawn["role"] != "front") & (drawn["beyond"].fillna("") != "")]
    text = (
        "Line: the most that can be avoided in the whole system, source, grid, load and storage decided "
        "together and all hours foreseen, against mean added round trip, mean delay of the work that "
        "arrives, and cost of the system and of data transfer against the baseline's, no price on carbon "
        f"or time. On the line no more is spent than {budget_pct:.6g} % of the baseline's cost, and no more work "
        "given up or demand shed. What is not on the axis is free. Labels: shadow prices, the duals of the "
        "bounds at that point. Points: policies as the world carries them out, the grid then dispatched at "
        "least cost; part of their distance to the line is that dispatch, which on the line is chosen for "
        "carbon. Grey: several policies on one point."
    )
    if share:
        text += (
            " Hypervolume of the policies, of the front's (reference: the baseline's carbon, a tenth beyond "
            f"the greatest value on the axis): {share}."
        )
    if len(beyond):
        told = sorted({f"{r.policy} ({r.beyond})" for r in beyond.itertuples()})
        text += f" Open: does not keep the line's bounds: {', '.join(told)}."
    return caption_for(s, horizons, "The frontier of carbon, time and money.", text)
