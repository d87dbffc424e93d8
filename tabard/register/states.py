"""The lives of a channel and of a finding about one."""

from tabard.kernel.states import machine

CHANNEL = machine(
    "channel",
    {"proposed", "active", "dormant"},
    {
        "proposed": {"active", "retired"},
        "active": {"dormant", "retiring"},
        "dormant": {"active", "retiring"},
        "retiring": {"active", "dormant", "retired"},
        "retired": {"active"},
    },
)

FINDING = machine(
    "register_finding",
    "open",
    {"open": {"kept", "gone"}, "kept": {"open", "gone"}, "gone": {"open", "kept"}},
)
