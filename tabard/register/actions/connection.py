"""The connection of a channel: made, looked after, ended. The platform was asked before; here it is kept."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.access.vault import seal, unseal
from tabard.connectors.base import Connected, Profile
from tabard.kernel import clock
from tabard.kernel.actions import action, note, step
from tabard.kernel.actor import Actor
from tabard.kernel.errors import Conflict, Invalid
from tabard.kernel.events import emit
from tabard.kernel.sentences import Facts
from tabard.register.actions.channels import _rename, already_there
from tabard.register.actions.leaving import let_go
from tabard.register.events import ChannelChanged, ChannelConnected
from tabard.register.fields import search_words
from tabard.register.links import purpose
from tabard.register.models import Channel, Connection
from tabard.register.renewing import times
from tabard.register.rules import same

Health = Channel.Health
PROBLEM = ("problem_says", "problem_facts", "problem_at")


@action(
    "channel.connect",
    may="channels.connect",
    on=Channel,
    says=gettext_lazy("%(who)s connected %(what)s to %(platform)s"),
)
def connect(by: Actor, channel: Channel, *, connected: Connected) -> Channel:
    """Keep a credential that works, and what the platform says of whose it is."""
    access, profile = connected.access, connected.profile
    if access.platform != channel.platform_id:
        raise Invalid(_("This is a key of another platform."))
    _checked_identity(channel, profile)
    note(platform=channel.platform.name, handle=profile.handle)
    given = {
        "base_url": access.base_url,
        "secret": seal(access.secret, about=purpose(channel.pk)),
        "session": seal(access.session, about=purpose(channel.pk)) if access.session else "",
        "limits": (profile.limits or access.limits).to_data(),
        "servers": dict(access.servers),
        "checked_at": clock.now(),
        "renewing_at": None,
        "renewal_lost_at": None,
        **times(access),
    }
    if not _same_key(channel, access.secret):
        # Who brought a key knows it: they stay the one until there is another.
        given |= {"connected_by_id": by.person_id, "connected_at": clock.now()}
    Connection.objects.update_or_create(channel=channel, defaults=given)
    _known(channel, profile)
    channel.save()
    emit(by, ChannelConnected(channel.pk, channel.unit_id))
    return channel


def _same_key(channel: Channel, secret: Mapping[str, str]) -> bool:
    """Whether the channel had this very key before; then nobody who knew it is shut out."""
    kept = Connection.objects.filter(channel=channel).values_list("secret", flat=True).first()
    return bool(kept) and unseal(str(kept), about=purpose(channel.pk)) == dict(secret)


@action("channel.check", may="channels.connect", on=Channel, says=gettext_lazy("%(who)s checked %(what)s"))
def record_check(by: Actor, channel: Channel, *, profile: Profile) -> Channel:
    """The platform answered: the key is alive, and this is how the channel looks there now."""
    _checked_identity(channel, profile)
    again = _alive(channel, profile)
    _known(channel, profile)
    channel.save()
    happened = ChannelConnected if again else None
    emit(
        by,
        happened(channel.pk, channel.unit_id)
        if happened
        else ChannelChanged(channel.pk, channel.unit_id, "checked"),
    )
    return channel


@step
def keep_answer(by: Actor, channel: Channel, profile: Profile) -> None:
    """The key is alive, and what the platform measures is kept; what the register calls the channel stays."""
    again = _alive(channel, profile)
    _measured(channel, profile)
    channel.save()
    if again:
        emit(by, ChannelConnected(channel.pk, channel.unit_id))


@action(
    "channel.check_failed",
    may="channels.connect",
    on=Channel,
    says=gettext_lazy("%(who)s checked %(what)s, and it did not work"),
)
def check_failed(by: Actor, channel: Channel, *, says: str, facts: Facts, revoked: bool) -> Channel:
    """The platform would not, or could not be reached: `says` in English, `facts` in its places.

    `revoked`: only a person can mend it.
    """
    kept = _connection(channel)
    kept.checked_at = clock.now()
    kept.save(update_fields=["checked_at"])
    if channel.health not in {Health.FAILING, Health.REVOKED}:
        channel.problem_at = clock.now()
    channel.health = Health.REVOKED if revoked else Health.FAILING
    channel.problem_says, channel.problem_facts = says[:300], dict(facts)
    channel.save(update_fields=["health", *PROBLEM])
    emit(by, ChannelChanged(channel.pk, channel.unit_id, "failing"))
    return channel


@action(
    "channel.disconnect",
    may="channels.connect",
    on=Channel,
    says=gettext_lazy("%(who)s disconnected %(what)s"),
)
def disconnect(by: Actor, channel: Channel) -> Channel:
    """Forget the key, and end it on the platform. What is planned stays planned, and waits for a new one."""
    _connection(channel)
    let_go(channel)
    emit(by, ChannelChanged(channel.pk, channel.unit_id, "disconnected"))
    return channel


def _alive(channel: Channel, profile: Profile) -> bool:
    """Write down that the key works and what its server allows. Whether it did not work before."""
    kept = _connection(channel)
    if profile.limits is not None:
        kept.limits = profile.limits.to_data()
    kept.checked_at = clock.now()
    kept.save(update_fields=["limits", "checked_at"])
    return channel.health in {Health.REVOKED, Health.FAILING}


def _connection(channel: Channel) -> Connection:
    kept = Connection.objects.filter(channel=channel).first()
    if kept is None:
        raise Conflict(_("%(channel)s is not connected.") % {"channel": channel})
    return kept


def _checked_identity(channel: Channel, profile: Profile) -> None:
    """The key opens this channel: not another one of the register, and not a stranger's."""
    others = Channel.objects.exclude(pk=channel.pk).exclude(state="retired").filter(platform=channel.platform)
    there = others.filter(remote_id=profile.remote_id).select_related("unit", "platform").first()
    names = (profile.handle, *profile.also)
    for name in names:
        there = there or others.filter(handle__iexact=name).select_related("unit", "platform").first()
    if there is not None:
        raise Invalid(already_there(there))
    if channel.remote_id and channel.remote_id != profile.remote_id:
        said = {"handle": profile.handle, "channel": channel.handle}
        raise Invalid(_("This key belongs to %(handle)s, not to %(channel)s.") % said)
    if not channel.remote_id and not any(same(channel.handle, name) for name in names):
        said = {"handle": profile.handle, "channel": channel.handle}
        raise Invalid(
            _("This key belongs to %(handle)s. If %(channel)s was renamed, change the handle first.") % said
        )


def _no_problem(channel: Channel) -> None:
    channel.problem_says, channel.problem_facts, channel.problem_at = "", {}, None


def _known(channel: Channel, profile: Profile) -> None:
    """What the platform says of the channel; its followers only where it says them."""
    _rename(channel, profile.handle)
    channel.remote_id = profile.remote_id
    channel.url = profile.url[:500] or channel.url
    channel.name = channel.name or profile.name[:200]
    _measured(channel, profile)
    channel.search = search_words(channel, channel.unit.name)


def _measured(channel: Channel, profile: Profile) -> None:
    if profile.followers is not None:
        channel.followers = profile.followers
    channel.health = Health.HEALTHY
    _no_problem(channel)
