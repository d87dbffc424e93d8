"""What the person who signed in did not allow: which abilities a channel lacks for it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tabard.access.vault import Sealed, unseal
from tabard.connectors.card import Ability, Secret
from tabard.connectors.registry import connector
from tabard.register.links import can_connect, purpose
from tabard.register.models import Channel, Connection

WORDS = {
    Ability.PUBLISHES: _("publish"),
    Ability.EDITS: _("edit what was published"),
    Ability.DELETES: _("take down what was published"),
    Ability.CONVERSES: _("read what is said to it, and answer"),
    Ability.HEARS: _("be told at once what is said to it"),
    Ability.MODERATES: _("hide, like and delete what is said to it"),
    Ability.MEASURES: _("read the figures of posts"),
    Ability.COUNTS: _("read the figures of the channel"),
    Ability.LISTS_ADMINS: _("list who administers it"),
}


def not_allowed(channel: Channel, kept: Connection | None) -> list[str]:
    """What cannot be done over this connection, in words; nothing where the platform tells no scopes."""
    if kept is None or not can_connect(channel.platform_id):
        return []
    try:
        granted = unseal(kept.session, about=purpose(channel.pk)).get("scopes")
    except Sealed:
        return []
    if not isinstance(granted, list) or not granted:
        return []
    have = {str(each) for each in granted}
    return [str(WORDS[ability]) for ability in _lacking(channel.platform_id, have) if ability in WORDS]


def _lacking(platform: str, have: set[str]) -> list[Ability]:
    card = connector(platform).card
    needed = [auth.scopes for auth in card.auth if auth.kind is Secret.OAUTH2]
    found = [ability for scopes in needed for ability, wanted in scopes.items() if set(wanted) - have]
    return [ability for ability in Ability if ability in found and ability in card.abilities]
