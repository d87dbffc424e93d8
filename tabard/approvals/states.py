"""An approval is for exactly one digest: the edit itself voids it, in its own transaction."""

from tabard.kernel.states import machine

APPROVAL = machine(
    "approval",
    "asked",
    {"asked": {"granted", "refused", "void", "expired"}, "granted": {"void", "expired"}},
)
