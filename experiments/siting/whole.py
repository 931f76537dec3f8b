"""A siting plan in whole halls: the mixed-integer variant, its gap logged."""

from __future__ import annotations

from dataclasses import replace

from westshift.experiments.siting.books import books, build_table, duplicated
from westshift.experiments.siting.problem import built_of
from westshift.experiments.siting.site import Siting
from westshift.models.siting_world import standing
from westshift.optim.siting_whole import rounded_halls, whole_halls


def in_whole_halls(
    s: Siting, least_mw: float, phase_mw: float, solver: str | None, large: bool
) -> Siting:
    """The same question with halls of a least size or in phases; values of a MW stay those of the continuous plan."""
    p = s.problem
    new = ~standing(p.choices)
    found = (
        rounded_halls(p.joined, s.found, new, least_mw, phase_mw, solver)
        if large
        else whole_halls(p.joined, new, least_mw, phase_mw)
    )
    built = built_of(p, found)
    return replace(
        s,
        found=found,
        built=built,
        table=build_table(p, built),
        promised=books(p, found),
        twice=duplicated(p, found),
    )
