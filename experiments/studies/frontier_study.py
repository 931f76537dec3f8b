"""F4: the frontier of carbon against time and money, the policies beside it; see `westshift frontier`.

The engine of sweeps cannot run it: the fronts hold all horizons in one program.
"""

from __future__ import annotations

import pandas as pd

from westshift.experiments.figures import frontier as figure
from westshift.experiments.frontier.front import compute as fronts
from westshift.experiments.frontier.tables import point_rows, policy_rows, volume_rows
from westshift.models.scenario import Scenario

from .arms import Changes, slices
from .found import Computed
from .study import Drawing, Progress

ID, NAME = "F4", "frontier"
QUESTION = "What does a tonne cost in milliseconds, in hours, in yuan?"
POINTS, SMOKE_POINTS = 9, 3
BUDGET_PCT = 100.0
STARTS_H = (336, 2496, 4680, 6888)  # midnight of 15 January, April, July and October [h]
VOLUMES = ("reference", "front", "policies", "share_pct")  # columns of hypervolumes alone


def changes(scenario: Scenario) -> Changes:
    """The hours that the fronts hold: two days in each season where the scenario has whole weeks."""
    return slices(scenario, STARTS_H)


def compute(scenario: Scenario, smoke: bool, progress: Progress, workers: int) -> pd.DataFrame:
    """Points of the fronts, policies, and rows of role `volume` that hold the hypervolumes."""
    points = SMOKE_POINTS if smoke else POINTS
    against = ("latency",) if smoke else ("latency", "delay", "cost")
    found = fronts(scenario, against, points, BUDGET_PCT, workers, progress)
    volumes = volume_rows(found).assign(role="volume", policy="", beyond="")
    rows = figure.rows(point_rows(found), policy_rows(found))
    return pd.concat([rows, volumes], ignore_index=True)


def draw(found: Computed) -> Drawing:
    """The figure, exactly its numbers, its caption."""
    of_volume = found.table["role"] == "volume"
    volumes = found.table.loc[of_volume, ["against", *VOLUMES]]
    drawn = found.table[~of_volume].drop(columns=list(VOLUMES))
    text = figure.caption(found.scenario, found.horizons, drawn, volumes, BUDGET_PCT)
    return Drawing(figure.draw(drawn), drawn, text)
