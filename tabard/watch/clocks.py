"""Patience in days: when a way that was taken is asked after, when another is due, when to look again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

# Where a route says nothing else. At the last of them it is time for another way.
PATIENCE = (3, 7, 14, 21, 30)
AGAIN = 7  # days until the next reminder once patience is over
TO_CHOOSE = 2  # days to choose a way
TO_ANSWER = 1  # days to send what they ask for
# Days after closing on which somebody looks whether it is back.
LOOKS = (30, 90, 180)
# So many days late, and whoever leads the unit sees it too.
LATE = timedelta(days=7)


def follow_on(patience: Sequence[int], since: date, today: date) -> date:
    """The next day on which something is due on a way that has waited since then."""
    there = (since + timedelta(days=days) for days in patience)
    return next((day for day in there if day > today), today + timedelta(days=AGAIN))


def is_over(patience: Sequence[int], since: date, day: date) -> bool:
    """Whether what is due on `day` is another way, and no longer a question."""
    return day >= since + timedelta(days=patience[-1])


def look_on(closed: date, looks: int) -> date | None:
    """When to look whether it is back, after so many looks; None once there were enough."""
    return closed + timedelta(days=LOOKS[looks]) if looks < len(LOOKS) else None
