"""Where results of cases lie: a folder each, whole when its run.json is there.

    FOLDER/sweep.json                     mark and schema of the folder
    FOLDER/plan.json                      the plan, normalised, and which design is its
    FOLDER/designs/NAME-HASH.json         points, seeds, keys and the sampled matrix
    FOLDER/runs/ab/abcdef0123456789/      hourly/POLICY.parquet, routes.csv, run.json (last)
    FOLDER/runs/ab/abcdef0123456789/failed.json     of a case that failed; gone when it succeeds

Every file is written under another name in its own folder and renamed, so none is ever half there.
"""

from __future__ import annotations

import contextlib
import json
import os
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from westshift.models.errors import InputError

from .key import SCHEMA

RECORD, FAILED, MARK = "run.json", "failed.json", "sweep.json"


class StoreError(InputError):
    """A result could not be written; no sense in going on with other cases."""


class Store:
    """The results of a sweep's folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = Path(folder)

    def may_open(self) -> None:
        """See that the folder is not there, is empty, or is a sweep's of this schema.

        Raises:
            InputError: it holds something else, or is of another version. It is left as it is.
        """
        if (self.folder / MARK).is_file():
            self.check()
            return
        if not self.folder.exists():
            return
        # another shard may be writing the mark at this moment
        others = self.folder.is_dir() and {
            p.name for p in self.folder.iterdir() if not p.name.startswith(f".{MARK}.")
        }
        if others is False or (others and not (self.folder / MARK).is_file()):
            raise InputError(
                f"{self.folder} exists and is not a folder of a sweep; give another with --out"
            )

    def open(self) -> None:
        """Make the folder, or see that it is one of this schema.

        Raises:
            InputError: as for `may_open`. StoreError: it cannot be written.
        """
        self.may_open()
        if not (self.folder / MARK).is_file():
            write_text(self.folder / MARK, _line({"what": "westshift sweep", "schema": SCHEMA}))

    def check(self) -> None:
        """See that the folder is a sweep's and of this schema.

        Raises:
            InputError: it is not.
        """
        mark = self.folder / MARK
        try:
            schema = json.loads(mark.read_text(encoding="utf-8"))["schema"]
        except FileNotFoundError:
            raise InputError(
                f"{self.folder} is not a folder of a sweep: it has no {MARK}; run `westshift sweep` first"
            ) from None
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise InputError(f"{mark} cannot be read ({error}); give another folder") from None
        if schema != SCHEMA:
            raise InputError(
                f"{self.folder} was written by another version of westshift (records of schema {schema}, "
                f"this one writes {SCHEMA}); it was left as it is: give another folder with --out, or use that version"
            )

    def place(self, key: str) -> Path:
        """The folder of a case."""
        return self.folder / "runs" / key[:2] / key

    def done(self, key: str) -> bool:
        """Whether a case has a whole result."""
        return os.path.isfile(f"{self.folder}/runs/{key[:2]}/{key}/{RECORD}")

    def write(self, key: str, record: Mapping[str, Any], tables: Mapping[str, bytes]) -> None:
        """Tables first, the record last: it marks the result as whole.

        Args:
            key: of the case. record: what came of it. tables: by path inside the case's folder.

        Raises:
            StoreError: the disk is full or cannot be written; no record is left then.
        """
        place = self.place(key)
        for name, content in tables.items():
            write_bytes(place / name, content)
        write_text(place / RECORD, _line(record))
        (place / FAILED).unlink(missing_ok=True)

    def fail(self, key: str, record: Mapping[str, Any]) -> None:
        """Say that a case failed. It is no result: the case is still missing."""
        write_text(self.place(key) / FAILED, _line(record))

    def record(self, key: str) -> dict[str, Any] | None:
        """The record of a case, else that of its failure, else None."""
        for name in (RECORD, FAILED):
            try:
                return json.loads((self.place(key) / name).read_bytes())
            except FileNotFoundError:
                continue
            except ValueError:
                raise InputError(
                    f"{self.place(key) / name} is not JSON; delete it, and start the sweep again"
                ) from None
        return None


def _line(content: Mapping[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, allow_nan=False) + "\n"


def write_text(path: Path, text: str) -> None:
    """A text file that appears whole or not at all."""
    write_bytes(path, text.encode("utf-8"))


def write_bytes(path: Path, content: bytes) -> None:
    """A file that appears whole or not at all, whoever else writes it at the same time.

    Raises:
        StoreError: the disk is full or cannot be written.
    """
    part = path.with_name(f".{path.name}.{os.getpid()}-{uuid.uuid4().hex[:8]}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(part, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    except OSError as error:
        with contextlib.suppress(OSError):
            part.unlink()
        raise StoreError(
            f"{path} could not be written ({error.strerror}); make room or mend the folder, and start "
            "again: what is stored stays"
        ) from error
