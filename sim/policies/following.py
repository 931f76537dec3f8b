"""Following a signal: the linear program as a price-taker for whom electricity costs what a signal says.

No tariff is paid here: the plan weighs the signal against data moved, added round-trip time and delay, so
that runs which follow different signals differ in the signal alone. Signals are published series; what
the plan itself does to them it cannot see. Marginal emissions as a guide for data centers: J. Lindberg et
al., "A guide to reducing carbon emissions through data center geographical load shifting", e-Energy
2021, doi:10.1145/3447555.3466582.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ...models.outlook import Outlook, padded
from ...models.schedule import Schedule
from ...models.signals import Value
from ...optim.program import Program, price_taker
from ..policy import Policy


class Following(Policy):
    """Least value of the energy drawn by one signal, of data, latency and delay."""

    window_h: int  # always a number here

    def __init__(
        self, name: str, value: Value, window_h: int, step_h: int, program: Program | None = None
    ) -> None:
        self.name, self.value = name, value
        self.window_h, self.step_h, self._program = window_h, step_h, program or price_taker()

    def decide(self, outlook: Outlook) -> Schedule:
        """Solve the price-taker's program for the window, the signal's value in place of the tariff."""
        signal = self.value(outlook)
        seen = replace(outlook, tariff_cny_per_mwh=signal, intensity_kg_per_mwh=0.0 * signal)
        work = self._program.solve(padded(seen, self.window_h)).values["work"]
        return Schedule(outlook.start_h, np.maximum(work[:, : outlook.hours], 0.0))
