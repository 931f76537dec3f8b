"""The figure: carbon avoided and money by route, one marker an option."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from westshift.experiments.figures import style
from westshift.experiments.figures.words import say

from .bits_or_watts_table import FLEETS

LOOKS = {
    "watts, existing lines": style.Look(style.BLACK, "|"),
    "bits": style.Look(style.BLUE, "o"),
    "bits, built twice": style.Look(style.ORANGE, "s"),
    "watts, new line": style.Look(style.VERMILION, "D"),
}
SIZES = {"|": 7.0, "o": 4.6, "s": 4.0, "D": 3.8}


def plotted(rows: pd.DataFrame) -> pd.DataFrame:
    """Exactly the numbers in the figure: route, option, fleet, t per GWh of work, CNY per MWh of work."""
    return pd.DataFrame(
        {
            "route": rows["origin"] + "→" + rows["site"],
            "option": rows["option"],
            "fleet": rows["fleet"],
            "avoided_t_per_gwh": rows["avoided_t_per_gwh"],
            "total_cny_per_mwh": 1e3 * rows["total_m_cny"] / rows["work_gwh"],
        }
    )


def draw(shown: pd.DataFrame) -> Figure:
    """Three panels with a line for each route: carbon without and with the new plant, money with it."""
    routes = list(dict.fromkeys(shown["route"]))
    site = [name.partition("→")[2] for name in routes]
    with style.applied():
        figure = style.blank(style.DOUBLE_IN, 1.15 + 0.165 * max(len(routes), 4))
        panels = figure.subplots(1, 3, sharey=True)
        old, new = FLEETS[False], FLEETS[True]
        for axes, fleet, column, title, label in zip(
            panels,
            (old, new, new),
            ("avoided_t_per_gwh", "avoided_t_per_gwh", "total_cny_per_mwh"),
            ("(a) carbon, grid as it stands", "(b) carbon, with new western plant",
             "(c) money, with new western plant"),
            ("avoided [t/GWh of work]", "avoided [t/GWh of work]", "beyond staying [CNY/MWh of work]"),
            strict=True,
        ):  # fmt: skip
            _panel(axes, shown[shown["fleet"] == fleet], column, routes, site)
            axes.set_title(say(title))
            axes.set_xlabel(say(label))
            axes.tick_params(axis="y", length=0)
        panels[0].set_yticks(range(len(routes)), routes)
        panels[0].set_ylim(len(routes) - 0.4, -0.6)
        figure.legend(handles=_keys(), loc="outside upper center", ncols=len(LOOKS))
    return figure


def _panel(axes: Axes, part: pd.DataFrame, column: str, routes: list[str], site: list[str]) -> None:
    """Markers of one panel on a rule for each route, routes to one site set apart from the next."""
    values = part[column]
    low, high = min(0.0, values.min()), max(0.0, values.max())
    room = 0.06 * (high - low) or 1.0
    axes.set_xlim(low - room, high + room)
    bad = (high + room, 0.0) if column.endswith("cny_per_mwh") else (low - room, 0.0)
    axes.axvspan(*sorted(bad), color=style.SHADE, zorder=0, linewidth=0)
    axes.axvline(0.0, color=style.ZERO, linewidth=0.7, zorder=1)
    _name_the_bad_side(axes, column, (low - room, high + room))
    for y, name in enumerate(routes):
        own = part[part["route"] == name]
        axes.plot(
            [own[column].min(), own[column].max()], [y, y], color="#BBBBBB", linewidth=0.6, zorder=2
        )
        if y and site[y] != site[y - 1]:
            axes.axhline(y - 0.5, color="#DDDDDD", linewidth=0.5, zorder=1)
    for option, look in LOOKS.items():
        own = part[part["option"] == option]
        axes.plot(
            own[column], [routes.index(r) for r in own["route"]], look.marker, color=look.colour,
            markersize=SIZES[look.marker], markeredgewidth=1.3 if look.marker == "|" else 0.0,
            linestyle="", zorder=4,
        )  # fmt: skip


def _name_the_bad_side(axes: Axes, column: str, limits: tuple[float, float]) -> None:
    """Words in the shaded part, where it is wide enough for them."""
    costs = column.endswith("cny_per_mwh")
    share = (limits[1] if costs else -limits[0]) / (limits[1] - limits[0])
    if share > 0.2:
        axes.text(
            0.98 if costs else 0.02, 0.005, say("costs more") if costs else say("emits more"), transform=axes.transAxes,
            ha="right" if costs else "left", va="bottom", color=style.SHADE_TEXT, style="italic",
        )  # fmt: skip


def _keys() -> list[Line2D]:
    return [
        Line2D(
            [], [], linestyle="", marker=look.marker, color=look.colour, label=say(option),
            markersize=SIZES[look.marker], markeredgewidth=1.3 if look.marker == "|" else 0.0,
        )
        for option, look in LOOKS.items()
    ]  # fmt: skip
