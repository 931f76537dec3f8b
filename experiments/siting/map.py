"""The map of a siting plan: what stands, what is built beside it, new plants and lines, where they lie."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from westshift.experiments.figures import style
from westshift.experiments.figures.caption import caption_for
from westshift.experiments.figures.save import save
from westshift.experiments.siting.site import Siting

LARGEST_PT2 = 120.0
"""Area of the largest circle [pt²]."""


def draw(s: Siting, folder: Path) -> None:
    """Write figures/site_map as PDF, PNG, numbers and caption."""
    places, lines = _places(s), _lines(s)
    with style.applied():
        figure = style.blank(style.DOUBLE_IN, 3.6)
        left, right = figure.subplots(1, 2, sharex=True, sharey=True)
        _circles(left, places, COMPUTE, f"Data centers, {s.problem.growth.name}")
        top = places[places["what"] == SERVERS].nlargest(5, "mw")
        for row in top.itertuples():
            left.annotate(
                f"{str(row.where).split(' (')[0]} {_power(row.mw)}", (row.lon, row.lat), xytext=(-7, 4),
                textcoords="offset points", ha="right", va="bottom", fontsize=6.5,
            )  # fmt: skip
        for row in lines.itertuples():
            right.plot(
                [row.lon, row.to_lon], [row.lat, row.to_lat], color=style.BLUE, alpha=0.55, zorder=1,
                lw=0.4 + 2.0 * row.mw / lines["mw"].max(), solid_capstyle="round",
            )  # fmt: skip
        if len(lines):
            most = _power(float(lines["mw"].max()))
            right.plot(
                [], [], color=style.BLUE, lw=2.4, alpha=0.55, label=f"new lines, at most {most}"
            )
        _circles(right, places, SUPPLY, "Supply and transmission")
        left.set_ylabel("latitude [°N]")
        for axes in (left, right):
            axes.set_xlabel("longitude [°E]")
            axes.set_aspect(1.0 / math.cos(math.radians(float(places["lat"].mean()))))
        left.margins(0.12)
        if places["lat"].max() - places["lat"].min() < 5.0:  # places in a row need some height
            middle = float(places["lat"].mean())
            left.set_ylim(middle - 6.0, middle + 6.0)
        for axes in (left, right):
            if axes.get_legend_handles_labels()[1]:
                axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.16), ncols=2, frameon=False)
    text = (
        "Left: IT power of what stands and of new servers. Right: capacity of new plants and batteries at the capital "
        "of their region, moved aside to be seen, and new transmission. Areas by MW, each side on its own scale, said "
        "above it."
    )
    numbers = pd.concat([places, lines.assign(what="line")], ignore_index=True)
    caption = caption_for(s.problem.scenario, s.problem.horizons, "Where the plan builds", text)
    (folder / "figures").mkdir(exist_ok=True)
    save(figure, numbers, folder / "figures", "site_map", caption)


def _circles(
    axes: Any, places: pd.DataFrame, looks: dict[str, tuple[str, bool, float]], title: str
) -> None:
    """Each kind in its own look, area by MW; the largest of all kinds is said in the title."""
    shown = places[places["what"].isin(list(looks))]
    most = max(float(shown["mw"].max()), 1.0) if len(shown) else 1.0
    for what, (colour, filled, aside) in looks.items():
        mine = shown[shown["what"] == what]
        if not len(mine):
            continue
        face = colour if filled else "none"
        axes.scatter(
            mine["lon"] + aside, mine["lat"], s=np.maximum(LARGEST_PT2 * mine["mw"] / most, 1.5), facecolors=face,
            edgecolors=colour, linewidths=0.7, alpha=0.8 if filled else 1.0, zorder=3 if filled else 2,
        )  # fmt: skip
        axes.scatter([], [], s=28, facecolors=face, edgecolors=colour, linewidths=0.7, label=what)
    axes.set_title(f"{title}; largest circle {_power(most)}" if len(shown) else title)


SERVERS = "new servers"
COMPUTE: dict[str, tuple[str, bool, float]] = {  # colour, filled, moved aside [°]
    "standing data centers": ("#666666", False, 0.0),
    SERVERS: (style.VERMILION, True, 0.0),
}
SUPPLY: dict[str, tuple[str, bool, float]] = {
    "new wind": (style.SKY, True, -0.9),
    "new solar": (style.ORANGE, True, 0.9),
    "new smr": (style.PURPLE, True, 1.6),
    "new batteries": (style.GREEN, True, -1.6),
}


def _power(mw: float) -> str:
    unit, scale = style.power_unit(mw)
    return f"{mw / scale:,.0f} {unit}" if unit == "MW" else f"{mw / scale:,.1f} {unit}"


def _places(s: Siting) -> pd.DataFrame:
    scenario, c, built = s.problem.scenario, s.problem.choices, s.built
    rows = []
    new = np.bincount(c.hall_site, built.servers_mw, len(scenario.sites))
    for i, site in enumerate(scenario.sites):
        rows.append((site.name_en, site.lat, site.lon, "standing data centers", site.it_design_mw))
        if new[i] > 0.0:
            rows.append((site.name_en, site.lat, site.lon, SERVERS, float(new[i])))
    of_plants = zip(
        c.plant_region.tolist(), c.plant_technology, built.plants_mw.tolist(), strict=True
    )
    of_batteries = (
        (r, "batteries", mw)
        for r, mw in zip(c.battery_region.tolist(), built.power_mw.tolist(), strict=True)
    )
    for r, technology, mw in (*of_plants, *of_batteries):
        if mw > 0.0:
            region = scenario.regions[r]
            rows.append((region.name_en, region.lat, region.lon, f"new {technology}", mw))
    return pd.DataFrame(rows, columns=["where", "lat", "lon", "what", "mw"])


def _lines(s: Siting) -> pd.DataFrame:
    c, regions = s.problem.choices, s.problem.scenario.regions
    ends = zip(c.line_from.tolist(), c.line_to.tolist(), s.built.lines_mw.tolist(), strict=True)
    rows = [
        (f"{a.name_en} – {b.name_en}", a.lat, a.lon, b.lat, b.lon, mw)
        for a, b, mw in ((regions[i], regions[k], mw) for i, k, mw in ends)
        if mw > 0.0
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["where", "lat", "lon", "to_lat", "to_lon", "mw"])
