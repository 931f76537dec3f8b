"""Hours for the page: weeks, regions and policies chosen by what changes, three digits each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from westshift.experiments.figures import stack, style
from westshift.experiments.report.found import preferred
from westshift.experiments.report.plane import finished
from westshift.experiments.report.result import Result

WEEK_H = 168
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MOST_WEEKS, MOST_POLICIES, MOST_PAIRS = 4, 8, 56
"""Kept; pairs of policy and region. About 700 bytes a series and week."""
OTHER = ("import", "charge", "discharge", "demand", "compute", "curtailed", "shed")
NOT_SOURCES = (*OTHER, "weight", "horizon", "region")
WHOLE = ""
"""Stands for the sum of all regions."""


@dataclass(frozen=True, eq=False)
class Hours:
    """What the page gets, and how much there was. data: for the page; counts: shown and all."""

    data: dict[str, Any]
    counts: dict[str, int]


def hours(result: Result, names: dict[str, str], all_regions: str) -> Hours:
    """The chosen hours of a run.

    Args:
        names: of regions by code. all_regions: what their sum is called.
    """
    m = result.manifest
    policies = _policies(list(m["policies"]), m["baseline"])
    frames = {p: result.table(f"hourly/{p}.csv.gz") for p in policies}
    base = frames[m["baseline"]]
    sources = style.stacking(
        [c[:-3] for c in base.columns if c.endswith("_mw") and c[:-3] not in OTHER]
    )
    codes = list(dict.fromkeys(base["region"].astype(str)))
    pieces = _pieces(base)
    changed = _changed(frames, base)
    by_piece = [float(changed[p].sum()) for p in (piece for _, _, piece in pieces)]
    weeks = sorted(np.argsort(by_piece, kind="stable")[::-1][:MOST_WEEKS].tolist())
    by_region = changed.groupby(base["region"].astype(str), sort=False).sum()
    room = max(MOST_PAIRS // len(policies) - 1, 1)
    ranked = [str(c) for c in by_region.sort_values(ascending=False, kind="stable").index]
    shown = [c for c in codes if c in ranked[:room]]
    regions = [*([WHOLE] if len(codes) > 1 else []), *shown]
    pool: dict[str, int] = {}
    year = result.scenario.year if result.scenario is not None else 2023
    series = {
        f"{policy}|{region}|{n}": _series(
            frames[policy], region, pieces[w], (*sources, *OTHER), pool
        )
        for policy in policies
        for region in regions
        for n, w in enumerate(weeks)
    }
    first = ranked[0] if ranked else codes[0]
    data = {
        "policies": policies,
        "policy": preferred([p for p in policies if p != m["baseline"]] or policies),
        "baseline": m["baseline"],
        "regions": [{"code": c, "name": names.get(c, c) if c else all_regions} for c in regions],
        "region": first if first in regions else regions[0],
        "weeks": [_week(pieces[w], year, len(codes)) for w in weeks],
        "sources": [{"name": s, "colour": style.technology_colour(s)} for s in sources],
        "flows": {k: stack.FLOWS[v] for k, v in _FLOWS.items()},
        "pool": [[float(x) for x in text.split(",")] for text in pool],
        "series": series,
    }
    counts = {
        "weeks": len(weeks), "all_weeks": len(pieces), "regions": len(shown), "all_regions": len(codes),
        "policies": len(policies), "all_policies": len(m["policies"]),
    }  # fmt: skip
    return Hours(data, counts)


_FLOWS = {
    "discharge": stack.DISCHARGE,
    "import": stack.IMPORT,
    "shed": stack.SHED,
    "charge": stack.CHARGE,
    "export": stack.EXPORT,
}
Piece = tuple[str, int, np.ndarray]
"""Horizon, first hour of the year, which rows (N,)."""


def _policies(names: list[str], baseline: str) -> list[str]:
    """The baseline, the policy shown first, and the others in their order."""
    others = [n for n in names if n != baseline]
    first = [preferred(others)] if others else []
    return [baseline, *first, *(n for n in others if n not in first)][:MOST_POLICIES]


def _pieces(base: pd.DataFrame) -> list[Piece]:
    """Every horizon in stretches of a week; the last one of a horizon may be shorter."""
    out = []
    for name, own in base.groupby("horizon", sort=False):
        first, last = int(own["hour_of_year"].min()), int(own["hour_of_year"].max())
        hour, here = base["hour_of_year"].to_numpy(), (base["horizon"] == name).to_numpy()
        for start in range(first, last + 1, WEEK_H):
            out.append((str(name), start, here & (hour >= start) & (hour < start + WEEK_H)))
    return out


def _changed(frames: dict[str, pd.DataFrame], base: pd.DataFrame) -> pd.Series:
    """Compute load and curtailed energy that differ from the baseline's, all policies [MW]."""
    total = pd.Series(0.0, index=base.index)
    for frame in frames.values():
        for column in ("compute_mw", "curtailed_mw"):
            total += (frame[column] - base[column]).abs()
    return total if total.sum() > 1e-6 else base["compute_mw"]


