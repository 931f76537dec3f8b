"""Curtailment by hand; the tracing stands in tests/physics/test_tracing.py."""

from dataclasses import replace

import numpy as np

from westshift.experiments.verify.parts import Unit
from westshift.experiments.verify.small import grid
from westshift.models.accounting import curtailed_mwh


def test_only_what_is_renewable_counts_and_in_its_own_region():
    g = grid(
        ["A", "B"],
        [Unit("B", 9, 0, renewable=True), Unit("A", 9, 0), Unit("B", 9, 0, renewable=True)],
    )
    most = np.array([[5.0, 4.0], [9.0, 9.0], [2.0, 0.0]])
    output = np.array([[3.0, 4.0], [0.0, 0.0], [1.0, 0.0]])
    found = curtailed_mwh(g, most, np.zeros((3, 1)), output)
    assert found.tolist() == [[0.0, 0.0], [3.0, 0.0]]


def test_rounding_above_the_available_output_is_no_negative_curtailment():
    g = grid(["A"], [Unit("A", 9, 0, renewable=True)])
    found = curtailed_mwh(g, np.array([[5.0]]), np.zeros((1, 1)), np.array([[5.0 + 1e-9]]))
    assert found.tolist() == [[0.0]]


def test_water_is_spilled_by_the_day_and_never_more_than_turbines_could_have_taken():
    g = grid(["A"], [Unit("A", 9, 0, renewable=True)])
    g = replace(g, unit_day_limited=np.array([True]))
    most, output = np.full((1, 26), 2.0), np.full((1, 26), 1.0)
    full = curtailed_mwh(g, most, np.array([[30.0, 3.5]]), output)
    np.testing.assert_allclose(full[0, :24], 6 / 24)  # 30 came and 24 ran
    np.testing.assert_allclose(full[0, 24:], 1.5 / 2)
    wet = curtailed_mwh(g, most, np.array([[1e3, 1e3]]), output)
    np.testing.assert_allclose(wet[0], 1.0)  # of 2 an hour at most, 1 ran
    dry = curtailed_mwh(g, most, np.array([[24.0, 1.0]]), output)
    np.testing.assert_allclose(dry[0], 0.0)
