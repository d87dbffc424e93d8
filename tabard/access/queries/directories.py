"""Directories: which there are, their tokens and rules, and what other rules would do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from tabard.access.models import Directory, DirectoryToken, PlaceRule
from tabard.access.models.directories import TOLD
from tabard.access.rules import fitting
from tabard.kernel import clock
from tabard.kernel.actor import Actor
from tabard.kernel.errors import Missing
from tabard.org.models import Role, Unit


def directories(by: Actor) -> QuerySet[Directory]:
    """Those that `by` decides about, with `people` and `open_tokens` counted."""
    found: QuerySet[Directory] = Directory.objects.visible_to(by).select_related("unit")
    return found.annotate(
        people=Count("members", filter=Q(members__gone_at=None), distinct=True),
        open_tokens=Count(
            "tokens", filter=Q(tokens__ended_at=None, tokens__ends_at__gt=clock.now()), distinct=True
        ),
    )


def directory(by: Actor, directory_id: int) -> Directory:
    """One of them."""
    for found in directories(by).filter(pk=directory_id):
        return found
    raise Missing(_("There is no such directory, or it is not yours to see."))


def directory_named(name: str) -> Directory | None:
    """The directory of that name, for the command line."""
    found: Directory | None = Directory.objects.filter(name=name.strip()).first()
    return found


def tokens_to_tell_of() -> list[tuple[DirectoryToken, int]]:
    """Tokens whose owners were not told yet that so many days are left."""
    now, found = clock.now(), []
    open_ones = DirectoryToken.objects.filter(ended_at=None, ends_at__gt=now)
    for token in open_ones.filter(ends_at__lte=now + timedelta(days=TOLD[0])):
        due = [days for days in TOLD if token.ends_at <= now + timedelta(days=days)]
        if due and (token.told_before == 0 or token.told_before > due[-1]):
            found.append((token, due[-1]))
    return found


def tokens_ending() -> list[DirectoryToken]:
    """Tokens that end within 30 days, of directories that have none that lasts longer."""
    now = clock.now()
    soon = now + timedelta(days=TOLD[0])
    open_ones = DirectoryToken.objects.filter(ended_at=None, ends_at__gt=now)
    lasting = open_ones.filter(ends_at__gt=soon).values("directory")
    found = open_ones.filter(ends_at__lte=soon).exclude(directory__in=lasting)
    return list(found.select_related("directory").order_by("ends_at")[:100])


def silent_directories() -> list[Directory]:
    """Those whose people are known here and whose last token has ended by itself."""
    good = DirectoryToken.objects.filter(ended_at=None, ends_at__gt=clock.now())
    over = DirectoryToken.objects.filter(ended_at=None, ends_at__lte=clock.now())
    found = Directory.objects.filter(pk__in=over.values("directory")).exclude(pk__in=good.values("directory"))
    return list(found[:100])


def directory_token(by: Actor, token_id: int) -> DirectoryToken:
    """One token of a directory that `by` decides about."""
    seen = Directory.objects.visible_to(by)
    rows = DirectoryToken.objects.filter(pk=token_id, directory__in=seen)
    for found in rows.select_related("directory__unit"):
        return found
    raise Missing(_("There is no such token, or it is not yours."))


def group_rules(of: Directory) -> list[tuple[str, Role, Unit]]:
    """What its groups give."""
    return [(rule.group, rule.role, rule.unit) for rule in of.rules.select_related("role", "unit")]


def place_rules(of: Directory) -> list[PlaceRule]:
    """Where it puts people, the first that fits counting."""
    return list(of.place_rules.select_related("unit", "role"))


@dataclass(frozen=True)
class Placed:
    """Somebody who would move, and by which rule (None: none fits)."""

    person: str
    before: str
    after: str
    rule: PlaceRule | None


def preview_places(of: Directory, rules: list[PlaceRule]) -> list[Placed]:
    """Whom other rules would put elsewhere, or give another role."""
    now = place_rules(of)
    found = []
    here = of.members.filter(gone_at=None, person__left_at=None).select_related("person__unit")
    for member in here.order_by("person__name"):
        before, after = fitting(now, member.said), fitting(rules, member.said)
        if (before and before.same()) == (after and after.same()):
            continue
        to = after.unit if after else of.unit
        found.append(Placed(member.person.name, member.person.unit.name, to.name, after))
    return found