def _series(
    frame: pd.DataFrame, region: str, piece: Piece, columns: tuple[str, ...], pool: dict[str, int]
) -> dict[str, int]:
    """Where in the pool each column's hours are; what is zero throughout is left out."""
    own = frame[piece[2]]
    if region == WHOLE:
        own = own.groupby("hour_of_year", sort=True).sum(numeric_only=True)
    else:
        own = own[own["region"].astype(str) == region]
    out = {}
    for name in columns:
        values = [_three(v) for v in own[f"{name}_mw"].to_numpy(float)]
        if any(v != "0" for v in values):
            out[name] = pool.setdefault(",".join(values), len(pool))
    return out


def _three(value: float) -> str:
    """Three digits, as short as they can be written; less than a watt is nothing."""
    if abs(value) < 1e-6:
        return "0"
    return f"{float(f'{value:.3g}'):.10g}"


def _week(piece: Piece, year: int, regions: int) -> dict[str, Any]:
    """The scenario's local time is taken as UTC, so that no reader's clock shifts it."""
    start = datetime(year, 1, 1, tzinfo=UTC) + timedelta(hours=piece[1])
    end = start + timedelta(hours=int(piece[2].sum()) // regions - 1)
    days = [f"{d.day} {MONTHS[d.month - 1]}" for d in (start, end)]
    label = f"{piece[0]} ({' – '.join(dict.fromkeys(days))})"
    return {"name": label, "start_ms": int(start.timestamp()) * 1000}


def spec(words: dict[str, str]) -> dict[str, Any]:
    """A balance stacked by source; below it the load of computing, whose brush zooms both."""
    brush = alt.selection_interval(name="brush", encodings=["x"])
    hover = alt.selection_point(name="at", on="pointerover", clear="pointerout", empty=False)
    utc = alt.Scale(type="utc")
    zoomed = alt.Scale(type="utc", domain=brush)
    axis = alt.Axis(format="%a %d %b", tickCount={"interval": "day", "step": 1}, labelOverlap=True)
    y_axis = alt.Axis(minExtent=48, maxExtent=48, titlePadding=6)
    x = alt.X("t:T", scale=zoomed, title=None, axis=axis)
    colour = alt.Color(
        "source:N", title=None, sort=None, legend=alt.Legend(orient="top", symbolType="square", columns=4),
        scale=alt.Scale(domain=["@sources"], range=["@colours"]),
    )  # fmt: skip
    areas = (
        alt.Chart(alt.NamedData("bands"))
        .mark_area(interpolate="step-after", clip=True)
        .encode(x=x, y=alt.Y("low:Q", title="@power", axis=y_axis), y2="high:Q", color=colour)
    )
    lines = (
        alt.Chart(alt.NamedData("lines"))
        .mark_line(interpolate="step-after", strokeWidth=1.6, clip=True)
        .encode(x=x, y=alt.Y("v:Q", title="@power"), color=colour)
    )
    tips = (
        alt.Chart(alt.NamedData("tips"))
        .mark_rect(tooltip={"content": "data"}, clip=True)
        .encode(x=x, x2="t2:T", opacity=alt.condition(hover, alt.value(0.15), alt.value(0)))
        .add_params(hover)
    )
    zero = alt.Chart(alt.NamedData("zero")).mark_rule(opacity=0.7).encode(y="v:Q")
    top = alt.layer(areas, zero, lines, tips).properties(width=10, height=330, name="balance")
    strip = (
        alt.Chart(alt.NamedData("strip"))
        .mark_line(interpolate="step-after", strokeWidth=1.4)
        .encode(
            x=alt.X("t:T", scale=utc, title=None, axis=axis),
            y=alt.Y("v:Q", title="@compute", axis=y_axis),
            color=alt.Color(
                "policy:N", title=None, sort=None, legend=alt.Legend(orient="bottom"),
                scale=alt.Scale(domain=["@policies"], range=["@inks"]),
            ),
        )
        .add_params(brush)
        .properties(width=10, height=110, name="strip")
    )  # fmt: skip
    chart = alt.vconcat(top, strip).resolve_scale(color="independent")
    return finished(chart, words["week_alt"], "week")
