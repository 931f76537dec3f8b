"""Rebound in closed form: the table of the reference, and where backfire begins."""

import math

import pytest

from westshift.models.errors import InputError
from westshift.models.rebound import backfire_elasticity, energy_ratio, rebound


@pytest.mark.parametrize(
    ("elasticity", "share", "rebound_pct", "net_pct"),
    [(0.6, 0.6, 30, -21.1), (1.0, 1.0, 100, 0.0), (1.5, 1.0, 165, 19.5), (1.5, 0.2, 23, -23.2)],
)
def test_table(elasticity, share, rebound_pct, net_pct):
    ratio = energy_ratio(0.3, elasticity, share)
    assert round(100 * rebound(0.3, ratio)) == rebound_pct
    assert round(100 * (ratio - 1), 1) == net_pct


def test_without_elasticity_all_is_saved():
    assert rebound(0.3, energy_ratio(0.3, 0.0, 1.0)) == pytest.approx(0.0)


@pytest.mark.parametrize("share", [0.2, 0.5, 1.0])
def test_backfire_begins_where_it_says(share):
    edge = backfire_elasticity(0.3, share)
    assert energy_ratio(0.3, edge, share) == pytest.approx(1.0)
    assert rebound(0.3, energy_ratio(0.3, edge + 0.1, share)) > 1.0
    assert rebound(0.3, energy_ratio(0.3, edge - 0.1, share)) < 1.0


def test_no_backfire_where_energy_is_no_cost():
    assert backfire_elasticity(0.3, 0.0) == math.inf


@pytest.mark.parametrize("gain", [0.0, 1.0, -0.2])
def test_gain_that_is_none(gain):
    with pytest.raises(InputError, match="gain"):
        energy_ratio(gain, 1.0, 1.0)
