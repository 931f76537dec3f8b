"""What decides a case's result, as one key, without loading the scenario anew for every case.

The base is loaded once. A case's keys of scenario.yaml are resolved by the same model that reads the
file; its cells are parsed as their columns say, and those that the base holds already are dropped. So
"12", 12 and 12.0 are one case, and so are a change to the base's own value and no change.
"""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Mapping
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from westshift.models.contents import TABLES
from westshift.models.errors import InputError
from westshift.models.loading import find_folder, read_document, read_tables, settings_of
from westshift.models.overrides import apply_overrides
from westshift.models.scenario import load_scenario
from westshift.models.settings import Settings, known_keys
from westshift.models.tables import Table

SCHEMA = 1
"""Of the records; one more whenever what a record holds, or means, changes."""
DIGITS = 16
REMEMBERED = 10_000


def canonical(content: object) -> str:
    """One text for one content."""
    return json.dumps(
        content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )


def hashed(content: object) -> str:
    """The first 16 hex digits of the SHA-256 of what a content is."""
    return hashlib.sha256(canonical(content).encode()).hexdigest()[:DIGITS]


class _Told:
    """A value as it was written: 1, 1.0, True and "1" are four. Hashable, whatever the value."""

    def __init__(self, value: Any) -> None:
        self.value, self._text = value, repr(value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Told) and self._text == other._text

    def __hash__(self) -> int:
        return hash(self._text)


class Base:
    """A scenario as its folder has it, and what cases change in it.

    Attributes: name: as it was asked for. digest, seed, series: of the scenario without changes.
    """

    def __init__(self, name: str) -> None:
        scenario = load_scenario(name)
        self.name, self.digest, self.seed = name, scenario.digest, scenario.seed
        self._folder = find_folder(name)
        self._document, self._tables = read_document(self._folder), read_tables(self._folder)
        self.series = scenario.series
        self._known = frozenset(known_keys())
        self._version = version_now()
        # replicates and the points of a grid ask for the same again and again
        self._cell = lru_cache(REMEMBERED)(self._parsed)
        self._resolved = lru_cache(REMEMBERED)(self._settled)

    def key(self, overrides: Mapping[str, Any], keep: tuple[str, ...]) -> str:
        """The key of a case: 16 hex digits.

        Raises:
            InputError: a field that is not known, or a value that its column does not take.
        """
        settings = [(k, _Told(v)) for k, v in overrides.items() if k in self._known]
        cells = {k: self._cell(k, _Told(v)) for k, v in overrides.items() if k not in self._known}
        return hashed(
            {
                "base": self.digest,
                "settings": self._resolved(tuple(settings)),
                "cells": {k: v[0] for k, v in cells.items() if v is not None},
                "keep": keep,
                "version": self._version,
                "schema": SCHEMA,
            }
        )

    def root(self, changes: Mapping[str, Any]) -> int:
        """The seed that replicates' seeds come from: the plan's own fixed one, else the scenario's."""
        return self.settings({k: v for k, v in changes.items() if k == "seed"}).seed

    def settings(self, overrides: Mapping[str, Any]) -> Settings:
        """The keys of scenario.yaml of a case, resolved."""
        document = copy.deepcopy(self._document)
        apply_overrides(document, {}, overrides)
        if not any(k.partition(".")[0] == "series" for k in overrides):
            try:
                return Settings.model_validate({**document, "series": self.series})
            except ValidationError:
                pass  # said in words below
        return settings_of(self._folder, document, overrides)

    def _settled(self, told: tuple[tuple[str, _Told], ...]) -> str:
        """What scenario.yaml comes to, hashed."""
        overrides = {k: v.value for k, v in told}
        try:
            settings = self.settings(overrides)
        except InputError:  # a combination that cannot be: the case will fail, and say why
            return "refused " + hashed([(k, repr(v)) for k, v in overrides.items()])
        return hashed(settings.model_dump(mode="json", exclude={"series": {"__all__": {"path"}}}))

    def _parsed(self, key: str, told: _Told) -> tuple[Any] | None:
        """The cell as its column reads it, or None where the base holds it already."""
        head = key.partition(".")[0]
        name = next((n for n, spec in TABLES.items() if spec.stem == head), None)
        before = {} if name is None else {name: self._tables[name]}
        after = {
            n: Table(t.file, t.columns, tuple(map(dict, t.rows)), t.line_numbers)
            for n, t in before.items()
        }
        apply_overrides({}, after, {key: told.value})  # raises what it would for the whole scenario
        column = "value" if name == "figures" else key.rpartition(".")[2]
        pairs = [pair for n in before for pair in zip(before[n].rows, after[n].rows, strict=True)]
        return next(((new[column],) for old, new in pairs if old != new), None)


def base_now(name: str) -> Base:
    """The base as its files are at this moment; read again only where one of them has changed."""
    folder = find_folder(name)
    base, seen = _bases.get(name, (None, ()))
    if base is None or seen != _stamps(folder, base):
        base = Base(name)
        _bases[name] = base, _stamps(folder, base)
    return base


_bases: dict[str, tuple[Base, tuple[object, ...]]] = {}
"""What a worker keeps between cases."""


def _stamps(folder: Path, base: Base) -> tuple[object, ...]:
    """Time and size of the folder, of each file in it, and of series, which may lie elsewhere."""
    paths = [folder, *sorted(folder.iterdir()), *(Path(s.path) for s in base.series)]
    return tuple((str(p), s.st_mtime_ns, s.st_size) for p in paths if (s := p.stat()))


def version_now() -> str:
    """Of westshift, as installed."""
    try:
        return version("westshift")
    except ModuleNotFoundError:
        raise InputError("westshift is not installed; run `pip install .` in its folder") from None
