"""What a sweep costs is measured on sweeps that are whole."""

import pytest

from westshift.experiments.bench import sweeping, sweeps_stored
from westshift.experiments.bench.apart import here
from westshift.models.errors import SolveError


@pytest.mark.slow
def test_the_rows_of_a_small_sweep():
    pytest.importorskip("distributed")
    rows = sweeping.rows(few=3, cases=2, length_h=6, empty=(40,), again=3, stored=3, run=here)
    assert [r.measured for r in rows] == [
        *[sweeping.BESIDE] * 3, *[sweeping.SPEED] * 2, sweeping.EMPTY, sweeps_stored.AGAIN, sweeps_stored.TABLE,
    ]  # fmt: skip
    assert all(r.seconds > 0 for r in rows)
    run, beside, _ = rows[:3]
    assert beside.seconds < run.seconds
    assert rows[5].memory_mib > 20


def test_a_table_that_lacks_a_case_is_noticed(tmp_path, monkeypatch):
    whole = sweeps_stored.table_of
    monkeypatch.setattr(sweeps_stored, "table_of", lambda *given: whole(*given).iloc[:-7])
    with pytest.raises(SolveError, match="does not hold the 3 cases"):
        sweeps_stored.tabulated(tmp_path, 3)


def test_a_store_that_forgets_is_noticed(tmp_path, monkeypatch):
    monkeypatch.setattr(sweeps_stored.Store, "done", lambda self, key: False)
    with pytest.raises(SolveError, match="0 of 3 cases count as done"):
        sweeps_stored.started_again(tmp_path, 3)
