"""The shipped scenario two_region, worked by hand in its README, through loader, world and ledger."""

from __future__ import annotations

from westshift.sim.run import Outcome

from .books import play, two_region
from .case import Check, checks

HAND = "By hand: README.md of the scenario two_region"
MOVED_T = {
    "here-and-now": 0.0,
    "wait-awhile": 0.0,
    "greenest-now": 405.0,
    "cheapest": 405.0,
    "planned": 405.0,
    "co-planned": 405.0,
    "oracle": 405.0,
}
"""Avoided in a day [t], by policy."""

MISLED_T = {"cheapest": -135.0, "planned": -135.0, "greenest-now": 405.0, "co-planned": 405.0}
"""The same when the eastern tariff undercuts the western."""


def run() -> tuple[Check, ...]:
    """The base run, each policy's answer, and a tariff that points the wrong way."""
    outcomes = play(two_region())
    return base_run(outcomes) + avoided(outcomes) + misled()


def base_run(outcomes: dict[str, Outcome]) -> tuple[Check, ...]:
    """Here-and-now over the day."""
    book = outcomes["here-and-now"].ledger
    rows = [
        ("emissions of the grid, t", 12_960, book.system_kg / 1000),
        ("generation cost, CNY", 4_320_000, book.system_cny),
        ("curtailed in the west, MWh", 1_200, book.curtailed_mwh[1]),
        ("IT energy, MWh", 1_920, book.site_it_mwh.sum()),
        ("data-center load, MWh", 2_400, book.site_load_mwh.sum()),
        ("emissions of the data centers, t", 1_350, book.site_location_kg.sum() / 1000),
        ("electricity bill, CNY", 1_260_000, book.energy_cny),
    ]
    return checks("two_region, here-and-now", HAND, rows)


def avoided(outcomes: dict[str, Outcome]) -> tuple[Check, ...]:
    """What each policy avoids, of the system and by location; what the move costs."""
    base = outcomes["here-and-now"].ledger
    rows = []
    for policy, expected in MOVED_T.items():
        book = outcomes[policy].ledger
        by_location = (base.site_location_kg.sum() - book.site_location_kg.sum()) / 1000
        rows += [
            (f"{policy}, system, t", expected, (base.system_kg - book.system_kg) / 1000),
            (f"{policy}, location-based, t", expected, by_location),
        ]
    book = outcomes["oracle"].ledger
    rows += [
        ("oracle, cost of generation saved, CNY", 135_000, base.system_cny - book.system_cny),
        ("oracle, curtailment used, MWh", 450, base.curtailed_mwh[1] - book.curtailed_mwh[1]),
        ("oracle, electricity bill, CNY", 1_170_000, book.energy_cny),
        ("oracle, data moved, CNY", 3_600, book.transfer_cny),
    ]
    return checks("two_region, avoided", HAND, rows)


def misled() -> tuple[Check, ...]:
    """With a cheap eastern tariff, what follows prices brings work back to the coal."""
    outcomes = play(two_region({"tariffs.east.flat_cny_per_mwh": 300}))
    base = outcomes["here-and-now"].ledger.system_kg
    rows = [
        (f"{policy}, system, t", expected, (base - outcomes[policy].ledger.system_kg) / 1000)
        for policy, expected in MISLED_T.items()
    ]
    return checks("two_region, eastern tariff 300", HAND, rows)
