"""Where the data of the papers lies, if it is here at all."""

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def data_with():
    """A function: the data folder, if it has the folder that is named; else the test is skipped."""

    def folder(name: str) -> Path:
        given = os.environ.get("WESTSHIFT_DATA")
        if not given:
            pytest.skip("WESTSHIFT_DATA does not name a folder with the papers' data")
        if not (Path(given) / name).is_dir():
            pytest.skip(f"the folder that WESTSHIFT_DATA names has no {name}/")
        return Path(given)

    return folder
