"""What is read of credentials, rotations and safety."""

from tabard.safety.queries.credentials import (
    CREDENTIALS,
    LOOKS,
    check_out,
    credential,
    credentials,
    looks,
    mine,
    open_to,
    visible,
    visible_looks,
    whole,
)
from tabard.safety.queries.rotations import ROTATIONS, of_departure, rotation, rotations, visible_rotations

__all__ = [
    "CREDENTIALS",
    "LOOKS",
    "ROTATIONS",
    "check_out",
    "credential",
    "credentials",
    "looks",
    "mine",
    "of_departure",
    "open_to",
    "rotation",
    "rotations",
    "visible",
    "visible_looks",
    "visible_rotations",
    "whole",
]
