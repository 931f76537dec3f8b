"""The ways of this program to a HiGHS object that holds the co-planner."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from westshift.models.outlook import Outlook
from westshift.optim.parametric import Theta
from westshift.optim.parametrise import fill, layout_of
from westshift.optim.program import Program, co_planner
from westshift.optim.solver import Compiled, begin


def model(before: None, o: Outlook) -> Any:
    """The Pyomo model, its parameters at their values."""
    program = co_planner()
    m = program.build(o.system, o.hours)
    fill(m, program.values(Theta(layout_of(m)), o))
    return m


def arrays_once(before: None, o: Outlook) -> Compiled:
    """The program as arrays, for one outlook alone."""
    return co_planner().at(o, once=True)


def seen_before(o: Outlook) -> Program:
    """A co-planner that has been compiled for another outlook of the same system."""
    program = co_planner()
    program.at(replace(o, demand_mw=1.01 * o.demand_mw))
    return program


def arrays(before: Program | None, o: Outlook) -> Compiled:
    """The program as arrays, compiled for all outlooks if it has not been."""
    return (before or co_planner()).at(o)


def passed(p: Compiled) -> Any:
    """The arrays passed."""
    return begin(p, 0.0)


def constant_of_arrays(p: Compiled) -> float:
    """Constant of the objective."""
    return p.offset
