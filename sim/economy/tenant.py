r"""A tenant: all work of one class that arises at one origin.

It stands for a number of customers. In a month each of them chooses anew with probability q; those who do, take
option i with the share that a random-utility rule gives it,

.. math::
    V_i = -(\hat p_i + c_i + \theta \ell_i + \omega d_i + \gamma k_i + a_i) + h n_i

believed price, data, latency, delay, published carbon, leaving the own region, and, where tenants follow others, the
share n of the same class that is there already.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import mesa
import numpy as np

from ...models.choice import demand_factor
from .board import Board, stream_of
from .learning import Learning, Memory, nothing_met

if TYPE_CHECKING:
    from .economy import Economy

Array = np.ndarray


class Tenant(mesa.Agent):
    """One class of work at one origin.

    Attributes:
        name: origin/class.
        index, job_class: its number, and its class's.
        at: where its options stand among all.
        sites, away: site of each option, and whether it is away from home (p,).
        learning: rule by which it learns.
        herding: worth of all others being at a site [CNY/MWh].
        share: of its work by option (p,) [-].
        factor: its work over what it would be at the first prices [-].
        changed_share: of its customers who chose anew this month [-].
        memory: what it met of its options.
        paid_cny: to operators and for data, so far [CNY].
    """

    def __init__(self, model: Economy, index: int, learning: Learning, herding: float) -> None:
        super().__init__(model)
        c = model.compute
        origin, job_class = divmod(index, len(c.classes))
        self.name = f"{c.origins[origin]}/{c.classes[job_class]}"
        self.index, self.job_class = index, job_class
        self.learning, self.herding = learning, herding
        self.at = model.options.of(index)
        self.sites = model.options.site[self.at]
        self.away = model.options.away[self.at]
        self.share = model.options.started[self.at].copy()
        self.factor, self.changed_share, self.paid_cny = 1.0, 0.0, 0.0
        self.memory: Memory | None = None

    def decide(self, board: Board) -> None:
        """Some customers choose anew; the amount of work follows the price."""
        behaviour = self._economy.start.behaviour
        posted = board.posted_cny_per_mwh[self.at]
        if self.memory is None:
            self.memory = nothing_met(posted, self.share)
        cost = self.learning.believes(self.memory, posted)
        utility = -(cost + behaviour.away_cost_cny_per_mwh * self.away)
        utility = utility + self.herding * board.others_share[self.job_class, self.sites]
        target = self.learning.choose(self.memory, utility, behaviour.choice_noise_cny_per_mwh)
        n = behaviour.customers_per_tenant
        draw = stream_of(self._economy.start.seed, self.name, board.month)
        self.changed_share = float(draw.binomial(n, behaviour.reconsider_share)) / n
        self.share = (1.0 - self.changed_share) * self.share + self.changed_share * target
        self.factor = self._demand(board)

    def _demand(self, board: Board) -> float:
        """Work over its reference, by what it pays against what it paid at home in the same hours at first."""
        behaviour = self._economy.start.behaviour
        if behaviour.elasticity == 0.0:
            return 1.0
        reference = self._economy.first_price_cny_per_mwh(board.stretch)[self.at]
        started = self._economy.options.started[self.at]
        before, now = (
            float(started @ reference),
            float(self.share @ board.price_cny_per_mwh[self.at]),
        )
        if before <= 0.0:
            return 1.0  # computing was free: there is no price to compare with
        return demand_factor(
            max(now, 0.0) / before, behaviour.elasticity, behaviour.compute_price_share
        )

    def learn(self, board: Board, met: Array) -> None:
        """Remember the month. met: cost met by option (p,) [CNY/MWh]."""
        assert self.memory is not None
        posted = board.posted_cny_per_mwh[self.at]
        self.memory = self.learning.learn(self.memory, posted, met, self.share)

    @property
    def _economy(self) -> Economy:
        return self.model  # type: ignore[return-value]
