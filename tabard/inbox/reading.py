"""Reading what people say: channel by channel, from where the last reading ended."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from tabard.access.vault import Sealed
from tabard.connectors.base import Access, Messages
from tabard.connectors.calls import Every
from tabard.connectors.card import Ability
from tabard.connectors.errors import ConnectorError, Expired, Limited, Refused, Revoked
from tabard.connectors.http import Http
from tabard.connectors.registry import cards
from tabard.connectors.words import _
from tabard.inbox import rules
from tabard.inbox.models import Reading
from tabard.inbox.storing import store
from tabard.kernel import clock
from tabard.kernel.actor import job
from tabard.kernel.sentences import Facts, plain_facts
from tabard.publishing import sparing
from tabard.register import actions
from tabard.register.asking import asked
from tabard.register.connecting import SEALED
from tabard.register.models import Channel

log = logging.getLogger(__name__)

MOST = 500
PAGES = 10  # in one go; the rest is due at once
# Whoever was given a channel has it for so long before it is given to somebody else.
GIVEN = timedelta(minutes=3)
FAULT = _("Tabard itself failed here. The log of the worker has the details.")


def platforms() -> list[str]:
    """Those whose messages can be read."""
    return [card.name for card in cards() if Ability.CONVERSES in card.abilities]


def due() -> list[int]:
    """Channels to be read now, those first that have waited longest."""
    _begin()
    with transaction.atomic():
        rows = Reading.objects.select_for_update(of=("self",), skip_locked=True)
        rows = rows.filter(next_at__lte=clock.now(), channel__connection__isnull=False)
        rows = rows.exclude(channel__state="retired").exclude(channel__health="revoked")
        ids = list(rows.order_by("next_at").values_list("pk", flat=True)[:MOST])
        Reading.objects.filter(pk__in=ids).update(next_at=clock.now() + GIVEN)
    return ids


def _begin() -> None:
    """A row for each channel that has been connected since."""
    new = Channel.objects.filter(reading=None, connection__isnull=False, platform__in=platforms())
    now = clock.now()
    ids = new.exclude(state="retired").order_by("pk").values_list("pk", flat=True)[:MOST]
    Reading.objects.bulk_create([Reading(channel_id=pk, next_at=now) for pk in ids], ignore_conflicts=True)


def read(channel_id: int) -> None:
    """Read one, page by page. What goes wrong is kept with the channel, and it is due again by itself."""
    for _page in range(PAGES):
        reading = Reading.objects.filter(pk=channel_id).first()
        channel = (
            Channel.objects.select_related("unit", "platform", "connection").filter(pk=channel_id).first()
        )
        if reading is None or channel is None or not hasattr(channel, "connection"):
            return
        if not _page_of(channel, reading):
            return


def _page_of(channel: Channel, reading: Reading) -> bool:
    """One page; whether there is another, and nothing went wrong."""
    if wait := sparing.spare(channel.platform_id, channel.pk, "fetch"):
        _again_at(channel.pk, clock.now() + timedelta(seconds=wait))
        return False
    heard = sparing.Listening(channel.platform_id)
    try:
        page = _asked(channel, reading.cursor, heard)
        kept = store(job("inbox"), channel, reading, page, _pause(channel))
    except Sealed:
        by = job("connections", "channels.connect")
        actions.check_failed(by, channel, says=SEALED, facts={}, revoked=True)
        return False
    except ConnectorError as error:
        _failed(channel, reading, error)
        return False
    except Exception:
        log.exception("reading channel %s", channel.pk)
        _problem(channel.pk, FAULT, {}, "fault", clock.now() + rules.waits(reading.tries + 4))
        return False
    finally:
        sparing.learn(channel.pk, heard)
    return kept and page.more and page.cursor != reading.cursor


def _asked(channel: Channel, cursor: str, heard: sparing.Listening) -> Messages:
    async def call(made: Every, access: Access, http: Http) -> Messages:
        return await made.fetch(access, cursor, replace(http, heard=heard.hear))

    return asked(channel, call)


def _pause(channel: Channel) -> timedelta:
    """Until the next look; a little by chance, so that not all are read in the same moment."""
    hears = any(card.name == channel.platform_id and Ability.HEARS in card.abilities for card in cards())
    told = hears and Reading.objects.filter(pk=channel.pk, heard_at__isnull=False).exists()
    return (rules.WHERE_TOLD if told else rules.EVERY) * clock.spread(1.25)


def _failed(channel: Channel, reading: Reading, error: ConnectorError) -> None:
    """One of the six: each is a decision about when to look again, and whether somebody must be told."""
    now, facts = clock.now(), plain_facts(error.values)
    tries = reading.tries + 1
    if isinstance(error, Limited):
        _again_at(channel.pk, max(error.until, now))
    elif isinstance(error, Revoked | Expired) and error.code != "scope":
        _problem(channel.pk, error.says, facts, error.code, now + rules.REFUSED)
        by = job("connections", "channels.connect")
        actions.check_failed(by, channel, says=error.says, facts=facts, revoked=True)
    elif isinstance(error, Refused | Revoked):
        _problem(channel.pk, error.says, facts, error.code, now + rules.REFUSED)
    else:
        # A server that is away for a moment is nobody's business yet.
        says = error.says if tries > 2 else ""
        _problem(channel.pk, says, facts, error.code, max(now + rules.waits(tries), error.until or now))


def _again_at(channel_id: int, at: datetime) -> None:
    Reading.objects.filter(pk=channel_id).update(next_at=at)


def _problem(channel_id: int, says: str, facts: Facts, code: str, at: datetime) -> None:
    rows = Reading.objects.filter(pk=channel_id)
    if says:
        rows.filter(problem_at=None).update(problem_at=clock.now())
        rows.update(says=says[:300], facts=dict(facts), code=code[:40])
    rows.update(tries=F("tries") + 1, next_at=at)
