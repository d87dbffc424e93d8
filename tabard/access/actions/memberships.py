"""Groups as a directory says them over SCIM, and who is in them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.access import rules
from tabard.access.actions.identities import follow_groups
from tabard.access.models import Directory, DirectoryGroup, Member, Membership
from tabard.kernel import clock, text
from tabard.kernel.actions import action, note, step
from tabard.kernel.actor import Actor
from tabard.kernel.errors import Conflict, Invalid


@action(
    "directory_group.add",
    may="sources.edit",
    on=Directory,
    says=gettext_lazy("%(who)s added the group %(what)s"),
    lock=False,
)
def add_group(
    by: Actor,
    directory: Directory,
    *,
    name: str,
    external_id: str = "",
    said: dict[str, Any],
    members: dict[int, str],
) -> DirectoryGroup:
    """A group, with `members` by their ids and what the directory calls them there."""
    now = clock.now()
    group = DirectoryGroup(
        directory=directory, name=_group_name(directory, name), external_id=external_id,
        said=rules.normal(said), created_at=now, changed_at=now,
    )  # fmt: skip
    group.save()
    _set_members(by, group, members)
    return group


@action(
    "directory_group.change",
    may="sources.edit",
    on=DirectoryGroup,
    says=gettext_lazy("%(who)s changed the group %(what)s"),
)
def change_group(
    by: Actor,
    group: DirectoryGroup,
    *,
    name: str,
    external_id: str = "",
    said: dict[str, Any],
    members: dict[int, str] | None,
) -> DirectoryGroup:
    """The group anew; `members` None leaves those. What the group gives stays with it under its new name."""
    if name != group.name:
        _rename(by, group, _group_name(group.directory, name, group))
    group.external_id, group.said = external_id, rules.normal(said)
    group.version, group.changed_at = group.version + 1, clock.now()
    group.save()
    if members is not None:
        _set_members(by, group, members)
    return group


@action(
    "directory_group.members",
    may="sources.edit",
    on=DirectoryGroup,
    says=gettext_lazy("%(who)s changed who is in the group %(what)s"),
    lock=False,
)
def change_group_members(
    by: Actor, group: DirectoryGroup, *, come: dict[int, str], go: Iterable[int]
) -> DirectoryGroup:
    """Some come, some go; all others stay, however many they are."""
    there = set(
        Membership.objects.filter(group=group, member__in=[*come, *go]).values_list("member", flat=True)
    )
    leaving = there.intersection(go) - come.keys()
    joining = {pk: display for pk, display in come.items() if pk not in there}
    if leaving or joining:
        _members(by, group, joining, leaving)
        DirectoryGroup.objects.filter(pk=group.pk).update(version=F("version") + 1, changed_at=clock.now())
    return group


@action(
    "directory_group.drop",
    may="sources.edit",
    on=DirectoryGroup,
    says=gettext_lazy("%(who)s deleted the group %(group)s"),
)
def drop_group(by: Actor, group: DirectoryGroup) -> Directory:
    """The group is no more; what it gave ends."""
    note(group=group.name)
    _set_members(by, group, {})
    directory: Directory = group.directory
    DirectoryGroup.objects.filter(pk=group.pk).delete()
    return directory


def leave_groups(person_id: int) -> None:
    """Out of every group of every directory; part of leaving.

    Whoever changes a group holds it, and waits for its people: here the person is held already, so that a
    group that is being changed is not waited for. That change counts it up itself.
    """
    theirs = Membership.objects.filter(member__person=person_id)
    groups = sorted(theirs.values_list("group", flat=True))
    if groups:
        theirs.delete()
        free = DirectoryGroup.objects.filter(pk__in=groups).select_for_update(skip_locked=True, no_key=True)
        ids = list(free.values_list("pk", flat=True))
        DirectoryGroup.objects.filter(pk__in=ids).update(version=F("version") + 1, changed_at=clock.now())


def _group_name(directory: Directory, name: str, but: DirectoryGroup | None = None) -> str:
    clean = text.name(name)
    if not 1 <= len(clean) <= 200:
        raise Invalid({"displayName": [_("Give a name of 1 to 200 characters.")]})
    if directory.groups.filter(name__iexact=clean).exclude(pk=but.pk if but else 0).exists():
        raise Conflict(_("There is a group of this name already."))
    return clean


@step
def _rename(by: Actor, group: DirectoryGroup, name: str) -> None:
    """What the group gives goes with it; what rules say of the new name already, it gives too."""
    there = set(group.directory.rules.filter(group=name).values_list("role", "unit"))
    for rule in group.directory.rules.filter(group=group.name):
        if (rule.role_id, rule.unit_id) in there:
            rule.delete()
        else:
            rule.group = name
            rule.save(update_fields=["group"])
    group.name = name
    group.save(update_fields=["name"])
    if there:
        for member in Member.objects.filter(memberships__group=group).select_related(
            "person__unit", "directory"
        ):
            follow_groups(by, member)


@step
def _set_members(by: Actor, group: DirectoryGroup, wanted: dict[int, str]) -> None:
    there = dict(group.memberships.values_list("member", "display"))
    for pk, display in wanted.items():
        if pk in there and there[pk] != display:
            group.memberships.filter(member=pk).update(display=display)
    joining = {pk: display for pk, display in wanted.items() if pk not in there}
    _members(by, group, joining, there.keys() - wanted.keys())


@step
def _members(by: Actor, group: DirectoryGroup, come: dict[int, str], go: Iterable[int]) -> None:
    """Let some in and others out, and have the grants of exactly those follow."""
    found = Member.objects.filter(directory=group.directory, gone_at=None, pk__in=[*come, *go])
    # Whoever is leaving in this moment is waited for: nobody gets a grant behind their own leaving.
    held = found.select_related("person__unit", "directory").select_for_update(of=("person",), no_key=True)
    touched = {member.pk: member for member in held.order_by("person")}
    if missing := come.keys() - touched.keys():
        raise Invalid({"members": [_("There is no person %(id)s in this directory.") % {"id": min(missing)}]})
    # Who is not here is let in once the directory says so when they are.
    come = {pk: display for pk, display in come.items() if touched[pk].person.left_at is None}
    group.memberships.filter(member__in=list(go)).delete()
    Membership.objects.bulk_create(
        Membership(group=group, member_id=pk, display=display[:200]) for pk, display in sorted(come.items())
    )
    note(came=sorted(come), went=sorted(go))
    if group.directory.rules.filter(group=group.name).exists():
        for member in touched.values():
            follow_groups(by, member)
