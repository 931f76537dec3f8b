"""Moved work: a sketch of places, lines and routes, and bars of what each route avoids."""

from __future__ import annotations

import math
from typing import Any

import altair as alt
import pandas as pd

from westshift.experiments.report.plane import finished
from westshift.models.scenario import Scenario

MOST = 40
"""Routes a policy that are drawn; the tables of the result have the others."""
TALLEST, FLATTEST = 0.95, 0.45
"""Height of the sketch, of its width."""


def routes(table: pd.DataFrame) -> tuple[dict[str, list[dict[str, Any]]], dict[str, list[float]]]:
    """The most used routes by policy, and how many there are with what share of the work is drawn [%]."""
    made, counts = {}, {}
    for name, own in table.groupby("policy", sort=False) if len(table) else ():
        own = own.sort_values("moved_gwh", ascending=False, kind="stable")
        top, total = own.head(MOST), float(own["moved_gwh"].sum())
        share = 100.0 * float(top["moved_gwh"].sum()) / total if total > 0 else 100.0
        counts[str(name)] = [len(own), round(share, 1)]
        made[str(name)] = [
            {
                "from": row.origin,
                "to": row.site,
                "gwh": _short(row.moved_gwh),
                "t": _short(row.avoided_t),
                "official": _short(row.official_t_per_gwh * row.moved_gwh),
                "rtt": _short(row.added_rtt_ms),
            }
            for row in top.itertuples(index=False)
        ]
    return made, counts


def places(s: Scenario, lang: str) -> dict[str, Any]:
    """Regions, lines and clusters on the plane, the frame around them, and height over width.

    Degrees east are shortened by the cosine of the mean latitude, so that the sketch is not stretched.
    """
    zh = lang == "zh"
    squeeze = math.cos(math.radians(sum(r.lat for r in s.regions) / len(s.regions)))

    def at(place: Any) -> dict[str, float]:
        return {"x": round(place.lon * squeeze, 3), "y": round(place.lat, 3)}

    def named(row: Any, code: str) -> str:
        return (row.name_zh if zh else row.name_en) or code

    regions = [{"code": r.region, "name": named(r, r.region), **at(r)} for r in s.regions]
    spot = {r["code"]: r for r in regions}
    sites = [
        {
            "code": p.site,
            "name": named(p, p.site),
            "cluster": p.kind == "cluster",
            "mw": _short(p.it_design_mw),
            **at(p),
        }
        for p in s.sites
    ]
    lines = [
        {
            "x": spot[k.from_region]["x"],
            "y": spot[k.from_region]["y"],
            "x2": spot[k.to_region]["x"],
            "y2": spot[k.to_region]["y"],
            "name": f"{k.from_region} – {k.to_region}",
            "mw": _short(max(k.capacity_mw, k.capacity_back_mw)),
        }
        for k in s.lines
    ]
    frame, ratio = _frame([*regions, *sites])
    return {"regions": regions, "sites": sites, "lines": lines, "frame": frame, "ratio": ratio}


def map_spec(words: dict[str, str], frame: list[list[float]]) -> dict[str, Any]:
    """Widths [px], angles [°] and colours come with the data."""
    zoom = alt.selection_interval(name="pan", bind="scales", zoom="wheel![event.shiftKey]")
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=frame[0], nice=False, zero=False))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=frame[1], nice=False, zero=False))
    ink = alt.Color("colour:N", scale=None, legend=None)
    tip = alt.Tooltip("tip:N")
    lines = (
        alt.Chart(alt.NamedData("lines"))
        .mark_rule(opacity=0.35, clip=True)
        .encode(x=x, y=y, x2="x2:Q", y2="y2:Q", color=ink, tooltip=tip)
        .encode(strokeWidth=alt.StrokeWidth("w:Q", scale=None))
    )
    flows = (
        alt.Chart(alt.NamedData("flows"))
        .mark_line(opacity=0.75, strokeCap="round", clip=True)
        .encode(x=x, y=y, color=ink, tooltip=tip, detail="route:N", order="k:Q")
        .encode(strokeWidth=alt.StrokeWidth("w:Q", scale=None))
    )
    heads = (
        alt.Chart(alt.NamedData("heads"))
        .mark_point(shape="triangle", filled=True, opacity=0.95, clip=True)
        .encode(x=x, y=y, fill=alt.Fill("colour:N", scale=None), tooltip=tip)
        .encode(size=alt.Size("s:Q", scale=None), angle=alt.Angle("angle:Q", scale=None))
    )
    dots = alt.Chart(alt.NamedData("regions"))
    spots = dots.mark_circle(size=45, opacity=1, clip=True).encode(x=x, y=y, color=ink, tooltip=tip)
    clusters = (
        alt.Chart(alt.NamedData("clusters"))
        .mark_square(size=60, opacity=1, strokeWidth=1.4, clip=True)
        .encode(x=x, y=y, fill=alt.Fill("fill:N", scale=None), tooltip=tip)
        .encode(stroke=alt.Stroke("colour:N", scale=None))
    )
    names = dots.mark_text(dy=-11, fontSize=11, clip=True).encode(
        x=x, y=y, text="text:N", color=ink
    )
    halo = (
        dots.mark_text(dy=-11, fontSize=11, strokeWidth=3, strokeJoin="round", clip=True)
        .encode(x=x, y=y, text="text:N")
        .encode(stroke=alt.Stroke("paper:N", scale=None), color=alt.Color("paper:N", scale=None))
    )
    chart = alt.layer(lines, flows, spots, clusters, heads.add_params(zoom), halo, names)
    return finished(chart, words["map_alt"], "map")


def routes_spec(words: dict[str, str]) -> dict[str, Any]:
    """Bars by route, the best on top."""
    bars = (
        alt.Chart(alt.NamedData("bars"))
        .mark_bar(cornerRadius=2)
        .encode(
            y=alt.Y("route:N", sort=alt.EncodingSortField("n"), title=None).axis(
                labelLimit=210, ticks=False, domain=False
            ),
            x=alt.X("kt:Q", title=words["routes_axis"]),
            color=alt.Color("colour:N", scale=None, legend=None),
            tooltip=alt.Tooltip("tip:N"),
        )
    )
    zero = alt.Chart(alt.NamedData("zero")).mark_rule().encode(x="v:Q")
    return finished(alt.layer(bars, zero), words["routes_alt"], "routes")


def _frame(spots: list[dict[str, Any]]) -> tuple[list[list[float]], float]:
    """Limits with room around all places, and height over width; widened where they lie in a line."""
    (x0, x1), (y0, y1) = ((min(v), max(v)) for v in ([p[k] for p in spots] for k in "xy"))
    wide, high = max(x1 - x0, 0.5) * 1.14, max(y1 - y0, 0.5) * 1.14
    wide, high = max(wide, high / TALLEST), max(high, wide * FLATTEST)
    x, y = (x0 + x1) / 2.0, (y0 + y1) / 2.0
    domain = [[x - wide / 2.0, x + wide / 2.0], [y - high / 2.0, y + high / 2.0]]
    return [[round(v, 3) for v in pair] for pair in domain], round(high / wide, 4)


def _short(value: float) -> float | None:
    """Four digits; None where there is no number."""
    return None if value != value else float(f"{value:.4g}")
