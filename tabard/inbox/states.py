"""A conversation answers: whose turn is it?"""

from tabard.kernel.states import machine

CONVERSATION = machine(
    "conversation",
    "open",
    {
        # `waiting`: we have answered, and it is their turn. What they say next opens it again.
        "open": {"waiting", "done"},
        "waiting": {"open", "done"},
        "done": {"open"},
    },
)
