"""Generation by technology to the intensity of what a zone generates: production-based, imports not counted."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from datetime import datetime
from types import ModuleType

import numpy as np
import pandas as pd

from ..errors import InputError, suggest
from ..instants import shown
from .factors import Scope, factor_of
from .series import Place, Series

Array = np.ndarray

NOT_COUNTED = ""  # stands for the technology of what neither generates nor has a known fuel


def intensity_of_mix(
    table: pd.DataFrame,
    technologies: Mapping[str, str],
    scope: Scope,
    *,
    source: str,
    factors_kg_per_mwh: Mapping[str, float] | None = None,
    missing_is_zero: bool = False,
) -> tuple[Series, str]:
    """Σ generation · factor / Σ generation, in each step.

    Storage is left out on both sides, since what it gives was counted when it was generated; so is what has no
    known fuel, which is the same as giving it the intensity of the rest. Net generation below 0, which is
    a plant's own use while it stands still, counts as 0.

    Args:
        table: generation [MW]: a row a step, indexed by instants with a time zone; a column a kind of plant, by
            its name in the source. A column without any value is a kind that the zone has not.
        technologies: of each column's name, as in emission_factors.csv; `NOT_COUNTED` for what is left out.
        scope: of the factors.
        source: for messages.
        factors_kg_per_mwh: other factors by technology, instead of the published ones [kg/MWh].
        missing_is_zero: whether a missing value means no generation; else it raises.

    Returns:
        Series of the intensity, and a sentence on the factors: how much of the generation has an assumed one, and
        how much was not counted.

    Raises:
        InputError: a column is not known, a value is missing, or nothing is generated in a step.
    """
    time_s = _instants_s(table, source)
    place = _place(source, time_s)
    total, emitted = np.zeros(len(table)), np.zeros(len(table))
    assumed = uncounted = 0.0
    for name in map(str, table.columns):
        if name not in technologies:
            raise InputError(
                f"{source}: '{name}' is no kind of plant; {suggest(name, technologies)}"
            )
        mw = table[name].to_numpy(dtype=float, na_value=np.nan)
        gap = np.isnan(mw)
        if gap.all():
            continue
        technology = technologies[name]
        if gap.any() and technology != NOT_COUNTED and not missing_is_zero:
            i = int(gap.argmax())
            raise InputError(
                f"{place(i)}: {name} has no value at {shown(time_s[i])}; fill the gap, or pass "
                "missing_is_zero=True where the source leaves zeros out"
            )
        mw = np.maximum(np.where(gap, 0.0, mw), 0.0)
        if technology == NOT_COUNTED:
            uncounted += mw.sum()
            continue
        own = (factors_kg_per_mwh or {}).get(technology)
        if own is None:
            factor = factor_of(technology, scope)
            own = factor.kg_per_mwh
            assumed += mw.sum() if factor.confidence == "assumed" and own else 0.0
        total += mw
        emitted += mw * own
    if (total <= 0).any():
        i = int((total <= 0).argmax())
        raise InputError(
            f"{place(i)}: nothing is generated at {shown(time_s[i])}; cut that time off"
        )
    everything = float(total.sum()) + uncounted or 1.0
    words = (
        f"{scope.value} factors, {assumed / everything:.1%} of generation with an assumed one, "
        f"{uncounted / everything:.1%} storage and unknown fuel not counted"
    )
    return Series(time_s, emitted / total, place), words


def library(module: str, package: str) -> ModuleType:
    """A library that only this source needs.

    Raises:
        InputError: it is not installed; the message says which package to install.
    """
    try:
        return importlib.import_module(module)
    except ImportError:
        raise InputError(f"this source is fetched by {package}: pip install {package}") from None


def span(start: datetime, end: datetime, source: str) -> tuple[pd.Timestamp, pd.Timestamp]:
    """Start and end as the libraries want them.

    Raises:
        InputError: one has no time zone, or the end is not after the start.
    """
    for time in (start, end):
        if time.tzinfo is None:
            raise InputError(f"{source}: '{time}' has no time zone; give it one, such as UTC")
    if not start < end:
        raise InputError(f"{source}: the end {end} is not after the start {start}; mend them")
    return pd.Timestamp(start), pd.Timestamp(end)


def _instants_s(table: pd.DataFrame, source: str) -> Array:
    index = table.index
    if not isinstance(index, pd.DatetimeIndex) or index.tz is None:
        raise InputError(
            f"{source}: rows have no times with a time zone; use what the library gives"
        )
    if not len(index):
        raise InputError(f"{source}: has no rows; ask for another span")
    utc = index.tz_convert("UTC").tz_localize(None)
    return np.asarray((utc - pd.Timestamp(0)) / pd.Timedelta(seconds=1), dtype=float)


def _place(source: str, time_s: Array) -> Place:
    return lambda i: f"{source}, row {i + 1} ({shown(float(time_s[i]))})"
