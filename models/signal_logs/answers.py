"""Answers of web services as they were saved: JSON with its fields checked one by one."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

from ..errors import InputError
from ..packed import read_packed


def read_json(path: str | Path) -> Any:
    """What a JSON file holds.

    Raises:
        InputError: it cannot be read or is not JSON.
    """
    try:
        return json.loads(read_packed(path))
    except json.JSONDecodeError as error:
        raise InputError(
            f"{path}, row {error.lineno}: is not JSON ({error.msg}); save it again"
        ) from None
    except (RecursionError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"{path}: is not JSON of this source ({error}); save it again") from None


def is_json(path: str | Path) -> bool:
    """Whether the name says JSON, packed or not."""
    path = Path(path)
    inner = path.with_suffix("") if path.suffix.lower() in (".gz", ".zip") else path
    return inner.suffix.lower() == ".json"


def field(entry: Any, name: str, kind: type, where: str) -> Any:
    """A field of an entry, of the kind it must be.

    Raises:
        InputError: the entry has none, or it is of another kind; `where` names the entry.
    """
    value = entry.get(name) if isinstance(entry, dict) else None
    if not isinstance(value, kind):
        wanted = {str: "a text", list: "a list", dict: "a group of fields"}.get(kind, "a number")
        raise InputError(
            f"{where}: its field '{name}' is not {wanted}; use the service's own answer"
        )
    return value


def number(entry: Any, name: str, where: str) -> float:
    """A number of an entry; NaN where it is null.

    Raises:
        InputError: the entry has no such field, or it is no number.
    """
    value = entry.get(name, "") if isinstance(entry, dict) else ""
    if value is None:
        return math.nan
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InputError(
            f"{where}: its field '{name}' is not a number; use the service's own answer"
        )
    try:
        return float(value)
    except OverflowError:
        raise InputError(f"{where}: its field '{name}' is too large; correct it") from None
