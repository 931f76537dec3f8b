"""No-wait: every job starts when it arrives. The baseline of temporal shifting, and of GAIA's figures."""

from __future__ import annotations

from ...jobs.policy import Asked, JobPolicy, Permits, start_at


def decide(asked: Asked) -> Permits:
    """Now."""
    return start_at(asked.arrival)


NO_WAIT = JobPolicy("no-wait", decide, foresees=False)
