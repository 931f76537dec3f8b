"""What a program is declared from, and a digest of all of it.

Two programs of one digest are the same arrays: it covers the blocks and their options, every figure of the system that
a block reads, the hours, and the code that makes the arrays. A block cannot read a figure that the digest leaves out:
where programs are kept, blocks are shown the figures they say they read (`READS`) and no others.
"""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, fields
from importlib.metadata import version
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from ..models.system import Compute, Grid, System
from .terms import Terms

Add = Callable[[Any, System], Terms]

HERE = Path(__file__).parent
SOURCES = (*sorted(HERE.glob("*.py")), HERE.parent / "models" / "kirchhoff.py")
"""The code that makes arrays of a system. It is read here, when it is loaded, and not when it may have been changed."""
CODE = hashlib.sha256(b"\0".join(path.read_bytes() for path in SOURCES)).hexdigest()
LIBRARIES = ("numpy", "scipy", "pyomo", "networkx")


@dataclass(frozen=True)
class Recipe:
    """A choice of blocks.

    Attributes:
        name: of the program. adds: its blocks. duals: names of the constraints whose duals are wanted.
        known_as: blocks and options in words that no other choice shares; None: a program that is not kept.
        reads: names of the fields of Grid and Compute that its blocks are declared from, `regions` besides.
    """

    name: str
    adds: tuple[Add, ...]
    duals: tuple[str, ...]
    known_as: str | None = None
    reads: tuple[str, ...] = ()

    def seen(self, system: System) -> System:
        """The system with the fields in `reads` and no others: reading another is an AttributeError."""
        if self.known_as is None:
            return system
        shown: Any = SimpleNamespace(
            grid=_only(system.grid, Grid, (*self.reads, "regions")),
            compute=_only(system.compute, Compute, self.reads),
        )
        return shown

    def key(self, system: System, hours: int) -> str:
        """The digest of the program for so many hours of a system, in hexadecimal digits.

        Raises:
            ValueError: the program is not one that is kept.
        """
        if self.known_as is None:
            raise ValueError(f"the program {self.name} has no name to be kept under")
        shown = self.seen(system)
        head = (CODE, _libraries(), self.known_as, self.name, self.duals, hours)
        digest = hashlib.sha256(json.dumps(head).encode())
        for part in (shown.grid, shown.compute):
            for name, value in sorted(vars(part).items()):
                digest.update(b"\0" + name.encode() + b"\0" + _content(name, value))
        return digest.hexdigest()


def _only(part: Grid | Compute, kind: type, names: tuple[str, ...]) -> SimpleNamespace:
    return SimpleNamespace(
        **{f.name: getattr(part, f.name) for f in fields(kind) if f.name in names}
    )


def _content(name: str, value: Any) -> bytes:
    """A field to the last bit, with its type and shape; each ends where its head says."""
    if isinstance(value, np.ndarray):
        if value.dtype.hasobject:
            raise TypeError(f"{name} is an array of objects, which have no digest")
        return f"{value.dtype.str}{value.shape}".encode() + np.ascontiguousarray(value).tobytes()
    if isinstance(value, tuple) and all(isinstance(x, str) for x in value):
        return json.dumps(value).encode()
    if isinstance(value, (int, float)):
        return float(value).hex().encode()
    raise TypeError(f"{name} is {value!r}, which has no digest")


@functools.cache
def _libraries() -> tuple[str, ...]:
    return tuple(version(name) for name in LIBRARIES)
