"""Lengths, round trips, and ways over the graph."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from westshift.models.network import fibre, great_circle_km, round_trip_ms, rtt_ms

lat, lon = st.floats(-90, 90), st.floats(-180, 180)
GUIYANG, SHANGHAI = (26.6, 106.6), (31.2, 121.5)  # to a tenth of a degree


def test_guiyang_to_shanghai():
    assert great_circle_km(*GUIYANG, *SHANGHAI) == pytest.approx(1536.4, abs=0.5)


def test_a_degree_of_the_meridian_and_of_a_parallel():
    degree = np.pi * 6371.0088 / 180
    assert great_circle_km(10, 20, 11, 20) == pytest.approx(degree)
    assert great_circle_km(0, 20, 0, 21) == pytest.approx(degree)
    assert great_circle_km(0, 179.5, 0, -179.5) == pytest.approx(degree)
    assert great_circle_km(60, 0, 60, 1) == pytest.approx(degree / 2, rel=1e-3)


@given(lat, lon, lat, lon, lat, lon)
def test_a_length_is_a_metric(a, b, c, d, e, f):
    there = great_circle_km(a, b, c, d)
    assert 0 <= there <= np.pi * 6371.0088 * (1 + 1e-12)
    assert there == pytest.approx(great_circle_km(c, d, a, b), abs=1e-6)
    assert there <= great_circle_km(a, b, e, f) + great_circle_km(e, f, c, d) + 1e-6


def test_the_round_trip_is_twice_overhead_and_fibre(two_region):
    p = two_region.parameters
    assert round_trip_ms(0.0, p) == 2 * p.rtt_overhead_one_way_ms
    assert round_trip_ms(1000.0, p) == pytest.approx(2 * (1 + 1.4 * 1000 * 0.0049))
    twice = p.model_copy(update={"fibre_route_factor": 2 * p.fibre_route_factor})
    assert round_trip_ms(500.0, twice) == pytest.approx(round_trip_ms(1000.0, p))


def test_direct_fibre_is_the_formula_and_a_faster_way_round_is_found(two_region):
    graph = fibre(two_region.regions, two_region.sites, two_region.parameters)
    names = ("east", "west"), ("east_1", "west_1")
    direct = rtt_ms(graph, *names)
    km = great_circle_km(35, 120, 35, 105)
    assert graph.edges[("origin", "east"), ("site", "west_1")]["length_km"] == pytest.approx(km)
    assert km == pytest.approx(1364.996, abs=0.01)
    across = round_trip_ms(km, two_region.parameters)
    np.testing.assert_allclose(direct, [[2.0, across], [across, 2.0]])
    graph.add_edge(("origin", "east"), "exchange", rtt_ms=3.0)
    graph.add_edge("exchange", ("site", "west_1"), rtt_ms=4.0)
    shorter = rtt_ms(graph, *names)
    assert shorter[0, 1] == pytest.approx(7.0)
    assert shorter[1, 0] == pytest.approx(2 + 7 + 2)  # over the sites and back, if that is less


def test_where_there_is_no_fibre_there_is_no_way(two_region):
    graph = fibre(two_region.regions, two_region.sites, two_region.parameters)
    graph.remove_node(("site", "west_1"))
    found = rtt_ms(graph, ("east", "west"), ("east_1", "west_1"))
    assert np.isinf(found[:, 1]).all()
    assert np.isfinite(found[:, 0]).all()
