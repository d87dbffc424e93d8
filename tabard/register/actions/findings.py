"""Findings of the register: looked for, and worked off with decisions that are remembered."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.kernel import clock, text
from tabard.kernel.actions import action, note
from tabard.kernel.actor import Actor
from tabard.kernel.errors import Conflict, Invalid
from tabard.kernel.states import move
from tabard.org.models import Person, Unit
from tabard.register.actions.channels import change_channel, set_state
from tabard.register.looking import changed
from tabard.register.models import Channel, Finding
from tabard.register.states import FINDING

LONGEST = 730  # days for which something may be kept without being asked again


@action(
    "findings.look",
    may="channels.edit",
    on=Unit,
    says=gettext_lazy("%(who)s looked through the register: %(new)s findings are new, %(other)s changed"),
)
def look_through(by: Actor, unit: Unit) -> int:
    """Look through the whole register; what was decided is not asked again. Gives how many changed."""
    if unit.parent_id is not None:
        raise Invalid({"unit": [_("The register is looked through as a whole.")]})
    found = changed(clock.now())
    Finding.objects.bulk_create(found.new, batch_size=1000)
    fields = ["state", "reason", "until", "reasons", "digest", "found_at"]
    Finding.objects.bulk_update(found.other, fields, batch_size=1000)
    note(new=len(found.new), other=len(found.other))
    return len(found.new) + len(found.other)


@action(
    "finding.keep",
    may="channels.edit",
    on=Finding,
    says=gettext_lazy("%(who)s left “%(what)s” as it is: %(reason)s"),
)
def keep_finding(by: Actor, finding: Finding, *, reason: str, days: int | None = None) -> Finding:
    """It may stay, or is no finding at all. It is asked again when its facts change, or after `days`."""
    clean = text.name(reason or "")
    if not clean or len(clean) > 300:
        raise Invalid({"reason": [_("Say it in 1 to 300 characters.")]})
    if days is not None and not 1 <= days <= LONGEST:
        raise Invalid({"days": [_("Give a number of days from 1 to %(n)s.") % {"n": LONGEST}]})
    until = clock.today() + timedelta(days=days) if days else None
    note(reason=clean)
    _decided(by, finding, "kept", reason=clean, until=until)
    return finding


@action(
    "finding.reopen",
    may="channels.edit",
    on=Finding,
    says=gettext_lazy("%(who)s asked again about “%(what)s”"),
)
def reopen_finding(by: Actor, finding: Finding) -> Finding:
    """It may not stay after all."""
    if finding.state != "kept":
        raise Conflict(_("Nothing was decided about this."))
    _decided(by, finding, "open", reason="", until=None)
    return finding


@action(
    "finding.merge",
    may="channels.edit",
    on=Finding,
    says=gettext_lazy("%(who)s merged %(gone)s into %(into)s"),
)
def merge_finding(by: Actor, finding: Finding, *, into: Channel) -> Finding:
    """One of the entries stays, the others begin to be retired; proposed ones are retired at once."""
    ids = {finding.channel_id, *finding.others}
    if finding.kind != Finding.Kind.DUPLICATE or into.pk not in ids:
        raise Invalid({"into": [_("Choose one of these channels.")]})
    gone = list(Channel.objects.filter(pk__in=ids - {into.pk}).exclude(state__in=("retiring", "retired")))
    for channel in gone:
        _retire(by, channel, _("Merged into %(channel)s") % {"channel": into.handle})
    note(gone=", ".join(channel.handle for channel in gone), into=into.handle)
    _decided(by, finding, "kept", reason=_("Merged into %(channel)s") % {"channel": into.handle}, until=None)
    return finding


@action(
    "finding.retire",
    may="channels.edit",
    on=Finding,
    says=gettext_lazy("%(who)s began to retire the channel of “%(what)s”: %(reason)s"),
)
def retire_finding(by: Actor, finding: Finding, *, reason: str) -> Finding:
    """The channel of the finding is no longer needed."""
    clean = text.name(reason or "")[:300]
    if not clean:
        raise Invalid({"reason": [_("Say why, for those who look for it later.")]})
    note(reason=clean)
    _retire(by, finding.channel, clean)
    _decided(by, finding, "kept", reason=clean, until=None)
    return finding


@action(
    "finding.give_owner",
    may="channels.edit",
    on=Finding,
    says=gettext_lazy("%(who)s gave “%(what)s” to %(owner)s"),
)
def give_owner(
    by: Actor, finding: Finding, *, owner: Person | None = None, deputy: Person | None = None
) -> Finding:
    """Somebody answers for the channel from now on, or backs who does."""
    if owner is None and deputy is None:
        raise Invalid({"owner": [_("Choose a person.")]})
    people: dict[str, Any] = {"owner": owner, "deputy": deputy}
    people = {name: person for name, person in people.items() if person is not None}
    change_channel(by, finding.channel, **people)
    note(owner=", ".join(person.name for person in people.values()))
    finding.refresh_from_db()
    return finding


def _retire(by: Actor, channel: Channel, why: str) -> None:
    if channel.state not in {"retiring", "retired"}:
        set_state(by, channel, state="retired" if channel.state == "proposed" else "retiring", why=why)


def _decided(by: Actor, finding: Finding, state: str, **said: object) -> None:
    known = {**said, "decided_by_id": by.person_id, "decided_at": clock.now()}
    if finding.state == state:
        raise Conflict(_("That is decided already."))
    move(finding, FINDING, state, **known)
