"""Renewing what a channel is let in by: one worker at a time, stored before anybody uses it.

Many platforms take a key to renew with only once. So whoever renews says so first (`renewing_at`), in a
transaction of its own, asks the platform in none, and stores the answer; everybody else waits and takes what
was stored. What cannot be known is kept too: since when a renewal may have been taken without its answer
having reached us (`renewal_lost_at`). If the platform then no longer takes the old key, that is why.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from enum import Enum
from typing import Any

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import BooleanField, ExpressionWrapper, F, Q
from django.db.models.functions import Now

from tabard.access.vault import seal, unseal
from tabard.connectors.base import Access
from tabard.connectors.card import Ability
from tabard.connectors.errors import ConnectorError, Later, Limited, Refused, Revoked, Unsure
from tabard.connectors.registry import connector
from tabard.connectors.words import _
from tabard.kernel import clock
from tabard.register.links import called, purpose
from tabard.register.models import Connection, Revocation

# No renewal takes longer; whoever began one this long ago and stored nothing has died.
ASK_S = 40.0
LEASE = timedelta(seconds=60)
# The platform was not asked, or refused the app before it looked at the key to renew with.
UNSPENT = {"unreachable", "invalid_client", "unauthorized_client"}
WAIT_S = 70.0
LOOK_S = 0.2
# Waits before each try to store an answer, in seconds: it may be good only once.
STORING = (0, 1, 2, 4, 8)

LOST = _(
    "A renewal of the access was begun and its answer never reached Tabard; the platform no longer takes the"
    " old key. Connect the channel again."
)
GONE = _("The channel is not connected any more.")
Ask = Callable[[Access], None]
log = logging.getLogger(__name__)


class Turn(Enum):
    OURS = "ours"
    WAIT = "wait"


def renews(platform: str) -> bool:
    """Whether an access of this platform can be renewed without a person."""
    return Ability.RENEWS in connector(platform).card.abilities


def times(access: Access) -> dict[str, Any]:
    """When an access ends and when it is renewed, as columns; spread, so that not all come at once.

    One that nobody but a person can renew is never renewed, and so is named as ending.
    """
    made = connector(access.platform)
    ends = made.ends(access) if Ability.RENEWS in made.card.abilities else None
    if ends is None:
        return {"expires_at": None, "renew_at": None}
    if not made.renewable(access):
        return {"expires_at": ends, "renew_at": None}
    now, ahead = clock.now(), timedelta(seconds=made.card.renew_before * clock.spread(1.5))
    # One that lasts only minutes is not renewed again at once.
    return {"expires_at": ends, "renew_at": max(ends - ahead, now + (ends - now) / 2)}


def ask_now(access: Access) -> None:
    """Ask the platform, from where no loop is running."""
    made = connector(access.platform)
    called(lambda http: asyncio.wait_for(made.renew(access, http), ASK_S))


def renewed(channel_id: int, access: Access, ask: Ask = ask_now) -> Access:
    """`access` after a renewal, by us or by whoever was faster. Never inside a transaction.

    Revoked if a person must connect the channel again; Later, Limited or Refused if it was not renewed now.
    """
    end = time.monotonic() + WAIT_S
    while (turn := _begin(channel_id, access.session)) is Turn.WAIT:
        if time.monotonic() > end:
            raise Later(_("The access is being renewed, and it takes long."), code="renewing")
        time.sleep(LOOK_S)
    if turn is not Turn.OURS:
        return replace(access, session=turn)
    fresh = replace(access, session=dict(access.session), keep=_nobody)
    try:
        ask(fresh)
    except Revoked as error:
        return _ended(channel_id, access, error)
    except (Later, Limited, Refused) as error:
        _end(channel_id, access.session, lost=isinstance(error, Later) and error.code not in UNSPENT)
        raise
    except Unsure as error:
        _end(channel_id, access.session, lost=True)
        raise _later(error) from error
    except TimeoutError as error:
        _end(channel_id, access.session, lost=True)
        raise Later(_("The platform did not answer in time."), code="no_answer") from error
    except BaseException:
        _end(channel_id, access.session, lost=True)
        raise
    return replace(access, session=_stored(channel_id, access.session, fresh))


async def _nobody(session: Mapping[str, Any]) -> None:
    """What is renewed is stored here, and not by the connector."""


def _begin(channel_id: int, session: Mapping[str, Any]) -> Turn | dict[str, Any]:
    """Whose turn it is: ours from now on, or somebody else's; else the newer session that is kept already."""
    with transaction.atomic(durable=True):
        stale = ExpressionWrapper(Q(renewing_at__lt=Now() - LEASE), output_field=BooleanField())
        kept = _locked(channel_id, stale=stale)
        there = unseal(kept.session, about=purpose(channel_id))
        if there != dict(session):
            return there
        if kept.renewing_at and not kept.stale:
            return Turn.WAIT
        given: dict[str, Any] = {"renewing_at": Now()}
        if kept.renewing_at:  # who began died before it stored anything
            given["renewal_lost_at"] = F("renewing_at")
        Connection.objects.filter(channel=channel_id).update(**given)
    return Turn.OURS


