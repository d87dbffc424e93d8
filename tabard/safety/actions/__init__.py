"""Everything that can be done about shared credentials."""

from tabard.safety.actions.admins import (
    AGAIN,
    accept_finding,
    admins_not_read,
    ask_for_admins,
    give_finding,
    name_admin,
    record_admins,
    reopen_finding,
    unname_admin,
)
from tabard.safety.actions.check_outs import emergency, give_back, stop_waiting, take, time_up, wait
from tabard.safety.actions.credentials import (
    add_to_channel,
    add_to_unit,
    change_credential,
    forget,
    set_codes,
    set_password,
)
from tabard.safety.actions.looks import look, one_time_code
from tabard.safety.actions.rotations import (
    ask_for_channel,
    ask_for_credential,
    drop,
    finish,
    give_rotation,
    now_overdue,
)

__all__ = [
    "AGAIN",
    "accept_finding",
    "add_to_channel",
    "add_to_unit",
    "admins_not_read",
    "ask_for_admins",
    "ask_for_channel",
    "ask_for_credential",
    "change_credential",
    "drop",
    "emergency",
    "finish",
    "forget",
    "give_back",
    "give_finding",
    "give_rotation",
    "look",
    "name_admin",
    "now_overdue",
    "one_time_code",
    "record_admins",
    "reopen_finding",
    "set_codes",
    "set_password",
    "stop_waiting",
    "take",
    "time_up",
    "unname_admin",
    "wait",
]
