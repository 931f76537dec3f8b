r"""What tenants make of what they met: four rules behind one interface.

A rule holds no state of its own: `begin` makes a tenant's memory, `believes` reads the cost of each option off it,
`learn` returns the next memory, and `choose` the shares.

* static: what is published is believed.
* adaptive: what was met in excess of what is published is expected again, :math:`\hat z \leftarrow \hat z +
  \alpha (z - \hat z)`, for options that were used.
* bandit: only own experience counts, and what was tried little looks better than it was, by
  :math:`c\sqrt{\ln n / n_i}` (P. Auer, N. Cesa-Bianchi, P. Fischer, "Finite-time analysis of the multiarmed bandit
  problem", Machine Learning 47, 2002, doi:10.1023/A:1013689704352; costs in place of rewards, :math:`n_i` sums
  shares of months).
* reinforcement: propensities fade and grow with what an option brought, :math:`m \leftarrow (1-\varphi) m +` reward
  :math:`\times` share, and are chosen in proportion (A. E. Roth, I. Erev, "Learning in extensive-form games", Games and
  Economic Behavior 8, 1995, doi:10.1016/S0899-8256(05)80020-X).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from ...models.choice import shares

Array = np.ndarray


@dataclass(frozen=True, eq=False)
class Memory:
    """What a tenant remembers of its options (p,).

    surprise: cost met less cost published [CNY/MWh]. met: mean cost met [CNY/MWh]. tried: months, by share.
    propensity: of reinforcement [-].
    """

    surprise: Array
    met: Array
    tried: Array
    propensity: Array


def nothing_met(posted: Array, started: Array) -> Memory:
    """Before the first month: published costs, and propensities as the shares are."""
    p = len(posted)
    return Memory(np.zeros(p), posted.copy(), np.zeros(p), started + 1.0 / p)


class Learning(Protocol):
    """How a tenant learns."""

    def believes(self, memory: Memory, posted: Array) -> Array:
        """Cost it expects of each option (p,) [CNY/MWh]; posted: published cost (p,)."""
        ...

    def choose(self, memory: Memory, utility: Array, noise: float) -> Array:
        """Shares of the options (p,)."""
        ...

    def learn(self, memory: Memory, posted: Array, met: Array, share: Array) -> Memory:
        """What it remembers after a month. met: cost met (p,); share: of its work (p,)."""
        ...


@dataclass(frozen=True)
class Static:
    """Believes what is published."""

    def believes(self, memory: Memory, posted: Array) -> Array:
        return posted

    def choose(self, memory: Memory, utility: Array, noise: float) -> Array:
        return shares(utility, noise)

    def learn(self, memory: Memory, posted: Array, met: Array, share: Array) -> Memory:
        return memory


@dataclass(frozen=True)
class Adaptive:
    """Expects what it met in excess of what was published. weight: of the last month [-]."""

    weight: float

    def believes(self, memory: Memory, posted: Array) -> Array:
        return posted + memory.surprise

    def choose(self, memory: Memory, utility: Array, noise: float) -> Array:
        return shares(utility, noise)

    def learn(self, memory: Memory, posted: Array, met: Array, share: Array) -> Memory:
        step = np.where(share > 0.0, self.weight, 0.0)
        return replace(memory, surprise=memory.surprise + step * (met - posted - memory.surprise))


@dataclass(frozen=True)
class Bandit:
    """Believes its own months only. exploration_cny_per_mwh: c above [CNY/MWh]."""

    exploration_cny_per_mwh: float

    def believes(self, memory: Memory, posted: Array) -> Array:
        n = max(float(memory.tried.sum()), 1.0)
        seen = np.maximum(memory.tried, 1e-2)  # a hundredth of a month is as good as none
        bonus = self.exploration_cny_per_mwh * np.sqrt(np.log1p(n) / (1.0 + seen))
        return memory.met - bonus

    def choose(self, memory: Memory, utility: Array, noise: float) -> Array:
        return shares(utility, noise)

    def learn(self, memory: Memory, posted: Array, met: Array, share: Array) -> Memory:
        tried = memory.tried + share
        step = np.divide(share, tried, out=np.zeros_like(share), where=tried > 0.0)
        return replace(memory, met=memory.met + step * (met - memory.met), tried=tried)


@dataclass(frozen=True)
class Reinforcement:
    """Repeats what went well. forgetting: share of propensities lost in a month [-].

    What an option brought is how far its cost lay below the dearest met, over the spread [-].
    """

    forgetting: float

    def believes(self, memory: Memory, posted: Array) -> Array:
        return posted

    def choose(self, memory: Memory, utility: Array, noise: float) -> Array:
        weight = np.where(np.isfinite(utility), memory.propensity, 0.0)
        return weight / weight.sum()

    def learn(self, memory: Memory, posted: Array, met: Array, share: Array) -> Memory:
        spread = float(met.max() - met.min())
        reward = (met.max() - met) / spread if spread > 0.0 else np.ones_like(met)
        kept = (1.0 - self.forgetting) * memory.propensity
        return replace(memory, propensity=kept + reward * share)
