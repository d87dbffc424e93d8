"""Channels held against what their platforms say; differences decided."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db.models import F
from django.db.models.functions import Coalesce, Greatest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from tabard.connectors.base import Profile
from tabard.kernel import clock, text
from tabard.kernel.actions import action, note, step
from tabard.kernel.actor import Actor
from tabard.kernel.errors import Conflict
from tabard.kernel.events import emit
from tabard.kernel.states import move
from tabard.life import difference_rules as rules
from tabard.life.comparable import begin, comparable, waiting
from tabard.life.difference_rules import Found
from tabard.life.events import ChannelCompared
from tabard.life.models import Comparison, Difference
from tabard.life.states import DIFFERENCE
from tabard.org.models import Unit
from tabard.register.actions import check_failed, follow_platform, keep_answer, set_state
from tabard.register.models import Channel

EVERY = timedelta(days=7)
ANOTHER = gettext_noop("The key of this channel opens %(handle)s.")


@action(
    "comparison.ask",
    may="channels.edit",
    on=Unit,
    says=gettext_lazy("%(who)s had %(channels)s channels of %(what)s held against their platforms"),
    lock=False,
)
def ask_platforms(by: Actor, unit: Unit) -> int:
    """Ask the platforms of every connected channel of a unit and those below it. Gives how many there are.

    Whoever is being asked already is not asked twice, and who has to be left alone is asked after that.
    """
    now = clock.now()
    rows = Comparison.objects.filter(channel__in=comparable().filter(unit__path__startswith=unit.path))
    begin(now)
    rows.exclude(waiting()).update(next_at=Greatest(now, Coalesce(F("held_until"), now)))
    count: int = rows.update(asked_at=now)
    if not count:
        raise Conflict(_("No channel of %(unit)s is connected.") % {"unit": unit})
    note(channels=count)
    return count


@action(
    "comparison.answer",
    may="channels.edit",
    on=Channel,
    says=gettext_lazy("%(who)s held %(what)s against %(platform)s; other than here: %(n)s"),
)
def record_profile(by: Actor, channel: Channel, *, profile: Profile, began: datetime) -> Channel:
    """The platform answered. What it measures is kept; what it calls the channel, somebody decides."""
    note(platform=channel.platform.name, n=0)
    row = _row(channel)
    if row.answered_at and row.answered_at > began:
        return channel
    here = {name: getattr(channel, name) for name in ("handle", "url", "name", "remote_id")}
    found = rules.differences(here, profile)
    if "other" in found:
        said = {"handle": profile.handle}
        check_failed(by, channel, says=ANOTHER, facts=said, revoked=True)
    else:
        keep_answer(by, channel, profile)
    _keep(channel, found, frozenset(Difference.Kind.values))
    note(n=len(found))
    now = clock.now()
    _tried(row, tries=0, answered_at=began, held_until=None, next_at=now + EVERY * clock.spread(1.25))
    emit(by, ChannelCompared(channel.pk, channel.unit_id))
    return channel


@action(
    "comparison.silence",
    may="channels.edit",
    on=Channel,
    says=gettext_lazy("%(who)s could not hold %(what)s against %(platform)s"),
)
def record_silence(
    by: Actor, channel: Channel, *, kind: str, says: str, facts: Mapping[str, object], again: datetime
) -> Channel:
    """The platform did not answer. `kind`: gone, dead or silent; empty: nobody is to be told of it yet."""
    note(platform=channel.platform.name)
    row = _row(channel)
    if kind:
        told = Found(says=says[:300], facts=dict(facts))
        _keep(channel, {kind: told}, rules.UNANSWERED)
    _tried(row, tries=row.tries + 1, next_at=again)
    emit(by, ChannelCompared(channel.pk, channel.unit_id))
    return channel


@action(
    "difference.accept",
    may="channels.edit",
    on=Difference,
    says=gettext_lazy("%(who)s decided “%(what)s”: as the platform has it"),
)
def accept_difference(by: Actor, difference: Difference, *, seen: str = "") -> Difference:
    """It shall be as the platform has it; a channel that is gone there begins to be retired here.

    `seen`: its digest when somebody looked at it, where they have.
    """
    channel = difference.channel
    if difference.kind in {"dead", "silent"}:
        raise Conflict(_("There is nothing to take over. Connect the channel again, or check it."))
    _not_changed_since(channel, difference)
    _decided(by, difference, "accepted", "", seen)
    if difference.kind != "gone":
        follow_platform(by, channel, said=difference.there)
    elif channel.state not in {"retiring", "retired"}:
        state = "retired" if channel.state == "proposed" else "retiring"
        set_state(by, channel, state=state, why=_("No longer there at its platform"))
    if difference.kind == "other":
        # Whether the key fits now is for the platform to say.
        Comparison.objects.filter(channel=channel).update(next_at=clock.now())
    return difference


@action(
    "difference.refuse",
    may="channels.edit",
    on=Difference,
    says=gettext_lazy("%(who)s decided “%(what)s”: it stays as it is here. %(words)s"),
)
def refuse_difference(by: Actor, difference: Difference, *, words: str = "", seen: str = "") -> Difference:
    """The register is right. It is asked again when the platform says something else."""
    clean = text.name(words)[:300]
    note(words=clean)
    return _decided(by, difference, "refused", clean, seen)


@action(
    "difference.reopen",
    may="channels.edit",
    on=Difference,
    says=gettext_lazy("%(who)s asked again about “%(what)s”"),
)
def reopen_difference(by: Actor, difference: Difference) -> Difference:
    """It shall be decided anew."""
    if difference.state != "refused":
        raise Conflict(_("This was not left as it is."))
    return _decided(by, difference, "open", "")


@step
def settle(channel_id: int) -> None:
    """The register was changed by hand: what is as the platform has it now is no difference any more."""
    rows = Difference.objects.filter(channel=channel_id, state__in=("open", "refused")).exclude(there={})
    for row in rows.select_related("channel"):
        if all(getattr(row.channel, name) == value for name, value in row.there.items()):
            move(row, DIFFERENCE, "over")


def _row(channel: Channel) -> Comparison:
    return Comparison.objects.get_or_create(channel=channel, defaults={"next_at": clock.now()})[0]


def _tried(row: Comparison, **known: object) -> None:
    Comparison.objects.filter(pk=row.pk).update(tried_at=clock.now(), **known)


@step
def _keep(channel: Channel, found: Mapping[str, Found], asked: frozenset[str]) -> None:
    """New ones, other ones, and those of the kinds `asked` about that are over."""
    now = clock.now()
    there = {row.kind: row for row in Difference.objects.filter(channel=channel)}
    for kind, one in found.items():
        given = {"here": dict(one.here), "there": dict(one.there), "says": one.says, "facts": dict(one.facts)}
        row = there.get(kind)
        if row is None:
            Difference.objects.create(channel=channel, kind=kind, found_at=now, **given)
            continue
        news = (row.there, row.says) != (given["there"], given["says"])
        if row.state in {"accepted", "over"} or (row.state == "refused" and news):
            move(row, DIFFERENCE, "open", found_at=now, words="", decided_by=None, decided_at=None)
        if (row.here, row.facts) != (given["here"], given["facts"]) or news:
            Difference.objects.filter(pk=row.pk).update(**given)
    for kind in asked - found.keys():
        row = there.get(kind)
        if row is not None and row.state in {"open", "refused"}:
            move(row, DIFFERENCE, "over")


def _not_changed_since(channel: Channel, difference: Difference) -> None:
    for name, was in difference.here.items():
        if getattr(channel, name) not in {was, difference.there[name]}:
            raise Conflict(_("The register was changed since the platform was asked. Ask it again."))


def _decided(by: Actor, difference: Difference, state: str, words: str, seen: str = "") -> Difference:
    if difference.state == state:
        raise Conflict(_("That is decided already."))
    if seen and seen != difference.digest:
        raise Conflict(_("The platform says something else by now. Look again."))
    known = {"words": words, "decided_by_id": by.person_id, "decided_at": clock.now()}
    move(difference, DIFFERENCE, state, **known)
    return difference
