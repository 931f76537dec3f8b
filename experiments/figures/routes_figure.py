"""Bars by route: what a move avoids, stacked by what does it, counted in two ways side by side."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from . import style
from .words import say

LOOKS = {
    "grid_t_per_gwh": ("grid factor", style.BLUE),
    "pue_t_per_gwh": ("PUE and climate", style.ORANGE),
    "servers_t_per_gwh": ("servers", style.GREEN),
    "network_t_per_gwh": ("network", style.PURPLE),
}
WAYS = {"attributional": "", "consequential": "//////"}
WIDTH, APART = 0.36, 0.2
MOST_ACROSS, MOST_NUMBERED = 3, 8
"""Panels beside one another; routes of a panel that still have room for numbers."""
LEAST = 0.01
"""Share of the largest sum below which a part is too thin to be seen, and has no key."""


def figure_of(rows: pd.DataFrame) -> Figure:
    """A panel an origin; a pair of bars a site; the sum of each as a diamond with its sign."""
    origins = list(dict.fromkeys(rows["origin"]))
    across = min(len(origins), MOST_ACROSS)
    down = -(-len(origins) // across)
    with style.applied():
        figure = style.blank(
            style.DOUBLE_IN if across > 1 else 1.4 * style.SINGLE_IN, 0.7 + 2.5 * down
        )
        panels = figure.subplots(down, across, sharey=True, squeeze=False)
        for axes, origin, n in zip(panels.ravel(), origins, range(len(origins)), strict=False):
            own = rows[rows["origin"] == origin]
            _panel(axes, own)
            start = say("from {origin}", origin=own["origin_name"].iloc[0])
            axes.set_title(f"({chr(ord('a') + n % 26)}) {start}")
        for axes in panels.ravel()[len(origins) :]:
            axes.set_visible(False)
        for row in panels:
            row[0].set_ylabel(say("CO₂ avoided [t per GWh of IT work]"))
        low, high = panels[0, 0].get_ylim()
        room = 0.05 * (high - low)
        low = low - room if low < 0 else 0.0
        panels[0, 0].set_ylim(low, high + (3.0 if across > 1 else 1.0) * room)
        for axes in panels.ravel():
            if low < 0:
                axes.axhspan(low, 0.0, color=style.SHADE, zorder=0)
            axes.axhline(0.0, color=style.ZERO, linewidth=0.7, zorder=1)
        if low < 0:
            panels[-1, 0].text(
                0.01, 0.01, say("emits more"), transform=panels[-1, 0].transAxes, va="bottom",
                color=style.SHADE_TEXT, style="italic",
            )  # fmt: skip
        figure.legend(handles=_keys(rows), loc="outside upper center", ncols=3 if across > 1 else 2)
    return figure


def _panel(axes: Axes, own: pd.DataFrame) -> None:
    sites = list(dict.fromkeys(own["site"]))
    for way, hatch in WAYS.items():
        part = own[own["way"] == way].set_index("site").loc[sites]
        x = np.arange(len(sites)) + (APART if hatch else -APART)
        above, below = np.zeros(len(sites)), np.zeros(len(sites))
        for column, (_, colour) in LOOKS.items():
            value = part[column].to_numpy(float)
            up, down = np.fmax(value, 0.0), np.fmin(value, 0.0)
            for base, height in ((above, np.nan_to_num(up)), (below, np.nan_to_num(down))):
                axes.bar(
                    x,
                    height,
                    WIDTH,
                    bottom=base,
                    color=colour,
                    hatch=hatch,
                    edgecolor="white",
                    zorder=2,
                )
            above, below = above + np.nan_to_num(up), below + np.nan_to_num(down)
        net = part["net_t_per_gwh"].to_numpy(float)
        axes.plot(
            x, net, "D", color="white", markeredgecolor=style.BLACK, markeredgewidth=0.7,
            markersize=3.2, zorder=4,
        )  # fmt: skip
        for place, value, top in zip(x, net, above, strict=True):
            if len(sites) <= MOST_NUMBERED:
                text = say("no factor published") if np.isnan(value) else _signed(value)
                upright = {"rotation": 90} if len(sites) > 2 else {}
                axes.annotate(
                    text, (place, top), (0, 4), textcoords="offset points", ha="center", va="bottom",
                    fontsize=5.5, zorder=5, **upright,
                )  # fmt: skip
    names = [text.partition(" (")[0] for text in own.drop_duplicates("site")["site_name"]]
    slanted = len(sites) > 2
    axes.set_xticks(
        range(len(sites)), names, rotation=40 if slanted else 0, ha="right" if slanted else "center",
        rotation_mode="anchor" if slanted else "default",
    )  # fmt: skip
    axes.tick_params(axis="x", length=0)
    axes.set_xlim(-0.6, len(sites) - 0.4)


def _signed(value: float) -> str:
    rounded = round(value)
    return f"{rounded:+,d}".replace("-", "−") if rounded else "0"


def _keys(rows: pd.DataFrame) -> list[Artist]:
    made: list[Artist] = [
        Patch(facecolor=colour, label=say(words))
        for column, (words, colour) in LOOKS.items()
        if rows[column].abs().max() > LEAST * rows["net_t_per_gwh"].abs().max()
    ]
    made += [
        Patch(facecolor="#888888", edgecolor="white", hatch=hatch, label=say(way))
        for way, hatch in {
            "attributional: official annual factors": "",
            "consequential: margin of the baseline's grid": "//////",
        }.items()
    ]
    net = {"linestyle": "", "marker": "D", "color": "white", "markeredgecolor": style.BLACK}
    return [*made, Line2D([], [], **net, markersize=3.2, markeredgewidth=0.7, label=say("net"))]
