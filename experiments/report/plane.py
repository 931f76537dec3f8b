"""Policies in the plane of carbon avoided against a cost: points, and the picture's specification."""

from __future__ import annotations

from typing import Any

import altair as alt

from westshift.experiments.figures import style
from westshift.models.measures import Measures

ACROSS = ("added_rtt_mean_ms", "added_rtt_p95_ms", "delay_mean_h", "time_value", "money_value")
LEDGERS = ("system", "location", "official", "marginal")


def points(measures: dict[str, Measures]) -> list[dict[str, Any]]:
    """One point a policy: every cost and every ledger [%] that can be chosen."""
    return [
        {
            "policy": name,
            "colour": style.policy_look(name).colour,
            "added_rtt_mean_ms": _short(m.added_rtt_mean_ms),
            "added_rtt_p95_ms": _short(m.added_rtt_p95_ms),
            "delay_mean_h": _short(m.delay_mean_h),
            "time_value": _short((m.latency_cost_cny + m.delay_cost_cny) / 1e6),
            "money_value": _short((m.energy_cost_cny + m.transfer_cost_cny) / 1e6),
            **{ledger: _short(getattr(m, f"avoided_{ledger}_pct")) for ledger in LEDGERS},
        }
        for name, m in measures.items()
    ]


def spec(words: dict[str, str]) -> dict[str, Any]:
    """Texts that begin with @ are put in by the page: titles follow what is chosen."""
    zoom = alt.selection_interval(
        name="zoom", bind="scales", zoom="wheel![event.shiftKey]", encodings=["x", "y"]
    )
    x = alt.X("x:Q", title="@x", scale=alt.Scale(nice=True, padding=24))
    y = alt.Y("y:Q", title="@y", scale=alt.Scale(nice=True, padding=24))
    tips = [
        alt.Tooltip("policy:N", title=words["policy"]),
        alt.Tooltip("x:Q", title="@x", format=",.4~g"),
        alt.Tooltip("y:Q", title="@y", format=",.3~f"),
        alt.Tooltip("s:Q", title=f"{words['system']} [%]", format=",.3~f"),
    ]
    dots = alt.Chart(alt.NamedData("points"))
    colour = alt.Color("colour:N", scale=None, legend=None)
    shade = (
        alt.Chart(alt.NamedData("shade"))
        .mark_rect(opacity=0.1, color="#D55E00", clip=True)
        .encode(y=alt.Y("from:Q", title="@y"), y2="to:Q")
    )
    zero = alt.Chart(alt.NamedData("zero")).mark_rule(strokeDash=[3, 3], opacity=0.6)
    joins = dots.mark_rule(strokeWidth=1.2, clip=True).encode(x=x, y=y, y2="s:Q", color=colour)
    hollow = dots.mark_point(size=90, strokeWidth=1.5, clip=True).encode(
        x=x, y=alt.Y("s:Q", title="@y"), stroke=alt.Stroke("colour:N", scale=None), tooltip=tips
    )
    filled = dots.mark_circle(size=110, opacity=1, clip=True).encode(
        x=x, y=y, color=colour, tooltip=tips
    )
    texts = alt.Chart(alt.NamedData("labels"))
    layers = [
        texts.mark_text(
            align=side, baseline="middle", dx=9 if side == "left" else -9, fontSize=12, clip=True
        )
        .transform_filter(alt.datum.side == side)
        .encode(x=x, y=y, text="text:N", color=colour)
        for side in ("left", "right")
    ]
    chart = alt.layer(shade, zero.encode(y="v:Q"), joins, hollow, filled.add_params(zoom), *layers)
    return finished(chart, words["plane_alt"], "plane")


def finished(chart: Any, description: str, name: str) -> dict[str, Any]:
    """As a dictionary, checked by Altair; without what the page sets itself."""
    made = chart.properties(description=description, name=name).to_dict()
    for key in ("config", "$schema"):
        made.pop(key, None)
    return made


def _short(value: float) -> float:
    """Six digits; what is rounding of sums is zero."""
    return 0.0 if abs(value) < 1e-9 else float(f"{value:.6g}")
