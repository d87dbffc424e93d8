"""The list of what waits for somebody's yes or no, found in the database by the rules of `why_not_decide`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.approvals.models import Approval, Decision, Step
from tabard.approvals.queries import WHOLE, decides_every_step
from tabard.kernel import clock
from tabard.kernel.actor import Actor
from tabard.kernel.beside import beside, those
from tabard.kernel.places import TOGETHER
from tabard.kernel.query import Choice, Column, Filter, Listing, Page, Sort
from tabard.kernel.question import below, path_of, question
from tabard.org.models import Unit
from tabard.org.reach import Reach, held, reach
from tabard.register.filters import all_platforms
from tabard.register.models import Channel

# What has no time by which it is due comes after all that has one.
NEVER = datetime(9999, 12, 31, tzinfo=UTC)
POSTS = 25  # on one page of the screen
LONGEST = 60  # of all that waits: so many are looked at for Today
# The grants of somebody: channel, path of the unit, role, and whether the role decides every step.
Roles = tuple[tuple[int | None, str, str, bool], ...]
DRAWN = ("title", "group_id", "due_at", "asked_at", "note", "subject_kind", "subject_id")


def _search(rows: QuerySet[Approval], words: str) -> QuerySet[Approval]:
    """Posts with all the words in their title, or in the name of a channel they wait on."""
    there = Approval.objects.filter(state="asked")
    for word in words.split():
        there = there.filter(title__icontains=word)
    return rows.filter(group_id__in=there.values("group_id"))


def _due(rows: QuerySet[Approval], values: list[str]) -> QuerySet[Approval]:
    now = clock.now()
    ends = {"late": now, "day": now + timedelta(days=1), "week": now + timedelta(days=7)}
    last = max((ends[value] for value in values if value in ends), default=None)
    return rows.filter(due_at__lte=last) if last else rows


def _on_platform(rows: QuerySet[Approval], values: list[str]) -> QuerySet[Approval]:
    there = Channel.objects.filter(platform__in=values).values("pk")
    asked = Approval.objects.filter(state="asked", channel_id__in=there)
    return rows.filter(group_id__in=asked.values("group_id"))


WAITING: Listing[Approval] = Listing(
    name="approvals",
    sorts=(
        Sort("longest", gettext_lazy("Longest waiting"), ("asked_at",)),
        Sort("newest", gettext_lazy("Newest"), ("-asked_at",)),
        Sort("due", gettext_lazy("Due first"), ("due",)),
    ),
    filters=(
        Filter(
            "due",
            gettext_lazy("Due"),
            _due,
            lambda by: [
                Choice("late", _("Late")),
                Choice("day", _("Within a day")),
                Choice("week", _("Within a week")),
            ],
        ),
        Filter("platform", gettext_lazy("Platform"), _on_platform, all_platforms),
    ),
    search=_search,
    counted=TOGETHER,  # who may decide what is asked once
    columns=(
        Column(gettext_lazy("Post"), lambda a: a.title),
        Column(gettext_lazy("Unit"), lambda a: a.unit.name),
        Column(gettext_lazy("Asked by"), lambda a: a.asked_by),
        Column(gettext_lazy("Asked (UTC)"), lambda a: a.asked_at.isoformat(timespec="minutes")),
        Column(gettext_lazy("Due (UTC)"), lambda a: a.due_at and a.due_at.isoformat(timespec="minutes")),
        Column(gettext_lazy("Note"), lambda a: a.note),
    ),
)


def waiting(by: Actor, scope: Unit | None = None) -> QuerySet[Approval]:
    """Approvals with an open step that `by` may decide now, without what they are about."""
    return _whole(_open_to(*_asking(by, scope)))


def _asking(by: Actor, scope: Unit | None) -> tuple[Reach, int, Roles, str]:
    """What `_open_to` takes for `by`."""
    roles = tuple((g.channel_id, g.unit_path, g.role, decides_every_step(g.role)) for g in held(by))
    return reach(by, "approvals.decide").places(), by.person_id or 0, roles, path_of(scope)


def _open_to(within: Reach, person: int, roles: Roles, path: str) -> QuerySet[Approval]:
    rows = within.narrow(Approval.objects.all(), unit="unit", channel="channel_id")
    found: QuerySet[Approval] = below(rows.filter(Exists(_my_steps(person, roles)), state="asked"), path)
    return found


@question
def _longest(within: Reach, person: int, roles: Roles, path: str) -> QuerySet[Any, Any]:
    rows = _open_to(within, person, roles, path).order_by("asked_at", "pk")
    return rows.values_list("pk", "group_id")[:LONGEST]


def _whole(rows: QuerySet[Any]) -> QuerySet[Any]:
    found: QuerySet[Any] = rows.annotate(due=Coalesce("due_at", Value(NEVER)))
    found = found.select_related("unit", "asked_by")
    return found.defer("content", "voided").order_by("asked_at", "pk")


def longest_waiting(by: Actor, scope: Unit | None, posts: int) -> list[tuple[Approval, int]]:
    """Those that wait longest, by post: the first with what is drawn of it, and how many they are.

    One post more than `posts` is among them if there are more.
    """
    groups: dict[int, list[int]] = {}
    for pk, group in _longest.rows(*_asking(by, scope)):
        groups.setdefault(group, []).append(pk)
    counts = {pks[0]: len(pks) for pks in list(groups.values())[: posts + 1]}
    shown = those(Approval, list(counts), "unit", "asked_by", own=DRAWN)
    return [(first, counts[first.pk]) for first in shown]


def _my_steps(person: int, roles: Roles) -> QuerySet[Step]:
    """Of an approval outside: the steps whose turn it is and that `person` may decide."""
    if not person:
        return Step.objects.none()
    steps = Step.objects.filter(approval=OuterRef("pk"), done_at=None)
    earlier = Step.objects.filter(
        approval=OuterRef("approval"), done_at=None, position__lt=OuterRef("position")
    )
    mine = Decision.objects.filter(step=OuterRef("pk"), by=person)
    whose = Q(person=person) | Q(person=None, role="") | Q(person=None) & _of_roles(roles)
    own = Q(own_work=True) | ~Q(approval__author_ids__contains=[person])
    return steps.filter(~Exists(earlier), ~Exists(mine), whose, own)


def _of_roles(roles: Roles) -> Q:
    """Steps for a role that somebody has where the approval is."""
    found = Q(pk__in=[])
    for channel, path, role, every_step in roles:
        below_it = Q(approval__unit__path__startswith=path)
        place = below_it if channel is None else Q(approval__channel_id=channel)
        found |= place if every_step else place & Q(role=role)
    return found


def by_post(rows: QuerySet[Approval]) -> QuerySet[Approval]:
    """Of `rows` the first of each post: however many placements of it wait, it is one thing to look at."""
    first = rows.order_by().values("group_id").annotate(first=Min("pk")).values("first")
    # Not taken from `rows`: who may decide what is the dearest question of this list, and asked inside.
    return _whole(Approval.objects.filter(pk__in=first))


def page_by_post(by: Actor, scope: Unit | None, params: Mapping[str, list[str]]) -> Page[Approval]:
    """A page of posts that wait for `by`, each by its first approval with `post_title` and `waits`:
    how many placements."""
    rows = waiting(by, scope)
    drawn = beside(Approval.objects.all(), "unit", "asked_by", own=DRAWN)
    page = WAITING.page(by, by_post(rows), params, size=POSTS, drawn=drawn)
    groups = rows.order_by().filter(group_id__in=[a.group_id for a in page.rows])
    counts = dict(groups.values_list("group_id").annotate(n=Count("pk")))
    for each in page.rows:
        each.waits = counts.get(each.group_id, 1)  # type: ignore[attr-defined]
        each.post_title = each.title.rsplit(" · ", 1)[0]  # type: ignore[attr-defined]
    return page


def page(by: Actor, scope: Unit | None, params: Mapping[str, list[str]]) -> Page[Approval]:
    """A page of single approvals that wait for `by`, with what they are about, steps and decisions."""
    rows = waiting(by, scope).defer(None).prefetch_related(*WHOLE)
    return WAITING.page(by, rows, params)
