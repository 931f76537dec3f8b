import gzip
import io
import zipfile
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from westshift.models.errors import InputError
from westshift.models.job_logs.gather import tally
from westshift.models.job_logs.swf import Status, read_swf

HEADER = """; Version: 2.2
; Computer: Nobody's
; UnixStartTime: 1711843200
; TimeZone: 3600
; TimeZoneString: Europe/Berlin
; Note: one
;       goes on: here
; Note: two
; Queue:  0  interactive
; Queue:  1  batch
"""
# job submit wait run alloc cpu mem req_procs req_time req_mem status user group exe queue part prev think
JOBS = """
1    0 -1 3600 4 -1 -1 -1 -1 -1 1 1 1 -1 0 -1 -1 -1
2   10  5  0.5 -1 -1 -1 8 -1 -1 0 1 1 -1 1 -1 -1 -1
3   20 -1   -1 4 -1 -1 -1 -1 -1 1 1 1 -1 1 -1 -1 -1
4   30 -1    0 4 -1 -1 -1 -1 -1 1 1 1 -1 1 -1 -1 -1
5   40 -1   60 -1 -1 -1 -1 -1 -1 1 1 1 -1 1 -1 -1 -1
6   50 -1   60 2 -1 -1 -1 -1 -1 5 1 1 -1 7 -1 -1 -1
7   60 -1   60 2 -1 -1 -1 -1 -1 2 1 1 -1 -1 -1 -1 -1
8   -1 -1   60 2 -1 -1 -1 -1 -1 1 1 1 -1 -1 -1 -1 -1
"""
ONE = JOBS.strip().split("\n")[0]


def _read(write, text=HEADER + JOBS, name="log.swf", **how):
    return read_swf(write(text, name), kw_per_core=0.01, **how)


def test_jobs_and_what_is_left_out(write):
    jobs = _read(write)
    np.testing.assert_array_equal(jobs.arrival_s, [0, 10, 50])
    np.testing.assert_array_equal(jobs.length_s, [3600, 0.5, 60])
    np.testing.assert_array_equal(jobs.cores, [4, 8, 2])  # requested where none is allocated
    np.testing.assert_allclose(jobs.power_kw, [0.04, 0.08, 0.02])
    assert np.isnan(jobs.due_s).all()
    assert [jobs.classes[i] for i in jobs.job_class] == ["interactive", "batch", "queue 7"]
    assert jobs.left_out == {
        "of status PART": 1,
        "without submit time": 1,
        "without run time": 1,
        "of run time 0": 1,
        "without processors": 1,
    }
    assert tally(jobs).startswith("8 records read, 3 kept, 5 left out (1 of status PART, ")


def test_header_and_start(write):
    jobs = _read(write)
    assert jobs.header["Computer"] == "Nobody's"
    assert jobs.header["Note"] == "one\ngoes on: here\ntwo"
    assert jobs.header["Queue"].split("\n") == ["0  interactive", "1  batch"]
    assert jobs.start == datetime(2024, 3, 31, tzinfo=UTC)
    assert (
        jobs.start.isoformat() == "2024-03-31T01:00:00+01:00"
    )  # an hour before the clocks go forward
    moved = _read(write, tz="Asia/Shanghai")
    assert moved.start == jobs.start
    assert moved.start.hour == 8


@pytest.mark.parametrize("unix", ["UnixStartTime: 0", "Unknown: 1"])
def test_a_log_without_calendar_has_no_start(write, unix):
    assert _read(write, HEADER.replace("UnixStartTime: 1711843200", unix) + JOBS).start is None


def test_the_zone_in_seconds_is_taken_where_there_is_no_other(write):
    jobs = _read(write, HEADER.replace("; TimeZoneString: Europe/Berlin\n", "") + JOBS)
    assert jobs.start.utcoffset().total_seconds() == 3600


def test_statuses_are_chosen(write):
    jobs = _read(write, statuses={Status.COMPLETED})
    assert len(jobs) == 1
    assert jobs.left_out["of status CANCELLED"] == 1
    assert len(jobs) + sum(jobs.left_out.values()) == 8


def test_packed_files_read_the_same(write):
    text = (HEADER + JOBS).encode()
    box = io.BytesIO()
    with zipfile.ZipFile(box, "w") as archive:
        archive.writestr("log.swf", text)
    for name, data in (("a.swf.gz", gzip.compress(text)), ("a.swf.zip", box.getvalue())):
        assert _read(write, data, name).length_s.tolist() == [3600, 0.5, 60]