def _locked(channel_id: int, **more: Any) -> Any:
    found = Connection.objects.select_for_update().annotate(**more).filter(channel=channel_id).first()
    if found is None:
        raise Refused(GONE, code="not_connected")
    return found


def _end(channel_id: int, session: Mapping[str, Any], *, lost: bool) -> bool:
    """We no longer renew it. Gives whether the session that we began with is still the one that is kept."""
    with transaction.atomic(durable=True):
        kept = Connection.objects.select_for_update().filter(channel=channel_id).first()
        if kept is None or unseal(kept.session, about=purpose(channel_id)) != dict(session):
            return False
        given: dict[str, Any] = {"renewing_at": None}
        if lost and kept.renewal_lost_at is None:
            given["renewal_lost_at"] = F("renewing_at")
        Connection.objects.filter(pk=kept.pk).update(**given)
    return True


def _ended(channel_id: int, access: Access, error: Revoked) -> Access:
    """The platform no longer takes the key to renew with: the end, unless somebody stored a newer one."""
    if not _end(channel_id, access.session, lost=False):
        kept = Connection.objects.filter(channel=channel_id).values_list("session", flat=True).first()
        if kept is not None:
            return replace(access, session=unseal(kept, about=purpose(channel_id)))
        raise error
    if Connection.objects.filter(channel=channel_id, renewal_lost_at__isnull=False).exists():
        raise Revoked(LOST, code="renewal_lost", raw=error.raw) from error
    raise error


def _stored(channel_id: int, before: Mapping[str, Any], fresh: Access) -> dict[str, Any]:
    """Store a renewed session, however long the database is away, as nobody gives it to us a second time."""
    for wait in STORING:
        time.sleep(wait)
        try:
            if (kept := _store(channel_id, before, fresh)) is not None:
                return kept
            raise Refused(GONE, code="not_connected")
        except (OperationalError, InterfaceError) as error:
            log.warning("the renewed access of channel %s is not stored yet: %s", channel_id, error)
            connection.close()
    log.critical("the renewed access of channel %s cannot be stored", channel_id)
    raise Later(_("The renewed access could not be stored."), code="not_stored")


def _store(channel_id: int, before: Mapping[str, Any], fresh: Access) -> dict[str, Any] | None:
    """What is kept from now on; None if the channel was let go meanwhile, and the new one is to be ended."""
    with transaction.atomic(durable=True):
        kept = Connection.objects.select_for_update().filter(channel=channel_id).first()
        if kept is None:
            _to_end(channel_id, fresh)
            return None
        there = unseal(kept.session, about=purpose(channel_id))
        if there != dict(before):
            return there  # connected anew meanwhile
        given = {"session": seal(fresh.session, about=purpose(channel_id)), **times(fresh)}
        given |= {"renewing_at": None, "renewal_lost_at": None, "checked_at": clock.now()}
        Connection.objects.filter(pk=kept.pk).update(**given)
    return dict(fresh.session)


def _to_end(channel_id: int, fresh: Access) -> None:
    if Ability.REVOKES not in connector(fresh.platform).card.abilities:
        return
    about = purpose(channel_id)
    Revocation.objects.create(
        channel_id=channel_id,
        base_url=fresh.base_url,
        secret=seal(fresh.secret, about=about),
        session=seal(fresh.session, about=about),
        servers=dict(fresh.servers),
        next_at=clock.now(),
    )


def _later(error: ConnectorError) -> Later:
    """Nothing was published by it: what is not known is only whether the key was taken."""
    later = Later(error.says, code=error.code, raw=error.raw)
    later.values = error.values
    return later
