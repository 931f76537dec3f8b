"""Three panels: CPU seconds of a rolling run against hours, regions and classes, beside a straight proportion."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullLocator

from westshift.experiments.figures import style

from .row import Row

WORDS = {
    "hours": "Hours simulated",
    "regions": "Regions (28 days)",
    "classes": "Classes of work (28 days)",
}


def draw(rows: Sequence[Row]) -> Figure:
    """One panel for each thing that grows; the thin line is in proportion to the smallest run."""
    with style.applied():
        figure = style.blank(style.DOUBLE_IN, 2.5)
        panels = figure.subplots(1, len(WORDS))
        for axes, (what, words) in zip(panels, WORDS.items(), strict=True):
            own = [r for r in rows if r.measured == f"growth with {what}"]
            amount = np.array([float(r.way.split()[0]) for r in own])
            seconds = np.array([r.seconds for r in own])
            axes.loglog(
                amount, seconds, color=style.BLUE, marker="o", markersize=3.5, label="measured"
            )
            straight = seconds[0] * amount / amount[0]
            axes.loglog(
                amount,
                straight,
                color=style.ZERO,
                linewidth=0.7,
                linestyle="--",
                label="in proportion",
            )
            axes.set_xlabel(words)
            axes.set_xticks(
                amount, [f"{a:,.0f}" for a in amount], rotation=35 if len(own) > 4 else 0
            )
            axes.xaxis.set_minor_locator(NullLocator())
            axes.yaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
            axes.yaxis.set_major_formatter("{x:g}")
            axes.yaxis.set_minor_locator(NullLocator())
        panels[0].set_ylabel("CPU seconds")
        panels[0].legend(loc="upper left")
    return figure
