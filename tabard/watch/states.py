"""The life of a case and of each way that is taken in it. Closed is not for ever: what is gone may return."""

from tabard.kernel.states import machine

CASE = machine(
    "case",
    "open",
    {
        "open": {"contacted", "reported", "closed"},
        "contacted": {"open", "reported", "closed"},
        "reported": {"open", "contacted", "waiting", "closed"},
        "waiting": {"open", "contacted", "reported", "closed"},
        "closed": {"open"},
    },
)

FILING = machine(
    "filing",
    "filed",
    {
        "filed": {"acknowledged", "asked", "ended"},
        "acknowledged": {"asked", "ended"},
        "asked": {"acknowledged", "ended"},
        "ended": set(),
    },
)
