"""Deferral is causal: no work runs before it arrives."""

from __future__ import annotations

from collections.abc import Sequence

from westshift.models.outlook import Outlook
from westshift.optim.program import price_taker

from .case import Check, checks
from .parts import Place, Work
from .small import outlook

SOURCE = "By hand: 100 MW arrive each hour, 40 of them can wait, the site runs at most 140"
CHEAP, DEAR = [10.0] * 12, [100.0] * 12


def run() -> tuple[Check, ...]:
    """Cheap hours first: waiting gains nothing. Cheap hours last: all that can wait does."""
    rows = [
        ("cheap hours first, cost", 132_000, _cost(CHEAP + DEAR)),
        ("cheap hours last, cost", 88_800, _cost(DEAR + CHEAP)),
    ]
    return checks("causality of deferral", SOURCE, rows)


def one_site(prices_cny_per_mwh: Sequence[float], arriving_mwh: float, flexible: float) -> Outlook:
    """One site; a share of each hour's work may wait to the end, in a band as wide as that share."""
    hours = len(prices_cny_per_mwh)
    firm, soft = arriving_mwh * (1 - flexible), arriving_mwh * flexible
    works = [
        Work("firm", {"A": [firm] * hours}),
        Work("soft", {"A": [soft] * hours}, slack_h=hours),
    ]
    return outlook(
        ["A"],
        hours,
        places=[Place("A", arriving_mwh * (1 + flexible))],
        works=works,
        tariff_cny_per_mwh={"A": prices_cny_per_mwh},
    )


def _cost(prices_cny_per_mwh: Sequence[float]) -> float:
    return (
        price_taker(tie_break=0)
        .solve(one_site(prices_cny_per_mwh, 100.0, 0.4), once=True)
        .objective
    )