@pytest.mark.parametrize(
    "text",
    [
        JOBS.replace("\n", "\r\n"),
        b"\xef\xbb\xbf" + JOBS.encode(),
        "; Installation: Universit\xe4t\n".encode("latin-1") + JOBS.encode(),
        JOBS.replace("    ", "\t"),
    ],
)
def test_harmless_differences_are_read(write, text):
    assert _read(write, text).length_s.tolist() == [3600, 0.5, 60]


def test_jobs_out_of_order_are_put_in_order(write):
    jobs = _read(write, "\n".join(reversed(JOBS.strip().split("\n"))))
    assert jobs.arrival_s.tolist() == [0, 10, 50]
    assert jobs.length_s.tolist() == [3600, 0.5, 60]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "has no job that could run"),
        (HEADER, "has no job that could run"),
        (JOBS + "9 0 -1 60\n", "row 10: has 4 fields; the format has 18"),
        ("; UnixStartTime: nan\n" + JOBS, "UnixStartTime is 'nan'"),
        ("1 0 -1 60", "row 1: has 4 fields; the format has 18"),
        (JOBS.replace("3600", "1h"), "row 2, field run time: '1h' is not a number"),
        (JOBS.replace("3600", "nan"), "row 2, field run time: 'nan' is not a number"),
        (JOBS.replace("3600", "3_600"), "row 2, field run time: '3_600' is not a number"),
        (JOBS.replace("3600", "-7"), "row 2, field run time: -7"),
        (JOBS.replace(" 30 ", " -3 "), "row 5, field submit time: -3"),
        (JOBS.replace(" 5 1 1 ", " 9 1 1 "), "row 7, field status: 9; the format knows"),
        (ONE.replace("3600", "9e6"), "the median job would run for 104 days; check the unit"),
        (JOBS.replace("3600", "9e9"), "row 2: a job of 285 years; check the unit"),
        (HEADER.replace("Berlin", "Atlantis") + JOBS, "'Europe/Atlantis' is no time zone"),
        (HEADER.replace("1711843200", "soon") + JOBS, "UnixStartTime is 'soon'"),
        (HEADER.replace("1711843200", "1e30") + JOBS, "UnixStartTime is '1e30'"),
        (ONE.replace(" 4 ", " 0 "), "has no job that could run .1 records: 1 without processors"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(write, text, words):
    with pytest.raises(InputError, match=words):
        _read(write, text)


@pytest.mark.parametrize("kw", [0.0, -1.0, float("nan"), float("inf")])
def test_a_core_draws_something(write, kw):
    with pytest.raises(InputError, match="kw_per_core is"):
        read_swf(write(JOBS), kw_per_core=kw)


@pytest.mark.parametrize("name", ["x.gz", "x.zip"])
def test_what_cannot_be_unpacked_is_refused(write, name):
    with pytest.raises(InputError, match="cannot be unpacked"):
        _read(write, b"\x1f\x8bnothing of that kind", name)


def test_two_files_in_a_zip_are_refused(write):
    box = io.BytesIO()
    with zipfile.ZipFile(box, "w") as archive:
        archive.writestr("a", JOBS)
        archive.writestr("b", JOBS)
    with pytest.raises(InputError, match="holds 2 files"):
        _read(write, box.getvalue(), "a.zip")


def test_no_such_file(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        read_swf(tmp_path / "none.swf", kw_per_core=1)
    with pytest.raises(InputError, match="cannot be read"):
        read_swf(tmp_path, kw_per_core=1)


def test_nasa_ipsc_agrees_with_its_own_header(real):
    jobs = read_swf(real("jobs/NASA-iPSC-1993-3.1-cln.swf.zip"), kw_per_core=0.1)
    head = jobs.header
    assert (
        len(jobs) + sum(jobs.left_out.values()) == int(head["MaxJobs"]) == int(head["MaxRecords"])
    )
    assert jobs.left_out == {"of run time 0": 173}
    assert jobs.cores.max() == int(head["MaxProcs"])
    assert jobs.start.strftime("%a %b %d %H:%M:%S %Z %Y") == head["StartTime"]
    # the last job ends as the header says, summer time being over
    last = jobs.start.timestamp() + (jobs.arrival_s + jobs.length_s).max()
    end = datetime.fromtimestamp(last, ZoneInfo(head["TimeZoneString"]))
    assert end.strftime("%a %b %d %H:%M:%S %Z %Y") == head["EndTime"]
    assert (jobs.cores * jobs.length_s).sum() == 474238015  # core seconds, summed by awk
