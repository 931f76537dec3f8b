"""The parts that small systems are made of, each written down in a line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True)
class Unit:
    """A generating unit.

    `availability` is a share for all hours or one an hour; `day_mwh` bounds each day's energy.
    """

    region: str
    capacity_mw: float
    cost_cny_per_mwh: float
    emission_kg_per_mwh: float = 0.0
    availability: float | Sequence[float] = 1.0
    minimum_mw: float = 0.0
    renewable: bool = False
    technology: str = "unit"
    day_mwh: float | None = None


@dataclass(frozen=True)
class Way:
    """A directed line; `both` adds the way back. With `rad_per_mw` it is a circuit and obeys Kirchhoff."""

    start: str
    end: str
    capacity_mw: float
    loss_share: float = 0.0
    cost_cny_per_mwh: float = 0.0
    both: bool = True
    rad_per_mw: float | None = None
    shift_rad: float = 0.0

    def back(self) -> Way:
        """The other direction."""
        return Way(
            self.end, self.start, self.capacity_mw, self.loss_share, self.cost_cny_per_mwh, False
        )


@dataclass(frozen=True)
class Store:
    """A storage unit."""

    region: str
    power_mw: float
    energy_mwh: float
    charge_efficiency: float = 1.0
    discharge_efficiency: float = 1.0
    standing_loss_per_h: float = 0.0
    cost_cny_per_mwh: float = 0.0


@dataclass(frozen=True)
class Place:
    """A site; `pue` is one number or one an hour."""

    region: str
    capacity_mw: float
    idle_mw: float = 0.0
    efficiency: float = 1.0
    pue: float | Sequence[float] = 1.0


@dataclass(frozen=True)
class Work:
    """A class of work with its arrivals at each origin, MWh an hour.

    `sites` names by position those it may run at, all where None. Data cost and network energy are
    per MWh of work that leaves its origin.
    """

    name: str
    arrivals_mwh: Mapping[str, Sequence[float]]
    slack_h: int = 0
    delay_cny_per_mwh_h: float = 0.0
    unserved_cny_per_mwh: float = 1e5
    sites: Sequence[int] | None = None
    rtt_ms: Mapping[tuple[str, int], float] = field(default_factory=dict)
    rtt_limit_ms: float = np.inf
    latency_cny_per_mwh_ms: float = 0.0
    transfer_cny_per_mwh: float = 0.0
    transfer_mwh_per_mwh: float = 0.0

    def reaches(self, origin: str, site: int) -> bool:
        """Whether work from there may run at that site."""
        allowed = self.sites is None or site in self.sites
        near = self.rtt_ms.get((origin, site), 0.0) <= self.rtt_limit_ms
        return origin in self.arrivals_mwh and allowed and near
