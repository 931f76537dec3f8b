"""Two panels: CPU seconds and memory of the siting program against weeks, a line for each number of regions."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullLocator

from westshift.experiments.figures import style

from .row import Row

GOAL_S, GOAL_GIB = 1200.0, 8.0
"""Ten minutes of two cores, and the memory that the whole program may take."""


def draw(rows: Sequence[Row]) -> Figure:
    """`rows` as `sited.rows` makes them."""
    taken: dict[int, list[tuple[int, Row]]] = {}
    for row in rows:
        regions, weeks = row.size.split(",")[:2]
        taken.setdefault(int(regions.split()[0]), []).append((int(weeks.split()[0]), row))
    with style.applied():
        figure = style.blank(style.DOUBLE_IN, 2.6)
        left, right = figure.subplots(1, 2)
        colours = (style.BLUE, style.ORANGE, style.GREEN)
        markers = ("o", "s", "^")
        for i, (regions, own) in enumerate(sorted(taken.items())):
            own = sorted(own, key=lambda x: x[0])
            how = {
                "color": colours[i % 3], "marker": markers[i % 3], "markersize": 3.5,
                "label": f"{regions} regions",
            }  # fmt: skip
            weeks = [w for w, _ in own]
            corners = [(w, row) for w, row in own if row.way == "simplex"]
            for axes, value in ((left, _seconds), (right, _gib)):
                axes.loglog(weeks, [value(row) for _, row in own], **how)
                at, found = [w for w, _ in corners], [value(row) for _, row in corners]
                white = how | {"linestyle": "none", "markerfacecolor": "white", "label": None}
                axes.loglog(at, found, **white)
        for axes, goal, words in (
            (left, GOAL_S, "CPU seconds"),
            (right, GOAL_GIB, "Greatest memory [GiB]"),
        ):
            axes.axhline(goal, color=style.ZERO, linewidth=0.7, linestyle="--")
            axes.set_xlabel("Whole weeks, hourly")
            axes.set_ylabel(words)
            axes.set_xticks([1, 2, 4], ["1", "2", "4"])
            axes.xaxis.set_minor_locator(NullLocator())
            axes.yaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
            axes.yaxis.set_major_formatter("{x:g}")
            axes.yaxis.set_minor_locator(NullLocator())
        left.annotate("10 min of two cores", (1.0, GOAL_S), (0, 2), textcoords="offset points")
        right.annotate("8 GB", (1.0, GOAL_GIB), (0, 2), textcoords="offset points")
        left.annotate(
            "white: simplex; full: interior point",
            (0.98, 0.03),
            xycoords="axes fraction",
            ha="right",
        )
        right.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
    return figure


def _seconds(row: Row) -> float:
    return row.seconds


def _gib(row: Row) -> float:
    return row.memory_mib / 1024.0
