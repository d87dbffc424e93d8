"""The lives of a request, of what is done before a channel is gone, and of a difference."""

from tabard.kernel.states import machine

REQUEST = machine(
    "channel_request",
    "asked",
    {
        "asked": {"back", "approved", "refused", "withdrawn"},
        "back": {"asked", "refused", "withdrawn"},
        "approved": set(),
        "refused": set(),
        "withdrawn": set(),
    },
)

RETIREMENT = machine(
    "retirement", "open", {"open": {"done", "called_off"}, "done": set(), "called_off": set()}
)

RETIREMENT_STEP = machine(
    "retirement_step",
    "todo",
    {"todo": {"done", "skipped"}, "done": {"todo"}, "skipped": {"todo"}},
)

# Found again after it was over, or said otherwise by the platform than when it was refused: asked again.
DIFFERENCE = machine(
    "difference",
    "open",
    {
        "open": {"accepted", "refused", "over"},
        "accepted": {"open"},
        "refused": {"open", "over"},
        "over": {"open"},
    },
)
