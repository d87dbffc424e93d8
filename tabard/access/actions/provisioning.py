"""What a directory says over SCIM, done: people added, changed, gone and back; groups and who is in them."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db.models import Value
from django.db.models.functions import Lower
from django.db.models.lookups import Exact
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.access import rules
from tabard.access.actions.leavers import come_back, leave
from tabard.access.actions.memberships import leave_groups
from tabard.access.actions.places import follow_place
from tabard.access.models import Directory, Member
from tabard.kernel import clock, text
from tabard.kernel.actions import action, note, step
from tabard.kernel.actor import Actor
from tabard.kernel.errors import Conflict, Denied, Invalid
from tabard.org.actions import add_person
from tabard.org.models import Grant, Person, Unit

# What a directory may do, and nothing else: its word on an owner counts as an owner's, for owners leave too.
ALLOWED = ("sources.edit", "org.people", "grants.give", "roles.edit")


@action(
    "member.add",
    may="sources.edit",
    on=Directory,
    says=gettext_lazy("%(who)s says that %(what)s is here"),
    lock=False,
)
def add_member(
    by: Actor,
    directory: Directory,
    *,
    user_name: str,
    external_id: str = "",
    active: bool = True,
    said: dict[str, Any],
) -> Member:
    """Somebody the directory makes known: found by their e-mail, or made; placed by its rules."""
    said = rules.normal(said)
    _free_name(directory, user_name)
    email = _email(directory, user_name, said)
    rule = rules.fitting(directory.place_rules.select_related("unit", "role"), said)
    known = _known(directory, email)
    person = known or _made(by, rule.unit if rule else directory.unit, email, user_name, said)
    now = clock.now()
    member = Member.objects.create(
        directory=directory, person=person, user_name=user_name, external_id=external_id, said=said,
        created_at=now, changed_at=now,
    )  # fmt: skip
    note(directory=directory.name, unit=person.unit.name)
    if active and person.left_at is not None:
        come_back(by, person)
        person.refresh_from_db()
    if active:
        follow_place(by, member, before=None, after=rule)
    elif known is None:
        _not_yet(person)
    elif known.left_at is None:
        leave(by, known, reason=_("Not active any more in %(directory)s") % {"directory": directory})
    return member


@action(
    "member.change",
    may="sources.edit",
    on=Member,
    says=gettext_lazy("%(who)s changed what it says of %(person)s"),
)
def change_member(
    by: Actor,
    member: Member,
    *,
    user_name: str,
    external_id: str = "",
    active: bool = True,
    said: dict[str, Any],
) -> Member:
    """All that the directory says of somebody, anew. Not active any more: they leave. Active again: they are
    back, with nothing of what they had."""
    directory, person = member.directory, member.person
    said, before = rules.normal(said), member.said
    note(person=person.name, changed=_changed(before, said))
    if user_name.casefold() != member.user_name.casefold():
        _free_name(directory, user_name)
    was_called = member.user_name
    member.user_name, member.external_id, member.said = user_name, external_id, said
    _follow(directory, person, (was_called, before), (user_name, said))
    member.version, member.changed_at = member.version + 1, clock.now()
    member.save()
    gone = person.left_at is not None
    if gone and active:
        come_back(by, person)
        person.refresh_from_db()
    elif active:
        fits = list(directory.place_rules.select_related("unit", "role"))
        follow_place(by, member, before=rules.fitting(fits, before), after=rules.fitting(fits, said))
    elif not gone:
        leave(by, person, reason=_("Not active any more in %(directory)s") % {"directory": directory})
    return member


@action(
    "member.drop",
    may="sources.edit",
    on=Member,
    says=gettext_lazy("%(who)s knows %(person)s no longer"),
)
def drop_member(by: Actor, member: Member) -> Member:
    """The directory has deleted somebody: they leave, and it says nothing of them any more."""
    note(person=member.person.name)
    if member.person.left_at is None:
        leave(by, member.person, reason=_("Deleted in %(directory)s") % {"directory": member.directory})
    leave_groups(member.person_id)
    # What it knew of them is not needed any more.
    member.said, member.gone_at = {}, clock.now()
    member.save(update_fields=["said", "gone_at"])
    return member


def _free_name(directory: Directory, user_name: str) -> None:
    if not user_name or len(user_name) > 255 or text.hides(user_name):
        raise Invalid({"userName": [_("Give a user name of 1 to 255 characters that can be seen.")]})
    same: Any = Exact(
        Lower("user_name"), Lower(Value(user_name))
    )  # as the index has it, which `iexact` has not
    if directory.members.filter(same, gone_at=None).exists():
        raise Conflict(_("Somebody of this directory has the same user name."))


def _email(directory: Directory, user_name: str, said: dict[str, Any]) -> str:
    """Their e-mail. Empty where none is known, or it is of a domain the directory does not speak for."""
    email = rules.email_of(user_name, said)
    if email and directory.domains and email.lower().rpartition("@")[2] not in directory.domains:
        raise Invalid({"emails": [_("This directory does not speak for %(email)s.") % {"email": email[:80]}]})
    return email


def _known(directory: Directory, email: str) -> Person | None:
    """The person with this e-mail, where the directory may take them over or has known them before."""
    found: Person | None = Person.objects.select_related("unit").of_email(email) if email else None
    if found is None:
        return None
    if found.members.filter(gone_at=None).exists():
        raise Conflict(_("Somebody with this e-mail is known by a directory already."))
    if not directory.links and not found.members.filter(directory=directory).exists():
        raise Conflict(
            _("Somebody with this e-mail is here already, and this directory may not take them over.")
        )
    return found


def _made(by: Actor, unit: Unit, email: str, user_name: str, said: dict[str, Any]) -> Person:
    spoken = dict(settings.LANGUAGES)
    return add_person(
        by,
        unit,
        email=email or f"{uuid.uuid4().hex}@{rules.NOWHERE}",
        name=rules.name_of(user_name, said),
        title=str(said.get("title") or ""),
        language=rules.language_of(said, spoken),
    )


@step
def _not_yet(person: Person) -> None:
    """Made known before they come: nothing opens for them until they are active."""
    person.is_active, person.left_at = False, clock.now()
    person.save(update_fields=["is_active", "left_at"])


@step
def _follow(
    directory: Directory,
    person: Person,
    before: tuple[str, dict[str, Any]],
    after: tuple[str, dict[str, Any]],
) -> None:
    """Name, title and e-mail follow where the directory has changed its word; the person's own stay else."""
    if (name := rules.name_of(*after)) != rules.name_of(*before):
        person.name = name
    if (title := str(after[1].get("title") or "")) != str(before[1].get("title") or ""):
        person.title = text.name(title)[:120]
    if rules.email_of(*after).casefold() != rules.email_of(*before).casefold():
        email = _email(directory, *after)
        if Person.objects.filter(email__iexact=email).exclude(pk=person.pk).exists():
            raise Conflict(_("Somebody with this e-mail address is here already."))
        if _is_owner(person) and not directory.domains:
            raise Denied(_("A directory without domains does not change the e-mail of an owner."))
        if _reaches_beyond(directory, person):
            raise Denied(
                _("%(person)s may do things outside %(unit)s: this directory does not change their e-mail.")
                % {"person": person, "unit": directory.unit}
            )
        person.email = email or f"{uuid.uuid4().hex}@{rules.NOWHERE}"
    person.search = text.folded(person.name, person.email, person.title)
    person.save(update_fields=["name", "title", "email", "search"])


def _is_owner(person: Person) -> bool:
    return Grant.objects.active().filter(person=person, role__permissions__contains=["roles.edit"]).exists()


def _reaches_beyond(directory: Directory, person: Person) -> bool:
    """Links for a new password go to the e-mail: whoever has a directory of a unit is nobody outside it."""
    theirs = Grant.objects.not_over().filter(person=person)
    return bool(theirs.exclude(unit__path__startswith=directory.unit.path).exists())


def _changed(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    return sorted(name for name in {*before, *after} if before.get(name) != after.get(name))
