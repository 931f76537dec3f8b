"""The platform: nobody loses, nothing is lost, the shares are what was gained."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from westshift.models.errors import InputError
from westshift.sim.economy.as_contracted import carry_out
from westshift.sim.economy.clearing import clear_hours
from westshift.sim.economy.conduct import price_taking
from westshift.sim.economy.economy import Economy
from westshift.sim.economy.platform import arrived, pool
from westshift.sim.placing import home_shares


def at_home(actual):
    """All work at home at once, rationed."""
    c = actual.system.compute
    home = home_shares(c)
    choices = np.full((len(c.origins) * len(c.classes), 1), -1)
    cost = np.ones((len(c.sites), actual.hours))
    return clear_hours(c, actual.now(actual.arrivals_mwh), home, 0 * home, cost, choices)


@settings(max_examples=8)
@given(seed=st.integers(0, 10_000), who=st.sampled_from(["none", "one", "two", "all"]))
def test_what_must_hold(drawn, seed, who):
    actual = drawn(seed, room=1.8)
    c = actual.system.compute
    members = np.zeros(len(c.sites), bool)
    members[: {"none": 0, "one": 1, "two": 2, "all": len(c.sites)}[who]] = True
    work = at_home(actual).work_mw
    got = pool(actual, work, members)
    assert got.after_cny <= got.before_cny
    assert got.share_cny.sum() == pytest.approx(got.before_cny - got.after_cny)
    assert (got.share_cny >= 0).all()
    assert (got.share_cny[~members] == 0).all()
    others = ~members[c.stream_site]
    assert (got.work_mw[others] == work[others]).all()
    assert c.origin_class_work_mw(got.work_mw).sum(axis=2) == pytest.approx(
        c.origin_class_work_mw(work).sum(axis=2)
    )
    used = c.site_work_mw(got.work_mw)
    assert (used <= c.site_capacity_mw[:, None] * (1 + 1e-9) + 1e-7).all()
    if who == "all":
        assert got.after_cny < got.before_cny
        carried = carry_out(actual, got.work_mw)
        assert carried.work_mw == pytest.approx(got.work_mw, abs=1e-5)


def test_arrivals_of_a_part_by_hand():
    ran = np.array([[[0.0, 1.0, 3.0]]])
    all_of_it = np.array([[[2.0, 2.0, 2.0]]])
    got = arrived(ran, all_of_it, np.array([2]))
    assert got.tolist() == [[[2.0, 2.0, 0.0]]]


def test_members_of_the_economy_gain(base):
    conduct = price_taking(base.behaviour)
    alone, together = (
        Economy(base, conduct),
        Economy(base, replace(conduct, members=frozenset({"east_1", "west_1"}))),
    )
    for _ in range(2):
        alone.step()
        together.step()
    assert all(m.platform_share_cny.sum() == 0.0 for m in alone.months)
    assert together.months[0].platform_share_cny.sum() > 0.0
    assert together.months[0].ledger.energy_cny < alone.months[0].ledger.energy_cny


def test_who_is_no_site_cannot_join(base):
    conduct = replace(price_taking(base.behaviour), members=frozenset({"east_7"}))
    with pytest.raises(InputError, match="did you mean 'east_1'"):
        Economy(base, conduct)
