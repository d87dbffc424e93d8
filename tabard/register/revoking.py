"""Ending on its platform what a channel was let in by, once it is let go here; tried until it is known."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from django.db import transaction
from django.db.models import F

from tabard.access.vault import Sealed, unseal
from tabard.connectors.base import Access
from tabard.connectors.calls import Every
from tabard.connectors.card import Ability, Limits
from tabard.connectors.errors import ConnectorError, Expired, Refused, Revoked
from tabard.connectors.http import Http
from tabard.connectors.registry import connector
from tabard.connectors.words import _
from tabard.kernel import clock
from tabard.kernel.actor import job
from tabard.kernel.sentences import Facts, plain_facts
from tabard.register import actions
from tabard.register.actions.leaving import revokes
from tabard.register.links import called, purpose
from tabard.register.models import Connection, Revocation
from tabard.register.platform_apps import app_of

MOST = 200
ASK_S = 40.0
GIVEN = timedelta(minutes=5)
# Tries, the waits between them growing to six hours: about two days.
TRIES = 14
LONGEST = timedelta(hours=6)
SEALED = _("Its key does not open with the vault key of this set-up.")


def due() -> list[int]:
    """Those whose turn it is; nobody else is given the same for a while."""
    with transaction.atomic():
        rows = Revocation.objects.select_for_update(skip_locked=True)
        rows = rows.filter(gave_up_at=None, next_at__lte=clock.now()).order_by("next_at")
        ids = list(rows.values_list("pk", flat=True)[:MOST])
        Revocation.objects.filter(pk__in=ids).update(next_at=clock.now() + GIVEN, tries=F("tries") + 1)
    return ids


def revoke(revocation_id: int) -> None:
    """Ask the platform to end one. What is ended there already is no error."""
    row = Revocation.objects.select_related("channel").filter(pk=revocation_id, gave_up_at=None).first()
    if row is None:
        return
    made = connector(row.channel.platform_id)
    try:
        access = _access(row)
        hushed = not Connection.objects.filter(channel=row.channel_id).exists()  # not if it is there again
        called(lambda http: asyncio.wait_for(_end(made, access, http, hushed), ASK_S))
    except (Revoked, Expired):
        row.delete()  # nobody is let in by it any more
    except Sealed:
        _give_up(row, SEALED, {})
    except TimeoutError:
        _again(row, _("The platform did not answer in time."), {})
    except ConnectorError as error:
        facts = plain_facts(error.values)
        (_give_up if isinstance(error, Refused) else _again)(row, error.says, facts)
    else:
        row.delete()


async def _end(made: Every, access: Access, http: Http, hushed: bool) -> None:
    """End the access first, as that matters more; then nothing is told of the channel any longer."""
    if Ability.REVOKES in made.card.abilities:
        await made.revoke(access, http)
    if hushed:
        await made.hush(access, http)


def _access(row: Revocation) -> Access:
    channel, about = row.channel, purpose(row.channel_id)
    return Access(
        platform=channel.platform_id,
        base_url=row.base_url,
        remote_id=channel.remote_id,
        handle=channel.handle,
        secret=unseal(row.secret, about=about),
        session=unseal(row.session, about=about),
        limits=Limits(),
        servers=row.servers,
        app=app_of(channel.platform_id),
    )


def _again(row: Revocation, says: str, facts: Facts) -> None:
    if row.tries >= TRIES:
        _give_up(row, says, facts)
        return
    wait = min(timedelta(minutes=2**row.tries), LONGEST) * clock.spread(1.25)
    Revocation.objects.filter(pk=row.pk).update(next_at=clock.now() + wait)


def _give_up(row: Revocation, says: str, facts: Facts) -> None:
    """The key is forgotten here in any case; people are told to end it there by hand, if there is something.

    What a platform tells of a channel that is not here is not heeded: nobody has to do anything about it.
    """
    if not revokes(row.channel.platform_id):
        row.delete()
        return
    by = job("connections", "channels.connect")
    actions.left_there(by, row.channel, revocation=row, says=says, facts=facts)
