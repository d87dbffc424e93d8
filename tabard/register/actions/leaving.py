"""Letting go what a channel was let in by: here at once, on its platform by a job, else by hand."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.connectors.card import Ability
from tabard.connectors.registry import connector
from tabard.kernel import clock
from tabard.kernel.actions import action, note, step
from tabard.kernel.actor import Actor
from tabard.kernel.errors import Conflict
from tabard.kernel.events import emit
from tabard.kernel.sentences import Facts
from tabard.register.events import ChannelChanged
from tabard.register.links import can_connect
from tabard.register.models import Channel, Connection, Revocation


def revokes(platform: str) -> bool:
    """Whether Tabard can end an access on this platform by itself."""
    return can_connect(platform) and Ability.REVOKES in connector(platform).card.abilities


def is_asked_to_tell(platform: str) -> bool:
    """Whether this platform tells us of a channel until it is asked not to."""
    return can_connect(platform) and connector(platform).card.asks_to_hear


@step
def let_go(channel: Channel) -> None:
    """Forget the key of a channel, if it has one; where the platform can be told, it is to be told."""
    kept = Connection.objects.select_for_update().filter(channel=channel).first()
    if kept is None:
        return
    if revokes(channel.platform_id) or is_asked_to_tell(channel.platform_id):
        to_end(kept, kept.session)
    kept.delete()
    channel.health = Channel.Health.UNCONNECTED
    channel.problem_says, channel.problem_facts, channel.problem_at = "", {}, None
    channel.save(update_fields=["health", "problem_says", "problem_facts", "problem_at"])


def to_end(kept: Connection, session: str) -> None:
    """An access that a job ends on its platform; `session` is sealed as with the connection."""
    Revocation.objects.create(
        channel_id=kept.channel_id,
        base_url=kept.base_url,
        secret=kept.secret,
        session=session,
        servers=kept.servers,
        next_at=clock.now(),
    )


@action(
    "channel.left_there",
    may="channels.connect",
    on=Channel,
    says=gettext_lazy("%(who)s could not end the access to %(what)s on its platform"),
)
def left_there(by: Actor, channel: Channel, *, revocation: Revocation, says: str, facts: Facts) -> Channel:
    """Give up: forget the key, and leave it to people to end it there. `says` in English, why."""
    given = {"secret": "", "session": "", "gave_up_at": clock.now()}
    rows = Revocation.objects.filter(pk=revocation.pk, gave_up_at=None)
    rows.update(**given, problem_says=says[:300], problem_facts=dict(facts))
    emit(by, ChannelChanged(channel.pk, channel.unit_id, "left_there"))
    return channel


@action(
    "channel.ended_there",
    may="channels.connect",
    on=Channel,
    says=gettext_lazy("%(who)s said that the access to %(what)s is ended on its platform"),
)
def ended_there(by: Actor, channel: Channel) -> Channel:
    """Somebody ended by hand what Tabard could not."""
    gone, _by_model = Revocation.objects.filter(channel=channel, gave_up_at__isnull=False).delete()
    if not gone:
        raise Conflict(_("No access is left on the platform, as far as Tabard knows."))
    note(ended=gone)
    emit(by, ChannelChanged(channel.pk, channel.unit_id, "ended_there"))
    return channel
