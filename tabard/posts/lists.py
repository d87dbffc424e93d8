"""The lists of campaigns, and of the versions and comments of one post."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.kernel import clock, text
from tabard.kernel.actor import Actor
from tabard.kernel.narrowing import ids_of, words_in
from tabard.kernel.query import Choice, Column, Filter, Listing, Page, Sort
from tabard.org.models import Unit
from tabard.posts.models import Campaign, Comment, Version
from tabard.posts.queries import campaigns as visible_campaigns
from tabard.posts.queries import post as one_post
from tabard.posts.queries import versions as visible_versions


def _search(rows: QuerySet[Campaign], words: str) -> QuerySet[Campaign]:
    for word in words.split():
        rows = rows.filter(Q(name__icontains=word) | Q(unit__search__contains=text.folded(word)))
    return rows


def _when(rows: QuerySet[Campaign], values: list[str]) -> QuerySet[Campaign]:
    """A campaign with one day left open has no end, or no beginning, there."""
    today = clock.now().date()
    begun = Q(starts_on__lte=today) | Q(starts_on=None, ends_on__isnull=False)
    which = {
        "now": begun & (Q(ends_on__gte=today) | Q(ends_on=None)),
        "later": Q(starts_on__gt=today),
        "over": Q(ends_on__lt=today),
        "open": Q(starts_on=None, ends_on=None),
    }
    found = Q(pk__in=[])
    for value in values:
        found |= which.get(value, Q(pk__in=[]))
    return rows.filter(found)


CAMPAIGNS: Listing[Campaign] = Listing(
    name="campaigns",
    sorts=(
        Sort("name", gettext_lazy("Name"), ("name",)),
        Sort("newest", gettext_lazy("Newest"), ("-id",)),
    ),
    filters=(
        Filter(
            "when",
            gettext_lazy("When"),
            _when,
            lambda by: [
                Choice("now", _("Running")),
                Choice("later", _("To come")),
                Choice("over", _("Over")),
                Choice("open", _("Without days")),
            ],
        ),
    ),
    search=_search,
    columns=(
        Column(gettext_lazy("Name"), lambda c: c.name),
        Column(gettext_lazy("Unit"), lambda c: c.unit.name),
        Column(gettext_lazy("First day"), lambda c: c.starts_on and c.starts_on.isoformat()),
        Column(gettext_lazy("Last day"), lambda c: c.ends_on and c.ends_on.isoformat()),
    ),
)


def campaigns(by: Actor, scope: Unit | None, params: Mapping[str, list[str]]) -> Page[Campaign]:
    """A page of campaigns."""
    rows: QuerySet[Any] = visible_campaigns(by, scope)
    return CAMPAIGNS.page(by, rows, params)


VERSIONS: Listing[Version] = Listing(
    name="versions",
    sorts=(
        Sort("newest", gettext_lazy("Newest"), ("-number",)),
        Sort("oldest", gettext_lazy("Oldest"), ("number",)),
    ),
    filters=(Filter("by", gettext_lazy("Person"), ids_of("by")),),
    search=words_in("content__text", "content__title", "by__name"),
    columns=(
        Column(gettext_lazy("Version"), lambda v: v.number),
        Column(gettext_lazy("When (UTC)"), lambda v: v.at.isoformat()),
        Column(gettext_lazy("Who"), lambda v: v.by.name if v.by else ""),
        Column(gettext_lazy("Title"), lambda v: v.content.get("title", "")),
        Column(gettext_lazy("Text"), lambda v: v.content.get("text", "")),
    ),
)

COMMENTS: Listing[Comment] = Listing(
    name="comments",
    sorts=(
        Sort("oldest", gettext_lazy("Oldest"), ("at",)),
        Sort("newest", gettext_lazy("Newest"), ("-at",)),
    ),
    search=words_in("text", "by__name"),
)


def versions(by: Actor, post_id: int, params: Mapping[str, list[str]]) -> Page[Version]:
    """A page of what the post was after each change, each with the content `before` it if there was one."""
    earlier = Version.objects.filter(post=OuterRef("post"), number__lt=OuterRef("number")).order_by("-number")
    rows = visible_versions(by, post_id).annotate(before=Subquery(earlier.values("content")[:1]))
    return VERSIONS.page(by, rows, params)


def comments(by: Actor, post_id: int, params: Mapping[str, list[str]]) -> Page[Comment]:
    """A page of what was said about the post inside the company."""
    rows: QuerySet[Any] = one_post(by, post_id).comments.select_related("by")
    return COMMENTS.page(by, rows, params)
