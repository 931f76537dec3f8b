"""A figure on disk: vector, picture, numbers, caption. The same run gives the same bytes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

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
    """
    base = Path(folder)
    base.mkdir(parents=True, exist_ok=True)
    pdf, png, csv, txt = (base / f"{name}.{ending}" for ending in ("pdf", "png", "csv", "txt"))
    with style.applied():
        figure.savefig(pdf, metadata=PDF)
        figure.savefig(png, dpi=300, metadata=PNG)
    pd.DataFrame(rows).to_csv(csv, index=False, lineterminator="\n", encoding="utf-8")
    txt.write_text(caption.rstrip() + "\n", encoding="utf-8", newline="\n")
    return pdf, png, csv, txt
