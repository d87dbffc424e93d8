"""Unsure deliveries: the platform is asked whether the post is there; where it cannot tell, a person is."""

from __future__ import annotations

import asyncio
import dataclasses
import logging
from datetime import datetime, timedelta

from django.utils.translation import gettext_noop as _

from tabard.access.vault import Sealed
from tabard.connectors.base import NOT_THERE, Published, Verdict
from tabard.connectors.calls import Every
from tabard.connectors.card import Proof
from tabard.connectors.errors import ConnectorError, Limited, Refused, Revoked
from tabard.connectors.registry import connector
from tabard.kernel import clock
from tabard.publishing.sender import sql
from tabard.publishing.sender.carry import Carried, Keep
from tabard.publishing.sender.database import rows
from tabard.publishing.sender.ledger import Ledger, files_of
from tabard.publishing.sender.outcome import WAITS, Outcome, sent
from tabard.publishing.sender.renewals import Renewals

log = logging.getLogger("tabard.sender")

# How long the platform is asked before a person is; meanwhile the channel's next posts wait.
PATIENCE = timedelta(minutes=10)
# Nobody else asks about it meanwhile, and one asking ends before that.
LEASE_S = 60.0
MOST = 100


async def whose_turn(ledger: Ledger, most: int = MOST) -> list[Carried]:
    """Unsure deliveries to ask about now."""
    async with ledger.transaction() as db:
        leased = await rows(db, sql.LEASE, {"most": most, "lease": LEASE_S})
        if not leased:
            return []
        found = await rows(db, sql.READ_UNSURE, {"ids": [r["id"] for r in leased]})
        files = await files_of(db, found)
    return [Carried(r, files, dict(r["own"]), dict(r["prepared"])) for r in found]


async def ask_about(carried: Carried, keep: Keep, renewals: Renewals) -> Outcome:
    """What the platform says, as what the delivery becomes."""
    outcome = await _ask_about(carried, keep, renewals)
    return dataclasses.replace(outcome, found=True)


async def _ask_about(carried: Carried, keep: Keep, renewals: Renewals) -> Outcome:
    row, now = carried.row, clock.now()
    platform = connector(row["platform_id"])
    if platform.card.proof is Proof.NONE:
        return _person(_("This platform cannot be asked. Look there, and say whether it went out."))
    if not row["secret"]:
        return _person(_("The channel is not connected. Look at the platform, and say whether it went out."))
    try:
        async with asyncio.timeout(LEASE_S - 10):
            _access, found = await renewals.through(
                carried.channel,
                carried.access(keep),
                lambda access: platform.find(access, carried.outgoing(), carried.prepared, renewals.http),
            )
    except (Revoked, Sealed):
        return _person(
            _("The channel's access has ended. Look at the platform, and say whether it went out.")
        )
    except Refused:
        return _person(_("The platform refuses to say whether it went out. Look there, and decide."))
    except Limited as limited:
        return _again(carried, now, max(limited.until, now + timedelta(seconds=1)))
    except (ConnectorError, TimeoutError):
        return _again(carried, now, None)
    except Exception:
        log.exception("asking about delivery %s", carried.id)
        return _person(_("Tabard itself failed when it looked. Look at the platform, and decide."))
    return _answered(carried, found, platform, now)


def _answered(carried: Carried, found: Published | Verdict, platform: Every, now: datetime) -> Outcome:
    if isinstance(found, Published):
        return sent(found)
    if found is not NOT_THERE:
        return _again(carried, now, None)
    settled = carried.row["armed_at"] + timedelta(seconds=platform.card.settle)
    if now < settled:
        return Outcome("unsure", "unsure", next_at=settled + timedelta(milliseconds=50))
    if carried.row["tries"] > len(WAITS):
        said = _("It did not arrive, however often it was sent. Find out why before you try again.")
        return Outcome("failed", "gave_up", said, "not_there", asks_person=True)
    return Outcome("queued", "not_there", next_at=now)


def _again(carried: Carried, now: datetime, until: datetime | None) -> Outcome:
    age = now - carried.row["armed_at"]
    if age > PATIENCE:
        return _person(_("The platform does not say whether it went out. Look there, and decide."))
    wait = min(max(timedelta(seconds=3), age / 2), timedelta(minutes=2))
    return Outcome("unsure", "unsure", next_at=until or now + wait)


def _person(said: str) -> Outcome:
    return Outcome("unsure", "unsure", said, "ask", asks_person=True)
