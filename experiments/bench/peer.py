"""Packages that are compared with, and that nothing else needs."""

from __future__ import annotations

import importlib
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from westshift.models.errors import InputError


def peer(name: str) -> Any:
    """A package that is compared with and that nothing else needs.

    Raises:
        InputError: it is not installed.
    """
    try:
        return importlib.import_module(name)
    except ImportError:
        raise InputError(
            f"{name} is not installed, and this compares with it: pip install 'westshift[peers]'"
        ) from None


@contextmanager
def quiet() -> Iterator[None]:
    """What PyPSA and linopy tell of each step and of their own future is not about this program."""
    for name in ("pypsa", "linopy"):
        logging.getLogger(name).setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        warnings.simplefilter("ignore", DeprecationWarning)
        yield
