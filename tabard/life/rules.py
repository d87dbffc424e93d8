"""Plain rules: what may be asked for, and whether two channels serve the same people for the same thing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tabard.kernel import text
from tabard.kernel.errors import Invalid

# For how long at most something may be tried, or kept, without being asked about again.
LONGEST = timedelta(days=730)
# How much of the words of two purposes is the same where they are read as one: of all that either has.
ALIKE = 0.5
# Words that say nothing about what a channel is for.
EMPTY = frozenset(
    "a an and at by for from in of on or our the to we with und der die das и на за от с в".split()  # noqa: SIM905
)


def needed_words(said: str, field: str) -> str:
    """Words without which something is not done. `Invalid` at `field`."""
    clean = text.name(said or "")
    if not clean or len(clean) > 500:
        raise Invalid({field: [gettext("Say it in 1 to 500 characters.")]})
    return clean


def on_a_day_to_come(day: date | None, today: date) -> bool:
    """Whether something may be asked again on `day`."""
    return day is not None and today < day <= today + LONGEST


def meaning(said: str) -> frozenset[str]:
    """The words of a purpose or an audience that tell it from another."""
    return frozenset(text.words(text.folded(said)).split()) - EMPTY


def alike(one: str, other: str) -> bool:
    """Whether two sentences say much the same, in whatever order."""
    first, second = meaning(one), meaning(other)
    if not first or not second:
        return False
    return len(first & second) / len(first | second) >= ALIKE


@dataclass(frozen=True)
class ToDo:
    """One thing that is done before every channel goes: what, and within how many days."""

    said: str | Promise
    days: int


# In the order in which they are done; what a policy adds comes after them.
STEPS = {
    "goodbye": ToDo(_("Say goodbye in a post, with where to follow us instead"), 7),
    "archive": ToDo(_("Export what was published and keep it"), 14),
    "answers": ToDo(_("Answer what is still open"), 14),
    "websites": ToDo(_("Take it off websites, signatures and printed matter"), 21),
    "followers": ToDo(_("Note where its followers went"), 21),
    "apps": ToDo(_("Remove apps and administrators on the platform"), 28),
    "recovery": ToDo(_("Change or hand over its recovery address and phone"), 28),
    "close": ToDo(_("Close or lock it on the platform"), 30),
}
# Within how many days what a policy adds is done.
ADDED_DAYS = 30
