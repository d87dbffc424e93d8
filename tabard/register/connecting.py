"""Connecting for real: the platform is asked first, in no transaction; an action keeps its answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tabard.access.vault import Sealed
from tabard.connectors.base import Begun, Connected
from tabard.connectors.card import Ability, Auth, Card, Secret
from tabard.connectors.errors import ConnectorError, Revoked
from tabard.connectors.registry import connector
from tabard.kernel import permissions
from tabard.kernel.actor import Actor
from tabard.kernel.errors import Conflict, Invalid
from tabard.kernel.sentences import plain_facts
from tabard.register import actions
from tabard.register.asking import asked
from tabard.register.letting_in import is_it, worth_asking
from tabard.register.links import called, can_connect, said
from tabard.register.models import Channel, Connection
from tabard.register.platform_apps import app_of

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
    fields |= _app(made.card)
    try:
        return called(lambda http: made.begin(fields, redirect_uri, http))
    except ConnectorError as error:
        raise Invalid(said(error)) from error


@dataclass(frozen=True)
class LetIn:
    """What came of a sign-in: the channel, if it is clear which it is, and what else we were let into."""

    channel: Channel | None
    found: tuple[Connected, ...] = field(default=(), repr=False)


def finish(by: Actor, channel: Channel, keep: Mapping[str, str], query: Mapping[str, str]) -> LetIn:
    """The person came back: change the code for a key, and keep it where it is clear for which channel.

    What else is in the register and can be connected by it is for the person to choose from.
    """
    permissions.demand(by, "channels.connect", channel)
    made = connector(channel.platform_id)
    fields = {**keep, **_app(made.card)}
    try:
        found = called(lambda http: made.finish(fields, query, http))
    except ConnectorError as error:
        raise Invalid(said(error)) from error
    fits = found if len(found) == 1 else tuple(one for one in found if is_it(channel, one))
    if len(fits) == 1:  # of a single one the action says what is wrong, if it is another
        channel = actions.connect(by, channel, connected=fits[0])
        others = tuple(one for one in found if one is not fits[0])
        return LetIn(channel, others if worth_asking(by, others) else ())
    if not worth_asking(by, found):
        raise Invalid(none_of(channel, found))
    return LetIn(None, found)


def app_missing(platform: str) -> bool:
    """Whether people could sign in on this platform if somebody entered the installation's app there."""
    if not can_connect(platform) or connector(platform).card.app is None:
        return False
    try:
        return not app_of(platform)
    except Sealed:
        return True


def _app(card: Card) -> dict[str, str]:
    """What was entered for the platform's app, where it needs one."""
    if card.app is None:
        return {}
    if app_missing(card.name):
        raise Invalid(
            _("No app of this organisation is entered for %(platform)s yet.") % {"platform": card.label}
        )
    return app_of(card.name)


def none_of(channel: Channel, found: Sequence[Connected]) -> str:
    """That none of what a person let us into is this channel, naming what it was."""
    names = ", ".join(one.profile.handle for one in found[:10])
    return _("You let Tabard into %(found)s. None of them is %(channel)s.") % {
        "found": names,
        "channel": channel.handle,
    }


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
