"""Everything that can be done about accounts nobody told us about."""

from tabard.watch.actions.asking import count_answers, switch_asking, switch_site
from tabard.watch.actions.cases import (
    FOR_CASES,
    close_case,
    give_case,
    look_again,
    open_case,
    prove,
    reopen_case,
)
from tabard.watch.actions.filings import file_case, follow_up, note_answer
from tabard.watch.actions.portraits import portray
from tabard.watch.actions.recording import Outcome, Recorded, note_look, record, tip
from tabard.watch.actions.triage import adopt, compare, decide, describe, reopen

__all__ = [
    "FOR_CASES",
    "Outcome",
    "Recorded",
    "adopt",
    "close_case",
    "compare",
    "count_answers",
    "decide",
    "describe",
    "file_case",
    "follow_up",
    "give_case",
    "look_again",
    "note_answer",
    "note_look",
    "open_case",
    "portray",
    "prove",
    "record",
    "reopen",
    "reopen_case",
    "switch_asking",
    "switch_site",
    "tip",
]
