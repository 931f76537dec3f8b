"""Results that all tests of reports read; a copy for each that changes one."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # browser.py, whatever the import mode


def westshift(*words, cwd=None):
    return subprocess.run(
        [sys.executable, "-m", "westshift.experiments", *map(str, words)],
        cwd=cwd, capture_output=True, text=True, timeout=300, env=os.environ.copy(),
    )  # fmt: skip


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory):
    """A run of two_region with seed 3 and noisy forecasts."""
    folder = tmp_path_factory.mktemp("run") / "two"
    words = ("--seed", 3, "--forecast", "noisy", "--set", "forecast.error_share=0.3")
    done = westshift("run", "two_region", "--out", folder, "--workers", 1, *words)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="session")
def study_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("study") / "pen"
    done = westshift(
        "study", "penetration", "two_region", "--shares", "50,100", "--out", folder, "--workers", 1
    )
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def copy_of(tmp_path):
    """copy_of(folder) may be changed."""

    def copy(folder: Path) -> Path:
        target = tmp_path / folder.name
        shutil.copytree(folder, target)
        return target

    return copy


@pytest.fixture(scope="session")
def cli():
    """cli(*words) runs the command line in a process of its own."""
    return westshift
