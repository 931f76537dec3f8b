"""What a study file may say of its design: kinds of design, lists and ranges of values."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, model_validator

Value = bool | int | float | str | tuple[Any, ...] | None
"""What a field may be set to. Lists, such as of policies or weeks, are tuples here; None empties a cell."""


class Frozen(BaseModel):
    """Frozen, finite, and nothing in it that was not asked for."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", allow_inf_nan=False, populate_by_name=True
    )


class Range(Frozen):
    """All numbers from one to another, in the field's unit.

    log: even over the logarithm. whole: whole numbers, both ends in.
    """

    low: float = Field(alias="from")
    high: float = Field(alias="to")
    log: bool = False
    whole: bool = False

    @model_validator(mode="after")
    def _has_inside(self) -> Range:
        if not self.low < self.high:
            raise ValueError(f"from {self.low:g} is not below to {self.high:g}; give from < to")
        if self.log and self.low <= 0:
            raise ValueError(f"log needs from above 0, not {self.low:g}; raise it or take log out")
        if self.whole and not (self.low.is_integer() and self.high.is_integer()):
            raise ValueError("whole needs whole numbers as from and to; write 1 rather than 1.5")
        return self


Over = Annotated[
    Annotated[Range, Tag("Range")] | Annotated[tuple[Value, ...], Tag("tuple")],
    Discriminator(lambda given: "Range" if isinstance(given, dict | Range) else "tuple"),
]
"""What a field is varied over."""


class Grid(Frozen):
    """Every combination of the values, the last field fastest."""

    kind: Literal["grid"] = "grid"


class LatinHypercube(Frozen):
    """So many points, each field's range cut into as many parts and each part met once."""

    kind: Literal["latin-hypercube"]
    points: int = Field(ge=1)
    seed: int = Field(0, ge=0)


class Sobol(Frozen):
    """A scrambled Sobol sequence; a power of two keeps it balanced.

    indices: points for Sobol indices instead: points × (fields + 2) of them, in SALib's order.
    """

    kind: Literal["sobol"]
    points: int = Field(ge=1)
    seed: int = Field(0, ge=0)
    indices: bool = False

    @model_validator(mode="after")
    def _balanced(self) -> Sobol:
        if self.points & (self.points - 1):
            raise ValueError(f"{self.points} points are no power of two; write 64, 128, 256, …")
        return self


class Morris(Frozen):
    """Trajectories for screening: trajectories × (fields + 1) points, one field moved at a time."""

    kind: Literal["morris"]
    trajectories: int = Field(ge=2)
    levels: int = Field(4, ge=2)
    seed: int = Field(0, ge=0)

    @model_validator(mode="after")
    def _even(self) -> Morris:
        if self.levels % 2:
            raise ValueError(f"levels {self.levels} is odd; write an even number such as 4")
        return self


Design = Annotated[Grid | LatinHypercube | Sobol | Morris, Field(discriminator="kind")]
DESIGNS = ("grid", "latin-hypercube", "sobol", "morris")
MODELS: dict[Any, type[BaseModel]] = {
    "grid": Grid, "latin-hypercube": LatinHypercube, "sobol": Sobol, "morris": Morris, "Range": Range,
}  # fmt: skip
"""By the name that stands in the place of an error."""
