"""What is read of credentials, rotations and safety."""

from tabard.safety.queries.check_outs import CHECK_OUTS, check_outs, visible_check_outs
from tabard.safety.queries.credentials import (
    CREDENTIALS,
    LOOKS,
    check_out,
    credential,
    credentials,
    looks,
    mine,
    visible,
    visible_looks,
    whole,
)
from tabard.safety.queries.rotations import ROTATIONS, of_departure, rotation, rotations, visible_rotations

__all__ = [
    "CHECK_OUTS",
    "CREDENTIALS",
    "LOOKS",
    "ROTATIONS",
    "check_out",
    "check_outs",
    "credential",
    "credentials",
    "looks",
    "mine",
    "of_departure",
    "rotation",
    "rotations",
    "visible",
    "visible_check_outs",
    "visible_looks",
    "visible_rotations",
    "whole",
]
