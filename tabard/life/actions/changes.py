"""What platforms announce: written down, given to somebody, and done or found not to need anything."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.kernel import clock, permissions, text
from tabard.kernel.actions import action, note
from tabard.kernel.actor import Actor
from tabard.kernel.errors import Conflict, Invalid
from tabard.kernel.events import emit
from tabard.life.events import PlatformChangeMoved
from tabard.life.models import PlatformChange
from tabard.life.placements import placements_of
from tabard.life.rules import LONGEST, needed_words
from tabard.org.models import Person, Unit
from tabard.register.models import Platform

LINES = {"title": 200, "what": 1000}


@action(
    "platform_change.add",
    may="channels.edit",
    on=Unit,
    says=gettext_lazy("%(who)s wrote down that %(platform)s changes: %(title)s"),
)
def add_change(by: Actor, unit: Unit, /, *, platform: str, source: str, **said: Any) -> PlatformChange:
    """Write down what a platform announces. `said`: title, what, takes_effect, placements, owner, due_on."""
    if unit.parent_id is not None:
        raise Invalid({"unit": [_("This is written down for the whole organisation.")]})
    found = Platform.objects.filter(slug=platform).first()
    if found is None:
        raise Invalid({"platform": [_("There is no such platform.")]})
    wrong: dict[str, list[str]] = {}
    made = PlatformChange(platform=found, source=(source or "").strip())
    if not _is_link(made.source):
        wrong["source"] = [_("Give the link where it is announced, beginning with https://.")]
    for name, most in LINES.items():
        setattr(made, name, text.name(said.get(name) or ""))
        if not 1 <= len(getattr(made, name)) <= most:
            wrong[name] = [_("Say it in 1 to %(n)s characters.") % {"n": most}]
    _days(made, said.get("takes_effect"), said.get("due_on"), wrong)
    _touches(made, said.get("placements") or [], wrong)
    _owner(made, said.get("owner"), wrong)
    if wrong:
        raise Invalid(wrong)
    made.save()
    note(platform=found.name, title=made.title)
    emit(by, PlatformChangeMoved(made.pk, unit.pk))
    return made


@action(
    "platform_change.give",
    may="channels.edit",
    on=PlatformChange,
    says=gettext_lazy("%(who)s gave “%(what)s” to %(to)s, due on %(day)s"),
)
def give_change(
    by: Actor, change: PlatformChange, *, owner: Person | None = None, due_on: date | None = None
) -> PlatformChange:
    """Somebody does what is to be done, or by another day."""
    _still_open(change)
    if owner is None and due_on is None:
        raise Invalid({"owner": [_("Choose a person.")]})
    wrong: dict[str, list[str]] = {}
    _owner(change, owner or change.owner, wrong)
    _days(change, change.takes_effect, due_on or change.due_on, wrong)
    if wrong:
        raise Invalid(wrong)
    change.save()
    note(to=change.owner.name if change.owner else "–", day=change.due_on.isoformat())
    emit(by, PlatformChangeMoved(change.pk, change.place().unit_id))
    return change


@action(
    "platform_change.end",
    may="own.channels",
    on=PlatformChange,
    says=gettext_lazy("%(who)s ended “%(what)s” as %(outcome)s: %(words)s"),
)
def end_change(by: Actor, change: PlatformChange, *, outcome: str, words: str) -> PlatformChange:
    """It is done, or nothing was to be done. For whoever it was given to, and for who keeps channels."""
    if by.person_id is None or by.person_id != change.owner_id:
        permissions.demand(by, "channels.edit", change)
    _still_open(change)
    if outcome not in PlatformChange.Outcome.values:
        raise Invalid({"outcome": [_("Say whether it is done, or nothing was to be done.")]})
    change.words = needed_words(words, "words")
    change.outcome, change.ended_by_id, change.ended_at = outcome, by.person_id, clock.now()
    change.save()
    note(outcome=outcome, words=change.words)
    emit(by, PlatformChangeMoved(change.pk, change.place().unit_id))
    return change


def _is_link(typed: str) -> bool:
    try:
        parts = urlsplit(typed)
    except ValueError:
        return False
    there = parts.scheme in {"https", "http"} and "." in (parts.hostname or "")
    return there and len(typed) <= 500 and text.one_word(typed)


def _days(
    change: PlatformChange, takes_effect: date | None, due_on: date | None, wrong: dict[str, list[str]]
) -> None:
    """What began years ago is no change any more; what is to be done is done by the day at the latest."""
    today = clock.today()
    if takes_effect is None or not today - LONGEST <= takes_effect <= today + 5 * LONGEST:
        wrong["takes_effect"] = [_("Give the day from which it holds.")]
        return
    change.takes_effect = takes_effect
    latest = max(takes_effect, today + LONGEST) if takes_effect < today else takes_effect
    change.due_on = due_on or max(takes_effect, today)
    if due_on is not None and not today <= due_on <= latest:
        wrong["due_on"] = [_("Give a day to come, and none after it takes effect.")]


def _touches(change: PlatformChange, placements: list[str], wrong: dict[str, list[str]]) -> None:
    there = placements_of(change.platform_id)
    if set(placements) - set(there):
        wrong["placements"] = [_("There is no such placement on this platform.")]
    change.placements = [name for name in there if name in placements]


def _owner(change: PlatformChange, owner: Person | None, wrong: dict[str, list[str]]) -> None:
    if owner is not None and not owner.is_active:
        wrong["owner"] = [_("%(person)s has left.") % {"person": owner}]
    change.owner = owner


def _still_open(change: PlatformChange) -> None:
    if change.ended_at is not None:
        raise Conflict(_("This is over already."))
