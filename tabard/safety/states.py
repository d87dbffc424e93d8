"""The life of a rotation."""

from tabard.kernel.states import machine

ROTATION = machine(
    "rotation",
    {"asked", "done"},
    {"asked": {"overdue", "done", "dropped"}, "overdue": {"asked", "done", "dropped"}},
)
