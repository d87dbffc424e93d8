"""Deciding which directories are believed: their tokens, what their groups give, and where people land."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.access.actions.identities import follow_groups
from tabard.access.actions.places import follow_place
from tabard.access.actions.sources import DOMAIN, decides_for_all, kept_rules
from tabard.access.actions.tokens import digest
from tabard.access.events import DirectoryTokenEnds, SecretChanged
from tabard.access.models import Directory, DirectoryToken, PlaceRule
from tabard.access.models.directories import in_a_year
from tabard.access.rules import ATTRIBUTES, fitting
from tabard.kernel import clock, permissions, text
from tabard.kernel.actions import action, note
from tabard.kernel.actor import Actor
from tabard.kernel.errors import Denied, IllegalMove, Invalid
from tabard.kernel.events import emit
from tabard.kernel.opened import Values, not_overtaken
from tabard.org.models import Role, Unit

PREFIX = "tbs_"
LONGEST = 731  # days
# What places somebody: attribute, value, unit, role (None: none).
Placing = tuple[str, str, Unit, Role | None]


@action(
    "directory.add",
    may="sources.edit",
    on=Unit,
    says=gettext_lazy("%(who)s added the directory %(what)s"),
    lock=False,
    step_up=True,
)
def add_directory(
    by: Actor, unit: Unit, *, name: str, domains: Iterable[str] = (), links: bool = False
) -> Directory:
    """A directory that may speak as soon as it has a token; whom no rule places lands in `unit`."""
    directory = Directory(unit=unit)
    _fill(by, directory, name, domains, links, unit)
    directory.save()
    return directory


@action(
    "directory.change",
    may="sources.edit",
    on=Directory,
    says=gettext_lazy("%(who)s changed the directory %(what)s"),
    step_up=True,
)
def change_directory(
    by: Actor,
    directory: Directory,
    *,
    name: str,
    unit: Unit,
    domains: Iterable[str] = (),
    links: bool = False,
    was: Values | None = None,
) -> Directory:
    """Say anew what it is called, where its people land and which e-mails it may give."""
    not_overtaken(directory, was, readable=False)
    _fill(by, directory, name, domains, links, unit)
    directory.save()
    return directory


@action(
    "directory.token",
    may="sources.edit",
    on=Directory,
    says=gettext_lazy("%(who)s made a token for the directory %(directory)s"),
    step_up=True,
)
def make_directory_token(
    by: Actor, directory: Directory, *, ends_at: datetime | None = None
) -> DirectoryToken:
    """A key by which the directory speaks until `ends_at`, a year if nothing is said, two at most.

    Two may be good at a time, so that one follows the other.
    """
    now = clock.now()
    end = ends_at or in_a_year()
    if not now < end <= now + timedelta(days=LONGEST):
        raise Invalid({"ends_at": [_("A token ends within two years, and not in the past.")]})
    note(directory=directory.name)
    if directory.links:
        decides_for_all(by)
    if directory.tokens.filter(ended_at=None, ends_at__gt=now).count() >= 5:
        raise Invalid(_("There are five tokens already. End one first."))
    key = PREFIX + secrets.token_urlsafe(32)
    token = DirectoryToken(directory=directory, digest=digest(key), start=key[:10], ends_at=end)
    token.keeper_id = token.made_by_id = by.person_id
    token.save()
    token.key = key
    return token


@action(
    "directory.token_end",
    may="sources.edit",
    on=DirectoryToken,
    says=gettext_lazy("%(who)s ended the token %(what)s"),
    step_up=True,
)
def end_directory_token(by: Actor, token: DirectoryToken) -> DirectoryToken:
    """The key opens nothing from this moment on."""
    if token.ended_at:
        raise IllegalMove(_("This token has ended already."))
    token.ended_at = clock.now()
    token.save(update_fields=["ended_at"])
    emit(by, SecretChanged("token", str(token.pk)))
    return token


@action(
    "directory.token_ends",
    may="sources.edit",
    on=DirectoryToken,
    says=gettext_lazy("%(who)s told the owners that the token %(what)s ends soon"),
)
def tell_of_end(by: Actor, token: DirectoryToken, *, days: int) -> DirectoryToken:
    """The owners hear, once for each of the `days` before, that a new token is needed."""
    token.told_before = days
    token.save(update_fields=["told_before"])
    emit(by, DirectoryTokenEnds(token.pk))
    return token


@action(
    "directory.map",
    may="sources.edit",
    on=Directory,
    says=gettext_lazy("%(who)s changed what the groups of %(what)s give"),
    step_up=True,
)
def map_directory_groups(
    by: Actor, directory: Directory, *, rules: list[tuple[str, Role, Unit]]
) -> Directory:
    """These groups give these roles on these units, and no others; everybody's grants follow."""
    touched = kept_rules(by, directory, rules)
    here = directory.members.filter(gone_at=None, person__left_at=None)
    theirs = Q(memberships__group__name__in=touched) | Q(grants__rule=None, grants__grant__ended_at=None)
    for member in here.filter(theirs).distinct().select_related("person__unit", "directory"):
        follow_groups(by, member)
    return directory


