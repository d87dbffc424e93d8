"""Renewing accesses ahead of time, so that nobody who publishes has to wait for it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from tabard.access.vault import Sealed
from tabard.connectors.errors import ConnectorError, Refused, Revoked
from tabard.connectors.registry import connector
from tabard.kernel import clock
from tabard.kernel.actor import job
from tabard.kernel.sentences import plain_facts
from tabard.register import actions
from tabard.register.connecting import SEALED, check
from tabard.register.links import access_of, unkept
from tabard.register.models import Channel, Connection
from tabard.register.renewing import renewed, times

MOST = 500
# Whoever was given a channel has it for so long before it is given to somebody else.
GIVEN = timedelta(minutes=5)
SOONEST, LATEST = timedelta(minutes=2), timedelta(hours=1)


def due() -> list[int]:
    """Channels whose access is to be renewed now, those that end first."""
    with transaction.atomic():
        rows = Connection.objects.select_for_update(of=("self",), skip_locked=True)
        rows = rows.filter(renew_at__lte=clock.now()).exclude(channel__state="retired")
        ids = list(rows.order_by("renew_at").values_list("channel_id", flat=True)[:MOST])
        Connection.objects.filter(channel__in=ids).update(renew_at=clock.now() + GIVEN)
    return ids


def renew(channel_id: int) -> None:
    """Renew one; what goes wrong is told to whoever can mend it once the access has ended."""
    channel = Channel.objects.select_related("unit", "platform", "connection").filter(pk=channel_id).first()
    if channel is None or not hasattr(channel, "connection"):
        return
    by = job("connections", "channels.connect")
    try:
        access = access_of(channel, unkept)
        if _lasts(channel.connection):  # somebody was faster
            Connection.objects.filter(channel=channel_id).update(**times(access))
            return
        renewed(channel_id, access)
    except Sealed:
        Connection.objects.filter(channel=channel_id).update(renew_at=None)
        actions.check_failed(by, channel, says=SEALED, facts={}, revoked=True)
    except ConnectorError as error:
        _failed(channel, error)
    else:
        if channel.health in {Channel.Health.FAILING, Channel.Health.REVOKED}:
            check(by, channel)


def _lasts(kept: Connection) -> bool:
    """Whether it is not even the time to think of it."""
    ahead = timedelta(seconds=1.5 * connector(kept.channel.platform_id).card.renew_before)
    return kept.expires_at is not None and kept.expires_at - ahead > clock.now()


def _failed(channel: Channel, error: ConnectorError) -> None:
    """Try again, the sooner the less time is left. People are told when only they can help, or it is over."""
    now, ends = clock.now(), channel.connection.expires_at
    over, revoked = ends is None or ends <= now, isinstance(error, Revoked)
    Connection.objects.filter(channel=channel.pk).update(
        renew_at=None if revoked else _again(error, now, ends)
    )
    if (revoked or over or isinstance(error, Refused)) and channel.health == Channel.Health.HEALTHY:
        by, facts = job("connections", "channels.connect"), plain_facts(error.values)
        actions.check_failed(by, channel, says=error.says, facts=facts, revoked=revoked)


def _again(error: ConnectorError, now: datetime, ends: datetime | None) -> datetime:
    left = ends - now if ends and ends > now else LATEST * 4
    wait = min(max(left / 4, SOONEST), LATEST) * clock.spread(1.25)
    return max(now + wait, error.until or now)
