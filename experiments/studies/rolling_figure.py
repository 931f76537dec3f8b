"""Charge of all storage by hour, a panel a horizon, a line a variant."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from westshift.experiments.figures import style
from westshift.experiments.figures.words import named, say

LOOKS = ((style.PURPLE, "-", 1.6), (style.VERMILION, "-", 0.9), (style.SKY, "--", 0.9))
MOST = 4


def draw(rows: pd.DataFrame) -> Figure:
    """The first horizons, at most four; the table holds all."""
    names = list(dict.fromkeys(rows["horizon"]))[:MOST]
    variants = list(dict.fromkeys(rows["variant"]))
    with style.applied():
        figure = style.blank(style.DOUBLE_IN, 2.2 if len(names) <= 2 else 3.6)
        grid = figure.subplots(-(-len(names) // 2), min(len(names), 2), squeeze=False, sharey=True)
        for axes, name in zip(grid.ravel(), names, strict=False):
            for variant, (colour, line, width) in zip(variants, LOOKS, strict=False):
                own = rows[(rows["horizon"] == name) & (rows["variant"] == variant)]
                axes.plot(
                    own["hour"] / 24.0, own["charged_gwh"], color=colour, linestyle=line,
                    linewidth=width, label=say(variant),
                )  # fmt: skip
            axes.set_title(named(name))
            axes.set_xlim(0.0, rows.loc[rows["horizon"] == name, "hour"].max() / 24.0)
        grid[0, 0].set_ylim(bottom=0.0)  # shared, and only now that all lines are in
        for axes in grid[-1]:
            axes.set_xlabel(say("Day of the horizon"))
        for row in grid:
            row[0].set_ylabel(say("In storage [GWh]"))
        for axes in grid.ravel()[len(names) :]:
            axes.set_visible(False)
        handles, labels = grid[0, 0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside upper center", ncols=1)
    return figure
