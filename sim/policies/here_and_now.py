"""Here and now: work runs where it arises, when it arrives. The named baseline."""

from __future__ import annotations

from ...models.outlook import Outlook
from ...models.schedule import Schedule
from ..placing import home_shares
from ..policy import Policy


class HereAndNow(Policy):
    """Run all work at the origin's own sites, in proportion to their capacity, at once; queue if full."""

    name = "here-and-now"

    def decide(self, outlook: Outlook) -> Schedule:
        """All that is here, at home."""
        c = outlook.system.compute
        here = outlook.available_mwh[c.stream_origin, c.stream_class]
        return Schedule(outlook.start_h, home_shares(c)[:, None] * here)
