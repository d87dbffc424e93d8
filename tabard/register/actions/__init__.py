"""Everything that can be done to the register."""

from tabard.register.actions.channels import (
    add_channel,
    change_channel,
    follow_platform,
    move_channel,
    set_state,
)
from tabard.register.actions.connection import check_failed, connect, disconnect, keep_answer, record_check
from tabard.register.actions.doubts import DECISIONS, decide
from tabard.register.actions.findings import (
    give_owner,
    keep_finding,
    look_through,
    merge_finding,
    reopen_finding,
    retire_finding,
)
from tabard.register.actions.imports import (
    begin_import,
    check_import,
    fail_import,
    record_plan,
    set_columns,
    start_import,
    write_import,
)
from tabard.register.actions.leaving import ended_there, left_there
from tabard.register.actions.platform_apps import drop_app, set_app
from tabard.register.actions.platforms import set_stage
from tabard.register.actions.sharing import hand_over_channel, share_channel

__all__ = [
    "DECISIONS",
    "add_channel",
    "begin_import",
    "change_channel",
    "check_failed",
    "check_import",
    "connect",
    "decide",
    "disconnect",
    "drop_app",
    "ended_there",
    "fail_import",
    "follow_platform",
    "give_owner",
    "hand_over_channel",
    "keep_answer",
    "keep_finding",
    "left_there",
    "look_through",
    "merge_finding",
    "move_channel",
    "record_check",
    "record_plan",
    "reopen_finding",
    "retire_finding",
    "set_app",
    "set_columns",
    "set_stage",
    "set_state",
    "share_channel",
    "start_import",
    "write_import",
]
