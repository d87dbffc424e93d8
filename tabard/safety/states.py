"""The lives of a rotation and of a finding about administrators."""

from tabard.kernel.states import machine

ROTATION = machine(
    "rotation",
    {"asked", "done"},
    {"asked": {"overdue", "done", "dropped"}, "overdue": {"asked", "done", "dropped"}},
)

FINDING = machine(
    "admin_finding",
    "open",
    {"open": {"accepted", "gone"}, "accepted": {"open", "gone"}},
)
