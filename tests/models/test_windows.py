"""Tables of best windows against every window tried, and the placing on capacity against its plain loop."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from westshift.models import windows, windows_shared
from westshift.models.errors import InputError


def drawn(seed: int):
    rng = np.random.default_rng(seed)
    R, H, N, n = rng.integers(1, 4), rng.integers(3, 30), rng.integers(1, 4), 25
    cost = rng.integers(-3, 9, (R, H)).astype(float)
    move = rng.integers(0, 5, (N, R)).astype(float)
    jobs = (
        rng.integers(0, N, n),
        rng.integers(1, 6, n),
        rng.integers(0, H, n),
        rng.integers(0, 7, n),
    )
    return cost, move, jobs


@given(st.integers(0, 10_000))
def test_tables_as_by_hand(seed: int) -> None:
    cost, move, jobs = drawn(seed)
    R, H = cost.shape
    piece, pieces = windows.in_one_piece(cost, 5, 6, move), windows.in_pieces(cost, 5, 6, move)
    keys = piece.keys(*jobs)
    assert (keys == pieces.keys(*jobs)).all()
    assert piece.start is not None
    for key, o, n, a, late in zip(keys, *jobs, strict=True):
        starts = [(cost[r, s : s + n].sum() + move[o, r], s, r)
                  for r in range(R) for s in range(a, min(a + late, H - n) + 1)]  # fmt: skip
        hours = [
            np.sort(cost[r, a : min(a + n + late, H)])[:n].sum() + move[o, r] for r in range(R)
        ]
        if not starts:
            assert np.isinf(piece.cost.flat[key])
            assert np.isinf(pieces.cost.flat[key])
            assert piece.region.flat[key] == pieces.region.flat[key] == -1
            continue
        least, start, _ = min(starts)
        assert piece.cost.flat[key] == least
        assert piece.start.flat[key] == start
        r = piece.region.flat[key]
        assert cost[r, start : start + n].sum() + move[o, r] == least
        assert pieces.cost.flat[key] == min(hours)
        assert hours[pieces.region.flat[key]] == min(hours)
        assert min(hours) <= least


@given(st.integers(0, 10_000))
def test_placing_as_by_loops(seed: int) -> None:
    cost, move, (origin, length, arrival, slack) = drawn(seed)
    rng = np.random.default_rng(seed)
    size = rng.integers(0, 4, len(origin)).astype(float)
    capacity = rng.integers(0, 9, cost.shape).astype(float)
    got = windows_shared.place_in_order(
        cost, capacity, origin, length, arrival, slack, size, move, compiled=False
    )
    free = capacity.copy()
    sums = np.concatenate([np.zeros((len(cost), 1)), np.cumsum(cost, axis=1)], axis=1)
    region, start, paid = windows_shared.by_loops(
        sums, move, free, origin, length, arrival, slack, size
    )
    assert got.region.tolist() == region.tolist()
    assert got.start.tolist() == start.tolist()
    np.testing.assert_allclose(got.cost, paid)
    assert (got.free == free).all()
    assert (free >= 0).all()
    used = np.zeros_like(capacity)
    for r, s, n, w in zip(region, start, length, size, strict=True):
        if r >= 0:
            used[r, s : s + n] += w
    assert (used + free == capacity).all()


def test_with_ample_capacity_placing_is_the_table() -> None:
    cost, move, jobs = drawn(11)
    got = windows_shared.place_in_order(
        cost, np.full(cost.shape, np.inf), *jobs, np.ones(len(jobs[0])), move, compiled=False
    )
    table = windows.in_one_piece(cost, 5, 6, move)
    assert got.cost.tolist() == table.cost.ravel()[table.keys(*jobs)].tolist()


@pytest.mark.skipif(not windows_shared.numba_installed(), reason="numba is not installed")
def test_the_compiled_loop_is_the_plain_one() -> None:
    cost, move, jobs = drawn(5)
    capacity, size = np.full(cost.shape, 3.0), np.ones(len(jobs[0]))
    a, b = (
        windows_shared.place_in_order(cost, capacity, *jobs, size, move, compiled=c)
        for c in (True, False)
    )
    assert a.region.tolist() == b.region.tolist()
    assert a.start.tolist() == b.start.tolist()


def test_what_cannot_be_is_named() -> None:
    cost = np.ones((2, 5))
    table = windows.in_one_piece(cost, 3, 2)
    one = np.array([0])
    with pytest.raises(InputError, match="job 1 has length 4"):
        table.keys(one, one + 4, one, one)
    with pytest.raises(InputError, match="arrival -1"):
        table.keys(one, one + 1, one - 1, one)
    with pytest.raises(InputError, match="each region and hour"):
        windows.in_pieces(np.array([[1.0, np.nan]]), 1, 0)
    with pytest.raises(InputError, match="moving"):
        windows.in_pieces(cost, 1, 0, np.zeros((2, 3)))
    with pytest.raises(InputError, match="1 and 0"):
        windows.in_one_piece(cost, 0, 0)
    with pytest.raises(InputError, match="different shapes"):
        windows_shared.place_in_order(cost, cost[:1], one, one + 1, one, one, np.ones(1))
    with pytest.raises(InputError, match="cannot be"):
        windows_shared.place_in_order(cost, cost, one, one, one, one, np.ones(1))
    empty = np.zeros(0, np.int64)
    assert len(table.keys(empty, empty, empty, empty)) == 0
    none = windows_shared.place_in_order(cost, cost, empty, empty, empty, empty, np.zeros(0))
    assert len(none.region) == 0
    if not windows_shared.numba_installed():
        with pytest.raises(InputError, match="numba"):
            windows_shared.place_in_order(
                cost, cost, one, one + 1, one, one, np.ones(1), compiled=True
            )
