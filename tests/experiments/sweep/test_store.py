"""A case's folder is whole or does not count; a folder that is not ours is left as it is."""

import errno
import json
import os
import subprocess
import sys

import pytest

from westshift.experiments.sweep.key import SCHEMA
from westshift.experiments.sweep.store import MARK, RECORD, Store, StoreError, write_bytes
from westshift.models.errors import InputError

KEY = "abcdef0123456789"
TABLES = {"routes.csv": b"a\n1\n", "hourly/planned.parquet": b"PAR1"}


@pytest.fixture
def store(tmp_path):
    made = Store(tmp_path / "out")
    made.open()
    return made


def test_a_case_lies_where_the_docstring_says(store):
    assert not store.done(KEY)
    store.write(KEY, {"status": "complete"}, TABLES)
    place = store.folder / "runs" / "ab" / KEY
    assert sorted(str(p.relative_to(place)) for p in place.rglob("*") if p.is_file()) == [
        "hourly/planned.parquet", "routes.csv", "run.json",
    ]  # fmt: skip
    assert store.done(KEY)
    assert store.record(KEY) == {"status": "complete"}


def full_disk(monkeypatch, name):
    """No room left when a file of this name is to get its place."""
    replace = os.replace

    def refuse(source, target):
        if os.path.basename(target) == name:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        replace(source, target)

    monkeypatch.setattr("westshift.experiments.sweep.store.os.replace", refuse)


@pytest.mark.parametrize("name", ["routes.csv", "planned.parquet", RECORD])
def test_a_full_disk_leaves_no_record_and_no_rubbish(store, monkeypatch, name):
    full_disk(monkeypatch, name)
    with pytest.raises(StoreError, match="No space left on device"):
        store.write(KEY, {"status": "complete"}, TABLES)
    assert not store.done(KEY)
    assert not list(store.folder.rglob("*.part"))
    monkeypatch.undo()
    store.write(KEY, {"status": "complete"}, TABLES)
    assert store.done(KEY)


def test_the_record_comes_last(store, monkeypatch):
    order = []
    replace = os.replace

    def noted(source, target):
        order.append(os.path.basename(target))
        replace(source, target)

    monkeypatch.setattr("westshift.experiments.sweep.store.os.replace", noted)
    store.write(KEY, {"status": "complete"}, TABLES)
    assert order[-1] == RECORD
    assert len(order) == 3


def test_a_failure_is_no_result_and_goes_when_the_case_succeeds(store):
    store.fail(KEY, {"status": "failed", "error": "no"})
    assert not store.done(KEY)
    assert store.record(KEY)["error"] == "no"
    store.write(KEY, {"status": "complete"}, {})
    assert store.record(KEY) == {"status": "complete"}
    assert not list(store.folder.rglob("failed.json"))


def test_a_record_that_is_no_json_is_said(store):
    store.write(KEY, {}, {})
    (store.place(KEY) / RECORD).write_text("{", encoding="utf-8")
    with pytest.raises(InputError, match=r"run\.json is not JSON; delete it"):
        store.record(KEY)


def test_a_folder_of_another_version_is_named_and_left_alone(store):
    store.write(KEY, {"status": "complete"}, {})
    (store.folder / MARK).write_text(json.dumps({"schema": SCHEMA + 1}), encoding="utf-8")
    before = sorted((p, p.stat().st_mtime_ns) for p in store.folder.rglob("*"))
    for ask in (store.may_open, store.open, store.check):
        with pytest.raises(
            InputError, match=f"another version .*schema {SCHEMA + 1}.* left as it is"
        ):
            ask()
    assert sorted((p, p.stat().st_mtime_ns) for p in store.folder.rglob("*")) == before


def test_what_is_no_sweeps_folder_is_left_alone(tmp_path):
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    for taken in (tmp_path, tmp_path / "mine.txt"):
        with pytest.raises(InputError, match="is not a folder of a sweep"):
            Store(taken).open()
    assert [p.name for p in tmp_path.iterdir()] == ["mine.txt"]
    with pytest.raises(InputError, match=r"has no sweep\.json; run `westshift sweep` first"):
        Store(tmp_path).check()
    (tmp_path / MARK).write_text("[", encoding="utf-8")
    with pytest.raises(InputError, match="cannot be read"):
        Store(tmp_path).check()


def test_a_folder_may_be_begun_by_several_at_once(tmp_path):
    """Another shard is about to rename its mark, or has just done so."""
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / f".{MARK}.1-2.part").write_text("{", encoding="utf-8")
    Store(folder).open()
    Store(folder).open()
    assert (folder / MARK).is_file()


def test_a_folder_that_cannot_be_made_is_said(tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(StoreError, match=r"could not be written \(Not a directory\)"):
        write_bytes(tmp_path / "file" / "deeper" / "a", b"1")


def test_a_process_killed_while_it_writes_leaves_the_old_file(tmp_path):
    path = tmp_path / "a"
    write_bytes(path, b"old")
    text = f"""
import os, pathlib
from westshift.experiments.sweep import store
store.os.replace = lambda a, b: os.kill(os.getpid(), 9)
store.write_bytes(pathlib.Path({str(path)!r}), b"new" * 100)
"""
    died = subprocess.run([sys.executable, "-c", text], check=False, timeout=60)
    assert died.returncode == -9
    assert path.read_bytes() == b"old"
    write_bytes(path, b"newest")
    assert path.read_bytes() == b"newest"
