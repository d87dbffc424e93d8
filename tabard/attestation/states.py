"""A round is planned, open, and over; a sheet of it is signed, or the round ended without a signature."""

from tabard.kernel.states import machine

ROUND = machine(
    "round",
    {"planned", "open"},
    {"planned": {"open", "cancelled"}, "open": {"closed", "cancelled"}},
)
SHEET = machine("sheet", "open", {"open": {"signed", "lapsed", "cancelled"}})
