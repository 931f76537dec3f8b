"""Points of a sweep: every combination, strata each met once, the ends of ranges, the order SALib needs."""

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from westshift.experiments.sweep.design import laid_over, points, unit_matrix
from westshift.experiments.sweep.kinds import Range
from westshift.experiments.sweep.plan import plan_of


def plan(design, vary):
    return plan_of(
        {"name": "p", "scenario": "two_region", "design": design, "vary": vary}, "study.yaml"
    )


def test_a_grid_is_every_combination_the_last_field_fastest():
    made = points(plan({"kind": "grid"}, {"b": [1, 2], "a": ["x", "y", "z"]}))
    assert [(p["b"], p["a"]) for p in made] == [
        (1, "x"), (1, "y"), (1, "z"), (2, "x"), (2, "y"), (2, "z"),
    ]  # fmt: skip


def test_a_latin_hypercube_meets_each_part_of_each_range_once():
    made = points(
        plan(
            {"kind": "latin-hypercube", "points": 20, "seed": 3},
            {"a": {"from": 10, "to": 30}, "b": {"from": 1, "to": 100, "log": True}},
        )
    )
    assert sorted(int(p["a"] - 10) for p in made) == list(range(20))
    assert sorted(int(20 * math.log(p["b"]) / math.log(100)) for p in made) == list(range(20))


def test_a_sobol_sequence_puts_as_many_points_in_each_quarter():
    made = points(
        plan({"kind": "sobol", "points": 64}, {k: {"from": 0, "to": 2} for k in ("a", "b")})
    )
    quarters = Counter((int(p["a"]), int(p["b"])) for p in made)
    assert quarters == {(i, j): 16 for i in (0, 1) for j in (0, 1)}


@pytest.mark.parametrize(
    "design",
    [
        {"kind": "latin-hypercube", "points": 8, "seed": 5},
        {"kind": "sobol", "points": 8, "seed": 5},
        {"kind": "sobol", "points": 8, "seed": 5, "indices": True},
        {"kind": "morris", "trajectories": 4, "seed": 5},
    ],
)
def test_a_seed_gives_the_same_points_again_and_another_seed_others(design):
    vary = {k: {"from": 0, "to": 1} for k in ("a", "b", "c")}
    first = points(plan(design, vary))
    assert first == points(plan(design, vary))
    assert first != points(plan({**design, "seed": 6}, vary))
    assert all(0 <= v <= 1 for p in first for v in p.values())


def test_points_for_indices_are_radial_blocks():
    """Row 0 of a block is A, the last is B; between them A with one column of B."""
    m = unit_matrix(
        plan(
            {"kind": "sobol", "points": 4, "indices": True},
            {k: {"from": 0, "to": 1} for k in ("a", "b", "c")},
        )
    )
    assert m.shape == (4 * (3 + 2), 3)
    for block in m.reshape(4, 5, 3):
        a, b = block[0], block[-1]
        for i in range(3):
            mixed = a.copy()
            mixed[i] = b[i]
            np.testing.assert_array_equal(block[1 + i], mixed)


def test_a_morris_trajectory_moves_one_field_at_a_time():
    m = unit_matrix(
        plan(
            {"kind": "morris", "trajectories": 5, "levels": 4},
            {k: {"from": 0, "to": 1} for k in ("a", "b", "c")},
        )
    )
    assert m.shape == (5 * (3 + 1), 3)
    for path in m.reshape(5, 4, 3):
        moved = np.abs(np.diff(path, axis=0))
        assert ((moved > 0).sum(axis=1) == 1).all()
        assert ((moved > 0).sum(axis=0) == 1).all()
        np.testing.assert_allclose(moved[moved > 0], 2 / 3)


@given(
    u=st.floats(0, 1),
    low=st.floats(-1e6, 1e6),
    width=st.floats(1e-3, 1e6),
)
def test_a_value_lies_in_its_range(u, low, width):
    over = Range(low=low, high=low + width)
    assert over.low <= laid_over(u, over) <= over.high
    assert laid_over(0.0, over) == over.low
    assert laid_over(1.0, over) == over.high


@given(low=st.integers(1, 30), width=st.integers(1, 30), log=st.booleans())
def test_whole_numbers_come_from_end_to_end(low, width, log):
    over = Range(low=low, high=low + width, whole=True, log=log)
    drawn = [laid_over(u, over) for u in np.linspace(0, 1, 60 * (width + 1))]
    assert sorted(set(drawn)) == list(range(low, low + width + 1))
    assert all(isinstance(v, int) for v in drawn)


def test_whole_numbers_and_choices_are_as_likely_as_each_other():
    u = (np.arange(600) + 0.5) / 600
    whole = Counter(laid_over(v, Range(low=3, high=8, whole=True)) for v in u)
    assert whole == dict.fromkeys(range(3, 9), 100)
    words = Counter(laid_over(v, ("a", "b", "c")) for v in u)
    assert words == {"a": 200, "b": 200, "c": 200}


def test_the_levels_of_a_screening_fall_on_whole_numbers_and_choices():
    """Levels are 0, 1/3, 2/3, 1, none of which a computer may hold exactly."""
    levels = [0.0, 1 / 3, 2 / 3, 1.0]
    assert [laid_over(u, Range(low=0, high=2, whole=True)) for u in levels] == [0, 1, 2, 2]
    assert [laid_over(u, ("a", "b", "c")) for u in levels] == ["a", "b", "c", "c"]


def test_a_logarithmic_range_is_even_over_the_logarithm():
    over = Range(low=0.01, high=100, log=True)
    assert laid_over(0.5, over) == pytest.approx(1.0)
    assert laid_over(0.25, over) == pytest.approx(0.1)
