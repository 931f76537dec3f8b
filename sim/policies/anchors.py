"""Anchors of the front: a price-taker that foresees everything and cares for one thing alone.

The ends of the payoff table of multi-objective programming: G. Mavrotas, "Effective implementation of the
ε-constraint method in Multi-Objective Mathematical Programming problems", Appl. Math. Comput. 213(2), 2009,
doi:10.1016/j.amc.2009.03.037.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ...models.outlook import Outlook
from ...models.schedule import Schedule
from ...optim.compiled_store import CompiledStore
from ...optim.program import price_taker
from ...optim.stitched import solve_by_windows
from ..policy import Policy

WINDOW_H = 48
"""Of the windows that the whole program starts from; the answer does not hang on it."""
TIES = 1e-5
"""Weight of all that an anchor does not care for, so that of its optima none is taken that is worse for nothing."""


class Anchor(Policy):
    """One program over the whole horizon on the signals as they will be published. A bound, not a policy to run.

    Args:
        name: of the anchor. cost: weight of tariff and data. carbon: of carbon, at 1 CNY/kg on average intensity.
        time: of latency and delay. store: of compiled programs.
    """

    window_h = None
    step_h = None
    clairvoyant = True

    def __init__(
        self,
        name: str,
        cost: float = TIES,
        carbon: float = TIES,
        time: float = TIES,
        store: CompiledStore | None = None,
    ) -> None:
        self.name, self.cost, self.carbon, self.time = name, cost, carbon, time
        self._store = store

    def decide(self, outlook: Outlook) -> Schedule:
        """Solve once for the whole horizon; work given up keeps its penalty."""
        c = outlook.system.compute
        weighed = replace(
            c,
            stream_transfer_cny_per_mwh=self.cost * c.stream_transfer_cny_per_mwh,
            stream_latency_cny_per_mwh=self.time * c.stream_latency_cny_per_mwh,
            class_delay_cny_per_mwh_h=self.time * c.class_delay_cny_per_mwh_h,
        )
        seen = replace(
            outlook,
            system=replace(outlook.system, compute=weighed),
            tariff_cny_per_mwh=self.cost * outlook.tariff_cny_per_mwh,
            carbon_cny_per_kg=self.carbon,
        )
        whole, windows = (price_taker(1e-7, self._store) for _ in range(2))
        found = solve_by_windows(whole, windows, seen, WINDOW_H)
        return Schedule(outlook.start_h, np.maximum(found.values["work"], 0.0))
