r"""Rebound in closed form: what is left of an efficiency gain when cheaper computing is used more.

.. math::
    p/p_0 = 1 - s g, \qquad E/E_0 = (1-g)(1-sg)^{-\epsilon}, \qquad Rb = 1 - \frac{E_0 - E}{g E_0}

with g the gain (energy per service falls by it), s the share of energy in the price of the service, and
:math:`\epsilon` the elasticity of demand. Rb > 1 is backfire: more energy than before the gain. The standard
definition of direct rebound (S. Sorrell, J. Dimitropoulos, "The rebound effect: microeconomic definitions, limitations
and extensions", Ecological Economics 65(3), 2008, doi:10.1016/j.ecolecon.2007.08.013).
"""

from __future__ import annotations

import math

from .choice import demand_factor
from .errors import InputError


def energy_ratio(gain: float, elasticity: float, cost_share: float) -> float:
    """E/E0 [-] for a gain g, elasticity and cost share.

    Raises:
        InputError: a gain outside 0 … 1, or what `demand_factor` refuses.
    """
    if not 0.0 < gain < 1.0:
        raise InputError(f"efficiency gain {gain}: let it lie between 0 and 1")
    return (1.0 - gain) * demand_factor(1.0 - gain, elasticity, cost_share)


def rebound(gain: float, ratio: float) -> float:
    """Share of the expected saving that is used up [-], of an energy ratio E/E0; above 1: backfire."""
    return 1.0 - (1.0 - ratio) / gain


def backfire_elasticity(gain: float, cost_share: float) -> float:
    r"""Elasticity at which nothing is saved, :math:`\ln(1-g)/\ln(1-sg)` [-]; infinite where s is 0."""
    if not 0.0 < gain < 1.0 or not 0.0 <= cost_share <= 1.0:
        raise InputError(f"gain {gain} and cost share {cost_share}: let both lie between 0 and 1")
    if cost_share == 0.0:
        return math.inf
    return math.log1p(-gain) / math.log1p(-cost_share * gain)
