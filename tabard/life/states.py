"""The lives of a request and of what is done before a channel is gone."""

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
