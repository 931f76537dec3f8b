"""Compiled programs kept for whoever wants the same one again: in memory, and in a folder that processes share.

A process that finds its programs here solves them without Pyomo, which takes longer to load than they take to
compile. A file is a digest of its name and content, and a numpy archive without pickle: reading it runs no code of
it. One that is cut short, changed or of another name is taken for none, and the program is compiled anew. The digest
guards against accidents; who can write into the folder can forge it.

What is kept differs from what would be compiled in no bit (`recipe`, `tests/optim/test_compiled_store.py`).
"""

from __future__ import annotations

import functools
import hashlib
import io
import json
import os
from collections import OrderedDict
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
import scipy.sparse as sp

from .parametric import Affine, Layout, Parametric
from .solver import Compiled

LONGEST_H = 336
"""Programs of more hours are solved once, and as large as memory: they are not kept."""
IN_MEMORY_BYTES = 128_000_000
"""Beyond this the least lately used is forgotten."""
IN_FOLDER_BYTES, IN_FOLDER_FILES = 1_000_000_000, 200
"""A folder takes no more: a sweep that varies what programs are declared from would fill it with what none wants."""
DIGEST = hashlib.sha256().digest_size
VECTORS = ("cost", "lower", "upper", "row_lower", "row_upper")
MAPS = ("data", *VECTORS, "offset")


class CompiledStore:
    """Programs by the digest of what they are declared from; `folder`: None for memory alone."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder
        self._held: OrderedDict[str, Parametric] = OrderedDict()

    def get(self, key: str) -> Parametric | None:
        """The program of this key; None where there is none that can be trusted."""
        if key in self._held:
            self._held.move_to_end(key)
            return self._held[key]
        if self.folder is None:
            return None
        try:
            packed = self._path(key).read_bytes()
        except OSError:
            return None
        if packed[:DIGEST] != _digest(key, packed[DIGEST:]):
            return None
        found = unpack(packed[DIGEST:])
        self._hold(key, found)
        return found

    def put(self, key: str, program: Parametric) -> None:
        """Keep a program. A folder that is full or cannot be written goes without it: nothing but time is lost."""
        self._hold(key, program)
        if self.folder is None:
            return
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            there = [entry.stat().st_size for entry in os.scandir(self.folder)]
            if len(there) < IN_FOLDER_FILES and sum(there) + _size(program) <= IN_FOLDER_BYTES:
                packed = pack(program)
                _write(self._path(key), _digest(key, packed) + packed)
        except OSError:
            return

    def forget(self) -> None:
        """Leave memory; what is in the folder stays there."""
        self._held.clear()

    def _path(self, key: str) -> Path:
        assert self.folder is not None
        return self.folder / f"{key}.program"

    def _hold(self, key: str, program: Parametric) -> None:
        for array in _arrays(program).values():  # it serves many
            array.flags.writeable = False
        self._held[key] = program
        while sum(map(_size, self._held.values())) > IN_MEMORY_BYTES:
            self._held.popitem(last=False)


@functools.lru_cache(4)
def store_in(folder: Path) -> CompiledStore:
    """The store in a folder, one for each process: what one run loaded, the next one has."""
    return CompiledStore(folder)


def _write(path: Path, packed: bytes) -> None:
    """Under another name first, so that no reader finds half a file."""
    other = path.with_name(f".{path.stem}.{uuid4().hex}.tmp")
    try:
        other.write_bytes(packed)
        os.replace(other, path)
    finally:
        other.unlink(missing_ok=True)


def pack(program: Parametric) -> bytes:
    """A program as a numpy archive."""
    base = program.base
    head = {
        "name": base.name,
        "offset": base.offset.hex(),
        "shape": base.A.shape,
        "theta": [[name, shape] for name, shape in program.layout.shapes.items()],
        "hourly_theta": program.layout.hourly,
        "places": list(base.places),
        "rows": list(base.rows),
        "duals_of": base.duals_of,
        "hourly": sorted(base.hourly),
        "budgets": program.budgets,
    }
    out = io.BytesIO()
    arrays: dict[str, Any] = {"head": np.array(json.dumps(head)), **_arrays(program)}
    np.savez(out, **arrays)
    return out.getvalue()


def unpack(packed: bytes) -> Parametric:
    """The program in a numpy archive of `pack`."""
    with np.load(io.BytesIO(packed), allow_pickle=False) as file:
        a: dict[str, Any] = {name: file[name] for name in file.files}
    head = json.loads(str(a["head"]))
    theta = {name: tuple(shape) for name, shape in head["theta"]}
    n = sum(int(np.prod(shape)) for shape in theta.values())
    return Parametric(
        layout=Layout(theta, tuple(head["hourly_theta"])),
        base=Compiled(
            name=head["name"],
            A=sp.csc_array((a["A.data"], a["A.indices"], a["A.indptr"]), tuple(head["shape"])),
            **{name: a[name] for name in VECTORS},
            offset=float.fromhex(head["offset"]),
            places={name: (a[f"places.{name}"], a[f"rest.{name}"]) for name in head["places"]},
            rows={name: a[f"rows.{name}"] for name in head["rows"]},
            duals_of=tuple(head["duals_of"]),
            hourly=frozenset(head["hourly"]),
        ),
        **{name: _map(a, name, n) for name in MAPS},
        budgets=tuple(head["budgets"]),
    )


def _arrays(program: Parametric) -> dict[str, np.ndarray]:
    """All arrays of a program by name."""
    base = program.base
    out = {f"A.{part}": getattr(base.A, part) for part in ("data", "indices", "indptr")}
    out |= {name: getattr(base, name) for name in VECTORS}
    for name, (at, rest) in base.places.items():
        out |= {f"places.{name}": at, f"rest.{name}": rest}
    out |= {f"rows.{name}": at for name, at in base.rows.items()}
    for name in MAPS:
        m: Affine = getattr(program, name)
        out |= {f"{name}.where": m.where, f"{name}.constant": m.constant}
        out |= {f"{name}.{p}": getattr(m.slope, p) for p in ("data", "indices", "indptr")}
    return out


def _map(a: dict[str, Any], name: str, parameters: int) -> Affine:
    where = a[f"{name}.where"]
    slope = tuple(a[f"{name}.{part}"] for part in ("data", "indices", "indptr"))
    return Affine(where, a[f"{name}.constant"], sp.csr_array(slope, shape=(len(where), parameters)))


def _size(program: Parametric) -> int:
    return sum(array.nbytes for array in _arrays(program).values())


def _digest(key: str, packed: bytes) -> bytes:
    digest = hashlib.sha256(key.encode())
    digest.update(packed)
    return digest.digest()
