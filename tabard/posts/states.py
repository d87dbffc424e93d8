"""A variant answers one question: is it fit to go? Whether it went is the delivery's to say."""

from tabard.kernel.states import machine

VARIANT = machine(
    "variant",
    "draft",
    {
        "draft": {"in_review", "approved", "withdrawn"},
        "in_review": {"approved", "draft", "withdrawn"},
        "approved": {"scheduled", "draft", "withdrawn"},
        "scheduled": {"handed_over", "approved", "draft", "withdrawn"},
        "handed_over": {"draft", "withdrawn"},
        "withdrawn": {"draft"},
    },
)
