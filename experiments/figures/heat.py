"""Hours by regions in colour, with discs for what was scheduled there."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.artist import Artist
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from . import style
from .words import named, say

MAP = "cividis_r"  # even to the eye, and to eyes without red or green; the cleanest is the lightest
ROW_IN, LARGEST_PT, LEAST = 0.145, 9.0, 0.01
"""Height of a row [in]; diameter of the largest disc [pt]; share of the largest change that is still drawn."""
MORE = {"facecolor": "white", "edgecolor": style.BLACK}
LESS = {"facecolor": style.VERMILION, "edgecolor": "white"}


def figure_of(rows: pd.DataFrame, baseline: str, policy: str) -> Figure:
    """The cleanest region on top; rows as `studies/hours_by_region.table` makes them."""
    regions = list(dict.fromkeys(rows["region"]))
    names = rows.drop_duplicates("region")["region_name"]
    n = len(regions)
    shade = rows["it_kg_per_mwh"].to_numpy(float).reshape(n, -1)
    change = rows["change_mwh"].to_numpy(float).reshape(n, -1)
    colours = colormaps[MAP].with_extremes(bad="#DDDDDD")
    with style.applied():
        figure = style.blank(style.DOUBLE_IN, 1.05 + ROW_IN * max(n, 7))
        axes = figure.subplots()
        image = axes.imshow(shade, cmap=colours, aspect="auto", vmin=0.0, vmax=_top(shade))
        bar = figure.colorbar(image, ax=axes, pad=0.015, fraction=0.03, aspect=28)
        bar.set_label(say("PUE × intensity [kg/MWh of IT]"))
        bar.outline.set_linewidth(0.5)
        most = float(np.nanmax(np.abs(change), initial=0.0))
        for sign, look in ((1.0, MORE), (-1.0, LESS)):
            y, x = np.nonzero(np.nan_to_num(sign * change) > LEAST * most)
            size = LARGEST_PT**2 * np.abs(change[y, x]) / most if most > 0 else 1.0
            axes.scatter(x, y, s=size, linewidths=0.5, zorder=3, **look)
        axes.set_xticks(range(0, 24, 3), [f"{h:02d}" for h in range(0, 24, 3)])
        axes.set_xlabel(say("Hour of the day [h]"))
        axes.set_yticks(range(n), names)
        axes.tick_params(axis="y", length=0)
        axes.spines[:].set_visible(False)
        if policy != baseline and most > 0:
            words = say(
                "compute load, {policy} less {baseline}",
                policy=named(policy),
                baseline=named(baseline),
            )
            legend = figure.legend(
                handles=_keys(most), loc="outside upper center", ncols=3, title=words
            )
            legend.get_title().set_fontsize(7)
    return figure


def _top(shade: np.ndarray) -> float:
    most = float(np.nanmax(shade, initial=0.0))
    return most if most > 0 else 1.0


def _keys(most: float) -> list[Artist]:
    """Discs as large as half of the largest change, rounded down to one digit."""
    step = 10.0 ** math.floor(math.log10(most / 2))
    shown = math.floor(most / 2 / step) * step
    size = LARGEST_PT * math.sqrt(shown / most)
    return [
        Line2D(
            [], [], linestyle="", marker="o", markersize=size, markerfacecolor=look["facecolor"],
            markeredgecolor=look["edgecolor"], markeredgewidth=0.5,
            label=say(words, mwh=shown),
        )
        for words, look in (
            ("{mwh:,g} MWh more in such an hour", MORE),
            ("{mwh:,g} MWh less in such an hour", LESS),
        )
    ]  # fmt: skip
