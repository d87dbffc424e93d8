"""Everything that can be done to the register."""

from tabard.register.actions.channels import add_channel, change_channel, move_channel, set_state
from tabard.register.actions.connection import check_failed, connect, disconnect, record_check

__all__ = [
    "add_channel",
    "change_channel",
    "check_failed",
    "connect",
    "disconnect",
    "move_channel",
    "record_check",
    "set_state",
]
