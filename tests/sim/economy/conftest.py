"""Starts of small economies."""

import pytest

from westshift.experiments.studies.economies import with_behaviour
from westshift.models.scenario import load_scenario
from westshift.sim.economy.start import start_of


@pytest.fixture(scope="session")
def base():
    """Twelve months of two_region."""
    return start_of(load_scenario("two_region"), 12)


@pytest.fixture
def changed(base):
    """changed(elasticity=0, …) is the same start with other figures of economy.csv."""
    return lambda start=base, **figures: with_behaviour(start, **figures)
