"""Three panels over the share that follows: saving per MWh, gap of intensities, curtailment used."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from westshift.experiments.figures import style

LOOKS = {
    "average": style.Look(style.GREEN, "^"),
    "marginal": style.Look(style.ORANGE, "s"),
    "price": style.Look(style.SKY, "v"),
    "endogenous": style.Look(style.VERMILION, "P"),
}
PANELS = (
    ("avoided_kg_per_mwh", "(a) saving", "CO₂ avoided [kg per MWh shifted]"),
    ("marginal_gap_kg_per_mwh", "(b) gap", "Marginal intensity gap [kg/MWh]"),
    ("curtailed_used_gwh", "(c) curtailment", "Curtailed energy used [TWh/a]"),
)


def draw(rows: pd.DataFrame) -> Figure:
    """One line a signal in each panel; shaded where more is emitted."""
    with style.applied():
        figure = style.blank(style.DOUBLE_IN, 2.8)
        panels = figure.subplots(1, 3)
        for axes, (column, title, words) in zip(panels, PANELS, strict=True):
            for signal, own in rows.groupby("signal", sort=False):
                look = LOOKS[str(signal)]
                scale = 1e3 if column.endswith("_gwh") else 1.0
                axes.plot(
                    own["share_pct"], own[column] / scale, color=look.colour, marker=look.marker,
                    markersize=3.5, label=signal, clip_on=False,
                )  # fmt: skip
                if column == "avoided_kg_per_mwh":
                    axes.plot(
                        own["share_pct"].iloc[1:], own["claimed_kg_per_mwh"].iloc[1:], color=look.colour,
                        marker="x", markersize=3.5, linestyle="none", clip_on=False,
                    )  # fmt: skip
            axes.set_title(title)
            axes.set_ylabel(words)
            axes.set_xlabel("Share that follows [%]")
            axes.set_xlim(0, 100)
            least = float(rows[column].min())
            low, high = axes.get_ylim()
            low = low if least < 0 else 0.0
            axes.set_ylim(low, max(high, 0.0))
            axes.axhline(0.0, color=style.ZERO, linewidth=0.7, zorder=1)
            if low < 0:
                axes.axhspan(low, 0.0, color=style.SHADE, zorder=0)
        figure.legend(
            *panels[0].get_legend_handles_labels(),
            loc="outside upper center",
            ncols=4,
            title="followed",
        )
    return figure
