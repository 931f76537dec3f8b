"""Uncertainty in figures: whiskers of 95 % intervals, and whether there are enough replicates."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from westshift.experiments.sweep.replicates import convergence

from . import style
from .words import say


def whiskers(
    axes: Axes,
    x: Sequence[float] | np.ndarray,
    mean: Sequence[float] | np.ndarray,
    low: Sequence[float] | np.ndarray,
    high: Sequence[float] | np.ndarray,
    colour: str = style.BLACK,
) -> None:
    """Bars from low to high; where an interval is not known (NaN) there is none."""
    x, mean, low, high = (np.asarray(v, float) for v in (x, mean, low, high))
    some = np.isfinite(low) & np.isfinite(high)
    if not some.any():
        return
    axes.errorbar(
        x[some], mean[some], yerr=np.stack([mean - low, high - mean])[:, some],
        fmt="none", ecolor=colour, elinewidth=0.7, capsize=1.6, capthick=0.7, zorder=5,
    )  # fmt: skip


def running(values: Sequence[float] | np.ndarray) -> pd.DataFrame:
    """Mean and half-width as replicates are added (see `convergence`); no row where there is only one."""
    if len(values) < 2:
        return pd.DataFrame({"replicates": [], "mean": [], "half_width": []}, dtype=float)
    return convergence(values)


def settle(axes: Axes, rows: pd.DataFrame, colour: str, label: str) -> None:
    """The running mean of one measure and the band of its 95 % interval.

    Args:
        rows: from `running`. colour, label: of the line.
    """
    axes.plot(
        rows["replicates"], rows["mean"], color=colour, marker="o", markersize=2.2, label=label
    )
    axes.fill_between(
        rows["replicates"], rows["mean"] - rows["half_width"], rows["mean"] + rows["half_width"],
        color=colour, alpha=0.18, linewidth=0,
    )  # fmt: skip
    axes.set_xlabel(say("Seeds"))
    if len(rows):
        most = int(rows["replicates"].max())
        axes.set_xlim(1.5, most + 0.5)
        axes.set_xticks(range(2, most + 1, max(1, most // 6)))


def ground(axes: Axes) -> None:
    """The zero line, and shade below it where something lies there; call it when all is drawn."""
    low, high = axes.get_ylim()
    low = min(low, 0.0) if axes.dataLim.y0 < -1e-6 * max(1.0, abs(high)) else 0.0
    high = max(high, 0.0)
    axes.set_ylim(low, high)
    axes.axhline(0.0, color=style.ZERO, linewidth=0.7, zorder=1)
    if low < 0:
        axes.axhspan(low, 0.0, color=style.SHADE, zorder=0)
