"""Answers on their way, as the database has them: whose turn it is, who may leave, what they became."""

from __future__ import annotations

import logging
from datetime import timedelta
from uuid import uuid4

from django.db import IntegrityError, transaction
from django.db.models import Q

from tabard.connectors.base import Published
from tabard.connectors.words import _
from tabard.inbox import actions
from tabard.inbox.models import Reply
from tabard.inbox.states import REPLY
from tabard.kernel import clock, permissions
from tabard.kernel.actor import Actor, job
from tabard.kernel.states import move
from tabard.org.people import actor_of
from tabard.publishing.queries import held
from tabard.publishing.sender.outcome import Outcome
from tabard.register import actions as register

log = logging.getLogger(__name__)

MOST = 200
# No try takes longer: who has had one in hand for so long has died.
STALE = timedelta(seconds=150)
# Behind one that is on its way in the same conversation.
BEHIND = timedelta(seconds=3)
DIED = _("The worker that was sending this ended before the platform confirmed.")


def due() -> list[int]:
    """Answers to be sent or asked about now, and those whose worker has died."""
    now = clock.now()
    waits = Q(state__in=("queued", "unsure"), next_at__lte=now)
    left = Q(state="sending", claimed_at__lt=now - STALE)
    open_ones = Reply.objects.filter(state__in=("queued", "sending", "unsure"), asks_person=False)
    return list(open_ones.filter(waits | left).order_by("next_at", "pk").values_list("pk", flat=True)[:MOST])


def bury(reply_id: int) -> None:
    """Give up what a dead worker had in hand: what was not armed is queued again, what was is unsure."""
    with transaction.atomic():
        found = _locked(reply_id)
        if found is None or found.state != "sending" or not found.claimed_at:
            return
        if found.claimed_at > clock.now() - STALE:
            return
        if found.armed_at is None:
            move(found, REPLY, "queued", claim=None, next_at=clock.now())
        else:
            actions.stopped(_by(), found, to="unsure", says=DIED, facts={}, code="died", asks=False)


def claim(reply_id: int) -> Reply | None:
    """Take one whose moment has come, if everything that must hold holds; None if it is not to leave now."""
    try:
        with transaction.atomic():
            found = _locked(reply_id)
            if found is None or found.state != "queued" or found.next_at > clock.now():
                return None
            if _behind(found):
                Reply.objects.filter(pk=found.pk).update(next_at=clock.now() + BEHIND)
                return None
            if outcome := not_fit(found):
                _stop(found, outcome)
                return None
            taken = {"claim": uuid4(), "claimed_at": clock.now(), "armed_at": None}
            move(found, REPLY, "sending", **taken, tries=found.tries + 1)
            return found
    except IntegrityError:  # another of the same conversation was faster
        return None


def arm(carried: Reply) -> Reply | None:
    """Check again and write that the call is about to leave; the row then, None if it may not."""
    with transaction.atomic():
        found = _locked(carried.pk)
        if found is None or found.state != "sending" or found.claim != carried.claim:
            return None
        if outcome := not_fit(found):
            _stop(found, outcome)
            return None
        found.own, found.prepared, found.armed_at = carried.own, carried.prepared, clock.now()
        found.save(update_fields=["own", "prepared", "armed_at"])
        return found


def settle(carried: Reply, outcome: Outcome) -> None:
    """Write what became of one. A late success is believed even after it was given up as unsure."""
    with transaction.atomic():
        found = _locked(carried.pk, wait=True)
        if found is None or not _ours(found, carried, outcome):
            log.warning("what became of reply %s comes too late: %s", carried.pk, outcome.outcome)
            return
        if outcome.revoked and outcome.code != "scope":
            by = job("connections", "channels.connect")
            register.check_failed(
                by, found.channel, says=outcome.said, facts=dict(outcome.facts), revoked=True
            )
        if outcome.state == "sent":
            published = outcome.published or Published("", "")
            actions.sent(_by(), found, published=published, at_earliest=outcome.found)
        elif outcome.state == "queued":
            _back(found, carried, outcome)
        elif outcome.found and outcome.state == "unsure" and not outcome.asks_person:
            Reply.objects.filter(pk=found.pk).update(next_at=outcome.next_at or clock.now())
        else:
            _stop(found, outcome)


def not_fit(found: Reply) -> Outcome | None:
    """Why it may not leave in this moment; None if it may."""
    channel = found.channel
    if held(channel):
        return _stopped("held", _("A hold is in force for this channel."))
    if found.answers.gone_at:
        return _stopped("gone", _("What it answers was taken away on the platform."))
    if not _may(found):
        return _stopped("not_granted", _("Whoever wrote it may no longer answer here."))
    if channel.state not in {"active", "dormant"}:
        return _stopped("retired", _("The channel is no longer in use."))
    if not hasattr(channel, "connection") or channel.health == "revoked":
        return _stopped("not_connected", _("The channel is not connected."))
    return None


def _may(found: Reply) -> bool:
    """Whether whoever wrote it may still answer here."""
    if found.by is None or not found.by.is_active:
        return False
    return bool(permissions.may(actor_of(found.by, "job"), "inbox.answer", found.place()))


def _stopped(code: str, said: str) -> Outcome:
    return Outcome("failed", "stopped", said, code, asks_person=True)


def _stop(found: Reply, outcome: Outcome) -> None:
    actions.stopped(
        _by(),
        found,
        to=outcome.state,
        says=str(outcome.said).replace("\x00", ""),
        facts=dict(outcome.facts),
        code=outcome.code,
        asks=outcome.asks_person,
    )


def _back(found: Reply, carried: Reply, outcome: Outcome) -> None:
    """Into the queue again: nothing has shown. A limit of the platform is no failed try."""
    tries = found.tries - 1 if outcome.outcome == "limited" and found.tries else found.tries
    given = {"says": outcome.said, "facts": dict(outcome.facts), "code": outcome.code[:40]}
    kept = {"own": carried.own, "prepared": carried.prepared, "tries": tries}
    again = outcome.next_at or clock.now()
    move(found, REPLY, "queued", claim=None, armed_at=None, next_at=again, **kept, **given)


def _ours(found: Reply, carried: Reply, outcome: Outcome) -> bool:
    if outcome.found:
        return found.state == "unsure" and not found.asks_person
    if found.state == "sending":
        return found.claim == carried.claim
    return bool(found.state == "unsure" and outcome.state == "sent")


def _behind(found: Reply) -> bool:
    """Whether another of the same conversation goes first."""
    others = Reply.objects.filter(conversation=found.conversation_id, asks_person=False).exclude(pk=found.pk)
    first = Q(state__in=("queued", "unsure"), pk__lt=found.pk)
    return others.filter(first | Q(state="sending")).exists()


def _locked(reply_id: int, *, wait: bool = False) -> Reply | None:
    there = Reply.objects.select_for_update(of=("self",), no_key=True, skip_locked=not wait)
    along = ("conversation", "answers", "by", "channel__unit", "channel__platform", "channel__connection")
    found: Reply | None = there.select_related(*along).filter(pk=reply_id).first()
    return found


def _by() -> Actor:
    return job("inbox", "inbox.answer")
