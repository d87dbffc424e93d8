"""Adding and changing channels, moving them between units, and their life."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.kernel import permissions, text
from tabard.kernel.actions import action, note
from tabard.kernel.actor import Actor
from tabard.kernel.errors import Invalid
from tabard.kernel.events import emit
from tabard.kernel.opened import Values, not_overtaken
from tabard.kernel.states import move
from tabard.org.actions import take_along
from tabard.org.models import Person, Unit
from tabard.register.actions.leaving import let_go
from tabard.register.events import ChannelChanged
from tabard.register.fields import FIELDS, cleaned, resolved, search_words
from tabard.register.models import Channel
from tabard.register.rules import same
from tabard.register.states import CHANNEL

PEOPLE = ("owner", "deputy", "recovery_owner")


@action(
    "channel.add",
    may="channels.edit",
    on=Unit,
    says=gettext_lazy("%(who)s added the channel %(what)s"),
    lock=False,
)
def add_channel(
    by: Actor, unit: Unit, /, *, handle: str, platform: str = "", state: str = "active", **known: Any
) -> Channel:
    """Put a channel into the register. `handle` may be a link; `known`: fields and people."""
    if unit.closed_at:
        raise Invalid({"unit": [_("%(unit)s is closed.") % {"unit": unit}]})
    if state not in CHANNEL.starts:
        raise Invalid({"state": [_("A new channel is proposed, active or dormant.")]})
    found = resolved(handle, platform)
    channel = Channel(unit=unit, platform_id=found.platform, handle=found.handle, url=found.url, state=state)
    channel.remote_id = found.remote_id
    _set(channel, known)
    checked_free(channel)
    channel.search = search_words(channel, unit.name)
    channel.save()
    emit(by, ChannelChanged(channel.pk, unit.pk, "added"))
    return channel


@action("channel.change", may="channels.edit", on=Channel, says=gettext_lazy("%(who)s changed %(what)s"))
def change_channel(
    by: Actor, channel: Channel, /, *, handle: str | None = None, was: Values | None = None, **known: Any
) -> Channel:
    """Change what is known of a channel; what is not given stays. The platform never changes."""
    not_overtaken(channel, was)
    if handle is not None:
        found = resolved(handle, channel.platform_id)
        _rename(channel, found.handle)
        channel.url = found.url or channel.url
        channel.remote_id = found.remote_id or channel.remote_id
    _set(channel, known)
    checked_free(channel)
    channel.search = search_words(channel, channel.unit.name)
    channel.save()
    emit(by, ChannelChanged(channel.pk, channel.unit_id, "changed"))
    return channel


@action(
    "channel.follow",
    may="channels.edit",
    on=Channel,
    says=gettext_lazy("%(who)s took over what %(platform)s says of %(what)s"),
)
def follow_platform(by: Actor, channel: Channel, *, said: Mapping[str, str]) -> Channel:
    """Write what its platform says of a channel: `handle`, `url`, `name`, `remote_id`, as far as told."""
    note(platform=channel.platform.name)
    if said.get("handle"):
        _rename(channel, said["handle"])
    for name in ("url", "name", "remote_id"):
        setattr(channel, name, said.get(name) or getattr(channel, name))
    checked_free(channel)
    channel.search = search_words(channel, channel.unit.name)
    channel.save()
    emit(by, ChannelChanged(channel.pk, channel.unit_id, "changed"))
    return channel


@action(
    "channel.move",
    may="channels.edit",
    on=Channel,
    says=gettext_lazy("%(who)s moved %(what)s from %(from)s to %(to)s"),
)
def move_channel(by: Actor, channel: Channel, *, unit: Unit) -> Channel:
    """Give a channel to another unit, in which `by` must have the same right."""
    permissions.demand(by, "channels.edit", unit)
    if unit.closed_at:
        raise Invalid({"unit": [_("%(unit)s is closed.") % {"unit": unit}]})
    note(**{"from": channel.unit.name, "to": unit.name})
    before = channel.unit_id
    channel.unit = unit
    channel.search = search_words(channel, unit.name)
    channel.save(update_fields=["unit", "search"])
    note(grants=take_along([channel.pk], unit))
    emit(by, ChannelChanged(channel.pk, before, "moved"))
    if before != unit.pk:
        emit(by, ChannelChanged(channel.pk, unit.pk, "moved"))
    return channel


@action(
    "channel.set_state",
    may="channels.edit",
    on=Channel,
    says=gettext_lazy("%(who)s made %(what)s %(state)s"),
)
def set_state(by: Actor, channel: Channel, *, state: str, why: str = "") -> Channel:
    """Move a channel in its life. Retiring asks for the reason; a retired handle may come back if free."""
    why = text.name(why)[:300]
    if state in {"retiring", "retired"} and not why:
        raise Invalid({"why": [_("Say why, for those who look for it later.")]})
    note(state=state, why=why)
    if channel.state == "retired":
        checked_free(channel)
    move(channel, CHANNEL, state)
    if state == "retired":
        let_go(channel)
    emit(by, ChannelChanged(channel.pk, channel.unit_id, state))
    return channel


def _set(channel: Channel, known: dict[str, Any]) -> None:
    """Put fields and people on a channel. A name nobody knows is a mistake in our own code."""
    people = {name: known.pop(name) for name in PEOPLE if name in known}
    if unknown := set(known) - set(FIELDS):
        raise TypeError(f"a channel has no {sorted(unknown)}")
    for name, value in cleaned(known).items():
        setattr(channel, name, value)
    for name, person in people.items():
        if person is not None and not person.is_active:
            raise Invalid({name: [_("%(person)s has left.") % {"person": person}]})
        setattr(channel, name, person)
    _checked_people(channel.owner, channel.deputy)


def _checked_people(owner: Person | None, deputy: Person | None) -> None:
    if owner and deputy and owner.pk == deputy.pk:
        raise Invalid({"deputy": [_("The deputy must be somebody other than the owner.")]})


def _rename(channel: Channel, handle: str) -> None:
    """A new handle; the former one is kept, because others may register it."""
    if not same(channel.handle, handle):
        channel.former_handles = [h for h in channel.former_handles if not same(h, handle)]
        channel.former_handles = [*channel.former_handles, channel.handle][-20:]
    channel.handle = handle


def checked_free(channel: Channel) -> None:
    """Nobody else in the register has this handle or this id. The sentence says which channel has."""
    rows = Channel.objects.exclude(state="retired").exclude(pk=channel.pk).select_related("unit", "platform")
    wanted = Q(handle__iexact=channel.handle)
    if channel.remote_id:
        wanted |= Q(remote_id=channel.remote_id)
    there = rows.filter(wanted, platform=channel.platform_id).first()
    if there is not None:
        raise Invalid({"handle": [already_there(there)]})


def already_there(there: Channel) -> str:
    """Which channel of the register it is, for the one who wanted to add it again."""
    said = {"platform": there.platform.name, "handle": there.handle, "unit": there.unit.name}
    return _("%(handle)s on %(platform)s is in the register already, under %(unit)s.") % said
