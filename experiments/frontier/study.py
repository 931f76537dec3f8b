"""The fronts as a result: tables, figure, and what they say."""

from __future__ import annotations

import pandas as pd

from westshift.experiments.figures import frontier as figure
from westshift.experiments.frontier.front import Frontier
from westshift.experiments.frontier.tables import point_rows, policy_rows, volume_rows
from westshift.experiments.policy_table import number
from westshift.experiments.studies.study import Drawing, Study

DIGITS = {
    "added_rtt_ms": 2, "delay_h": 2, "cost_m_cny": 2, "avoided_kt": 3, "avoided_pct": 2, "front_kt": 3,
    "distance_kt": 3, "kt_per_unit": 3, "kt_per_unit_least": 3, "kt_per_unit_most": 3, "cny_per_t": 0,
    "cny_per_mwh_unit": 2, "gap_kt": 4, "reference": 2, "front": 2, "policies": 2, "point": 0,
}  # fmt: skip


def study_of(f: Frontier) -> Study:
    """What is written and shown."""
    points, policies, volumes = point_rows(f), policy_rows(f), volume_rows(f)
    drawn = figure.rows(points, policies)
    caption = figure.caption(f.scenario, f.horizons, drawn, volumes, f.budget_pct)
    return Study(
        name="frontier",
        title="The front: the most that the whole system can avoid, by what it is set against (unit: ms, h, M CNY)",
        scenario=f.scenario,
        horizons=f.horizons,
        tables={"front": points, "policies": policies, "hypervolume": volumes},
        drawings={figure.NAME: Drawing(figure.draw(drawn), drawn, caption)},
        sentences=sentences(points, policies),
        digits=DIGITS,
    )


def sentences(points: pd.DataFrame, policies: pd.DataFrame) -> tuple[str, ...]:
    """What the tables say, the bad news first."""
    out = []
    for name, of in policies.groupby("policy", sort=False):
        beyond = sorted({b for text in of["beyond"] for b in text.split(", ") if b})
        if beyond:
            out.append(f"{name} is not held to the front's bounds: {', '.join(beyond)}.")
    for against, of in points.groupby("against", sort=False):
        if len(of) == 1:
            out.append(
                f"Carbon and {against} do not contradict each other: the front is one point."
            )
            continue
        best = policies[(policies["against"] == against) & (policies["beyond"] == "")]
        best = best[best["role"] == "policy"].dropna(subset=["distance_kt"])
        if len(best):
            nearest = best.loc[best["distance_kt"].idxmin()]
            out.append(
                f"Against {against}: nearest to the front is {nearest['policy']}, which avoids "
                f"{number(nearest['avoided_kt'], 3)} kt where {number(nearest['front_kt'], 3)} kt are possible."
            )
    return tuple(out)
