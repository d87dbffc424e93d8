"""Which platforms tell who administers a channel."""

from __future__ import annotations

from django.db.models import QuerySet

from tabard.connectors.card import Ability
from tabard.connectors.registry import connector
from tabard.connectors.registry import platforms as spoken
from tabard.register.links import can_connect
from tabard.register.models import Channel


def tells(platform: str) -> bool:
    """Whether channels of this platform can be asked who administers them."""
    return can_connect(platform) and Ability.LISTS_ADMINS in connector(platform).card.abilities


def one_login(platform: str) -> bool:
    """Whether nobody has a role on a channel there: whoever knows its password is all of it."""
    return can_connect(platform) and connector(platform).card.one_login


def readable() -> QuerySet[Channel]:
    """Connected channels whose platform tells."""
    telling = [platform for platform in spoken() if tells(platform)]
    rows: QuerySet[Channel] = Channel.objects.filter(platform__in=telling, connection__isnull=False)
    return rows.exclude(state__in=("proposed", "retired"))
