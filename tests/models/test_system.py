"""Sums over streams, and what sites draw, by hand."""

import numpy as np

from westshift.experiments.verify.parts import Place, Work
from westshift.experiments.verify.small import compute

C = compute(
    ["A", "B"],
    [Place("B", 9.0, 1.0, 0.5), Place("A", 9.0, 2.0, 2.0)],
    [
        Work("w", {"A": [1.0], "B": [1.0]}, transfer_mwh_per_mwh=0.1),
        Work("v", {"B": [1.0]}, sites=[0]),
    ],
)
# Streams: A's w to both sites, B's w to both, B's v to the first.
WORK = np.array([[1.0, 10.0], [2.0, 20.0], [4.0, 40.0], [8.0, 80.0], [16.0, 160.0]])


def test_streams_are_what_is_allowed():
    assert C.stream_origin.tolist() == [0, 0, 1, 1, 1]
    assert C.stream_class.tolist() == [0, 0, 0, 0, 1]
    assert C.stream_site.tolist() == [0, 1, 0, 1, 0]
    assert C.stream_home.tolist() == [False, True, True, False, True]


def test_work_by_site_and_by_origin_and_class():
    np.testing.assert_array_equal(C.site_work_mw(WORK), [[21, 210], [10, 100]])
    by = C.origin_class_work_mw(WORK)
    assert by.shape == (2, 2, 2)
    np.testing.assert_array_equal(by[:, :, 0], [[3, 0], [12, 16]])


def test_power_of_sites_and_load_of_regions():
    np.testing.assert_allclose(C.it_mw(WORK), [[1 + 42, 1 + 420], [2 + 5, 2 + 50]])
    np.testing.assert_allclose(C.transfer_mw(WORK), [[0.1, 1.0], [0.8, 8.0]])
    pue = np.array([[1.5, 1.0], [2.0, 1.0]])
    np.testing.assert_allclose(C.load_mw(WORK, pue, 3), [[14.8, 60.0], [64.6, 422.0], [0.0, 0.0]])


def test_without_work_idle_power_is_left():
    nothing = np.zeros((5, 1))
    np.testing.assert_array_equal(C.it_mw(nothing)[:, 0], C.site_idle_mw)
    np.testing.assert_array_equal(C.load_mw(nothing, np.ones((2, 1)), 2)[:, 0], [2.0, 1.0])
