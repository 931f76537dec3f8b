r"""Placement: work of each origin is shared out over sites, once, whatever the hour.

As a transport program, x (`placed`) in units of work, of what comes from o and runs at s:

.. math::
    \min \sum_{os} c_{os} x_{os}, \qquad
    \sum_s x_{os} = w_o \quad (\text{all\_placed}), \qquad
    \sum_o x_{os} \le r_s \quad (\text{room}), \qquad
    0 \le x_{os} \le \min(w_o, r_s)\,[\,os \text{ allowed}\,]

With whole servers k (`servers`) that hold h units each and cost f_s, at most n_s of them at a site, and whole x:

.. math::
    \min \sum_{os} c_{os} x_{os} + \sum_s f_s k_s, \qquad \sum_o x_{os} \le h\,k_s \quad (\text{held}),
    \qquad k_s \le n_s

and, to choose among plans as good as the best or nearly so, another sum over the same x under
:math:`\text{total} \le \text{limit}` (good).

`filled` is no program: origins take their turn and fill the cheapest site that has room. It stands here as what
the transport program is measured against.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np
import pyomo.environ as pyo
from pyomo.common.gc_manager import PauseGC

from ..models.errors import InputError
from .solver import Compiled, begin, optimum, solve
from .standard_form import compile_model

Array = np.ndarray

BUDGETS = ("work that may go to some sites only", "the room at each site")


@dataclass(frozen=True, eq=False)
class Ways:
    """What it costs to place work, and where it may go.

    Attributes:
        cost: per unit of work (O, S).
        allowed: whether work of an origin may run at a site (O, S).
        work: of each origin (O,), 0 or more.
        room: for work at each site (S,), 0 or more.

    Raises:
        InputError: shapes differ, or a figure is missing or below 0.
    """

    cost: Array
    allowed: Array
    work: Array
    room: Array

    def __post_init__(self) -> None:
        shape = (len(self.work), len(self.room))
        if 0 in shape or self.cost.shape != shape or self.allowed.shape != shape:
            raise InputError(
                f"cost of shape {self.cost.shape} and ways of shape {self.allowed.shape} do not fit "
                f"{shape[0]} origins and {shape[1]} sites; give at least one of each"
            )
        if not np.isfinite(self.cost).all():
            raise InputError("the cost of some way is not a finite number; close the way instead")
        for what, amount in (("work", self.work), ("room", self.room)):
            if not (np.isfinite(amount) & (amount >= 0)).all():
                raise InputError(f"some {what} is missing or below 0: let all be 0 or more")

    @property
    def most(self) -> Array:
        """Most that can go each way (O, S)."""
        return np.where(self.allowed, np.minimum(self.work[:, None], self.room), 0.0)


def placed(ways: Ways, tie_break: float = 1e-9) -> Array:
    """The least cost of all placements (O, S).

    Raises:
        InfeasibleError: not all work finds room.
        SolveError: the program does not end optimal.
    """
    found = solve(compile_model(_transport(ways)), tie_break=tie_break, budgets=BUDGETS)
    return found.values["placed"]


def filled(ways: Ways, order: Array) -> Array:
    """Origins in this order fill, one after another, the cheapest site with room (O, S).

    Of equally cheap sites the first. What has not been placed yet takes up room at its own site: origin i and
    site i are one place, as in data centers that hold their own work until it is moved.

    Raises:
        InputError: origins and sites are not the same places, `order` is no order of them, the room of a
            place is less than its own work, or a place is closed to its own work.
    """
    n = len(ways.work)
    if len(ways.room) != n or sorted(order.tolist()) != list(range(n)):
        raise InputError(
            f"{n} origins and {len(ways.room)} sites: both must be the same places, in an order"
        )
    if not ways.allowed.diagonal().all() or (ways.work > ways.room).any():
        raise InputError("some work cannot stay where it is: open the way, or give room for it")
    out, load = np.diag(ways.work.astype(float)), ways.work.astype(float)
    for o in order:
        for s in np.argsort(ways.cost[o], kind="stable"):
            if s == o:  # what is left stays: no other site is cheaper and has room
                break
            if not ways.allowed[o, s]:
                continue
            moved = min(out[o, o], ways.room[s] - load[s])
            out[o, o], out[o, s] = out[o, o] - moved, out[o, s] + moved
            load[o], load[s] = load[o] - moved, load[s] + moved
    return out


@dataclass(frozen=True, eq=False)
class Servers:
    """What holds the work at each site.

    Attributes:
        holds: units of work a server. cost: of a server (S,). most: servers at each site (S,).
    """

    holds: float
    cost: Array
    most: Array


@dataclass(frozen=True, eq=False)
class Provision:
    """A placement with whole servers: placed (O, S), servers (S,), and its cost."""

    placed: Array
    servers: Array
    cost: float


def provisioned(
    ways: Ways, servers: Servers, among: Array | None = None, within: float = 0.0
) -> Provision:
    """The least cost with whole servers and whole units of work.

    Args:
        ways: as above; `room` is what a site may hold at most besides its servers.
        servers: what they hold and cost.
        among: a second cost (O, S), by which to choose among the plans that are as good as the best.
        within: how much dearer than the best a plan may be to count as good.

    Raises:
        InfeasibleError: not all work finds room.
        SolveError: the program does not end optimal.
    """
    m = _transport(ways)
    most = [float(x) for x in servers.most]
    m.servers = pyo.Var(m.S, bounds=lambda m, s: (0, most[s]))
    m.held = pyo.Constraint(
        m.S,
        rule=lambda m, s: sum(m.placed[o, s] for o in m.O) <= servers.holds * m.servers[s],
    )
    m.total.expr += sum(float(servers.cost[s]) * m.servers[s] for s in m.S)
    best = _whole(compile_model(m))
    if among is None:
        return _provision(best, ways, servers)
    limit = _cost(best, ways, servers) + within
    # The solver holds a row to 1e-7 or so of its own size: written large, so that it holds the cost much closer.
    large = 1e6 / max(abs(limit), float(np.abs(ways.cost).max()), 1e-12)
    m.good = pyo.Constraint(expr=large * m.total.expr <= large * limit)
    m.del_component(m.total)
    scale = 1.0 / max(float(np.abs(among).max()), 1e-12)
    m.total = pyo.Objective(
        expr=sum(scale * float(among[o, s]) * m.placed[o, s] for o in m.O for s in m.S)
    )
    return _provision(_whole(compile_model(m)), ways, servers)


def _transport(ways: Ways) -> Any:
    cost, most = ways.cost.tolist(), ways.most.tolist()
    work, room = ways.work.tolist(), ways.room.tolist()
    with PauseGC():
        m: Any = pyo.ConcreteModel(name="placement")
        m.O, m.S = pyo.RangeSet(0, len(work) - 1), pyo.RangeSet(0, len(room) - 1)
        m.placed = pyo.Var(m.O, m.S, bounds=lambda m, o, s: (0, most[o][s]))
        m.all_placed = pyo.Constraint(
            m.O, rule=lambda m, o: sum(m.placed[o, s] for s in m.S) == work[o]
        )
        m.room = pyo.Constraint(m.S, rule=lambda m, s: sum(m.placed[o, s] for o in m.O) <= room[s])
        m.total = pyo.Objective(expr=sum(cost[o][s] * m.placed[o, s] for o in m.O for s in m.S))
    return m


def _whole(p: Compiled) -> dict[str, Array]:
    """The optimum in whole numbers, by the names of the variables."""
    highs = begin(p, tie_break=0.0)
    for name in ("mip_rel_gap", "mip_abs_gap"):
        highs.setOptionValue(name, 0.0)
    for column in range(len(p.cost)):
        highs.changeColIntegrality(column, highspy.HighsVarType.kInteger)
    x = np.round(optimum(highs, p, (*BUDGETS, "the servers at each site")))
    return {name: np.where(at >= 0, x[at], rest) for name, (at, rest) in p.places.items()}


def _cost(found: dict[str, Array], ways: Ways, servers: Servers) -> float:
    return float((ways.cost * found["placed"]).sum() + servers.cost @ found["servers"])


def _provision(found: dict[str, Array], ways: Ways, servers: Servers) -> Provision:
    return Provision(found["placed"], found["servers"], _cost(found, ways, servers))
