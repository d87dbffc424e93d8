"""A conversation answers: whose turn is it? A reply: did it go? A moderation: is it so on the platform?"""

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

REPLY = machine(
    "reply",
    "queued",
    {
        "queued": {"sending", "failed", "cancelled"},
        # Back to the queue only while nothing can have shown: `armed_at` empty, or the platform said no.
        "sending": {"sent", "unsure", "failed", "queued"},
        "unsure": {"sent", "queued", "failed"},
        "failed": {"queued", "sent", "cancelled"},
    },
)

MODERATION = machine(
    "moderation",
    "queued",
    {
        "queued": {"doing", "failed", "cancelled"},
        # What is so already is no error on any platform: a lost answer is asked for again.
        "doing": {"done", "failed", "queued"},
        "failed": {"queued", "cancelled"},
    },
)
