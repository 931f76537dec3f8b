"""Tables of the references that closed forms must give again: pooling, rebound, online ratios, an auction."""

from __future__ import annotations

import numpy as np

from westshift.models.auction import call_auction
from westshift.models.k_min_search import Search, proven_ratio
from westshift.models.pooling import pool
from westshift.models.rebound import energy_ratio, rebound

from .case import Check, checks

POOLED = {5: (100, 64, 36.0), 20: (290, 226, 22.1), 70: (860, 747, 13.1)}
"""Offered load of each of ten centres: servers apart, together, per cent saved, at P(wait) <= 5 %."""
REBOUND = {
    (0.6, 0.6): (30, -21.1),
    (1.0, 1.0): (100, 0.0),
    (1.5, 1.0): (165, 19.5),
    (1.5, 0.2): (23, None),
}
"""Elasticity and cost share, for a gain of 30 %: rebound and net energy, per cent."""
RATIOS = {1.0: 1.414, 6.0: 1.326, np.inf: 1.302}
"""Units to take at prices between 1 and 2: the ratio of the best thresholds."""


def run() -> tuple[Check, ...]:
    """Every row, rounded as it is printed."""
    return (*_pooling(), *_rebound(), *_online(), *_auction())


def _pooling() -> tuple[Check, ...]:
    rows = []
    for load, (apart, together, saved) in POOLED.items():
        got = pool(10, float(load), 0.05)
        rows += [
            (f"load {load} each, servers apart", apart, got.apart),
            (f"load {load} each, servers together", together, got.together),
            (f"load {load} each, saved [%]", saved, round(100 * got.saved_share, 1)),
        ]
    source = "Erlang's formula for M/M/c, summed term by term"
    return checks("ten centres pooled", source, rows)


def _rebound() -> tuple[Check, ...]:
    rows: list[tuple[str, float, float]] = []
    for (elasticity, share), (back, net) in REBOUND.items():
        ratio = energy_ratio(0.3, elasticity, share)
        what = f"elasticity {elasticity:g}, cost share {share:g}"
        rows.append((f"{what}, rebound [%]", back, round(100 * rebound(0.3, ratio))))
        if net is not None:
            rows.append((f"{what}, net energy [%]", net, round(100 * (ratio - 1), 1)))
    return checks("rebound of a gain of 30 %", "By hand: (1-g)(1-sg)^-e", rows)


def _online() -> tuple[Check, ...]:
    search = Search(1.0, 2.0)
    rows = [
        (f"{k:g} of the prices to come", known, round(float(proven_ratio(search, k)), 3))
        for k, known in RATIOS.items()
    ]
    source = "Lorenz, Panagiotou, Steger, Algorithmica 55, 2009, doi:10.1007/s00453-008-9217-8"
    return checks("online search, greatest price twice the least", source, rows)


def _auction() -> tuple[Check, ...]:
    p, one = np.arange(0.5, 100), np.ones(100)
    got = call_auction(p, one, p, one)
    rows = [("quantity", 50.0, got.traded), ("price", 50.0, got.price or 0.0)]
    return checks("call auction", "By hand: demand 100 - p meets supply p", rows)
