"""Connecting for real: the platform is asked first, in no transaction; an action keeps its answer."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tabard.access.vault import Sealed
from tabard.connectors.base import Begun
from tabard.connectors.card import Ability, Auth, Secret
from tabard.connectors.errors import ConnectorError, Revoked
from tabard.connectors.registry import connector
from tabard.kernel import permissions
from tabard.kernel.actor import Actor
from tabard.kernel.errors import Conflict, Invalid
from tabard.kernel.sentences import plain_facts
from tabard.register import actions
from tabard.register.links import asked, called, can_connect, said
from tabard.register.models import Channel, Connection

SEALED = gettext_noop(
    "The stored key does not open with the vault key of this set-up. Connect the channel again."
)


def ways(platform: str) -> tuple[Auth, ...]:
    """How channels of this platform can be connected; none where Tabard does not speak to it."""
    return connector(platform).card.auth if can_connect(platform) else ()


def way(platform: str, kind: str = "") -> Auth:
    """One of them; the first that asks for fields alone where none is named."""
    found = [w for w in ways(platform) if (w.kind.value == kind if kind else w.kind != Secret.OAUTH2)]
    if not found:
        raise Invalid({"kind": [_("Channels of this platform cannot be connected this way.")]})
    return found[0]


def connect_with(by: Actor, channel: Channel, kind: str, given: Mapping[str, str]) -> Channel:
    """Try what a person filled in, and keep it if it works."""
    permissions.demand(by, "channels.connect", channel)
    fields = _filled(way(channel.platform_id, kind), given)
    made = connector(channel.platform_id)
    try:
        connected = called(lambda http: made.connect(fields, http))
    except ConnectorError as error:
        raise Invalid(said(error)) from error
    return actions.connect(by, channel, connected=connected)


def begin(by: Actor, channel: Channel, given: Mapping[str, str], redirect_uri: str) -> Begun:
    """Where to send the person so that they let Tabard in on the platform itself."""
    permissions.demand(by, "channels.connect", channel)
    fields = _filled(way(channel.platform_id, Secret.OAUTH2.value), given)
    made = connector(channel.platform_id)
    if Ability.AUTHORISES not in made.card.abilities:
        raise Invalid(_("Channels of this platform cannot be connected this way."))
    try:
        return called(lambda http: made.begin(fields, redirect_uri, http))
    except ConnectorError as error:
        raise Invalid(said(error)) from error


def finish(by: Actor, channel: Channel, keep: Mapping[str, str], query: Mapping[str, str]) -> Channel:
    """The person came back: change the code for a key, and keep it."""
    permissions.demand(by, "channels.connect", channel)
    made = connector(channel.platform_id)
    try:
        connected = called(lambda http: made.finish(keep, query, http))
    except ConnectorError as error:
        raise Invalid(said(error)) from error
    return actions.connect(by, channel, connected=connected)


def check(by: Actor, channel: Channel) -> Channel:
    """Ask the platform whether the key still works; what it says is kept, good or bad."""
    permissions.demand(by, "channels.connect", channel)
    if not can_connect(channel.platform_id):
        raise Conflict(_("%(channel)s is not connected.") % {"channel": channel})
    try:
        profile = asked(channel, lambda made, access, http: made.check(access, http))
    except Connection.DoesNotExist as error:
        raise Conflict(_("%(channel)s is not connected.") % {"channel": channel}) from error
    except Sealed:
        return actions.check_failed(by, channel, says=SEALED, facts={}, revoked=True)
    except ConnectorError as error:
        revoked = isinstance(error, Revoked)
        return actions.check_failed(
            by, channel, says=error.says, facts=plain_facts(error.values), revoked=revoked
        )
    return actions.record_check(by, channel, profile=profile)


def _filled(auth: Auth, given: Mapping[str, str]) -> dict[str, str]:
    """What the card asks for, with its defaults. `Invalid` names what is missing."""
    found = {f.name: (given.get(f.name) or "").strip() or f.default for f in auth.fields}
    missing = {f.name: [_("This is needed.")] for f in auth.fields if f.required and not found[f.name]}
    if missing:
        raise Invalid(missing)
    return {name: value for name, value in found.items() if value}
