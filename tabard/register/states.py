"""The life of a channel."""

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
