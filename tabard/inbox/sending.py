"""The way of one answer: prepared, armed, sent, and what came of it; or asked about, where nobody knows."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from tabard.access.vault import Sealed
from tabard.connectors.base import NOT_THERE, Access, Outgoing, Published, State, Verdict
from tabard.connectors.calls import Every
from tabard.connectors.card import Proof
from tabard.connectors.errors import ConnectorError, Expired, Later, Limited, Refused, Revoked
from tabard.connectors.http import Http
from tabard.connectors.registry import card, connector
from tabard.connectors.words import _
from tabard.inbox import replying
from tabard.inbox.models import Message, Reply
from tabard.kernel import clock
from tabard.publishing import sparing
from tabard.publishing.leaving import WITHIN_S, leaving
from tabard.publishing.sender.outcome import WAITS, Outcome, fault, from_error, nothing_shown, sent, unsure
from tabard.register.asking import asked
from tabard.register.links import access_of, called, keep_session
from tabard.register.renewing import renewed, renews

log = logging.getLogger(__name__)

# Of a preparation, of the call that shows, and of asking whether it is there; all of it ends before `STALE`.
CALL_S = 40.0
# How long the platform is asked before a person is, and nobody else asks meanwhile.
PATIENCE = timedelta(minutes=10)
LEASE = timedelta(seconds=60)
FAULT = _("Tabard itself failed here. The log of the worker has the details.")
NO_ANSWER = _("The platform did not answer in time.")
SEALED = _("The channel's key cannot be opened with the vault key of this set-up.")


def send(reply_id: int) -> None:
    """Bring one answer further: send it, or find out what became of it."""
    replying.bury(reply_id)
    found = Reply.objects.filter(pk=reply_id).values_list("state", "channel", "channel__platform").first()
    if found is None or found[0] not in {"queued", "unsure"}:
        return
    state, channel, platform = found
    heard = sparing.Listening(platform)
    try:
        if state == "unsure":
            _find_out(reply_id)
        elif wait := sparing.spare(platform, channel, "publish", kept=0.0):
            later = clock.now() + timedelta(seconds=wait)
            Reply.objects.filter(pk=reply_id, state="queued").update(next_at=later)
        elif carried := replying.claim(reply_id):
            _carry(carried, heard)
    finally:
        sparing.learn(channel, heard)


def outgoing(carried: Reply) -> Outgoing:
    """The answer as its connector takes it. Its time is that of writing: the same in every try."""
    return Outgoing(
        key=str(carried.key),
        text=carried.text,
        created_at=carried.at,
        reply_to=carried.answers.remote_id,
        placement=carried.placement,
        options=carried.options,
        own=carried.own,
    )


def _carry(carried: Reply, heard: sparing.Listening) -> None:
    """All the way; whatever happens, it is settled."""
    try:
        outcome = _sent(carried, heard)
    except Exception:
        log.exception("reply %s", carried.pk)
        outcome = fault(FAULT, armed=carried.armed_at is not None, now=clock.now())
    if outcome is not None:
        replying.settle(carried, outcome)


def _sent(carried: Reply, heard: sparing.Listening) -> Outcome | None:
    """Prepare, arm, commit. None: it was put aside already."""
    try:
        made = connector(carried.channel.platform_id)
        carried.own = carried.own or dict(made.mint(outgoing(carried)))
        carried.prepared = _prepared(carried, heard)
    except Sealed:
        return Outcome("failed", "refused", SEALED, "sealed", asks_person=True)
    except ConnectorError as error:
        carried.prepared = {**carried.prepared, **(error.state or {})}
        return from_error(nothing_shown(error), clock.now(), carried.tries)
    with leaving() as let_go:
        leave_by = time.monotonic() + WITHIN_S
        armed = replying.arm(carried)
        if armed is None:
            return None
        carried.armed_at = armed.armed_at
        return _committed(armed, heard, leave_by, let_go)


def _prepared(carried: Reply, heard: sparing.Listening) -> State:
    """Everything that does not show, over an access that is renewed where it has ended."""

    async def call(made: Every, access: Access, http: Http) -> State:
        work = made.prepare(access, outgoing(carried), carried.prepared, replace(http, heard=heard.hear))
        return dict(await asyncio.wait_for(work, CALL_S))

    try:
        return asked(carried.channel, call)
    except TimeoutError as error:
        raise Later(NO_ANSWER, code="no_answer") from error


def _committed(
    carried: Reply, heard: sparing.Listening, leave_by: float, let_go: Callable[[], None]
) -> Outcome:
    """The call that shows. What it stands on was read when it was armed."""
    fresh: dict[str, Any] = {}

    async def keep(session: Mapping[str, Any]) -> None:
        fresh.update(session=dict(session))

    async def left() -> None:
        let_go()

    async def call(http: Http) -> Published:
        made = connector(carried.channel.platform_id)
        watched = replace(http.watched(left, leave_by=leave_by), heard=heard.hear)
        timer = asyncio.get_running_loop().call_later(max(leave_by - time.monotonic(), 0), let_go)
        try:
            work = made.commit(access, outgoing(carried), carried.prepared, watched)
            return await asyncio.wait_for(work, CALL_S)
        finally:
            timer.cancel()

    access = access_of(carried.channel, keep)
    try:
        return sent(called(call))
    except TimeoutError:
        return unsure(NO_ANSWER, "no_answer", clock.now())
    except ConnectorError as error:
        let_go()  # nobody who presses a hold waits for what follows
        return _failed(carried, access, error)
    finally:
        if fresh:
            keep_session(carried.channel_id, fresh["session"])


def _failed(carried: Reply, access: Access, error: ConnectorError) -> Outcome:
    now = clock.now()
    if error.state is not None:  # what was prepared is good no longer
        carried.prepared = dict(error.state)
    outcome = from_error(error, now, carried.tries)
    if not isinstance(error, Expired) or not renews(access.platform):
        return outcome
    try:
        renewed(carried.channel_id, access)
    except ConnectorError as worse:
        return from_error(nothing_shown(worse), now, carried.tries)
    return replace(outcome, next_at=now) if outcome.state == "queued" else outcome


def _find_out(reply_id: int) -> None:
    """Ask the platform whether it is there; nobody else asks meanwhile."""
    now = clock.now()
    mine = Reply.objects.filter(pk=reply_id, state="unsure", asks_person=False, next_at__lte=now)
    if not mine.update(next_at=now + LEASE):
        return
    along = ("answers", "conversation", "channel__platform", "channel__unit", "channel__connection")
    found = Reply.objects.select_related(*along).get(pk=reply_id)
    replying.settle(found, replace(_asked_about(found, now), found=True))


def _asked_about(found: Reply, now: datetime) -> Outcome:
    async def call(made: Every, access: Access, http: Http) -> Published | Verdict:
        return await asyncio.wait_for(made.find(access, outgoing(found), found.prepared, http), CALL_S)

    if there := _read_back(found):
        return sent(there)
    if card(found.channel.platform_id).proof is Proof.NONE or not hasattr(found.channel, "connection"):
        return _person(_("This platform cannot be asked. Look there, and say whether it went out."))
    try:
        told = asked(found.channel, call)
    except (Revoked, Sealed):
        return _person(
            _("The channel's access has ended. Look at the platform, and say whether it went out.")
        )
    except Refused:
        return _person(_("The platform refuses to say whether it went out. Look there, and decide."))
    except Limited as limited:
        return Outcome("unsure", "unsure", next_at=max(limited.until, now + timedelta(seconds=1)))
    except (ConnectorError, TimeoutError):
        return _again(found, now)
    except Exception:
        log.exception("asking about reply %s", found.pk)
        return _person(_("Tabard itself failed when it looked. Look at the platform, and decide."))
    if isinstance(told, Published):
        return sent(told)
    return _not_there(found, now) if told is NOT_THERE else _again(found, now)


def _read_back(found: Reply) -> Published | None:
    """Our own words, read in the same conversation since they may have left, and of no other answer."""
    since = (found.armed_at or found.at) - timedelta(minutes=1)
    rows = Message.objects.filter(conversation=found.conversation_id, out=True, at__gte=since, made_by=None)
    words = found.text.split()
    there = next((row for row in rows.order_by("at")[:50] if row.text.split() == words), None)
    return Published(there.remote_id, there.url) if there else None


def _not_there(found: Reply, now: datetime) -> Outcome:
    settled = (found.armed_at or now) + timedelta(seconds=card(found.channel.platform_id).settle)
    if now < settled:
        return Outcome("unsure", "unsure", next_at=settled + timedelta(milliseconds=50))
    if found.tries > len(WAITS):
        said = _("It did not arrive, however often it was sent. Find out why before you try again.")
        return Outcome("failed", "gave_up", said, "not_there", asks_person=True)
    return Outcome("queued", "not_there", next_at=now)


def _again(found: Reply, now: datetime) -> Outcome:
    age = now - (found.armed_at or now)
    if age > PATIENCE:
        return _person(_("The platform does not say whether it went out. Look there, and decide."))
    return Outcome("unsure", "unsure", next_at=now + min(max(timedelta(seconds=3), age / 2), 2 * LEASE))


def _person(said: str) -> Outcome:
    return Outcome("unsure", "unsure", said, "ask", asks_person=True)
