"""Every case with a known answer, found through the program; and what a check is."""

import math

import numpy as np
import pytest

from westshift.experiments.verify import all as families
from westshift.experiments.verify.case import Check, checks, exceeds, furthest

FOUND = families.run_checks()


def shown(check: Check) -> str:
    return f"{check.case}: {check.what}"


@pytest.mark.parametrize("check", FOUND, ids=shown)
def test_case(check: Check):
    assert check.ok, f"expected {check.expected!r}, found {check.found!r} ({check.source})"


def test_every_check_has_its_own_name_and_a_source():
    assert len({shown(check) for check in FOUND}) == len(FOUND)
    assert all(check.source and check.tolerance > 0 for check in FOUND)


def test_families_are_announced_in_turn(monkeypatch):
    one = Check("c", "w", 1.0, 1.0, 1e-6, "s")
    monkeypatch.setattr(families, "FAMILIES", {"a": lambda: (one,), "b": lambda: (one, one)})
    said: list[str] = []
    assert families.run_checks(said.append) == (one, one, one)
    assert said == ["a", "b"]


# What a check is


@pytest.mark.parametrize(
    ("expected", "found", "tolerance", "ok"),
    [
        (100.0, 100.0, 1e-6, True),
        (100.0, 100.00009, 1e-6, True),
        (100.0, 100.00011, 1e-6, False),
        (-100.0, -99.9999, 1.1e-6, True),
        (-100.0, 100.0, 1e-6, False),
        (1e-9, 2e-9, 1e-6, False),
        (0.0, 0.0, 1e-6, True),
        (0.0, -9e-7, 1e-6, True),
        (0.0, 2e-6, 1e-6, False),
        (1.0, math.nan, 1e9, False),
        (0.0, math.nan, 1e9, False),
        (math.nan, math.nan, 1e9, False),
        (math.inf, 1.0, 1e-6, False),
        (math.inf, math.inf, 1e-6, False),
        (1.0, math.inf, 1e9, False),
    ],
)
def test_ok(expected: float, found: float, tolerance: float, ok: bool):
    assert Check("case", "what", expected, found, tolerance, "source").ok is ok


def test_exceeds_is_zero_below_and_relative_above():
    assert exceeds(99.0, 100.0) == exceeds(100.0, 100.0) == 0.0
    assert exceeds(110.0, 100.0) == pytest.approx(0.1)
    assert exceeds(-90.0, -100.0) == pytest.approx(0.1)
    assert math.isnan(exceeds(math.nan, 100.0))
    assert not checks("c", "s", [("w", 0, exceeds(math.nan, 100.0))])[0].ok


def test_furthest_is_relative_to_the_largest_entry():
    assert furthest(np.array([1.0, 2.0]), np.array([1.0, 4.0])) == 0.5
    assert furthest(np.zeros((0, 3)), np.zeros((0, 3))) == 0.0
    with pytest.raises(ValueError, match="shapes"):
        furthest(np.zeros(2), np.zeros(3))
