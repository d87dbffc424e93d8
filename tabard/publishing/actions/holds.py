"""Holds: pressed, and nothing leaves from then on; lifted, and people decide about what was stopped."""

from __future__ import annotations

from django.db import OperationalError, connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.kernel import clock, text
from tabard.kernel.actions import action, note
from tabard.kernel.actor import Actor
from tabard.kernel.errors import IllegalMove, Invalid
from tabard.kernel.events import emit
from tabard.org.models import Unit
from tabard.publishing.chain import follow
from tabard.publishing.events import HoldChanged
from tabard.publishing.models import Delivery, Hold
from tabard.publishing.reactions import wake
from tabard.register.models import Channel

# Senders hold this lock shared from the last check until the call has left; a hold takes it alone.
HOLD_LOCK = 7_203_114
# What a sender has checked leaves within 2 s or not at all: one that keeps the lock for longer is stuck.
PATIENCE_MS = 3_000
STUCK_MS = 2_500
ROUNDS = 3


@action(
    "hold.press",
    may="holds.press",
    on=Unit,
    says=gettext_lazy("%(who)s held publishing for %(what)s"),
    lock=False,
)
def press(
    by: Actor, unit: Unit, *, reason: str, channel: Channel | None = None, until_attested: bool = False
) -> Hold:
    """From the moment this commits nothing in the scope leaves, the post due this second included."""
    clean = text.name(reason)
    if not clean or len(clean) > 300:
        raise Invalid({"reason": [_("Say why, in 1 to 300 characters.")]})
    if channel and not channel.unit.path.startswith(unit.path):
        raise Invalid({"channel": [_("This channel is not in %(unit)s.") % {"unit": unit}]})
    _wait_for_senders()
    hold = Hold.objects.create(
        unit=channel.unit if channel else unit,
        channel=channel,
        reason=clean,
        pressed_by_id=by.person_id,
        pressed_at=clock.now(),
        until_attested=until_attested,
    )
    emit(by, HoldChanged(hold.pk, hold.unit_id))
    return hold


@action("hold.lift", may="holds.lift", on=Hold, says=gettext_lazy("%(who)s lifted the hold on %(what)s"))
def lift(by: Actor, hold: Hold) -> Hold:
    """Publishing goes on. What was due meanwhile stays held until a person decides about each."""
    if hold.lifted_at:
        raise IllegalMove(_("This hold was lifted already."))
    overdue = Delivery.objects.filter(
        state="queued", turn__gt=0, due_at__lte=clock.now(), unit__path__startswith=hold.unit.path
    )
    if hold.channel_id:
        overdue = overdue.filter(channel=hold.channel_id)
    followed = list(overdue.filter(parts__gt=1))
    stopped = overdue.update(state="held", asks_person=True)
    for each in followed:
        follow(each)
    note(stopped=stopped)
    hold.lifted_at, hold.lifted_by_id = clock.now(), by.person_id
    hold.save(update_fields=["lifted_at", "lifted_by"])
    wake()
    emit(by, HoldChanged(hold.pk, hold.unit_id))
    return hold


def _wait_for_senders() -> None:
    """Wait until every call that was already checked has left. Sessions of stuck senders are ended."""
    for _round in range(ROUNDS):
        if _alone():
            return
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(l.pid) FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid"
                " WHERE l.locktype = 'advisory' AND l.granted AND l.classid = 0 AND l.objid = %s"
                " AND a.datname = current_database() AND a.pid <> pg_backend_pid()"
                " AND a.state_change < clock_timestamp() - make_interval(secs => %s)",
                [HOLD_LOCK, STUCK_MS / 1000],
            )
    raise IllegalMove(_("Publishing could not be held: the workers do not answer. Try again at once."))


def _alone() -> bool:
    """Take the lock until the end of the transaction. False if it was not free in time."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = {PATIENCE_MS}")
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [HOLD_LOCK])
            cursor.execute("SET LOCAL lock_timeout = 0")
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") != "55P03":
            raise
        return False
    return True
