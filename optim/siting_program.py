"""The siting program of one week: source, grid, storage and load as they always are, and the siting block."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..models.outlook import Outlook
from ..models.siting import Choices
from ..models.system import System
from .grid import add_grid
from .load import add_load, set_load
from .program import Program
from .siting import add_siting, set_siting
from .solver import Compiled
from .source import add_source, set_source
from .storage import add_storage, set_storage
from .terms import Terms

DUALS = ("balance", "state_of_charge")


def siting_week(outlook: Outlook, choices: Choices, capped: bool = False) -> Compiled:
    """A week as arrays.

    Args:
        outlook: its hours, in the widest system. choices: what may be built.
        capped: count its emissions, embodied ones included, as `excess` [t]: for a cap over the year.
    """
    hours = np.arange(outlook.start_h, outlook.start_h + outlook.hours) % choices.hall_pue.shape[1]
    pue, available = choices.hall_pue[:, hours], choices.plant_available[:, hours]

    def add(m: object, system: System) -> Terms:
        return add_siting(m, system, choices)

    program = Program(
        "siting",
        (add_source, add_grid, lambda m, s: add_storage(m, s, True), add_load, add),
        (
            set_source,
            lambda theta, o: set_storage(theta, o, True),
            set_load,
            lambda theta, o: set_siting(theta, pue, available),
        ),
        (*DUALS, "emission_cap") if capped else DUALS,
        True,
        0.0,
    )
    if capped:  # all that is emitted is an excess over nothing, at no price: the year has the cap
        outlook = replace(outlook, emission_cap_kg=0.0, emission_ceiling_cny_per_kg=0.0)
    return program.at(outlook, once=True)
