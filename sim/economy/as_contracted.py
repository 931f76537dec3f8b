"""Contracted work runs where and when it is contracted: a schedule that the world carries out."""

from __future__ import annotations

import numpy as np

from ...models.actual import HISTORY_H, Actual
from ...models.forecast import perfect
from ...models.ledger import Carried
from ...models.outlook import Outlook
from ...models.schedule import Schedule
from ...models.signals import only_average
from ..policy import Policy
from ..world import World

Array = np.ndarray


class AsContracted(Policy):
    """Answers with what was contracted, whatever the outlook says. work_mw: by stream and hour (Q, T)."""

    name = "as-contracted"
    window_h = None
    step_h = None
    clairvoyant = True  # contracts are made for the work that comes: nothing is foreseen here

    def __init__(self, work_mw: Array) -> None:
        self.work_mw = work_mw

    def decide(self, outlook: Outlook) -> Schedule:
        return Schedule(outlook.start_h, self.work_mw)


def carry_out(actual: Actual, work_mw: Array) -> Carried:
    """The hours of a month in the world, work as contracted."""
    blank = np.zeros((len(actual.system.grid.regions), HISTORY_H + actual.hours))
    return World(actual, AsContracted(work_mw), perfect, only_average(blank)).run()
