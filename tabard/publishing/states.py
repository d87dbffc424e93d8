"""A delivery answers: did it go? A row that is `sending` without a worker is never simply tried again."""

from tabard.kernel.states import machine

DELIVERY = machine(
    "delivery",
    "queued",
    {
        "queued": {"sending", "held", "failed", "cancelled"},
        # Back to the queue only while nothing can have shown: `armed_at` empty, or the platform said no.
        "sending": {"sent", "unsure", "failed", "queued", "held"},
        "unsure": {"sent", "queued", "failed"},
        "held": {"queued", "cancelled"},
        "failed": {"queued", "sent", "cancelled"},
        # Removing is asked first and done by a worker: what it was told is never lost, and may be repeated.
        "sent": {"removing", "removed"},
        "removing": {"removed", "sent"},
    },
)
