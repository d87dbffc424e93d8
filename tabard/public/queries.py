"""What is read of the public register by those who decide about it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Case, CharField, F, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.kernel import clock, text
from tabard.kernel.actor import Actor
from tabard.kernel.errors import Missing
from tabard.kernel.narrowing import any_of, folded_in, ids_of, named
from tabard.kernel.query import Column, Filter, Listing, Page, Sort
from tabard.org.models import Unit
from tabard.public.gathering import OURS, allowed, gather
from tabard.public.models import Disowned, Edition, Publication, Showing, SigningKey
from tabard.public.signing import current
from tabard.register.filters import platforms_of
from tabard.register.models import Channel, Platform

YES, NO = "yes", "no"
SAID = {
    YES: gettext_lazy("Public"),
    NO: gettext_lazy("Not public"),
}


CHANNELS: Listing[Any] = Listing(
    name="public_channels",
    counted=10_000,
    sorts=(
        Sort("handle", gettext_lazy("Channel"), ("handle",)),
        Sort("-handle", gettext_lazy("Channel, last first"), ("-handle",)),
        Sort("unit", gettext_lazy("Unit"), ("unit__name", "handle")),
    ),
    filters=(
        Filter("public", gettext_lazy("In the public register"), any_of("is_public"), named(SAID)),
        Filter("decided", gettext_lazy("Decision"), any_of("decided"), named(Showing.Shown.choices)),
        Filter("platform", gettext_lazy("Platform"), any_of("platform"), platforms_of(Channel)),
        Filter("unit", gettext_lazy("Unit"), ids_of("unit")),
    ),
    search=folded_in("search", sign="@"),
    columns=(
        Column(gettext_lazy("Unit"), lambda c: c.unit.name),
        Column(gettext_lazy("Platform"), lambda c: c.platform.name),
        Column(gettext_lazy("Handle"), lambda c: c.handle),
        Column(gettext_lazy("Link"), lambda c: c.url),
        Column(gettext_lazy("State"), lambda c: c.state),
        Column(gettext_lazy("In the public register"), lambda c: SAID[c.is_public]),
        Column(gettext_lazy("Decision"), lambda c: Showing.Shown(c.decided).label),
        Column(gettext_lazy("Public since"), lambda c: c.since),
    ),
)


def publication() -> Publication | None:
    """Whether there is a public register, and its edition."""
    return Publication.objects.select_related("edition").first()


def listed(by: Actor, scope: Unit | None) -> QuerySet[Any]:
    """Channels that `by` may see, each with what was decided and what comes of it."""
    rows: QuerySet[Any] = Channel.objects.visible_to(by).exclude(state="proposed")
    if scope is not None:
        rows = rows.filter(unit__path__startswith=scope.path)
    open_units = [unit for unit, yes in allowed().items() if yes]
    by_policy = Q(unit__in=open_units) & ~Q(showing__shown=NO)
    found: QuerySet[Any] = rows.annotate(
        decided=Coalesce(F("showing__shown"), Value(Showing.Shown.POLICY.value)),
        is_public=Case(
            When(Q(state__in=OURS) & (Q(showing__shown=YES) | by_policy), then=Value(YES)),
            default=Value(NO),
            output_field=CharField(),
        ),
    )
    return found


def channels(by: Actor, scope: Unit | None, params: Mapping[str, list[str]]) -> Page[Any]:
    """A page of them, with since when each is public."""
    page = CHANNELS.page(by, exported(by, scope), params)
    with_since(page.rows)
    return page


def exported(by: Actor, scope: Unit | None) -> QuerySet[Any]:
    """The rows of the list and of its file."""
    return listed(by, scope).select_related("unit", "platform")


def with_since(rows: Sequence[Channel]) -> Sequence[Channel]:
    """Puts `since` on each: the day from which it was in every edition; nothing where it is in none."""
    out = publication()
    known = out.edition.known if out and out.is_on and out.edition else {}
    for row in rows:
        told = known.get(str(row.pk), {})
        setattr(row, "since", "" if "until" in told else told.get("since", ""))  # noqa: B010 only this page has it
    return rows


def channel(by: Actor, channel_id: int) -> Channel:
    """One channel with what was decided. `Missing` if there is none, or not for `by`."""
    for found in with_since(list(exported(by, None).filter(pk=channel_id))):
        return found
    raise Missing(_("There is no such channel, or it is not yours to see."))


def some(by: Actor, ids: Sequence[str]) -> list[Channel]:
    """Those of `ids` that `by` may see."""
    return list(Channel.objects.visible_to(by).filter(pk__in=text.numbers(list(ids))).order_by("pk"))


def showing(channel: Channel) -> Showing | None:
    """What was decided about it."""
    return Showing.objects.select_related("said_by").filter(channel=channel).first()


def platforms() -> list[tuple[str, str]]:
    """The catalogue, for a form."""
    return list(Platform.objects.values_list("slug", "name"))


def keys() -> tuple[list[SigningKey], SigningKey | None]:
    """Every key there has been, and the one that signs now."""
    found = list(SigningKey.objects.all())
    return found, current(found, clock.now())


def preview() -> Edition:
    """What an edition would say now, made and signed by nobody. For those who may decide about it."""
    now, there = clock.now(), publication() or Publication()
    content = gather(now, there, there.edition)
    said = {**content.body, "edition": 0, "made": "", "expires": "", "keys": [], "signatures": []}
    return Edition(pk=0, made_at=now, document=json.dumps(said), profiles=content.profiles)


def _profile_search(rows: QuerySet[Any], words: str) -> QuerySet[Any]:
    for word in words.split():
        rows = rows.filter(Q(handle__icontains=word) | Q(canonical__icontains=word) | Q(note__icontains=word))
    return rows


PROFILES: Listing[Disowned] = Listing(
    name="disowned",
    sorts=(
        Sort("newest", gettext_lazy("Newest"), ("-said_at",)),
        Sort("handle", gettext_lazy("Profile"), ("handle",)),
    ),
    filters=(Filter("kind", gettext_lazy("What it is"), any_of("kind"), named(Disowned.Kind.choices)),),
    search=_profile_search,
    columns=(
        Column(gettext_lazy("Platform"), lambda p: p.platform.name),
        Column(gettext_lazy("Handle"), lambda p: p.handle),
        Column(gettext_lazy("Link"), lambda p: p.canonical),
        Column(gettext_lazy("What it is"), lambda p: p.get_kind_display()),
        Column(gettext_lazy("Note"), lambda p: p.note),
        Column(gettext_lazy("Unit"), lambda p: p.unit.name),
        Column(gettext_lazy("Said (UTC)"), lambda p: p.said_at.isoformat()),
    ),
)


def profiles_of(by: Actor, scope: Unit | None) -> QuerySet[Any]:
    """Profiles that are said not to be ours."""
    rows: QuerySet[Any] = Disowned.objects.visible_to(by).filter(ended_at=None)
    rows = rows.select_related("unit", "platform", "said_by")
    return rows.filter(unit__path__startswith=scope.path) if scope is not None else rows


def profiles(by: Actor, scope: Unit | None, params: Mapping[str, list[str]]) -> Page[Disowned]:
    """A page of them."""
    return PROFILES.page(by, profiles_of(by, scope), params)


def profile(by: Actor, profile_id: int) -> Disowned:
    """One of them. `Missing` if there is none, or not for `by`."""
    rows = Disowned.objects.visible_to(by).select_related("unit", "platform").filter(pk=profile_id)
    for found in rows:
        one: Disowned = found
        return one
    raise Missing(_("There is no such profile, or it is not yours to see."))
