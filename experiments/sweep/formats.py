"""Tables as files: Parquet with units in its metadata, CSV, LaTeX."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from westshift.models.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

UNITS = (
    ("_cny_per_mwh", "CNY/MWh"), ("_cny_per_mw", "CNY/MW"), ("_cny_per_gb", "CNY/GB"), ("_cny_per_t", "CNY/t"),
    ("_kg_per_mwh", "kg/MWh"), ("_t_per_gwh", "t/GWh"), ("_kwh_per_gb", "kWh/GB"), ("_ms_per_km", "ms/km"),
    ("_per_a", "1/a"), ("_cycles", "1/a"), ("_twh", "TWh"), ("_gwh", "GWh"), ("_mwh", "MWh"), ("_mw", "MW"),
    ("_kw", "kW"), ("_ms", "ms"), ("_pct", "%"), ("_km", "km"), ("_m3", "m3"), ("_cny", "CNY"), ("_kg", "kg"),
    ("_mt", "Mt"), ("_kt", "kt"), ("_t", "t"), ("_h", "h"), ("_c", "°C"), ("_share", "1"), ("_tau", "1"), ("_pue", "1"),
)  # fmt: skip
"""What names of columns end in. A rate comes before what it is of: _cny_per_t before _t."""

ESCAPED = str.maketrans(
    {
        "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "_": r"\_", "%": r"\%", "&": r"\&", "#": r"\#",
        "$": r"\$", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}", "<": r"\textless{}",
        ">": r"\textgreater{}", "°": r"\textdegree{}", "\n": " ",
    }
)  # fmt: skip


def unit_of(column: str) -> str | None:
    """The unit that a column's name ends in; None where it names none."""
    name = "_" + column.rpartition(".")[2]
    return next((unit for end, unit in UNITS if name.endswith(end)), None)


def parquet(table: pd.DataFrame) -> bytes:
    """A table as Parquet (zstd), the unit of each column in its field's metadata.

    Raises:
        InputError: pyarrow is not installed.
    """
    need_pyarrow()
    import pyarrow as pa
    import pyarrow.parquet as pq

    made = pa.Table.from_pandas(table, preserve_index=False)
    fields = [f.with_metadata({"unit": unit_of(f.name) or ""}) for f in made.schema]
    out = io.BytesIO()
    pq.write_table(
        pa.Table.from_arrays(made.columns, schema=pa.schema(fields)), out, compression="zstd"
    )
    return out.getvalue()


def need_pyarrow() -> None:
    """Say so where pyarrow is not installed.

    Raises:
        InputError: it is not.
    """
    try:
        import pyarrow  # noqa: F401
    except ImportError:
        raise InputError(
            "Parquet files need pyarrow, which is not installed; run `pip install 'westshift[sweep]'`"
        ) from None


def csv(table: pd.DataFrame) -> bytes:
    """A table as CSV: UTF-8, one header line, ten digits."""
    return table.to_csv(index=False, float_format="%.10g", lineterminator="\n").encode()


def latex(table: pd.DataFrame) -> bytes:
    """A table as LaTeX, for the package booktabs; numbers with five digits, names escaped."""
    from pandas.api.types import is_numeric_dtype

    numeric = [is_numeric_dtype(table[c]) for c in table.columns]
    lines = [
        r"\begin{tabular}{" + "".join("r" if n else "l" for n in numeric) + "}",
        r"\toprule",
        " & ".join(_heading(str(c)) for c in table.columns) + r" \\",
        r"\midrule",
        *(
            " & ".join(_tex(v) for v in row) + r" \\" for row in table.itertuples(index=False)
        ),
        r"\bottomrule",
        r"\end{tabular}",
    ]  # fmt: skip
    return ("\n".join(lines) + "\n").encode()


def _heading(column: str) -> str:
    """carbon_price_cny_per_t with its unit in brackets."""
    unit = unit_of(column)
    return column.translate(ESCAPED) + (f" [{unit.translate(ESCAPED)}]" if unit else "")


def _tex(value: Any) -> str:
    from pandas import isna

    if isna(value):
        return "--"
    if isinstance(value, float):
        text = f"{value:.5g}"
        number, e, power = text.partition("e")
        text = rf"{number} \times 10^{{{int(power)}}}" if e else text
        return f"${text}$"  # a real minus sign
    return str(value).translate(ESCAPED)


def chosen(table: pd.DataFrame, columns: str | None) -> pd.DataFrame:
    """The columns asked for, comma-separated, in that order; all where None.

    Raises:
        InputError: there is no such column.
    """
    from westshift.models.errors import suggest

    if columns is None:
        return table
    names = [name.strip() for name in columns.split(",") if name.strip()]
    for name in names:
        if name not in table.columns:
            raise InputError(f"--columns: '{name}' is not known; {suggest(name, table.columns)}")
    if not names:
        raise InputError("--columns: names none; give some, such as policy,avoided_system_t")
    return table[list(dict.fromkeys(names))]
