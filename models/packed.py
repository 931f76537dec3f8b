"""The text of a file that may be packed: plain, .gz or .zip, told apart by its suffix."""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from pathlib import Path

from .errors import InputError


def read_packed(path: str | Path, encoding: str = "utf-8-sig") -> str:
    """The text of a file, unpacked where its name ends in .gz or .zip.

    Args:
        path: the file. A .zip holds one file and nothing else.
        encoding: of the text.

    Raises:
        InputError: there is no such file, it cannot be unpacked, or it is not text of that encoding.
    """
    path = Path(path)
    data = _unpacked(path, _bytes(path))
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        row = data[: error.start].count(b"\n") + 1
        raise InputError(
            f"{path}, row {row}: is not UTF-8 text; save the file with the encoding UTF-8"
        ) from None


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise InputError(f"{path}: no such file; check the path") from None
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: cannot be read ({error}); give a file") from None


def _unpacked(path: Path, data: bytes) -> bytes:
    suffix = path.suffix.lower()
    try:
        if suffix == ".gz":
            return gzip.decompress(data)
        if suffix == ".zip":
            return _only_member(path, data)
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile) as error:
        raise InputError(f"{path}: cannot be unpacked ({error}); fetch it again") from None
    except (RuntimeError, NotImplementedError) as error:  # a password, or a rare way of packing
        raise InputError(f"{path}: cannot be unpacked ({error}); unpack it by hand") from None
    return data


def _only_member(path: Path, data: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = [info.filename for info in archive.infolist() if not info.is_dir()]
        if len(names) != 1:
            raise InputError(
                f"{path}: holds {len(names)} files; unpack it and name the one to read"
            )
        return archive.read(names[0])
