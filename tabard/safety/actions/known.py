"""Whatever somebody knew who left or is suspended is asked to be changed, each thing once."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any

from django.db.models import Max, OuterRef, Subquery
from django.utils.translation import gettext as _

from tabard.access.models import Departure
from tabard.kernel import clock
from tabard.kernel.actions import step
from tabard.kernel.actor import Actor
from tabard.kernel.states import move
from tabard.register.models import Channel
from tabard.safety import elsewhere
from tabard.safety.actions.rotations import WITH, Thing, queue
from tabard.safety.models import CheckOut, Credential, Look, Rotation
from tabard.safety.states import ROTATION

Because = dict[str, Any]


@step
def queue_after_leaving(by: Actor, person: int, departure: int) -> list[Rotation]:
    """All that they knew, and what was asked when they were suspended, on the record of the leaving."""
    asked = _asked_before(person)
    made = _queue(by, person, {"why": Rotation.Why.LEFT, "person": person, "departure": departure}, asked)
    Rotation.objects.filter(pk__in=[r.pk for r in asked]).update(departure=departure)
    suspended = [r.pk for r in asked if r.why == Rotation.Why.SUSPENDED]
    Rotation.objects.filter(pk__in=suspended).update(why=Rotation.Why.LEFT)
    if asked or made:
        record = Departure.objects.get(pk=departure)
        record.evidence = {**record.evidence, "rotations": sorted(r.pk for r in (*asked, *made))}
        record.save(update_fields=["evidence"])
    return made


@step
def queue_after_suspending(by: Actor, person: int) -> list[Rotation]:
    """What they know opens doors that closing their own does not reach."""
    return _queue(by, person, {"why": Rotation.Why.SUSPENDED, "person": person}, _asked_before(person))


@step
def changed_elsewhere(by: Actor, what: str, key: str) -> None:
    """It is another one, or opens nothing any more: whatever asked for that is done."""
    for rotation in Rotation.objects.open().filter(elsewhere=what, elsewhere_key=key):
        said = _("It was changed where it is kept, or opens nothing any more.")
        move(rotation, ROTATION, "done", ended_at=clock.now(), ended_by_id=by.person_id, evidence=said)


def _asked_before(person: int) -> list[Rotation]:
    """What is still to be changed because they were suspended."""
    because = (Rotation.Why.SUSPENDED, Rotation.Why.CODES)
    return list(Rotation.objects.open().filter(person=person, departure=None, why__in=because))


def _queue(by: Actor, person: int, because: Because, asked: list[Rotation]) -> list[Rotation]:
    passwords = {r.credential_id for r in asked if r.why != Rotation.Why.CODES}
    codes = {r.credential_id for r in asked if r.why == Rotation.Why.CODES}
    channels = {r.channel_id for r in asked}
    credentials, done = _passwords_known_to(person)
    keys = Channel.objects.filter(connection__connected_by=person).exclude(pk__in=channels - {None})
    things: list[Thing] = [c for c in credentials if c.pk not in passwords]
    things += keys.select_related("unit", "owner", "deputy")
    made = queue(by, things, done=done, **because) if things else []
    known = [c for c in _codes_known_to(person) if c.pk not in codes]
    made += queue(by, known, **{**because, "why": Rotation.Why.CODES}) if known else []
    return made + _queue_elsewhere(by, person, because, {(r.elsewhere, r.elsewhere_key) for r in asked})


def _queue_elsewhere(by: Actor, person: int, because: Because, asked: set[tuple[str, str]]) -> list[Rotation]:
    by_right: dict[str, list[Thing]] = defaultdict(list)
    for secret in elsewhere.known_to(person):
        if (secret.kind, secret.key) not in asked:
            by_right[elsewhere.RIGHTS[Rotation.Elsewhere(secret.kind)]].append(secret)
    return [r for right, things in by_right.items() for r in queue(by, things, right=right, **because)]


def _passwords_known_to(person: int) -> tuple[list[Credential], dict[int, datetime]]:
    """Each credential that they ever saw, set or had out, and when those were changed that were since."""
    seen = Look.objects.filter(person=person).exclude(what__in=(Look.What.CODE, Look.What.SEED))
    last = dict(seen.order_by().values_list("credential").annotate(last=Max("at")))
    had = CheckOut.objects.filter(person=person, taken_at__isnull=False)
    for pk, at in had.order_by().values_list("credential").annotate(last=Max("ended_at")):
        # Closed a moment ago by the leaving itself at the latest.
        last[pk] = max(filter(None, (last.get(pk), at)), default=clock.now())
    found = list(Credential.objects.kept().filter(pk__in=last).select_related(*WITH))
    return found, {c.pk: c.changed_at for c in found if c.changed_at and c.changed_at > last[c.pk]}


def _codes_known_to(person: int) -> list[Credential]:
    """Those whose key of codes they typed, and nobody another one since: a new password is no help there."""
    typed = Look.objects.filter(what=Look.What.SEED, credential=OuterRef("pk")).order_by("-at", "-pk")
    found = Credential.objects.kept().exclude(seed="").annotate(typed_by=Subquery(typed.values("person")[:1]))
    return list(found.filter(typed_by=person).select_related(*WITH))
