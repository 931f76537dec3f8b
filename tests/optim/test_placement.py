"""Placement: small cases solved by hand, and what must hold of all."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from westshift.models.errors import InfeasibleError, InputError
from westshift.optim.placement import Servers, Ways, filled, placed, provisioned


def ways(cost, allowed, work, room):
    return Ways(
        np.array(cost, float), np.array(allowed, bool), np.array(work, float), np.array(room, float)
    )


# Three places of 10, half full. The dirtiest reaches only the clean one, the middle one either. Taking its turn
# first, the middle one fills the clean one, and the dirtiest has to stay.
THREE = ways(
    [[1, 3, 9], [1, 3, 9], [1, 3, 9]],
    [[1, 1, 1], [1, 1, 0], [1, 0, 1]],
    [5, 5, 5],
    [10, 10, 10],
)


def test_the_order_of_turns_costs_what_the_program_saves():
    greedy = filled(THREE, np.array([0, 1, 2]))
    assert greedy.tolist() == [[5, 0, 0], [5, 0, 0], [0, 0, 5]]
    best = placed(THREE)
    assert np.allclose(best.sum(axis=0), [10, 5, 0])  # whose work stays is a tie
    assert np.isclose(best[2, 0], 5)
    assert (THREE.cost * greedy).sum() == 55
    assert np.isclose((THREE.cost * best).sum(), 25)
    dirtiest_first = filled(THREE, np.array([2, 1, 0]))  # here as good as any
    assert dirtiest_first.tolist() == [[5, 0, 0], [0, 5, 0], [5, 0, 0]]


def test_full_places_move_nothing():
    full = ways(THREE.cost, np.ones((3, 3)), [10, 10, 10], [10, 10, 10])
    assert np.array_equal(filled(full, np.arange(3)), np.diag([10.0, 10, 10]))
    assert np.isclose((full.cost * placed(full)).sum(), 130)


def test_no_work_and_one_place():
    assert placed(ways([[7]], [[1]], [0], [1])).tolist() == [[0]]
    assert filled(ways([[7]], [[1]], [3], [3]), np.array([0])).tolist() == [[3]]
    servers = Servers(10.0, np.ones(1), np.full(1, 2.0))
    nothing = provisioned(ways([[7]], [[1]], [0], [100]), servers, among=np.ones((1, 1)))
    assert (nothing.servers.tolist(), nothing.cost) == ([0], 0)


def test_work_without_room_says_so():
    with pytest.raises(InfeasibleError, match="room at each site"):
        placed(ways([[1]], [[1]], [3], [2]))
    with pytest.raises(InfeasibleError, match="room at each site"):
        placed(ways([[1]], [[0]], [3], [5]))


def test_whole_servers_by_hand():
    # 14 and 6 at home need 2 + 1 servers of 10; four moved over make it 1 + 1, at 4·1 more: worth it at 5 a server.
    both = ways([[0, 1], [1, 0]], [[1, 1], [1, 1]], [14, 6], [100, 100])
    dear = provisioned(both, Servers(10.0, np.full(2, 5.0), np.full(2, 9.0)))
    assert dear.placed.tolist() == [[10, 4], [0, 6]]
    assert (dear.servers.tolist(), dear.cost) == ([1, 1], 14.0)
    cheap = provisioned(both, Servers(10.0, np.full(2, 1.0), np.full(2, 9.0)))
    assert cheap.placed.tolist() == [[14, 0], [0, 6]]
    assert (cheap.servers.tolist(), cheap.cost) == ([2, 1], 3.0)
    with pytest.raises(InfeasibleError, match="servers at each site"):
        provisioned(both, Servers(10.0, np.ones(2), np.full(2, 0.0)))


def test_a_second_cost_chooses_among_equals_only():
    # Both sites cost the same; the third is dearer by 0.5 a unit and liked best.
    equal = ways([[2, 2, 2.5]], [[1, 1, 1]], [4], [10, 10, 10])
    free = Servers(10.0, np.zeros(3), np.ones(3))
    liked = np.array([[1.0, 0.0, -1.0]])
    assert provisioned(equal, free, among=liked).placed.tolist() == [[0, 4, 0]]
    assert provisioned(equal, free, among=-liked).placed.tolist() == [[4, 0, 0]]
    assert provisioned(equal, free, among=liked, within=1.0).placed.tolist() == [[0, 2, 2]]


@st.composite
def places(draw):
    n = draw(st.integers(1, 5))
    cost = draw(st.lists(st.integers(0, 20), min_size=n, max_size=n))
    far = np.array(draw(st.lists(st.integers(0, 9), min_size=n * n, max_size=n * n))).reshape(n, n)
    work = draw(st.lists(st.integers(0, 10), min_size=n, max_size=n))
    return np.array(cost, float), far, np.array(work, float)


def within(case, limit):
    cost, far, work = case
    n = len(cost)
    return Ways(
        np.tile(cost, (n, 1)), (far <= limit) | np.eye(n, dtype=bool), work, np.full(n, 10.0)
    )


@settings(deadline=None, max_examples=60)
@given(places(), st.integers(0, 9), st.randoms())
def test_the_program_is_never_above_any_order_and_never_rises_with_the_limit(case, limit, random):
    one, wider = within(case, limit), within(case, limit + 1)
    order = list(range(len(case[0])))
    random.shuffle(order)
    greedy, best = filled(one, np.array(order)), placed(one)
    for x in (greedy, best):
        assert np.allclose(x.sum(axis=1), case[2])  # nothing is lost
        assert (x.sum(axis=0) <= 10 + 1e-6).all()
        assert (x >= -1e-9).all()
        assert (x[~one.allowed] == 0).all()
    value = (one.cost * best).sum()
    assert value <= (one.cost * greedy).sum() + 1e-6
    assert (wider.cost * placed(wider)).sum() <= value + 1e-6
    assert (one.cost * greedy).sum() <= case[0] @ case[2] + 1e-9  # greedy never harms


@settings(deadline=None, max_examples=20)
@given(places())
def test_whole_units_of_whole_work_are_no_dearer_than_parts(case):
    # A transport program of whole numbers has a whole optimum; servers for nothing leave it as it is.
    one = within(case, 4)
    n = len(case[0])
    whole = provisioned(one, Servers(1.0, np.zeros(n), np.full(n, 10.0)))
    assert np.isclose(whole.cost, (one.cost * placed(one)).sum(), atol=1e-6)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"cost": [[1, 2]]}, "do not fit"),
        ({"cost": [[np.nan]]}, "not a finite number"),
        ({"work": [-1]}, "some work"),
        ({"room": [np.inf]}, "some room"),
        (
            {"work": [], "room": [], "cost": np.zeros((0, 0)), "allowed": np.zeros((0, 0))},
            "at least one",
        ),
    ],
)
def test_what_cannot_be_placed_raises(change, said):
    whole = {"cost": [[1]], "allowed": [[1]], "work": [1], "room": [1]}
    with pytest.raises(InputError, match=said):
        ways(**{**whole, **change})


def test_turns_need_an_order_of_places_that_hold_their_own_work():
    with pytest.raises(InputError, match="same places"):
        filled(THREE, np.array([0, 1, 1]))
    with pytest.raises(InputError, match="stay where it is"):
        filled(ways([[1]], [[1]], [2], [1]), np.array([0]))
    with pytest.raises(InputError, match="stay where it is"):
        filled(ways([[1]], [[0]], [1], [1]), np.array([0]))
