"""Strict reading of CSV tables."""

from pathlib import Path
from typing import Literal

import pytest
from pydantic import BaseModel

from westshift.models.columns import Column, Spread, columns_of, parse, to_cells, to_row
from westshift.models.contents import TABLES
from westshift.models.errors import SHOWN_PROBLEMS, InputError, suggest
from westshift.models.rows import Generator, JobClass, Profile
from westshift.models.tables import read_table

COLUMNS = (
    Column("name"),
    Column("power_mw", "number", lower=0),
    Column("slack_h", "integer", lower=0),
    Column("kind", "choice", choices=("wind", "solar")),
    Column("clean", "flag"),
    Column("hours", "number", above=0, upper=8760, may_be_empty=True),
    Column("note", may_be_empty=True, required=False),
)
HEADER = "name,power_mw,slack_h,kind,clean,hours"
GOOD = "a,12.5,6,wind,true,"


def write(folder: Path, *lines: str, encoding: str = "utf-8") -> Path:
    path = folder / "units.csv"
    path.write_bytes("".join(f"{line}\n" for line in lines).encode(encoding))
    return path


def read(path: Path, min_rows: int = 0):
    return read_table(path, COLUMNS, key=("name",), min_rows=min_rows)


def message(path: Path, min_rows: int = 0) -> str:
    with pytest.raises(InputError) as caught:
        read(path, min_rows)
    return str(caught.value)


def test_cells_have_the_type_of_their_column(tmp_path):
    table = read(write(tmp_path, HEADER, GOOD, "b, 1e3 ,0,solar,FALSE,8760"))
    assert table.rows[0] == {
        "name": "a", "power_mw": 12.5, "slack_h": 6, "kind": "wind", "clean": True, "hours": None,
    }  # fmt: skip
    assert table.rows[1]["power_mw"] == 1000.0
    assert table.rows[1]["clean"] is False
    assert isinstance(table.rows[0]["slack_h"], int)
    assert table.line_numbers == (2, 3)
    assert table.columns == tuple(HEADER.split(","))


def test_columns_may_stand_in_any_order(tmp_path):
    turned = ",".join(reversed(HEADER.split(",")))
    table = read(write(tmp_path, turned, ",true,wind,6,12.5,a"))
    assert table.rows[0]["name"] == "a"
    assert table.rows[0]["power_mw"] == 12.5


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_byte_order_mark_is_accepted(tmp_path, encoding):
    path = write(tmp_path, HEADER, "风,1,0,wind,true,", encoding=encoding)
    assert read(path).rows[0]["name"] == "风"


def test_carriage_returns_and_blank_lines_are_accepted_and_counted(tmp_path):
    table = read(write(tmp_path, HEADER + "\r", "\r", GOOD + "\r", ",,,,,\r", "b,1,0,wind,true,\r"))
    assert table.line_numbers == (3, 5)


def test_a_line_number_counts_line_breaks_in_quotes(tmp_path):
    path = write(tmp_path, HEADER + ",note", GOOD + ',"two', 'lines"', "b,-1,0,wind,true,,")
    assert "units.csv, line 4, column power_mw: -1" in message(path)


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("a,x,6,wind,true,", "column power_mw: 'x' is not a number; give a number, at least 0"),
        ("a,,6,wind,true,", "column power_mw: is empty; give a number, at least 0"),
        ("a,nan,6,wind,true,", "column power_mw: 'nan' is not a finite number"),
        ("a,-inf,6,wind,true,", "column power_mw: '-inf' is not a finite number"),
        ("a,1_000,6,wind,true,", "column power_mw: '1_000' is not a number"),
        ('a,"1,000",6,wind,true,', "'1,000' is not a number; write it with a decimal point"),
        ("a,-5,6,wind,true,", "column power_mw: -5 is out of range; give a number, at least 0"),
        ("a,5,6.5,wind,true,", "column slack_h: 6.5 is not a whole number"),
        ("a,5,6,wnd,true,", "column kind: 'wnd' is not known; did you mean 'wind'?"),
        ("a,5,6,zzz,true,", "column kind: 'zzz' is not known; use one of wind, solar"),
        ("a,5,6,,true,", "column kind: is empty; give one of wind, solar"),
        ("a,5,6,wind,yes,", "column clean: 'yes' is neither true nor false; write true or false"),
        ("a,5,6,wind,true,0", "column hours: 0 is out of range; give a number, above 0 and"),
        ("a,5,6,wind,true,8761", "column hours: 8761 is out of range"),
        (",5,6,wind,true,", "column name: is empty; give a text"),
        ("a,5,6,wind,true", "has 5 cells where the header has 6"),
        ("a,5,6,wind,true,,", "has 7 cells where the header has 6"),
    ],
)
def test_a_bad_cell_is_named_with_its_remedy(tmp_path, row, says):
    text = message(write(tmp_path, HEADER, "ok,1,0,wind,true,", row))
    assert f"{tmp_path.name}/units.csv, line 3" in text
    assert says in text
    assert "\n" not in text  # one problem, one sentence