@action(
    "directory.place",
    may="sources.edit",
    on=Directory,
    says=gettext_lazy("%(who)s changed where %(what)s puts people"),
    step_up=True,
)
def place_people(by: Actor, directory: Directory, *, rules: list[Placing]) -> Directory:
    """These rules place people, in this order. Whom another rule fits now moves at once."""
    _may_place(by, rules)
    before = list(directory.place_rules.select_related("unit", "role"))
    there = {rule.same(): rule for rule in before}
    here = directory.members.filter(gone_at=None, person__left_at=None)
    members = list(here.select_related("person__unit", "directory__unit"))
    fitted = {member.pk: fitting(before, member.said) for member in members}
    after = ranked(directory, rules)
    for rule in after:
        known = there.pop(rule.same(), None)
        rule.pk = known.pk if known else None
        rule.save()
    for member in members:
        follow_place(by, member, before=fitted[member.pk], after=fitting(after, member.said))
    note(rules=[str(rule) for rule in after], removed=[str(rule) for rule in there.values()])
    PlaceRule.objects.filter(pk__in=[rule.pk for rule in there.values()]).delete()
    return directory


def ranked(directory: Directory, rules: list[Placing]) -> list[PlaceRule]:
    """The rules in their order, each once; not stored."""
    found: dict[tuple[object, ...], PlaceRule] = {}
    for attribute, value, unit, role in rules:
        made = PlaceRule(directory=directory, attribute=attribute, value=_value(value), unit=unit, role=role)
        made.rank = len(found)
        found.setdefault(made.same(), made)
    return list(found.values())


def _may_place(by: Actor, rules: list[Placing]) -> None:
    """Nobody gives by a rule what they could not give by hand."""
    for attribute, value, unit, role in rules:
        if attribute not in ATTRIBUTES or not _value(value):
            raise Invalid({"rules": [_("Choose an attribute and give its value.")]})
        for permission in ("org.people", *(("grants.give", *role.permissions) if role else ())):
            if not permissions.may(by, permission, unit.place()):
                raise Denied(_("You cannot add people to %(unit)s with these rights.") % {"unit": unit})


def _value(value: str) -> str:
    return text.name(value)[:200]


def _fill(
    by: Actor, directory: Directory, name: str, domains: Iterable[str], links: bool, unit: Unit
) -> None:
    if links or directory.links:
        decides_for_all(by)
    wrong: dict[str, list[str]] = {}
    directory.name = text.name(name)
    if not 1 <= len(directory.name) <= 80:
        wrong["name"] = [_("Give a name of 1 to 80 characters.")]
    elif Directory.objects.filter(name=directory.name).exclude(pk=directory.pk or 0).exists():
        wrong["name"] = [_("There is already a directory “%(name)s”.") % {"name": directory.name}]
    directory.domains = sorted({d.strip().lower().lstrip("@") for d in domains if d.strip()})
    for domain in directory.domains:
        if not DOMAIN.match(domain):
            wrong["domains"] = [_("“%(domain)s” is not a domain.") % {"domain": domain[:80]}]
    if links and not directory.domains:
        wrong["domains"] = [_("Say whose e-mails it speaks for.")]
    if wrong:
        raise Invalid(wrong)
    if not permissions.may(by, "org.people", unit.place()):
        raise Denied(_("You cannot add people to %(unit)s.") % {"unit": unit})
    directory.unit, directory.links = unit, links
