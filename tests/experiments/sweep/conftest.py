"""What workers of the sweep's tests need to find."""

import importlib
from pathlib import Path

import pytest


@pytest.fixture
def deeds(monkeypatch):
    """The module deeds.py, which worker processes can import too."""
    here = str(Path(__file__).parent)
    monkeypatch.syspath_prepend(here)
    monkeypatch.setenv("PYTHONPATH", here, prepend=":")
    return importlib.import_module("deeds")
