"""A figure on disk: vector, picture, numbers, caption. The same run gives the same bytes."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from westshift.experiments.sweep.store import write_bytes

from . import style

# Nothing that depends on the day, the machine or the version of matplotlib.
PDF = {"Creator": "westshift", "Producer": "westshift", "CreationDate": None, "ModDate": None}
PNG = {"Software": None}


def save(
    figure: Figure,
    rows: list[dict[str, Any]] | pd.DataFrame,
    folder: str | Path,
    name: str,
    caption: str,
) -> tuple[Path, ...]:
    """Write name.pdf, name.png (300 dpi), name.csv and name.txt; make the folder if need be.

    Args:
        figure: drawn. rows: exactly the plotted numbers, units at the end of the column names.
        caption: text for name.txt, see `caption.caption_of`.

    Returns:
        paths of the four files.

    Raises:
        InputError: the disk is full or cannot be written; a file is there whole or as it was.
    """
    pdf, png = io.BytesIO(), io.BytesIO()
    with style.applied():
        figure.savefig(pdf, format="pdf", metadata=PDF)
        figure.savefig(png, format="png", dpi=300, metadata=PNG)
    numbers = pd.DataFrame(rows).to_csv(index=False, lineterminator="\n")
    contents = {
        "pdf": pdf.getvalue(),
        "png": png.getvalue(),
        "csv": numbers.encode("utf-8"),
        "txt": (caption.rstrip() + "\n").encode("utf-8"),
    }
    paths = {ending: Path(folder) / f"{name}.{ending}" for ending in contents}
    for ending, content in contents.items():
        write_bytes(paths[ending], content)
    return paths["pdf"], paths["png"], paths["csv"], paths["txt"]
