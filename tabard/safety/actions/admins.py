"""Platforms' lists of administrators: read, names told, findings decided."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models.functions import Lower
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.connectors.base import Administrator
from tabard.kernel import clock, text
from tabard.kernel.actions import action, note, step
from tabard.kernel.actor import Actor
from tabard.kernel.errors import Conflict, Invalid
from tabard.kernel.permissions import may
from tabard.kernel.sentences import Facts
from tabard.kernel.states import move
from tabard.org.models import Person, Unit
from tabard.org.people import actor_of
from tabard.register.models import Channel
from tabard.safety.comparing import compare
from tabard.safety.models import AdminFinding, AdminList, PlatformAdmin, PlatformName
from tabard.safety.platforms import readable
from tabard.safety.states import FINDING

EVERY = timedelta(days=1)
AGAIN = timedelta(hours=1)
MOST = 1_000  # names of one list that are kept


@action(
    "admins.read",
    may="vault.edit",
    on=Channel,
    says=gettext_lazy("%(who)s read who administers %(what)s: %(names)s names"),
)
def record_admins(by: Actor, channel: Channel, *, found: Sequence[Administrator]) -> AdminList:
    """The platform told who administers the channel: keep it, and compare it with what is known here."""
    now, listed = clock.now(), {one.remote_id[:200]: one for one in (found or ())[:MOST] if one.remote_id}
    here = {a.remote_id: a for a in PlatformAdmin.objects.filter(channel=channel, gone_at=None)}
    gone = here.keys() - listed.keys()
    PlatformAdmin.objects.filter(pk__in=[here[one].pk for one in gone]).update(gone_at=now)
    server = _server(channel)
    rows = [here.get(remote_id) or _new(channel, server, remote_id, now) for remote_id in listed]
    for row in rows:
        _told(row, listed[row.remote_id], now)
    _who(channel, server, rows)
    PlatformAdmin.objects.bulk_create([row for row in rows if row.pk is None])
    fields = ["handle", "name", "email", "role", "since", "last_at", "person", "suggested"]
    PlatformAdmin.objects.bulk_update([row for row in rows if row.remote_id in here], fields)
    changed = compare(by, [channel])
    note(names=len(rows), new=len(listed.keys() - here.keys()), gone=len(gone))
    note(opened=changed.opened, ended=changed.ended)
    return _kept(channel, now, now + EVERY, read_at=now, problem_says="", problem_facts={})


@action(
    "admins.not_read",
    may="vault.edit",
    on=Channel,
    says=gettext_lazy("%(who)s could not read who administers %(what)s"),
)
def admins_not_read(
    by: Actor, channel: Channel, *, says: str, facts: Facts, until: datetime | None = None
) -> AdminList:
    """The platform would not tell, or could not be reached; what was read before stays as it was."""
    now = clock.now()
    again = max(now + AGAIN, until) if until else now + AGAIN
    return _kept(channel, now, again, problem_says=says[:300], problem_facts=dict(facts))


@action(
    "admins.ask",
    may="vault.edit",
    on=Unit,
    says=gettext_lazy("%(who)s had the administrators of %(channels)s channels in %(what)s read"),
)
def ask_for_admins(by: Actor, unit: Unit) -> int:
    """Have every list of the unit and those below it read now. Gives how many there are."""
    now, rows = clock.now(), readable().filter(unit__path__startswith=unit.path)
    lists = AdminList.objects.filter(channel__in=rows.values("pk"))
    new = rows.filter(admin_list=None).values_list("pk", flat=True)
    AdminList.objects.bulk_create([AdminList(channel_id=pk, next_at=now) for pk in new])
    count: int = lists.update(asked_at=now, next_at=now)
    if not count:
        raise Conflict(_("No platform of these channels tells who administers them."))
    note(channels=count)
    return count


@action(
    "admin.name",
    may="vault.edit",
    on=PlatformAdmin,
    says=gettext_lazy("%(who)s said that %(what)s is %(person)s"),
)
def name_admin(by: Actor, admin: PlatformAdmin, *, person: Person) -> PlatformAdmin:
    """Who that is, on every list of this platform. Taken back by `unname_admin`."""
    if person is None:
        raise Invalid({"person": [_("Choose who that is.")]})
    if admin.person_id == person.pk:
        return admin
    _forget_name(by, admin)
    platform, now = admin.channel.platform_id, clock.now()
    made = PlatformName(person=person, platform_id=platform, server=admin.server, remote_id=admin.remote_id)
    made.said_by_id, made.said_at = by.person_id, now
    made.save()
    note(person=person.name)
    return _now(by, admin, person)


@action(
    "admin.unname",
    may="vault.edit",
    on=PlatformAdmin,
    says=gettext_lazy("%(who)s took back that %(what)s is %(person)s"),
)
def unname_admin(by: Actor, admin: PlatformAdmin) -> PlatformAdmin:
    """It is not known who that is, on any list of this platform."""
    if admin.person is None:
        raise Conflict(_("Nobody has said who that is."))
    note(person=admin.person.name)
    _forget_name(by, admin)
    return _now(by, admin, None)


@action(
    "admin_finding.accept",
    may="vault.edit",
    on=AdminFinding,
    says=gettext_lazy("%(who)s left %(what)s as it is: %(reason)s"),
)
def accept_finding(by: Actor, finding: AdminFinding, *, reason: str) -> AdminFinding:
    """It may stay, for a reason that is remembered: it is not asked again until something changes."""
    if finding.kind == AdminFinding.Kind.LEFT:
        raise Conflict(_("Whoever has left is taken off the list at the platform."))
    clean = text.name(reason or "")
    if not clean or len(clean) > 300:
        raise Invalid({"reason": [_("Say it in 1 to 300 characters.")]})
    note(reason=clean)
    said: dict[str, Any] = {"reason": clean, "decided_by_id": by.person_id, "decided_at": clock.now()}
    move(finding, FINDING, "accepted", **said)
    return finding


@action(
    "admin_finding.reopen",
    may="vault.edit",
    on=AdminFinding,
    says=gettext_lazy("%(who)s asked again about %(what)s"),
)
def reopen_finding(by: Actor, finding: AdminFinding) -> AdminFinding:
    """It may not stay after all."""
    move(finding, FINDING, "open", decided_by_id=by.person_id, decided_at=clock.now())
    return finding


@action(
    "admin_finding.give",
    may="vault.edit",
    on=AdminFinding,
    says=gettext_lazy("%(who)s gave %(what)s to %(to)s to mend"),
)
def give_finding(by: Actor, finding: AdminFinding, *, to: Person) -> AdminFinding:
    """Somebody else sees to it."""
    if finding.state == "gone":
        raise Conflict(_("This is over already."))
    if to is None or not to.is_active or not may(actor_of(to, "job"), "vault.edit", finding.place()):
        raise Invalid({"to": [_("Choose somebody who may mend it.")]})
    finding.owner = to
    finding.save(update_fields=["owner"])
    note(to=to.name)
    return finding


@step
def after_leaving(by: Actor, person: int) -> int:
    """Whoever has left and is still on lists: each is to be mended. Gives how many lists that are."""
    channels = list(Channel.objects.filter(platform_admins__person=person, platform_admins__gone_at=None))
    compare(by, channels)
    return len(channels)


def _server(channel: Channel) -> str:
    kept = getattr(channel, "connection", None)
    return kept.base_url if kept else ""


def _new(channel: Channel, server: str, remote_id: str, now: datetime) -> PlatformAdmin:
    return PlatformAdmin(channel=channel, server=server, remote_id=remote_id, first_at=now)


def _told(row: PlatformAdmin, one: Administrator, now: datetime) -> None:
    row.handle, row.name = text.name(one.handle)[:200], text.name(one.name)[:200]
    row.email, row.role = text.name(one.email)[:254], text.name(one.role)[:80]
    row.since, row.last_at = one.since, now


def _who(channel: Channel, server: str, rows: list[PlatformAdmin]) -> None:
    """Whom somebody has named; else whom an e-mail, or a name that only one person has, suggests."""
    ids = [row.remote_id for row in rows]
    named = PlatformName.objects.filter(platform=channel.platform_id, server=server, ended_at=None)
    known = dict(named.filter(remote_id__in=ids).values_list("remote_id", "person"))
    mails = {row.email.lower() for row in rows if row.email}
    by_mail = dict(Person.objects.annotate(low=Lower("email")).filter(low__in=mails).values_list("low", "pk"))
    by_name: dict[str, list[int]] = {}
    for name, pk in Person.objects.filter(name__in={row.name for row in rows if row.name}).values_list(
        "name", "pk"
    ):
        by_name.setdefault(name, []).append(pk)
    for row in rows:
        row.person_id = known.get(row.remote_id)
        alike = by_name.get(row.name, [])
        row.suggested_id = by_mail.get(row.email.lower()) or (alike[0] if len(alike) == 1 else None)


def _kept(channel: Channel, now: datetime, again: datetime, **said: Any) -> AdminList:
    made, _is_new = AdminList.objects.update_or_create(
        channel=channel, defaults={"tried_at": now, "next_at": again, **said}
    )
    return made


def _forget_name(by: Actor, admin: PlatformAdmin) -> None:
    names = PlatformName.objects.filter(
        platform=admin.channel.platform_id, server=admin.server, ended_at=None
    )
    names.filter(remote_id=admin.remote_id).update(ended_at=clock.now(), ended_by=by.person_id)


def _now(by: Actor, admin: PlatformAdmin, person: Person | None) -> PlatformAdmin:
    """Everywhere where this id is listed, it is `person` from now on."""
    same = PlatformAdmin.objects.filter(server=admin.server, remote_id=admin.remote_id, gone_at=None)
    same = same.filter(channel__platform=admin.channel.platform_id)
    channels = list(Channel.objects.filter(pk__in=list(same.values_list("channel", flat=True))))
    same.update(person=person)
    admin.person = person
    compare(by, channels)
    return admin
