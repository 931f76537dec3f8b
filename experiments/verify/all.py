"""All families of cases, by name."""

from __future__ import annotations

from collections.abc import Callable

from . import (
    books,
    budgets,
    closed_forms,
    deferral,
    duals,
    grid_cases,
    hand,
    identities,
    ledgers,
    marginal,
    network_cases,
    power_flow,
    rolling,
    routes,
    signals,
    storage_value,
    tables,
)
from .case import Check

FAMILIES: dict[str, Callable[[], tuple[Check, ...]]] = {
    "grid": grid_cases.run,
    "power flow": power_flow.run,
    "prices": duals.run,
    "marginal emissions": marginal.run,
    "storage": storage_value.run,
    "budgets of emissions": budgets.run,
    "deferral": deferral.run,
    "signals and ledgers": signals.run,
    "three ledgers": ledgers.run,
    "routes": routes.run,
    "network and sites": network_cases.run,
    "closed forms": closed_forms.run,
    "identities": identities.run,
    "rolling plans": rolling.run,
    "books": books.run,
    "tables of the references": tables.run,
    "two_region by hand": hand.run,
}
"""A new family is one more line here."""


def run_checks(progress: Callable[[str], None] = lambda family: None) -> tuple[Check, ...]:
    """Compute every check.

    Args:
        progress: called with a family's name when its turn comes.
    """
    found: list[Check] = []
    for family, run in FAMILIES.items():
        progress(family)
        found += run()
    return tuple(found)
