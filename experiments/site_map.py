"""The map of a siting plan: what stands, what is built beside it, new plants and lines, where they lie."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd

from westshift.experiments.figures import style
from westshift.experiments.figures.caption import caption_for
from westshift.experiments.figures.save import save
from westshift.experiments.site import Siting

LARGEST_PT2 = 260.0
"""Area of the largest circle [pt²]."""


def draw(s: Siting, folder: Path) -> None:
    """Write figures/site_map as PDF, PNG, numbers and caption."""
    places = _places(s)
    lines = _lines(s)
    most = max(float(places["mw"].max()), 1.0)
    new_links = len(lines) > 0
    with style.applied():
        figure = style.blank(style.DOUBLE_IN, 4.3)
        axes = figure.add_subplot()
        for row in lines.itertuples():
            axes.plot(
                [row.lon, row.to_lon], [row.lat, row.to_lat], color=style.BLUE, alpha=0.55, zorder=1,
                lw=0.6 + 2.4 * row.mw / lines["mw"].max(), solid_capstyle="round",
            )  # fmt: skip
        for what, (colour, filled, aside) in LOOKS.items():
            mine = places[places["what"] == what]
            if not len(mine):
                continue
            area = LARGEST_PT2 * mine["mw"] / most
            axes.scatter(
                mine["lon"] + aside, mine["lat"], s=np.maximum(area, 2.0), facecolors=colour if filled else "none",
                edgecolors=colour, linewidths=0.7, alpha=0.8 if filled else 1.0, zorder=3 if filled else 2,
            )  # fmt: skip
            axes.scatter(
                [], [], s=28, facecolors=colour if filled else "none", edgecolors=colour, linewidths=0.7, label=what
            )  # fmt: skip
        top = places[places["what"] == SERVERS].nlargest(8, "mw")
        for row in top.itertuples():
            axes.annotate(
                f"{row.where} {_power(row.mw)}", (row.lon, row.lat), textcoords="offset points",
                xytext=(0, 3 + math.sqrt(LARGEST_PT2 * row.mw / most) / 2), ha="center", va="bottom", fontsize=6.5,
            )  # fmt: skip
        if new_links:
            axes.plot([], [], color=style.BLUE, lw=2, alpha=0.55, label="new lines (width by MW)")
        axes.set_xlabel("longitude [°E]")
        axes.set_ylabel("latitude [°N]")
        axes.set_aspect(1.0 / math.cos(math.radians(float(places["lat"].mean()))))
        axes.margins(0.08)
        if places["lat"].max() - places["lat"].min() < 5.0:  # places in a row need some height
            middle = float(places["lat"].mean())
            axes.set_ylim(middle - 5.0, middle + 5.0)
        axes.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0), frameon=False)
        axes.set_title(f"{s.problem.growth.name}; the largest circle is {_power(most)}")
    text = (
        "Circles: IT power of what stands and of new servers, capacity of new plants and batteries, area by MW; "
        "those of a region stand at its capital, moved aside to be seen. Lines: new transmission."
    )
    numbers = pd.concat([places, lines.assign(what="line")], ignore_index=True)
    caption = caption_for(s.problem.scenario, s.problem.horizons, "Where the plan builds", text)
    (folder / "figures").mkdir(exist_ok=True)
    save(figure, numbers, folder / "figures", "site_map", caption)


SERVERS = "new servers"
LOOKS: dict[str, tuple[str, bool, float]] = {  # colour, filled, moved aside [°]
    "standing data centers": ("#666666", False, 0.0),
    SERVERS: (style.VERMILION, True, 0.0),
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
    rows = [
        (f"{regions[a].name_en} – {regions[b].name_en}", regions[a].lat, regions[a].lon, regions[b].lat, regions[b].lon, mw)
        for a, b, mw in zip(c.line_from.tolist(), c.line_to.tolist(), s.built.lines_mw.tolist(), strict=True)
        if mw > 0.0
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["where", "lat", "lon", "to_lat", "to_lon", "mw"])