def test_a_repeated_key_names_both_lines(tmp_path):
    text = message(write(tmp_path, HEADER, GOOD, "b,1,0,wind,true,", GOOD))
    assert "line 4, column name: 'a' is on line 2 already" in text


@pytest.mark.parametrize(
    ("header", "says"),
    [
        ("name,power,slack_h,kind,clean,hours", "column power: is not a column of this table; did"),
        ("name,power,slack_h,kind,clean,hours", "column power_mw: is missing; add it (did you"),
        ("name,slack_h,kind,clean,hours", "line 1, column power_mw: is missing; add it"),
        (HEADER + ",hours", "line 1, column hours: is there twice"),
        (HEADER + ",", "line 1, column 7: has no name"),
        (HEADER.replace(",", ";"), "line 1: the columns are parted by semicolons"),
        (HEADER.replace(",", "\t"), "line 1: the columns are parted by tabs"),
    ],
)
def test_a_bad_header_is_named_with_its_remedy(tmp_path, header, says):
    assert says in message(write(tmp_path, header))


def test_all_problems_of_a_file_come_at_once_and_the_rest_is_counted(tmp_path):
    two = message(write(tmp_path, HEADER, "a,x,-1,wind,true,"))
    assert "column power_mw" in two
    assert "column slack_h" in two
    many = [f"u{i},-1,0,wind,true," for i in range(SHOWN_PROBLEMS + 3)]
    text = message(write(tmp_path, HEADER, *many))
    assert text.count("\n") == SHOWN_PROBLEMS
    assert text.endswith("… and 3 more")


def test_files_that_cannot_be_read(tmp_path):
    with pytest.raises(InputError, match=r"units\.csv: no such file in .*; add it"):
        read(tmp_path / "units.csv")
    write(tmp_path, HEADER).rename(tmp_path / "unitss.csv")
    assert "add it, or rename 'unitss.csv'" in message(tmp_path / "units.csv")
    assert "units.csv: is empty" in message(write(tmp_path))
    assert "units.csv: is empty" in message(write(tmp_path, "", ""))
    text = message(write(tmp_path, HEADER, "风,1,0,wind,true,", encoding="gb18030"))
    assert "units.csv, line 2: is not UTF-8 text" in text
    assert "line 2: cannot be read as CSV" in message(write(tmp_path, HEADER, 'a,"open'))
    (tmp_path / "folder.csv").mkdir()
    assert "cannot be read" in message(tmp_path / "folder.csv")


def test_a_header_alone_is_a_table_unless_rows_are_needed(tmp_path):
    path = write(tmp_path, HEADER)
    assert read(path).rows == ()
    assert "has 0 rows; give at least 1" in message(path, min_rows=1)


def test_columns_are_read_off_the_row():
    columns = {c.name: c for c in columns_of(Generator)}
    assert columns["capacity_mw"] == Column("capacity_mw", "number", lower=0)
    assert columns["full_load_h"].may_be_empty
    assert columns["full_load_h"].lower == 0
    assert columns["availability_share"].upper == 1
    assert columns["region"] == Column("region")
    assert columns["confidence"].choices == ("sourced", "derived", "recalled", "assumed")
    assert columns["confidence"].may_be_empty
    assert not columns["confidence"].required
    names = [c.name for c in columns_of(JobClass)]
    assert "class" in names
    assert "job_class" not in names
    hours = [c for c in columns_of(Profile) if c.name.startswith("h")]
    assert [c.name for c in hours] == [f"h{i:02d}" for i in range(24)]
    assert {(c.kind, c.lower) for c in hours} == {("number", 0)}


def test_every_table_has_columns_of_known_kinds_and_its_key():
    for spec in TABLES.values():
        names = [c.name for c in columns_of(spec.row)]
        assert len(set(names)) == len(names)
        assert set(spec.key) <= set(names)


def test_a_row_gives_back_its_cells():
    cells = {"class": "batch", "weekend_factor": 0.5}
    cells |= {name: float(i) for i, name in enumerate(Spread("h", 0, 24).columns)}
    row = to_row(Profile, cells)
    assert row.hours == tuple(float(i) for i in range(24))
    assert {k: v for k, v in to_cells(row).items() if v != ""} == cells


def test_whole_numbers_and_choices_of_a_model_of_ones_own():
    class Mine(BaseModel):
        kind: Literal["wind", "solar", ""]
        count: int

    kind, count = columns_of(Mine)
    assert parse(kind, "") == ""
    assert parse(count, "3.0") == 3
    with pytest.raises(ValueError, match="did you mean 'solar'"):
        parse(kind, "Solr")


def test_suggestions():
    assert suggest("BEIJNG", ["beijing", "Tianjin"]) == "did you mean 'beijing'?"
    assert suggest("x", []) == "there are none"
    assert suggest("x", [f"n{i}" for i in range(40)]).endswith("n11, …")
