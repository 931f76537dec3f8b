r"""What is saved by sharing servers: Erlang's formulas.

With offered load a (arrival rate times mean service time) and c servers

.. math::
    B(0) = 1, \quad B(c) = \frac{a B(c-1)}{c + a B(c-1)}, \qquad C(c) = \frac{B(c)}{1 - (a/c)(1 - B(c))}

B is the probability that all servers are busy where nobody waits (M/M/c/c), C that one has to wait in M/M/c
(A. K. Erlang, "Solution of some problems in the theory of probabilities of significance in automatic telephone
exchanges", 1917; recursion: R. B. Cooper, "Introduction to Queueing Theory", 1981).
"""

from __future__ import annotations

from dataclasses import dataclass

from .errors import InputError


def erlang_b(load: float, servers: int) -> float:
    """Probability that all servers are busy, nobody waiting [-]. load: offered, in servers."""
    if not 0.0 <= load < float("inf") or servers < 0:
        raise InputError(f"load {load} on {servers} servers: let both be 0 or more")
    busy = 1.0
    for c in range(1, servers + 1):
        busy = load * busy / (c + load * busy)
    return busy


def erlang_c(load: float, servers: int) -> float:
    """Probability of having to wait [-]; 1 where the load is as much as the servers or more."""
    if servers <= load:
        erlang_b(load, servers)  # refuses what makes no sense
        return 1.0 if load > 0.0 else 0.0
    busy = erlang_b(load, servers)
    return busy / (1.0 - (load / servers) * (1.0 - busy))


def servers_needed(load: float, most_wait: float) -> int:
    """Fewest servers with which at most a share `most_wait` has to wait.

    Raises:
        InputError: a load below 0, or a share that is not between 0 and 1.
    """
    if not 0.0 < most_wait <= 1.0:
        raise InputError(f"probability of waiting {most_wait}: let it lie between 0 and 1")
    erlang_b(load, 0)
    servers, busy = 0, 1.0  # the recursion of `erlang_b`, one server at a time
    while True:
        waits = 1.0 if servers <= load else busy / (1.0 - (load / servers) * (1.0 - busy))
        if load == 0.0 or waits <= most_wait:
            return servers
        servers += 1
        busy = load * busy / (servers + load * busy)


@dataclass(frozen=True)
class Pooled:
    """Servers of equal centres apart and together, for one probability of waiting.

    saved_share: of the servers. use_apart, use_together: mean utilisation [-].
    """

    apart: int
    together: int
    saved_share: float
    use_apart: float
    use_together: float


def pool(centres: int, load_each: float, most_wait: float) -> Pooled:
    """`centres` equal centres with an offered load each, apart and as one queue."""
    if centres < 1 or not load_each > 0.0:
        raise InputError(f"{centres} centres of load {load_each:g}: give at least one with a load")
    apart = centres * servers_needed(load_each, most_wait)
    together = servers_needed(centres * load_each, most_wait)
    total = centres * load_each
    return Pooled(apart, together, 1.0 - together / apart, total / apart, total / together)
