"""Asking platforms how our channels look there: in no transaction, and an action keeps the answer."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime, timedelta

from django.utils.translation import gettext_noop

from tabard.access.vault import Sealed
from tabard.connectors.base import Access, Profile
from tabard.connectors.calls import Every
from tabard.connectors.errors import ConnectorError, Expired, Limited, Revoked
from tabard.connectors.http import Http
from tabard.kernel import clock
from tabard.kernel.actor import Actor, job
from tabard.kernel.sentences import plain_facts
from tabard.life import actions
from tabard.life import difference_rules as rules
from tabard.life.models import Comparison
from tabard.publishing import sparing
from tabard.register.actions import check_failed
from tabard.register.asking import asked
from tabard.register.connecting import SEALED
from tabard.register.models import Channel

log = logging.getLogger(__name__)

BROKE = gettext_noop("Something broke here while it was read. Tell whoever runs Tabard.")
# Waits after a platform that is away; from the third time on somebody is told.
WAITS = (timedelta(minutes=5), timedelta(hours=1), timedelta(days=1))
DAY = timedelta(days=1)


def compare(channel_id: int) -> None:
    """Ask about one channel. What does not work is due again by itself."""
    channel = Channel.objects.select_related("unit", "platform", "connection").filter(pk=channel_id).first()
    row = Comparison.objects.filter(channel=channel_id).first()
    if row is None or channel is None or not hasattr(channel, "connection"):
        return
    if wait := sparing.spare(channel.platform_id, channel.pk, "fetch"):
        _later(row, clock.now() + timedelta(seconds=wait))
        return
    by = job("platforms", "channels.edit", "channels.connect")
    heard, began = sparing.Listening(channel.platform_id), clock.now()
    try:
        profile = _asked(channel, heard)
    except Sealed:
        _ended(by, channel, "dead", SEALED, {})
    except Limited as error:
        Comparison.objects.filter(pk=row.pk).update(held_until=error.until)
        _later(row, error.until)
    except ConnectorError as error:
        _silent(by, channel, row, error)
    except Exception:
        log.exception("asking how channel %s looks", channel_id)
        again = clock.now() + DAY
        actions.record_silence(by, channel, kind="silent", says=BROKE, facts={}, again=again)
    else:
        actions.record_profile(by, channel, profile=profile, began=began)
    finally:
        sparing.learn(channel.pk, heard)


def _asked(channel: Channel, heard: sparing.Listening) -> Profile:
    async def call(made: Every, access: Access, http: Http) -> Profile:
        return await made.check(access, replace(http, heard=heard.hear))

    return asked(channel, call)


def _silent(by: Actor, channel: Channel, row: Comparison, error: ConnectorError) -> None:
    """One of the others: whether somebody has to do something, and when to ask again."""
    kind, facts, now = rules.unanswered(error), plain_facts(error.values), clock.now()
    if kind != "silent":
        _ended(by, channel, kind, error.says, facts, revoked=isinstance(error, Revoked | Expired))
        return
    lasts = rules.lasts(error)
    again = now + (DAY if lasts else WAITS[min(row.tries, len(WAITS) - 1)])
    told = kind if lasts or row.tries + 1 >= len(WAITS) else ""
    actions.record_silence(
        by, channel, kind=told, says=error.says, facts=facts, again=max(again, error.until or now)
    )


def _ended(
    by: Actor, channel: Channel, kind: str, says: str, facts: dict[str, object], *, revoked: bool = True
) -> None:
    """Nothing can be published there any more, and somebody has to decide."""
    check_failed(by, channel, says=says, facts=facts, revoked=revoked)
    again = clock.now() + actions.EVERY * clock.spread(1.25)
    actions.record_silence(by, channel, kind=kind, says=says, facts=facts, again=again)


def _later(row: Comparison, at: datetime) -> None:
    Comparison.objects.filter(pk=row.pk).update(next_at=at)
