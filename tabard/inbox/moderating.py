"""Telling platforms what was hidden, liked or deleted, and who is blocked.

All of it may be told twice: what is so already is no error there. So what was lost is simply told again.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

from django.db import transaction
from django.db.models import Q

from tabard.access.vault import Sealed
from tabard.connectors.base import Access
from tabard.connectors.calls import Every
from tabard.connectors.card import Act
from tabard.connectors.errors import ConnectorError, Later
from tabard.connectors.http import Http
from tabard.connectors.words import _
from tabard.inbox import actions
from tabard.inbox.models import Moderation
from tabard.inbox.standing import SPEAKS
from tabard.inbox.states import MODERATION
from tabard.kernel import clock, permissions
from tabard.kernel.actor import Actor, job
from tabard.kernel.states import move
from tabard.org.people import actor_of
from tabard.publishing import sparing
from tabard.publishing.leaving import WITHIN_S, leaving
from tabard.publishing.queries import held
from tabard.publishing.sender.outcome import Outcome, fault, from_error, nothing_shown
from tabard.register import actions as register
from tabard.register.asking import asked

log = logging.getLogger(__name__)

MOST = 200
CALL_S = 40.0
# No try takes longer, an access renewed in between included: who has had one in hand for so long has died.
STALE = timedelta(seconds=150)
NO_ANSWER = _("The platform did not answer in time.")
SEALED = _("The channel's key cannot be opened with the vault key of this set-up.")
HELD = _("A hold is in force for this channel.")
FAULT = _("Tabard itself failed here. The log of the worker has the details.")


def due() -> list[int]:
    """What is to be told now, and what a worker that died had in hand."""
    now = clock.now()
    waits = Q(state="queued", next_at__lte=now)
    left = Q(state="doing", claimed_at__lt=now - STALE)
    rows = Moderation.objects.filter(Q(state__in=("queued", "doing")) & (waits | left))
    return list(rows.order_by("next_at", "pk").values_list("pk", flat=True)[:MOST])


def carry(moderation_id: int) -> None:
    """Tell the platform of one; whatever happens, it is settled."""
    there = Moderation.objects.filter(pk=moderation_id, state__in=("queued", "doing"))
    found = there.values_list("channel", "channel__platform").first()
    if found is None:
        return
    channel, platform = found
    if wait := sparing.spare(platform, channel, "moderate", kept=0.0):
        later = clock.now() + timedelta(seconds=wait)
        there.filter(state="queued").update(next_at=later)
        return
    carried = _claimed(moderation_id)
    if carried is None:
        return
    heard = sparing.Listening(platform)
    try:
        outcome = _tell(carried, heard)
    except Exception:
        log.exception("moderation %s", carried.pk)
        outcome = fault(FAULT, armed=False, now=clock.now())
    finally:
        sparing.learn(channel, heard)
    _settle(carried, outcome)


def _claimed(moderation_id: int) -> Moderation | None:
    """Take one in hand, if everything that must hold holds; None if it is not to be told now."""
    with transaction.atomic():
        found = _locked(moderation_id)
        now = clock.now()
        if found is None or found.state not in {"queued", "doing"}:
            return None
        if found.state == "doing":
            if found.claimed_at and found.claimed_at > now - STALE:
                return None
            move(found, MODERATION, "queued", claim=None, next_at=now)
        if found.next_at > now or _behind(found):
            return None
        if outcome := _not_fit(found):
            _stop(found, outcome)
            return None
        move(found, MODERATION, "doing", claim=uuid4(), claimed_at=now, tries=found.tries + 1)
        return found


def _tell(carried: Moderation, heard: sparing.Listening) -> Outcome:
    """Tell the platform; of what everybody sees, not once a hold has been pressed."""
    if Act(carried.act) not in SPEAKS:
        return _told(carried, heard)
    with leaving() as let_go:
        return _stopped("held", HELD) if held(carried.channel) else _told(carried, heard, let_go)


def _told(carried: Moderation, heard: sparing.Listening, let_go: Callable[[], None] | None = None) -> Outcome:
    """The call, once more where the access was renewed in between. `let_go` is said once it has left."""
    leave_by, calls = time.monotonic() + WITHIN_S, []

    async def left() -> None:
        if let_go:
            let_go()

    async def call(made: Every, access: Access, http: Http) -> None:
        calls.append(access)
        if let_go and len(calls) > 1:  # holds are looked at anew first
            raise Later(NO_ANSWER, code="renewed")
        about, act, http = carried.message.remote_id, Act(carried.act), replace(http, heard=heard.hear)
        way = http.watched(left, leave_by=leave_by) if let_go else http
        await asyncio.wait_for(made.moderate(access, about, act, way, author=carried.author_id), CALL_S)

    try:
        asked(carried.channel, call)
    except Sealed:
        return Outcome("failed", "refused", SEALED, "sealed")
    except TimeoutError:
        return from_error(Later(NO_ANSWER, code="no_answer"), clock.now(), carried.tries)
    except ConnectorError as error:
        return from_error(nothing_shown(error), clock.now(), carried.tries)
    return Outcome("done", "done")


def _settle(carried: Moderation, outcome: Outcome) -> None:
    """Write what became of one, unless somebody else has taken it in hand meanwhile."""
    with transaction.atomic():
        found = _locked(carried.pk, wait=True)
        if found is None or found.state != "doing" or found.claim != carried.claim:
            log.warning("what became of moderation %s comes too late: %s", carried.pk, outcome.outcome)
            return
        if outcome.revoked and outcome.code != "scope":
            by = job("connections", "channels.connect")
            register.check_failed(
                by, found.channel, says=outcome.said, facts=dict(outcome.facts), revoked=True
            )
        if outcome.state == "done":
            actions.moderated(_by(), found)
        elif outcome.state == "queued":
            tries = found.tries - (outcome.outcome == "limited")
            given = {"says": outcome.said, "facts": dict(outcome.facts), "code": outcome.code[:40]}
            again = outcome.next_at or clock.now()
            move(found, MODERATION, "queued", claim=None, next_at=again, tries=tries, **given)
        else:
            _stop(found, outcome)


def _not_fit(found: Moderation) -> Outcome | None:
    """Why the platform may not be told in this moment; None if it may."""
    channel = found.channel
    if Act(found.act) in SPEAKS and held(channel):
        return _stopped("held", HELD)
    if not _may(found):
        return _stopped("not_granted", _("Whoever asked for it may no longer do so here."))
    if channel.state not in {"active", "dormant"}:
        return _stopped("retired", _("The channel is no longer in use."))
    if not hasattr(channel, "connection") or channel.health == "revoked":
        return _stopped("not_connected", _("The channel is not connected."))
    return None


def _may(found: Moderation) -> bool:
    """Whether whoever asked for it may still do so."""
    if found.by is None or not found.by.is_active:
        return False
    return bool(permissions.may(actor_of(found.by, "job"), "inbox.moderate", found.place()))


def _behind(found: Moderation) -> bool:
    """Whether something else about the same message goes first."""
    others = Moderation.objects.filter(message=found.message_id, state__in=("queued", "doing"))
    return others.filter(pk__lt=found.pk).exists()


def _stopped(code: str, said: str) -> Outcome:
    return Outcome("failed", "stopped", said, code)


def _stop(found: Moderation, outcome: Outcome) -> None:
    says = str(outcome.said).replace("\x00", "")
    actions.not_moderated(_by(), found, says=says, facts=dict(outcome.facts), code=outcome.code)


def _locked(moderation_id: int, *, wait: bool = False) -> Moderation | None:
    rows = Moderation.objects.select_for_update(of=("self",), no_key=True, skip_locked=not wait)
    along = ("message", "by", "channel__unit", "channel__platform", "channel__connection")
    found: Moderation | None = rows.select_related(*along).filter(pk=moderation_id).first()
    return found


def _by() -> Actor:
    return job("inbox", "inbox.moderate")
