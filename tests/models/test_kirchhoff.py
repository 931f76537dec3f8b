"""Cycles of circuits: as many as close a loop, each closed, and bad circuits named."""

from dataclasses import replace

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from westshift.experiments.verify.parts import Way
from westshift.experiments.verify.small import grid
from westshift.models.errors import InputError
from westshift.models.kirchhoff import circuit_lines, cycles


def circuits(*ends, regions="ABCD", links=()):
    ways = [Way(a, b, 10, rad_per_mw=0.01) for a, b in ends] + [Way(a, b, 10) for a, b in links]
    return grid(list(regions), ways=ways)


def ends_of(g):
    return [(int(g.line_from[there]), int(g.line_to[there])) for there, _ in circuit_lines(g)]


def is_closed(g, cycle):
    """Each step starts where the last one ended, and the last ends where the first began."""
    ends = ends_of(g)
    steps = [ends[n] if sign > 0 else ends[n][::-1] for n, sign in cycle]
    return all(a[1] == b[0] for a, b in zip(steps, [*steps[1:], steps[0]], strict=True))


def test_a_tree_has_no_cycles():
    assert cycles(circuits("AB", "CB", "BD")) == []
    assert cycles(circuits()) == []


def test_links_close_no_cycle():
    assert cycles(circuits("AB", "BC", links=["CA", "AB"])) == []


def test_a_triangle_is_one_cycle_and_the_sense_of_each_circuit_is_known():
    (cycle,) = cycles(circuits("AB", "CB", "AC"))
    assert is_closed(circuits("AB", "CB", "AC"), cycle)
    sense = dict(cycle)
    assert sense[0] == -sense[1] == -sense[2]


def test_parallel_circuits_are_a_cycle_of_two_in_either_direction():
    for pair, product in ((("AB", "AB"), -1), (("AB", "BA"), 1)):
        (cycle,) = cycles(circuits(*pair))
        assert len(cycle) == 2
        assert cycle[0][1] * cycle[1][1] == product
        assert is_closed(circuits(*pair), cycle)


def test_networks_apart_have_their_own_cycles():
    g = circuits("AB", "BC", "CA", "DE", "EF", "FD", regions="ABCDEF")
    found = cycles(g)
    assert sorted(sorted(n for n, _ in c) for c in found) == [[0, 1, 2], [3, 4, 5]]


def test_a_circuit_from_a_region_to_itself_is_a_cycle_alone():
    assert cycles(circuits("AA", "AB")) == [((0, 1),)]


def test_one_line_or_there_and_back():
    ways = [Way("A", "B", 9, rad_per_mw=0.1, both=False), Way("B", "C", 9, rad_per_mw=0.1)]
    assert circuit_lines(grid(list("ABC"), ways=ways)) == [(0, None), (1, 2)]


@settings(max_examples=60)
@given(st.integers(0, 10_000))
def test_drawn_networks_have_a_basis_of_closed_cycles(seed):
    rng = np.random.default_rng(seed)
    regions, n = int(rng.integers(1, 9)), int(rng.integers(0, 16))
    names = [f"r{i}" for i in range(regions)]
    ends = rng.integers(0, regions, (n, 2))
    ways = [Way(names[a], names[b], 5, rad_per_mw=0.1, both=bool(rng.integers(2))) for a, b in ends]
    g = grid(names, ways=ways)
    found = cycles(g)
    graph = nx.MultiGraph()
    graph.add_nodes_from(range(regions))
    graph.add_edges_from(ends.tolist())
    assert len(found) == n - regions + nx.number_connected_components(graph)
    assert all(is_closed(g, cycle) for cycle in found)
    matrix = np.zeros((len(found), n))
    for row, cycle in zip(matrix, found, strict=True):
        for circuit, sign in cycle:
            row[circuit] += sign
    incidence = np.zeros((n, regions))
    np.add.at(incidence, (range(n), ends[:, 0]), 1.0)
    np.add.at(incidence, (range(n), ends[:, 1]), -1.0)
    assert not (matrix @ incidence).any()  # no injection moves them
    assert len(found) == 0 or np.linalg.matrix_rank(matrix) == len(found)


@pytest.mark.parametrize("x", [0.0, float("nan"), float("inf")])
def test_a_reactance_of_zero_or_not_a_number_names_the_circuit(x):
    g = replace(circuits("AB", "BC"), circuit_rad_per_mw=np.array([0.1, x]))
    with pytest.raises(InputError, match=r"circuit from B to C.*reactance") as caught:
        cycles(g)
    assert "\n" not in str(caught.value)


def test_a_shift_that_is_not_a_number_names_the_circuit():
    g = replace(circuits("AB"), circuit_shift_rad=np.array([np.nan]))
    with pytest.raises(InputError, match="circuit from A to B"):
        cycles(g)


def test_two_lines_that_are_not_there_and_back_are_refused():
    g = circuits("AB", "AC")
    crossed = replace(g, line_circuit=np.array([0, 1, 0, 1]))  # AB, BA, AC, CA
    with pytest.raises(InputError, match="one there and one back"):
        cycles(crossed)
    same_way = replace(g, line_to=g.line_to[[0, 0, 2, 3]], line_from=g.line_from[[0, 0, 2, 3]])
    with pytest.raises(InputError, match=r"circuit 0 has lines \[0, 1\]"):
        cycles(same_way)


def test_a_circuit_of_three_lines_or_none_is_refused():
    g = circuits("AB", "AC")
    with pytest.raises(InputError, match=r"circuit 0 has lines \[0, 1, 2\]"):
        cycles(replace(g, line_circuit=np.array([0, 0, 0, 1])))
    with pytest.raises(InputError, match=r"circuit 1 has lines \[\]"):
        cycles(replace(g, line_circuit=np.array([0, 0, -1, -1])))
