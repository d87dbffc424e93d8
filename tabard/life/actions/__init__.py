"""Everything that can be done about a channel's beginning and end."""

from tabard.life.actions.changes import add_change, end_change, give_change
from tabard.life.actions.differences import (
    EVERY,
    accept_difference,
    ask_platforms,
    record_profile,
    record_silence,
    refuse_difference,
    reopen_difference,
)
from tabard.life.actions.requests import (
    approve_request,
    ask,
    change_request,
    refuse_request,
    send_back,
    withdraw,
)
from tabard.life.actions.retirements import (
    begin_retirement,
    finish_step,
    give_step,
    reopen_step,
    skip_step,
)
from tabard.life.actions.worth import (
    keep_channel,
    look_at_worth,
    merge_channel,
    note_upkeep,
    retire_channel,
)

__all__ = [
    "EVERY",
    "accept_difference",
    "add_change",
    "approve_request",
    "ask",
    "ask_platforms",
    "begin_retirement",
    "change_request",
    "end_change",
    "finish_step",
    "give_change",
    "give_step",
    "keep_channel",
    "look_at_worth",
    "merge_channel",
    "note_upkeep",
    "record_profile",
    "record_silence",
    "refuse_difference",
    "refuse_request",
    "reopen_difference",
    "reopen_step",
    "retire_channel",
    "send_back",
    "skip_step",
    "withdraw",
]
