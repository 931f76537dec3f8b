"""Erlang's formulas against their series, and the published table of pooling."""

from math import factorial

import pytest

from westshift.models.errors import InputError
from westshift.models.pooling import erlang_b, erlang_c, pool, servers_needed


@pytest.mark.parametrize(("load", "servers"), [(1.0, 1), (5.0, 8), (20.0, 29), (0.3, 4)])
def test_recursion_against_the_series(load, servers):
    terms = [load**k / factorial(k) for k in range(servers + 1)]
    b = terms[-1] / sum(terms)
    assert erlang_b(load, servers) == pytest.approx(b, rel=1e-12)
    if servers > load:
        top = terms[-1] * servers / (servers - load)
        assert erlang_c(load, servers) == pytest.approx(top / (sum(terms[:-1]) + top), rel=1e-12)


def test_one_server_waits_with_its_load():
    assert erlang_c(0.3, 1) == pytest.approx(0.3)  # M/M/1


def test_as_much_load_as_servers_always_waits():
    assert erlang_c(3.0, 3) == 1.0
    assert erlang_c(0.0, 0) == 0.0


@pytest.mark.parametrize(("load", "most"), [(5.0, 0.05), (0.2, 0.5), (70.0, 0.05), (0.0, 0.1)])
def test_fewest_servers_and_not_one_less(load, most):
    n = servers_needed(load, most)
    assert erlang_c(load, n) <= most
    assert n == 0 or erlang_c(load, n - 1) > most


@pytest.mark.parametrize(
    ("load", "apart", "together", "saved_pct", "before", "after"),
    [
        (5, 100, 64, 36.0, 0.50, 0.78),
        (20, 290, 226, 22.1, 0.69, 0.88),
        (70, 860, 747, 13.1, 0.81, 0.94),
    ],
)
def test_ten_centres(load, apart, together, saved_pct, before, after):
    got = pool(10, load, 0.05)
    assert (got.apart, got.together) == (apart, together)
    assert round(100 * got.saved_share, 1) == saved_pct
    assert (round(got.use_apart, 2), round(got.use_together, 2)) == (before, after)


def test_pooling_never_needs_more():
    for load in (0.1, 1.0, 9.7, 33.0):
        got = pool(7, load, 0.1)
        assert got.together <= got.apart


@pytest.mark.parametrize(
    "arguments", [(0, 1.0, 0.05), (3, 0.0, 0.05), (3, 1.0, 0.0), (3, -1.0, 0.1)]
)
def test_what_makes_no_sense(arguments):
    with pytest.raises(InputError):
        pool(*arguments)
