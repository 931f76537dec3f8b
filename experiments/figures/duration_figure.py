"""Balances of a week over duration curves: the hours of a region in falling order."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from . import style
from .days import time_axis
from .stack import Case, balance, keys
from .words import named, say

LOAD, NET, HELD = "load", "net load", "renewable power held back"
LINES = {LOAD: "-", NET: (0, (4, 1.2)), HELD: "-"}

LEAST = 0.001
"""Share of the most that was held back below which the curve is taken to have ended."""


def figure_of(
    balances: list[dict[str, Any]], curves: pd.DataFrame, changes: pd.DataFrame
) -> Figure:
    """Two balances over three panels; one over two where only the baseline ran."""
    cases = [case for key in ("without", "with") if (case := Case.of(balances, key)) is not None]
    both = len(cases) == 2
    with style.applied():
        figure = style.blank(style.DOUBLE_IN, 5.3)
        panels = figure.subplot_mosaic(
            "AAABBB;CCDDEE" if both else "AAAAAA;CCCEEE", height_ratios=(1.7, 1)
        )
        for case, key in zip(cases, "AB", strict=False):
            balance(panels[key], case, cases)
            time_axis(panels[key], case.time)
        titles = [case.title for case in cases] + [say("load and net load")]
        _durations(panels["C"], curves[curves["curve"].isin((LOAD, NET))])
        if both:
            panels["B"].sharey(panels["A"])
            panels["B"].set_ylabel("")
            _changes(panels["D"], changes)
            titles.append(say("with minus without"))
        _durations(panels["E"], curves[curves["curve"] == HELD])
        titles.append(say(HELD))
        held = curves[curves["curve"] == HELD]
        held = held[held["power_mw"] > LEAST * held["power_mw"].max()]
        panels["E"].set_xlim(
            0.0, min(100.0, 1.1 * held["to_share_pct"].max()) if len(held) else 100.0
        )
        for n, (axes, title) in enumerate(zip(panels.values(), titles, strict=True)):
            axes.set_title(f"({'abcde'[n]}) {title}")
        panels["C"].legend(loc="best")
        figure.suptitle(f"{cases[0].region_name}, {cases[0].span}", fontsize=8, x=0.01, ha="left")
        figure.legend(handles=keys(cases), loc="outside lower center", ncols=6)
    return figure


def _durations(axes: Axes, own: pd.DataFrame) -> None:
    """Policies and curves on one axis: the first policy thick, so that the second does not hide it."""
    least, most = float(own["power_mw"].min()), float(own["power_mw"].max())
    unit, scale = style.power_unit(max(abs(least), abs(most)))
    several = own["curve"].nunique() > 1
    for (policy, part), width in zip(own.groupby("policy", sort=False), (1.8, 0.8), strict=False):
        for curve, line in part.groupby("curve", sort=False):
            words = named(str(policy)) + (f": {say(str(curve))}" if several else "")
            _steps(axes, line, "power_mw", scale, str(policy), width, words)
    room = 0.06 * (most - min(least, 0.0)) or scale
    axes.set_ylim((least - room) / scale if least < 0 else 0.0, (most + room) / scale)
    axes.set_xlim(0.0, 100.0)
    axes.set_ylabel(say("Power [{unit}]", unit=unit))
    _share_axis(axes)


def _changes(axes: Axes, changes: pd.DataFrame) -> None:
    most = float(changes["change_mw"].abs().max())
    unit, scale = style.power_unit(most)
    for curve, own in changes.groupby("curve", sort=False):
        _steps(axes, own, "change_mw", scale, own["policy"].iloc[0], 0.8, say(str(curve)))
    axes.margins(y=0.1)
    if most < 1e-6:
        axes.set_ylim(-1.0, 1.0)
    axes.set_xlim(0.0, 100.0)
    axes.set_ylabel(say("Change of power [{unit}]", unit=unit))
    axes.legend(loc="best")
    _share_axis(axes)


def _steps(
    axes: Axes, own: pd.DataFrame, column: str, scale: float, policy: str, width: float, words: str
) -> None:
    """A value holds from the share before to its own."""
    share = np.concatenate([[0.0], own["to_share_pct"].to_numpy(float)])
    value = own[column].to_numpy(float) / scale
    axes.step(
        share, np.append(value, value[-1]), where="post", linewidth=width, label=words,
        color=style.policy_look(policy).colour, linestyle=LINES[own["curve"].iloc[0]],
    )  # fmt: skip


def _share_axis(axes: Axes) -> None:
    axes.axhline(0.0, color=style.ZERO, linewidth=0.5, zorder=1)
    axes.set_xlabel(say("Share of hours [%]"))
