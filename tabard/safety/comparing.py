"""What does not fit between a platform's list of administrators and what is known here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_noop as _

from tabard.access.models import Departure
from tabard.kernel import clock
from tabard.kernel.actions import step
from tabard.kernel.actor import Actor
from tabard.org.models import Grant
from tabard.register.models import Channel
from tabard.safety.answering import Line
from tabard.safety.models import AdminFinding, PlatformAdmin
from tabard.safety.states import FINDING

Kind = AdminFinding.Kind
DUE = {
    Kind.LEFT: timedelta(days=1),
    Kind.UNKNOWN: timedelta(days=7),
    Kind.NO_GRANT: timedelta(days=7),
    Kind.ALONE: timedelta(days=30),
}
WITH = ("unit__lead", "unit__deputy", "owner", "deputy")


@dataclass(frozen=True)
class Change:
    """What a comparison changed."""

    opened: int = 0
    ended: int = 0


@step
def compare(by: Actor, channels: Iterable[Channel]) -> Change:
    """Open what is new, end what is no longer so; what somebody accepted stays accepted.

    The number of queries does not depend on the number of channels or names.
    """
    several = {c.pk: c for c in Channel.objects.filter(pk__in=[c.pk for c in channels]).select_related(*WITH)}
    here = PlatformAdmin.objects.filter(channel__in=several, gone_at=None).select_related("person")
    admins = list(here.order_by("id"))
    so = dict(_so(several, admins))
    alive = AdminFinding.objects.alive().filter(channel__in=several)
    there = {(f.admin_id, f.kind): f for f in alive.select_related("admin__person", "channel")}
    _end([finding for key, finding in there.items() if key not in so])
    new = [admin for key, admin in so.items() if key not in there]
    kinds = [key[1] for key in so if key not in there]
    made = _open(several, list(zip(new, kinds, strict=True)))
    return Change(made, len(there.keys() - so.keys()))


def _so(channels: dict[int, Channel], admins: list[PlatformAdmin]) -> Iterator[tuple[Any, PlatformAdmin]]:
    """Everything that does not fit now, by admin and kind."""
    grants = _grants(admins)
    on = defaultdict(list)
    for admin in admins:
        on[admin.channel_id].append(admin)
        if kind := _wrong(channels[admin.channel_id], admin, grants.get(admin.person_id or 0, [])):
            yield (admin.pk, kind), admin
    for alone in on.values():
        if len(alone) == 1:
            yield (alone[0].pk, Kind.ALONE), alone[0]


def _wrong(channel: Channel, admin: PlatformAdmin, grants: list[Grant]) -> Kind | None:
    person = admin.person
    if person is None:
        return Kind.UNKNOWN
    if person.left_at is not None:
        return Kind.LEFT
    answering = (channel.owner_id, channel.deputy_id, channel.unit.lead_id, channel.unit.deputy_id)
    if person.pk in answering or any(_covers(grant, channel) for grant in grants):
        return None
    return Kind.NO_GRANT


def _covers(grant: Grant, channel: Channel) -> bool:
    if grant.channel_id is not None:
        return grant.channel_id == channel.pk
    return channel.unit.path.startswith(grant.unit.path)


def _grants(admins: list[PlatformAdmin]) -> dict[int, list[Grant]]:
    found: dict[int, list[Grant]] = defaultdict(list)
    people = {a.person_id for a in admins if a.person_id}
    for grant in Grant.objects.active().filter(person__in=people).select_related("unit"):
        found[grant.person_id].append(grant)
    return found


def _open(channels: dict[int, Channel], new: list[tuple[PlatformAdmin, Kind]]) -> int:
    """Each with whoever has to see to it, in five queries."""
    if not new:
        return 0
    now, line = clock.now(), Line([channels[admin.channel_id].unit for admin, _kind in new])
    gone = {admin.person_id for admin, kind in new if kind == Kind.LEFT}
    records = {d.person_id: d.pk for d in Departure.objects.filter(person__in=gone).order_by("id")}
    made = []
    for admin, kind in new:
        channel = channels[admin.channel_id]
        each = AdminFinding(channel=channel, admin=admin, kind=kind, person_id=admin.person_id)
        each.departure_id = records.get(admin.person_id or 0) if kind == Kind.LEFT else None
        each.owner = line.first(channel.place(), channel)
        each.found_at, each.due_at = now, now + DUE[kind]
        made.append(each)
    return len(AdminFinding.objects.bulk_create(made))


def _end(findings: list[AdminFinding]) -> None:
    """All at once, by what is said of them: somebody may have been on hundreds of lists."""
    said: dict[str, list[AdminFinding]] = defaultdict(list)
    facts: dict[str, dict[str, Any]] = {}
    for finding in findings:
        says, given = _ended(finding)
        key = says % given if given else says
        said[key].append(finding)
        facts[key] = {"ended_says": says, "ended_facts": given}
    for key, several in said.items():
        assert all(FINDING.allows(each.state, "gone") for each in several)
        rows = AdminFinding.objects.alive().filter(pk__in=[each.pk for each in several])
        rows.update(state="gone", ended_at=clock.now(), **facts[key])


def _ended(finding: AdminFinding) -> tuple[str, dict[str, Any]]:
    """Why it is no longer so, as a sentence that is read later in any language."""
    admin = finding.admin
    if admin.gone_at is not None:
        return _("The platform no longer lists them."), {}
    if finding.kind == Kind.ALONE:
        return _("There is a second administrator."), {}
    if finding.kind == Kind.UNKNOWN and admin.person is not None:
        return _("It is %(person)s."), {"person": admin.person.name}
    if finding.kind == Kind.LEFT and admin.person_id == finding.person_id:
        return _("They are back."), {}
    if finding.kind == Kind.NO_GRANT and admin.person_id == finding.person_id and admin.person is not None:
        return _("They have left.") if admin.person.left_at else _("They have a grant there."), {}
    return _("It is somebody else than was thought."), {}
