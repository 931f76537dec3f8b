"""How agents act: what tenants learn, whether they follow others, how operators price, who joins the platform."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from ...models.economy_figures import Behaviour
from .learning import Adaptive, Learning, Static
from .pricing import MarkUp, Pricing, Scarcity


@dataclass(frozen=True)
class Conduct:
    """How agents act.

    Attributes:
        pricing: of operators. learning: of tenants. herding_cny_per_mwh: worth of all others being at a site.
        members: names of the sites that have joined the platform.
    """

    pricing: Pricing
    learning: Learning = field(default_factory=Static)
    herding_cny_per_mwh: float = 0.0
    members: frozenset[str] = frozenset()


def price_taking(behaviour: Behaviour) -> Conduct:
    """Operators ask what capacity is scarce by; tenants learn adaptively."""
    return Conduct(Scarcity(behaviour.scarcity_cny_per_mwh), Adaptive(behaviour.belief_weight))


def market_power(behaviour: Behaviour) -> Conduct:
    """Operators add a markup that follows utilisation."""
    b = behaviour
    pricing = MarkUp(b.markup_base, b.markup_slope, b.target_utilisation)
    return Conduct(pricing, Adaptive(b.belief_weight))


def herding(behaviour: Behaviour) -> Conduct:
    """Price-taking, and tenants follow others of their class."""
    return replace(price_taking(behaviour), herding_cny_per_mwh=behaviour.herding_cny_per_mwh)
