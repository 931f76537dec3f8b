"""The folder of real logs, where there is one; and a log written on the spot."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture
def real() -> Callable[[str], Path]:
    """real("jobs/x.csv") is that file of the folder WESTSHIFT_DATA; the test skips where it is not there."""

    def find(name: str) -> Path:
        folder = os.environ.get("WESTSHIFT_DATA")
        if not folder:
            pytest.skip("WESTSHIFT_DATA does not name a folder of real data")
        path = Path(folder) / name
        if not path.is_file():
            pytest.skip(f"there is no {name} in the folder WESTSHIFT_DATA")
        return path

    return find


@pytest.fixture
def write(tmp_path) -> Callable[..., Path]:
    """write(text, name) is a file that holds the text."""

    def put(text: str | bytes, name: str = "log.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return put
