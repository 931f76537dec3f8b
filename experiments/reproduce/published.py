"""A figure somebody published beside the one that is found here."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from pathlib import Path

from westshift.models.errors import InputError


@dataclass(frozen=True)
class Published:
    """One figure.

    Attributes:
        what: the quantity.
        published: as printed; None where the paper has no such figure and it is only shown.
        found: what is computed here.
        tolerance: how far the two may differ, in the figure's own unit: half a unit of the last digit printed,
            unless `what` names a band.
        unit: of both; "" for a number without one.
        source: paper, and table or section.
    """

    what: str
    published: float | None
    found: float
    tolerance: float
    unit: str
    source: str

    @property
    def difference(self) -> float | None:
        """Found less published; None where nothing is published."""
        return None if self.published is None else self.found - self.published

    @property
    def met(self) -> bool:
        """Whether the two agree. A figure that is only shown is met; what is not finite never is."""
        if not isfinite(self.found):
            return False
        # A hair more than the tolerance: half a unit of a last digit is not a whole number of bits.
        return self.difference is None or abs(self.difference) <= self.tolerance * (1 + 1e-9)


def band(what: str, low: float, high: float, found: float, unit: str, source: str) -> Published:
    """A figure that was published as a range: its middle, and half its width as tolerance.

    Raises:
        ValueError: the range is empty.
    """
    if not low < high:
        raise ValueError(f"{what}: a band from {low} to {high} is empty")
    named = f"{what} (band {low:g} to {high:g})"
    return Published(named, (low + high) / 2, found, (high - low) / 2, unit, source)


def shown(what: str, found: float, unit: str, source: str) -> Published:
    """A figure that is only shown: the paper prints none, or none that is asserted."""
    return Published(what, None, found, 0.0, unit, source)


def need(data: Path | None, *parts: str) -> Path:
    """A file of the user's data folder.

    Raises:
        InputError: no folder was given, or it has no such file.
    """
    wanted = "/".join(parts)
    if data is None:
        raise InputError(
            f"this paper needs {wanted}: give the folder it lies in with --data FOLDER"
        )
    path = Path(data).joinpath(*parts)
    if not path.is_file():
        raise InputError(
            f"{data}: has no {wanted}; add the file, or name another folder with --data"
        )
    return path
