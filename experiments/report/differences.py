"""What differs between two result folders, to the last digit."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

from westshift.experiments.kept_scenario import KEPT, kept_overrides
from westshift.experiments.results import MANIFEST

MOST = 5
"""Cells told of one file; of the others, how many."""
NOT_RESULTS = ("files", "versions", "python", "status")
"""Entries of the manifest that are compared in another way."""
PICTURES = (".pdf", ".png", ".svg")


@dataclass(frozen=True)
class Differences:
    """Two results compared.

    Attributes:
        versions: libraries that differ, `name: old, now new`.
        same: files with the same bytes.
        changed: files of the old result that are not what was written, by its own manifest.
        told: sentences, one a difference: file, column, row, old, new.
    """

    versions: tuple[str, ...]
    same: tuple[str, ...]
    changed: tuple[str, ...]
    told: tuple[str, ...]

    @property
    def equal(self) -> bool:
        return not self.told and not self.changed


def differences(old: Path, new: Path) -> Differences:
    """Compare an old result with a new one: every entry of run.json, every file it lists, every cell."""
    a, b = (json.loads((f / MANIFEST).read_text(encoding="utf-8")) for f in (old, new))
    told = list(_entries(a, b))
    same, changed = [], []
    for name in sorted({*a["files"], *b["files"]}):
        if name.startswith(f"{KEPT}/") and not (old / KEPT).is_dir():
            continue  # written before results kept their scenario
        there = (old / name).is_file()
        if there and name in a["files"] and _hash(old / name) != a["files"][name]:
            changed.append(name)
        if not there:
            told.append(f"{name}: is not in {old}")
        elif not (new / name).is_file():
            told.append(f"{name}: is not written any more")
        elif (old / name).read_bytes() == (new / name).read_bytes():
            same.append(name)
        else:
            told += _file(name, old / name, new / name)
    return Differences(tuple(_versions(a, b)), tuple(same), tuple(changed), tuple(told))


def _versions(a: dict[str, Any], b: dict[str, Any]) -> Iterator[str]:
    one = {"python": a.get("python"), **a["versions"]}
    two = {"python": b.get("python"), **b["versions"]}
    for name in sorted({*one, *two}):
        if one.get(name) != two.get(name):
            yield f"{name}: {one.get(name, 'none')}, now {two.get(name, 'none')}"


def _entries(a: dict[str, Any], b: dict[str, Any]) -> Iterator[str]:
    one, two = (dict(_flat("", _comparable(m))) for m in (a, b))
    for key in sorted({*one, *two}):
        if one.get(key, "") != two.get(key, ""):
            yield f"{MANIFEST}, {key}: {one.get(key, 'none')}, now {two.get(key, 'none')}"


def _comparable(manifest: dict[str, Any]) -> dict[str, Any]:
    """Without what a copy of the scenario cannot have: where series lay, files beside it that nothing read."""
    out = {k: v for k, v in manifest.items() if k not in NOT_RESULTS}
    out["overrides"] = kept_overrides(out["overrides"])
    out["warnings"] = [w for w in out["warnings"] if not w.endswith("is not read")]
    return out


def _flat(prefix: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict | list):
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        for key, inner in pairs:
            yield from _flat(f"{prefix}.{key}" if prefix else str(key), inner)
        return
    yield prefix, json.dumps(value, ensure_ascii=False)


def _file(name: str, old: Path, new: Path) -> list[str]:
    if name.endswith(PICTURES):
        return [f"{name}: other bytes; its numbers are compared in its CSV"]
    if not name.endswith((".csv", ".csv.gz")):
        return [f"{name}: other bytes ({old.stat().st_size}, now {new.stat().st_size})"]
    try:
        told = list(_cells(name, _rows(old), _rows(new)))
    except (OSError, EOFError, UnicodeDecodeError, csv.Error) as error:
        return [f"{name}: cannot be read as a table ({error})"]
    if not told:
        return [f"{name}: other bytes, the same cells"]
    more = [f"{name}: {len(told) - MOST} more cells differ"] if len(told) > MOST else []
    return [*told[:MOST], *more]


def _rows(path: Path) -> list[list[str]]:
    raw = path.read_bytes()
    text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8")
    return list(csv.reader(io.StringIO(text, newline="")))


def _cells(name: str, old: list[list[str]], new: list[list[str]]) -> Iterator[str]:
    if len(old) != len(new):
        yield f"{name}: {max(len(old) - 1, 0)} rows, now {max(len(new) - 1, 0)}"
    header = old[0] if old else []
    for line, (a, b) in enumerate(zip(old, new, strict=False), start=1):
        for i, (x, y) in enumerate(zip_longest(a, b, fillvalue="")):
            if x != y:
                column = header[i] if i < len(header) else f"column {i + 1}"
                yield f"{name}, {column}, line {line} ({a[0] if a else ''}): {x or 'empty'}, now {y or 'empty'}"


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
