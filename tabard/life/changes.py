"""What is read of platforms, of what they change, and of whom that touches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.connectors import registry
from tabard.kernel import clock
from tabard.kernel.actor import Actor
from tabard.kernel.endpoint import nothing_there
from tabard.kernel.errors import Missing
from tabard.kernel.narrowing import any_of, ids_of, ways, words_in
from tabard.kernel.query import Choice, Column, Filter, Listing, Page, Sort
from tabard.life.models import PlatformChange
from tabard.life.placements import placements_of
from tabard.life.platform_facts import DatedFact, dated_facts
from tabard.life.weighing import ON_ITS_WAY_OUT
from tabard.posts.models import Variant
from tabard.register.models import Channel, Platform
from tabard.register.queries import STAGES, over

SHOWN = 50
WITH = ("platform", "owner", "ended_by")


def _open() -> Q:
    return Q(ended_at=None)


def _announcing() -> list[Choice]:
    rows = Platform.objects.filter(pk__in=PlatformChange.objects.order_by().values("platform"))
    return [Choice(platform.slug, platform.name) for platform in rows]


CHANGES: Listing[Any] = Listing(
    name="platform_changes",
    sorts=(
        Sort("soonest", gettext_lazy("Takes effect first"), ("takes_effect",)),
        Sort("latest", gettext_lazy("Takes effect last"), ("-takes_effect",)),
    ),
    filters=(
        ways(
            "state",
            gettext_lazy("State"),
            {
                "open": (gettext_lazy("To do"), _open),
                "late": (gettext_lazy("Overdue"), lambda: Q(ended_at=None, due_on__lt=clock.today())),
                "over": (gettext_lazy("Over"), lambda: Q(ended_at__isnull=False)),
            },
        ),
        Filter("platform", gettext_lazy("Platform"), any_of("platform"), lambda by: _announcing()),
        Filter(
            "owner",
            gettext_lazy("Who does it"),
            ids_of("owner"),
            lambda by: [Choice(str(by.person_id), _("me"))] if by.person_id else [],
        ),
    ),
    search=words_in("title", "what", "platform__name"),
    columns=(
        Column(gettext_lazy("Platform"), lambda c: c.platform.name),
        Column(gettext_lazy("What changes"), lambda c: c.title),
        Column(gettext_lazy("In more words"), lambda c: c.what),
        Column(gettext_lazy("Where it is announced"), lambda c: c.source),
        Column(gettext_lazy("Takes effect"), lambda c: c.takes_effect.isoformat()),
        Column(gettext_lazy("Placements"), lambda c: ", ".join(c.placements)),
        Column(gettext_lazy("Who does it"), lambda c: c.owner and c.owner.name),
        Column(gettext_lazy("Due"), lambda c: c.due_on.isoformat()),
        Column(gettext_lazy("Outcome"), lambda c: c.get_outcome_display()),
        Column(gettext_lazy("Note"), lambda c: c.words),
    ),
)


def visible() -> QuerySet[Any]:
    """What platforms change is for everybody who sees channels: the route asks for that."""
    rows: QuerySet[Any] = PlatformChange.objects.select_related(*WITH)
    return rows


def changes(by: Actor, params: Mapping[str, list[str]]) -> Page[Any]:
    """A page of what platforms change."""
    return CHANGES.page(by, visible(), params)


def one_change(change_id: int | None) -> PlatformChange:
    """One change. `Missing` if there is none."""
    found: PlatformChange | None = visible().filter(pk=change_id).first()
    if found is None:
        raise Missing(nothing_there(_("change")))
    return found


@dataclass
class Touched:
    """Whom a change touches, as far as somebody may see it; of each so many are named."""

    channels: list[Any] = field(default_factory=list)
    channel_count: int = 0
    posts: list[Any] = field(default_factory=list)
    post_count: int = 0
    connector: bool = False
    abilities: list[str] = field(default_factory=list)
    placements: list[str] = field(default_factory=list)


def touched(by: Actor, change: PlatformChange) -> Touched:
    """Channels on the platform, posts planned there from the day on, and our connector. Four queries."""
    here = Channel.objects.visible_to(by).filter(platform=change.platform_id)
    here = here.exclude(state__in=ON_ITS_WAY_OUT)
    planned = planned_for(by, change)
    found = Touched(
        channels=list(here.select_related("unit", "platform").order_by("handle", "pk")[:SHOWN]),
        channel_count=here.count(),
        posts=list(planned.select_related("post", "channel__unit", "channel__platform")[:SHOWN]),
        post_count=planned.count(),
    )
    if change.platform_id in registry.platforms():
        found.connector = True
        found.abilities = sorted(str(each) for each in registry.card(change.platform_id).abilities)
        there = placements_of(change.platform_id)
        found.placements = [there[name] for name in change.placements or there if name in there]
    return found


def planned_for(by: Actor, change: PlatformChange) -> QuerySet[Any]:
    """Variants that are to go there on the day or after it, the first that is due first."""
    day = datetime.combine(change.takes_effect, time.min, tzinfo=UTC)
    rows = Variant.objects.filter(
        channel__in=Channel.objects.visible_to(by).filter(platform=change.platform_id),
        state__in=("draft", "in_review", "approved", "scheduled"),
        post__deleted_at=None,
        post__due_at__gte=max(day, clock.now()),
    )
    if change.placements:
        rows = rows.filter(placement__in=change.placements)
    found: QuerySet[Any] = rows.order_by("post__due_at", "pk")
    return found


@dataclass(frozen=True)
class OnPlatform:
    """A platform as the catalogue shows it: what we do there, the channels somebody sees, what changes."""

    platform: Platform
    stage: str
    channels: int
    changes: int
    connector: bool
    over: str


def catalogue(by: Actor) -> list[OnPlatform]:
    """Platforms that we are on, have a word about, or have a connector for. Three queries."""
    mine = Channel.objects.visible_to(by).exclude(state="retired").order_by()
    channels = dict(mine.values_list("platform").annotate(n=Count("pk")))
    announced = PlatformChange.objects.filter(_open()).order_by()
    changes = dict(announced.values_list("platform").annotate(n=Count("pk")))
    known = {*registry.platforms(), *(fact.platform for fact in dated_facts())}
    return [
        OnPlatform(
            each,
            str(STAGES.get(each.stage, "")),
            channels.get(each.slug, 0),
            changes.get(each.slug, 0),
            each.slug in registry.platforms(),
            over(each),
        )
        for each in Platform.objects.order_by("name")
        if each.slug in known or each.stage or each.slug in channels or each.slug in changes
    ]


def facts_of(platform: str = "") -> list[DatedFact]:
    """What is known to have been announced, the latest first."""
    return [fact for fact in dated_facts() if platform in {"", fact.platform}]


def fact_named(key: str) -> DatedFact | None:
    """The one of this key."""
    return next((fact for fact in dated_facts() if fact.key == key), None)


def due_before(day: date) -> Q:
    """To be done by a day."""
    return Q(ended_at=None, due_on__lte=day)
