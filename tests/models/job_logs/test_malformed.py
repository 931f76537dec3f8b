"""Logs that were cut, mixed up or mistyped: every record is kept or counted, or one error says what is wrong."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from westshift.models.errors import InputError
from westshift.models.instants import TimeUnit
from westshift.models.job_logs.azure import read_azure
from westshift.models.job_logs.gather import tally
from westshift.models.job_logs.llm import read_llm_requests
from westshift.models.job_logs.llm_energy import as_published
from westshift.models.job_logs.named_csv import Columns, read_named_csv
from westshift.models.job_logs.pai import read_pai
from westshift.models.job_logs.sacct import read_sacct
from westshift.models.job_logs.swf import read_swf
from westshift.models.sheet import read_sheet

SWF = """; UnixStartTime: 749458803
; TimeZoneString: US/Pacific
1 0 -1 60 4 -1 -1 -1 -1 -1 1 1 1 -1 0 -1 -1 -1
2 9 -1 0 4 -1 -1 -1 -1 -1 5 1 1 -1 0 -1 -1 -1
3 19 -1 7 -1 -1 -1 2 -1 -1 0 1 1 -1 0 -1 -1 -1
"""
CSV = """came,ran,n,due
2024-03-31T01:30,2,4,2024-04-01T00:00
2024-10-27 02:30:00+01:00,1,,
2024-02-29,3,1,2024-03-02
"""
SACCT = """JobID|Submit|Start|State|Elapsed|AllocTRES|ConsumedEnergyRaw|Partition
1|2024-01-01T00:00:00|2024-01-01T00:00:01|COMPLETED|1-00:00:01|cpu=8,mem=1G|500|a
1.batch|2024-01-01T00:00:00|2024-01-01T00:00:01|COMPLETED|1-00:00:01|cpu=8|500|
2|2024-01-01T00:00:00|Unknown|CANCELLED by 7|00:00:00||0|a
"""
EXTRACT = "arrival_time,length,cpus\n0.0,0.5,1\n2,3,4\n5,0,2\n"
LLM = "TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:15:46.68,374,44\n2023-11-16 18:15:50,3,0\n"

COLUMNS = Columns("came", length="ran", cores="n", deadline="due")
READERS = {
    "swf": (SWF, lambda path: read_swf(path, kw_per_core=0.1)),
    "csv": (
        CSV,
        lambda path: read_named_csv(
            path, COLUMNS, length_unit=TimeUnit.HOURS, kw_per_core=0.1, tz="Europe/Berlin"
        ),
    ),
    "sacct": (SACCT, lambda path: read_sacct(path, kw_per_core=0.1, tz="Europe/Berlin")),
    "pai": (EXTRACT, lambda path: read_pai(path, unit=TimeUnit.HOURS, kw_per_core=0.1)),
    "azure": (EXTRACT, lambda path: read_azure(path, unit=TimeUnit.HOURS, kw_per_core=0.1)),
    "llm": (LLM, lambda path: read_llm_requests(path, as_published(8, 8), tz="UTC")),
}
EDIT = st.tuples(
    st.floats(0, 1),
    st.integers(0, 12),
    st.sampled_from(
        ["", "-", "-1", "0", "9", "e99", "nan", "inf", ",", "|", "\n", "\n\n", '"', ";", "T", ":", "\x00",
         "é", " ", "_", "."]
    ) | st.text(max_size=3),
)  # fmt: skip


def _records(name, path):
    if name == "swf":
        lines = path.read_text(encoding="latin-1").split("\n")
        return sum(bool(line.strip()) and not line.strip().startswith(";") for line in lines)
    return len(read_sheet(path, "|" if name == "sacct" else ",", quoted=name != "sacct"))


@pytest.mark.parametrize("name", READERS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300)
@given(edits=st.lists(EDIT, max_size=3))
def test_kept_counted_or_refused(tmp_path, name, edits):
    text, read = READERS[name]
    for where, length, new in edits:
        at = int(where * len(text))
        text = text[:at] + new + text[at + length :]
    path = tmp_path / "log.txt"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    error = None
    try:
        jobs = read(path)
    except InputError as caught:
        error = caught
    if error is not None:
        assert str(error).startswith(str(path))
        return
    assert len(jobs) + sum(jobs.left_out.values()) == _records(name, path)
    assert tally(jobs).startswith(f"{_records(name, path)} records read, {len(jobs)} kept")


@pytest.mark.parametrize("name", READERS)
def test_the_log_itself_is_read(tmp_path, name):
    text, read = READERS[name]
    path = tmp_path / "log.txt"
    path.write_text(text)
    assert len(read(path)) >= 1
