"""Three ledgers of one move of work: location-based, marginal and consequential, side by side."""

from __future__ import annotations

import numpy as np

from westshift.models.ledger import Carried, Ledger, Settlement, book
from westshift.models.measures import Measures, measure
from westshift.models.outlook import Outlook
from westshift.optim.program import dispatch
from westshift.sim.settle import settle

from .case import Check, checks
from .drawn import draw
from .signals import two_regions
from .small import actual

AVERAGE = "By hand: A and B average 0.30 and 0.36 t/MWh, at the margin 0.9 and 0.45"
CURTAILED = (
    "By hand: A is wind alone, at average and margin 0, for the next 20 MWh; B 0.36 and 0.45"
)
WHOLE = "Average intensity times what each region draws, summed, is all that is emitted"


def run() -> tuple[Check, ...]:
    """All cases of ledgers."""
    return average_signal() + curtailment() + all_that_is_emitted()


def avoided(o: Outlook, moved_mwh: float) -> Measures:
    """What each ledger says of running so much of B's work in A, against none."""
    happens = actual(o)
    movable = float(o.available_mwh[0, 0, 0])
    program = dispatch(tie_break=0)

    def booked(moved: float, signals: Settlement | None) -> tuple[Ledger, Settlement]:
        work = np.array([[moved], [movable - moved]])  # to A, to B
        settled = settle(happens, work, program)
        nothing = np.zeros((1, 1, 1))
        of = signals or settled
        carried = Carried(work, nothing, nothing)
        return book(
            happens, carried, settled, of.intensity_kg_per_mwh, of.marginal_kg_per_mwh
        ), settled

    baseline, settled = booked(0.0, None)
    ledger, _ = booked(moved_mwh, settled)
    return measure(o.system, np.array([True, False]), ledger, baseline, o.carbon_cny_per_kg)


def average_signal() -> tuple[Check, ...]:
    """The average claims a saving; the margin says what the grid does."""
    o = two_regions(90.0, 100.0, 10.0)
    rows = []
    for moved in (5.0, 10.0):
        m, at = avoided(o, moved), f"{moved:g} MWh moved, avoided"
        rows += [
            (f"{at}, location-based, t", moved * 0.06, m.avoided_location_t),
            (f"{at}, marginal, t", -moved * 0.45, m.avoided_marginal_t),
            (f"{at}, consequential, t", -moved * 0.45, m.avoided_system_t),
        ]
    return checks("ledgers, average signal", AVERAGE, rows)


def curtailment() -> tuple[Check, ...]:
    """The margin is right until what is curtailed is used up; the average never is."""
    o = two_regions(40.0, 100.0, 30.0)
    rows = []
    for moved, consequential in ((10.0, 4.5), (20.0, 9.0), (30.0, 4.5)):
        m, at = avoided(o, moved), f"{moved:g} MWh moved, avoided"
        rows += [
            (f"{at}, location-based, t", moved * 0.36, m.avoided_location_t),
            (f"{at}, marginal, t", moved * 0.45, m.avoided_marginal_t),
            (f"{at}, consequential, t", consequential, m.avoided_system_t),
            (f"{at}, curtailment used, MWh", min(moved, 20.0), m.curtailed_used_mwh),
        ]
    return checks("ledgers, curtailment", CURTAILED, rows)


def all_that_is_emitted(seeds: tuple[int, ...] = (31, 32)) -> tuple[Check, ...]:
    """The location-based ledger of everybody who draws is complete; the marginal one is not a share of it."""
    rows = []
    for seed in seeds:
        o = draw(seed, 24)
        happens = actual(o)
        work = np.zeros((len(o.system.compute.stream_site), 24))
        s = settle(happens, work, dispatch(tie_break=0))
        regions = len(o.system.grid.regions)
        drawn = o.demand_mw + o.system.compute.load_mw(work, o.pue, regions) - s.shed_mw + s.dump_mw
        emitted = float((o.system.grid.unit_emission_kg_per_mwh @ s.output_mw).sum())
        rows += [
            (f"system {seed}, location-based, kg", emitted, (s.intensity_kg_per_mwh * drawn).sum())
        ]
    return checks("location-based carbon is complete", WHOLE, rows)
