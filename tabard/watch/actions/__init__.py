"""Everything that can be done about accounts nobody told us about."""

from tabard.watch.actions.portraits import portray
from tabard.watch.actions.recording import Outcome, Recorded, note_look, record, tip
from tabard.watch.actions.triage import adopt, compare, decide, describe, reopen

__all__ = [
    "Outcome",
    "Recorded",
    "adopt",
    "compare",
    "decide",
    "describe",
    "note_look",
    "portray",
    "record",
    "reopen",
    "tip",
]
