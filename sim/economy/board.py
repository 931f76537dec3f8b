"""What everybody can read at the beginning of a month, and a stream of random numbers for each agent and month.

Agents read the board and their own memory, never each other: the order in which they act cannot matter.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np

from .options import OptionCosts

Array = np.ndarray


@dataclass(frozen=True, eq=False)
class Board:
    """Published at the beginning of a month.

    Attributes:
        month: from 0. stretch: which stretch of hours stands for it.
        costs: of the options over it.
        margin_cny_per_mwh: what each site asks above energy (S,).
        subsidy_cny_per_mwh: for work that comes to each site from elsewhere (S,).
        price_cny_per_mwh: of each option to its tenant, subsidy off (P,).
        posted_cny_per_mwh: the same with latency, data, delay and the published carbon at its worth (P,).
        intensity_kg_per_mwh: published average of each region, last month's (R,).
        curtailed_share: of each region's renewable energy, last month's (R,).
        certificate_cny_per_mwh: last price. capacity_mw: work each site can run (S,).
        others_share: share of each class's work at each site last month (J, S).
    """

    month: int
    stretch: int
    costs: OptionCosts
    margin_cny_per_mwh: Array
    subsidy_cny_per_mwh: Array
    price_cny_per_mwh: Array
    posted_cny_per_mwh: Array
    intensity_kg_per_mwh: Array
    curtailed_share: Array
    certificate_cny_per_mwh: float
    capacity_mw: Array
    others_share: Array


def stream_of(seed: int, agent: str, month: int) -> np.random.Generator:
    """An agent's random numbers of a month: the same whoever else is there (common random numbers)."""
    digest = hashlib.sha256(f"{seed}/{agent}/{month}".encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:16], "big"))
