"""A channel that hangs on one person: a second one named beside them, or all of it given to another."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.kernel.actions import action, note
from tabard.kernel.actor import Actor
from tabard.kernel.errors import Invalid
from tabard.kernel.events import emit
from tabard.org.actions import end_grant, give_grant
from tabard.org.models import Grant, Person, Role
from tabard.register.events import ChannelChanged
from tabard.register.models import Channel
from tabard.register.sharing import Hanging, hanging


@action(
    "channel.share",
    may="channels.edit",
    on=Channel,
    says=gettext_lazy("%(who)s named %(to)s for %(what)s beside %(beside)s"),
)
def share_channel(
    by: Actor, channel: Channel, *, person: Person, roles: Iterable[Role] = (), reason: str = ""
) -> Channel:
    """Make `person` the deputy of whoever answers for a channel, or its owner where nobody does, with these
    of the first one's `roles` on this channel alone."""
    found = hanging(channel)
    _somebody_else(person, found)
    if found.first is None:
        channel.owner = person
    else:
        channel.deputy = person
    channel.save(update_fields=["owner", "deputy"])
    given = _give(by, channel, person, {grant.role for grant in found.grants}, roles, reason)
    note(to=person.name, beside=found.first.name if found.first else _("nobody"), roles=given)
    emit(by, ChannelChanged(channel.pk, channel.unit_id, "changed"))
    return channel


@action(
    "channel.hand_over",
    may="channels.edit",
    on=Channel,
    says=gettext_lazy("%(who)s gave %(to)s what %(beside)s held of %(what)s"),
)
def hand_over_channel(by: Actor, channel: Channel, *, person: Person, reason: str = "") -> Channel:
    """Everything of a channel that hangs on whoever answers for it goes to `person`: being its owner, what
    is scheduled and to be done in their name, and the grants for this channel alone."""
    found = hanging(channel)
    _somebody_else(person, found)
    if found.first is None:
        raise Invalid({"person": [_("Nobody answers for it. Name somebody instead.")]})
    moved = {h.name: h.hand_over(by, found.first.pk, person.pk, ids) for h, ids in found.held}
    given = _give(by, channel, person, {g.role for g in found.own}, [g.role for g in found.own], reason)
    for grant in found.own:
        end_grant(by, grant, reason=reason or _("Handed over"))
    fresh = Channel.objects.select_related("unit").get(pk=channel.pk)
    if fresh.owner_id is None:
        fresh.owner = person
        fresh.deputy_id = None if fresh.deputy_id == person.pk else fresh.deputy_id
        fresh.save(update_fields=["owner", "deputy"])
    note(to=person.name, beside=found.first.name, moved=moved, roles=given, ended=[g.pk for g in found.own])
    emit(by, ChannelChanged(channel.pk, channel.unit_id, "changed"))
    return fresh


def _somebody_else(person: Person, found: Hanging) -> None:
    if not person.is_active or (found.first is not None and person.pk == found.first.pk):
        raise Invalid({"person": [_("Choose somebody else who is here.")]})


def _give(
    by: Actor, channel: Channel, to: Person, there: set[Role], wanted: Iterable[Role], reason: str
) -> list[str]:
    """Grants on this channel alone, of roles the first one has; what `to` has on it already is left."""
    given = []
    known = {grant.role_id for grant in Grant.objects.active().filter(person=to, channel_id=channel.pk)}
    for role in dict.fromkeys(wanted):
        if role not in there:
            raise Invalid({"roles": [_("%(role)s is not what the first one has here.") % {"role": role}]})
        if role.pk not in known:
            why = reason or _("Second person of the channel")
            give_grant(by, channel.unit, person=to, role=role, reason=why, channel_id=channel.pk)
            given.append(str(role))
    return given
