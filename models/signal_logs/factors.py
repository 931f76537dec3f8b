"""Emission factors of ways to generate, direct or over the life cycle; each with unit, year, source, confidence."""

from __future__ import annotations

from enum import Enum
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from ..columns import columns_of, to_row
from ..errors import InputError, suggest
from ..provenance import Confidence, Strict, Text
from ..tables import read_table

FILE = Path(__file__).with_name("emission_factors.csv")


class Scope(Enum):
    """What an intensity counts: emissions at the stack alone, or fuel, building and upkeep too."""

    DIRECT = "direct"
    LIFE_CYCLE = "life cycle"


class Factor(Strict):
    """One figure of emission_factors.csv.

    Attributes:
        technology, scope: what it is of.
        kg_per_mwh: [kg CO2e/MWh generated]. unit: as the source says it.
    """

    technology: Text
    scope: Literal["direct", "life cycle"]
    kg_per_mwh: Annotated[float, Field(ge=0)]
    unit: Text
    year: Text
    source: Text
    confidence: Confidence
    note: str = ""


@cache
def _all() -> dict[tuple[str, str], Factor]:
    table = read_table(FILE, columns_of(Factor), key=("technology", "scope"))
    rows = [to_row(Factor, row) for row in table.rows]
    return {(row.technology, row.scope): row for row in rows}


def published_factors(scope: Scope) -> dict[str, Factor]:
    """The figures of a scope by technology."""
    return {name: row for (name, of), row in _all().items() if of == scope.value}


def factor_of(technology: str, scope: Scope) -> Factor:
    """The figure of a technology.

    Raises:
        InputError: there is none.
    """
    known = published_factors(scope)
    if technology not in known:
        raise InputError(
            f"no {scope.value} emission factor of '{technology}'; {suggest(technology, known)}"
        )
    return known[technology]
