"""Asking for a channel, and deciding about it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.kernel import clock, permissions, text
from tabard.kernel.actions import action, note
from tabard.kernel.actor import Actor
from tabard.kernel.errors import Conflict, Denied, Invalid
from tabard.kernel.events import emit
from tabard.kernel.opened import Values, not_overtaken
from tabard.kernel.states import move
from tabard.life.events import RequestMoved
from tabard.life.models import ChannelRequest
from tabard.life.queries import own_needs_another
from tabard.life.rules import needed_words, on_a_day_to_come
from tabard.life.states import REQUEST
from tabard.org.models import Unit
from tabard.register.actions import add_channel
from tabard.register.actions.channels import checked_free
from tabard.register.fields import cleaned, resolved
from tabard.register.models import Channel
from tabard.register.queries import over

LINES = {"name": False, "purpose": True, "audience": True, "languages": True}
PEOPLE = ("answers", "backs")


@action(
    "request.ask",
    may="own.channels",
    on=Unit,
    says=gettext_lazy("%(who)s asked for the channel %(what)s"),
    lock=False,
)
def ask(by: Actor, unit: Unit, /, *, handle: str, platform: str = "", **said: Any) -> ChannelRequest:
    """Ask for a channel in `unit`. `said`: name, purpose, audience, languages, why, answers, backs, until."""
    permissions.demand(by, "channels.see", unit)
    if unit.closed_at:
        raise Invalid({"unit": [_("%(unit)s is closed.") % {"unit": unit}]})
    found = resolved(handle, platform)
    asked = ChannelRequest(unit=unit, platform_id=found.platform, asked_by_id=by.person_id)
    asked.asked_at = clock.now()
    _say(asked, found.handle, said)
    asked.save()
    emit(by, RequestMoved(asked.pk, unit.pk, "asked"))
    return asked


@action(
    "request.change",
    may="own.channels",
    on=ChannelRequest,
    says=gettext_lazy("%(who)s changed the request for %(what)s"),
)
def change_request(
    by: Actor, asked: ChannelRequest, /, *, was: Values | None = None, **said: Any
) -> ChannelRequest:
    """Say it otherwise, while nobody has decided; what was sent back is asked again by it."""
    _own(by, asked)
    _undecided(asked)
    not_overtaken(asked, was)
    handle = asked.handle
    if "handle" in said:
        handle = resolved(said.pop("handle"), asked.platform_id).handle
    _say(asked, handle, said)
    asked.save()
    if asked.state == "back":
        move(asked, REQUEST, "asked", asked_at=clock.now())
        emit(by, RequestMoved(asked.pk, asked.unit_id, "asked"))
    return asked


@action(
    "request.withdraw",
    may="own.channels",
    on=ChannelRequest,
    says=gettext_lazy("%(who)s no longer asks for %(what)s"),
)
def withdraw(by: Actor, asked: ChannelRequest) -> ChannelRequest:
    """Whoever asked does not want it any more."""
    _own(by, asked)
    _undecided(asked)
    move(asked, REQUEST, "withdrawn", decided_at=clock.now(), decided_by_id=by.person_id)
    emit(by, RequestMoved(asked.pk, asked.unit_id, "withdrawn"))
    return asked


@action(
    "request.send_back",
    may="channels.edit",
    on=ChannelRequest,
    says=gettext_lazy("%(who)s sent the request for %(what)s back: %(words)s"),
)
def send_back(by: Actor, asked: ChannelRequest, *, words: str) -> ChannelRequest:
    """Something is missing or not clear: whoever asked says it anew."""
    _not_ones_own(by, asked)
    return _decided(by, asked, "back", needed_words(words, "words"))


@action(
    "request.refuse",
    may="channels.edit",
    on=ChannelRequest,
    says=gettext_lazy("%(who)s said no to the request for %(what)s: %(words)s"),
)
def refuse_request(by: Actor, asked: ChannelRequest, *, words: str) -> ChannelRequest:
    """There shall be no such channel."""
    _not_ones_own(by, asked)
    return _decided(by, asked, "refused", needed_words(words, "words"))


@action(
    "request.approve",
    may="channels.edit",
    on=ChannelRequest,
    says=gettext_lazy("%(who)s said yes to the request for %(what)s"),
)
def approve_request(by: Actor, asked: ChannelRequest, *, words: str = "") -> ChannelRequest:
    """It shall be: it is in the register from now on, as a proposed channel with the people it names."""
    _not_ones_own(by, asked)
    _undecided(asked)
    known = {n: getattr(asked, n) for n in ("name", "purpose", "audience", "languages")}
    people = {"owner": asked.answers, "deputy": asked.backs}
    asked.channel = add_channel(
        by,
        asked.unit,
        handle=asked.handle,
        platform=asked.platform_id,
        state="proposed",
        **known,
        **people,
    )
    asked.save(update_fields=["channel"])
    return _decided(by, asked, "approved", text.name(words)[:500])


def _decided(by: Actor, asked: ChannelRequest, state: str, words: str) -> ChannelRequest:
    _undecided(asked)
    note(words=words)
    move(asked, REQUEST, state, words=words, decided_by_id=by.person_id, decided_at=clock.now())
    emit(by, RequestMoved(asked.pk, asked.unit_id, state))
    return asked


def _own(by: Actor, asked: ChannelRequest) -> None:
    if by.person_id is None or by.person_id != asked.asked_by_id:
        raise Denied(_("Only whoever asked for it may do this."))


def _not_ones_own(by: Actor, asked: ChannelRequest) -> None:
    if own_needs_another(by, asked):
        raise Denied(_("Somebody else decides about what you ask for yourself."))


def _undecided(asked: ChannelRequest) -> None:
    if asked.state not in {"asked", "back"}:
        raise Conflict(_("This was decided already."))


def _say(asked: ChannelRequest, handle: str, said: dict[str, Any]) -> None:
    """Put on the request what is said of it; everything that is wrong is said at once."""
    wrong: dict[str, list[str]] = {}
    _ended(asked, wrong)
    _lines(asked, {n: said.pop(n) for n in LINES if n in said}, wrong)
    _people(asked, {n: said.pop(n) for n in PEOPLE if n in said}, wrong)
    if "why" in said:
        asked.why = text.name(said.pop("why") or "")
    if not asked.why or len(asked.why) > 1000:
        wrong["why"] = [_("Say it in 1 to 1,000 characters.")]
    if "until" in said:
        _until(asked, said.pop("until"), wrong)
    if said:
        raise TypeError(f"a request has no {sorted(said)}")
    asked.handle = handle
    if wrong:
        raise Invalid(wrong)
    checked_free(Channel(platform_id=asked.platform_id, handle=handle))
    asked.search = text.folded(handle, asked.name, asked.purpose, asked.audience, asked.unit.name)


def _ended(asked: ChannelRequest, wrong: dict[str, list[str]]) -> None:
    if why := over(asked.platform):
        wrong["platform"] = [why]


def _lines(asked: ChannelRequest, given: dict[str, Any], wrong: dict[str, list[str]]) -> None:
    for name, value in given.items():
        try:
            setattr(asked, name, cleaned({name: value})[name])
        except Invalid as error:
            wrong.update(error.fields)
    for name, needed in LINES.items():
        if needed and not getattr(asked, name) and name not in wrong:
            wrong[name] = [_("This is needed.")]


def _people(asked: ChannelRequest, given: dict[str, Any], wrong: dict[str, list[str]]) -> None:
    for name, person in given.items():
        if person is None:
            wrong[name] = [_("Choose a person.")]
        elif not person.is_active:
            wrong[name] = [_("%(person)s has left.") % {"person": person}]
        else:
            setattr(asked, name, person)
    for name in PEOPLE:
        if getattr(asked, f"{name}_id") is None:
            wrong.setdefault(name, [_("Choose a person.")])
    if asked.answers_id is not None and asked.answers_id == asked.backs_id:
        wrong["backs"] = [_("Choose somebody other than who answers.")]


def _until(asked: ChannelRequest, day: date | None, wrong: dict[str, list[str]]) -> None:
    if day is None or not on_a_day_to_come(day, clock.today()):
        wrong["until"] = [_("Give a day to come, within two years.")]
    else:
        asked.until = day
