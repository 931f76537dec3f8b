"""The benchmark of jobs on a few of them: every row there, every way checked, and a wrong one refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from westshift.experiments.bench import jobs
from westshift.models import windows
from westshift.models.errors import SolveError


def test_rows_on_few_jobs() -> None:
    rows = jobs.rows(jobs=2000, repeats=1)
    assert {r.measured for r in rows} >= {jobs.ONE_PIECE, jobs.PIECES, jobs.SHARED}
    assert all(r.seconds > 0 for r in rows)
    assert all(r.furthest_off <= jobs.SAME for r in rows)


def test_a_wrong_table_is_not_timed(monkeypatch: pytest.MonkeyPatch) -> None:
    right = windows.in_pieces
    monkeypatch.setattr(
        windows, "in_pieces", lambda *a: replace(right(*a), cost=right(*a).cost + 1.0)
    )
    with pytest.raises(SolveError, match="nothing was measured"):
        jobs.rows(jobs=1000, repeats=1)
