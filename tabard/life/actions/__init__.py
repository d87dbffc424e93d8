"""Everything that can be done about a channel's beginning and end."""

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

__all__ = [
    "approve_request",
    "ask",
    "begin_retirement",
    "change_request",
    "finish_step",
    "give_step",
    "refuse_request",
    "reopen_step",
    "send_back",
    "skip_step",
    "withdraw",
]
