"""What the tests of sweeps share: what workers find, the command line, a small sweep that was run."""

import importlib
import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest


@pytest.fixture
def deeds(monkeypatch):
    """The module deeds.py, which worker processes can import too."""
    here = str(Path(__file__).parent)
    monkeypatch.syspath_prepend(here)
    monkeypatch.setenv("PYTHONPATH", here, prepend=":")
    return importlib.import_module("deeds")


STUDY = """
name: prices
scenario: two_region
policies: [planned]
set: {horizon.length_h: 24, "horizon.weeks": [24]}
vary:
  parameters.carbon_price_cny_per_t: [0, 100, 200, 300]
  classes.batch.slack_h: [0, 6]
replicates: 2
keep: [routes]
"""


def command(*words):
    """`westshift …` as a list of words."""
    return [sys.executable, "-m", "westshift.experiments", *map(str, words)]


def westshift(*words, cwd, **kwargs):
    """The command, run to its end."""
    return subprocess.run(
        command(*words), cwd=cwd, capture_output=True, text=True, timeout=300, **kwargs
    )


def refused(done):
    """The one sentence of a command that ended with exit status 2."""
    assert done.returncode == 2, done.stderr
    assert done.stderr.startswith("westshift: ") or "\nwestshift: " in done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr


def content(folder: Path) -> dict[str, str]:
    """All files of a sweep without compiled programs; of records all but what is kept apart."""
    found = {}
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        text = path.read_bytes().decode("latin-1")
        if path.name == "run.json":
            record = json.loads(path.read_bytes())
            record.pop("apart")
            text = json.dumps(record)
        if path.relative_to(folder).parts[0] != "programs":
            found[str(path.relative_to(folder))] = text
    return found


@pytest.fixture(scope="session")
def cli():
    """The command line, and what it is asked."""
    return SimpleNamespace(
        command=command,
        westshift=westshift,
        refused=refused,
        content=content,
        study=STUDY,
        cases=16,
    )


@pytest.fixture(scope="session")
def swept(tmp_path_factory):
    """A folder with study.yaml and results/sweep-prices, and the command that made them."""
    folder = tmp_path_factory.mktemp("swept")
    (folder / "study.yaml").write_text(STUDY, encoding="utf-8")
    return folder, westshift("sweep", "study.yaml", cwd=folder)
