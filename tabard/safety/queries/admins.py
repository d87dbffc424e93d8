"""What is read of platforms' administrators: findings, one channel's list, how far a reading is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Max, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.kernel import permissions, text
from tabard.kernel.actor import Actor
from tabard.kernel.errors import Missing
from tabard.kernel.narrowing import any_of, ids_of, named
from tabard.kernel.query import Column, Filter, Listing, Page, Sort
from tabard.org.models import Unit
from tabard.register.filters import platforms_of
from tabard.register.models import Channel
from tabard.safety.models import AdminFinding, AdminList, PlatformAdmin
from tabard.safety.platforms import one_login, readable, tells

Kind = AdminFinding.Kind
GONE = 50  # names that are no longer on a list, as many as are shown
STATES = {
    "open": gettext_lazy("To do"),
    "accepted": gettext_lazy("May stay"),
    "gone": gettext_lazy("Over"),
}
BADGES = {"open": "needs_work", "accepted": "mute", "gone": "done"}
DO: dict[str, Any] = {
    Kind.LEFT: gettext_lazy("Take them off the list at the platform, then read the list again"),
    Kind.UNKNOWN: gettext_lazy("Say who that is, or take them off the list at the platform"),
    Kind.NO_GRANT: gettext_lazy("Give them a grant, or take them off the list at the platform"),
    Kind.ALONE: gettext_lazy("Name a second administrator at the platform, then read the list again"),
}
WITH = (
    "admin__suggested",
    "admin__person",
    "channel__unit",
    "channel__platform",
    "person",
    "owner",
    "decided_by",
)


def _search(rows: QuerySet[Any], words: str) -> QuerySet[Any]:
    for word in text.folded(words).split():
        names = Q(admin__name__icontains=word) | Q(admin__email__icontains=word)
        names |= Q(admin__handle__icontains=word) | Q(person__search__contains=word)
        rows = rows.filter(names | Q(channel__search__contains=word))
    return rows


FINDINGS: Listing[AdminFinding] = Listing(
    name="admin_findings",
    sorts=(
        Sort("due", gettext_lazy("Due first"), ("due_at",)),
        Sort("-due", gettext_lazy("Due last"), ("-due_at",)),
        Sort("newest", gettext_lazy("Newest"), ("-found_at",)),
    ),
    filters=(
        Filter("kind", gettext_lazy("What does not fit"), any_of("kind"), named(Kind.choices)),
        Filter("state", gettext_lazy("State"), any_of("state"), named(STATES)),
        Filter(
            "platform",
            gettext_lazy("Platform"),
            any_of("channel__platform"),
            platforms_of(AdminFinding, "channel__platform"),
        ),
        Filter("owner", gettext_lazy("Who does it"), ids_of("owner")),
        Filter("person", gettext_lazy("Person"), ids_of("person")),
    ),
    search=_search,
    columns=(
        Column(gettext_lazy("Administrator"), lambda f: str(f.admin)),
        Column(gettext_lazy("E-mail"), lambda f: f.admin.email),
        Column(gettext_lazy("Role"), lambda f: f.admin.role),
        Column(gettext_lazy("Person"), lambda f: f.person.name if f.person else ""),
        Column(gettext_lazy("Channel"), lambda f: f.channel.handle),
        Column(gettext_lazy("Platform"), lambda f: f.channel.platform.name),
        Column(gettext_lazy("Unit"), lambda f: f.channel.unit.name),
        Column(gettext_lazy("What does not fit"), lambda f: f.get_kind_display()),
        Column(gettext_lazy("Next step"), lambda f: DO[f.kind] if f.state == "open" else ""),
        Column(gettext_lazy("Who does it"), lambda f: f.owner.name if f.owner else ""),
        Column(gettext_lazy("State"), lambda f: STATES[f.state]),
        Column(gettext_lazy("Why it may stay"), lambda f: f.reason),
        Column(gettext_lazy("Found (UTC)"), lambda f: f.found_at.isoformat()),
        Column(gettext_lazy("Due (UTC)"), lambda f: f.due_at.isoformat()),
        Column(gettext_lazy("Ended (UTC)"), lambda f: f.ended_at and f.ended_at.isoformat()),
        Column(gettext_lazy("Evidence"), lambda f: f.evidence),
    ),
)


def visible_findings(by: Actor, scope: Unit | None) -> QuerySet[Any]:
    """Those that `by` may know of."""
    rows: QuerySet[Any] = AdminFinding.objects.visible_to(by).select_related(*WITH)
    return rows.filter(channel__unit__path__startswith=scope.path) if scope is not None else rows


def findings(by: Actor, scope: Unit | None, params: Mapping[str, list[str]]) -> Page[AdminFinding]:
    """A page of them; what is over or may stay only where it is asked for."""
    return FINDINGS.page(by, exported(by, scope, params), params)


def exported(by: Actor, scope: Unit | None, params: Mapping[str, list[str]]) -> QuerySet[Any]:
    """The rows of the CSV: the same as the list."""
    rows = visible_findings(by, scope)
    return rows if any(params.get(name) for name in ("state", "person")) else rows.filter(state="open")


def finding(by: Actor, finding_id: int) -> AdminFinding:
    """One of them. `Missing` if there is none, or not for `by`."""
    for found in visible_findings(by, None).filter(pk=finding_id):
        one: AdminFinding = found
        return one
    raise Missing(_("There is no such finding, or it is not yours to see."))


def of_departure(departure_id: int) -> list[AdminFinding]:
    """Where somebody who left was still listed, what is still so first. For readers of that record."""
    rows = AdminFinding.objects.filter(departure=departure_id).select_related(*WITH)
    return sorted(rows, key=lambda f: (f.ended_at is not None, f.due_at, f.pk))


def admin(by: Actor, admin_id: int) -> PlatformAdmin:
    """One name on one list. `Missing` if there is none, or not for `by`."""
    rows = PlatformAdmin.objects.visible_to(by).select_related("channel__unit", "person", "suggested")
    for found in rows.filter(pk=admin_id):
        one: PlatformAdmin = found
        return one
    raise Missing(_("There is no such administrator, or it is not yours to see."))


@dataclass(frozen=True)
class Listed:
    """One channel's list: how it was read, who is on it, who was, and what does not fit.

    `tells` and `one_login` say what its platform is like.
    """

    reading: AdminList | None
    here: list[PlatformAdmin]
    gone: list[PlatformAdmin]
    tells: bool
    one_login: bool


def of_channel(by: Actor, channel: Channel) -> Listed:
    """What is known of who administers a channel at its platform; findings stand with each as `open`."""
    permissions.demand(by, "vault.see", channel)
    rows = PlatformAdmin.objects.filter(channel=channel).select_related("person", "suggested")
    every = list(rows.order_by("name", "id"))
    alive = AdminFinding.objects.alive().filter(channel=channel)
    wrong: dict[int, list[AdminFinding]] = {}
    for each in alive.select_related(*WITH).order_by("id"):
        wrong.setdefault(each.admin_id, []).append(each)
    for one in every:
        setattr(one, "wrong", wrong.get(one.pk, []))  # noqa: B010 only this page has them
    return Listed(
        AdminList.objects.filter(channel=channel).first(),
        [one for one in every if one.gone_at is None],
        sorted((one for one in every if one.gone_at), key=lambda o: o.gone_at, reverse=True)[:GONE],  # type: ignore[arg-type,return-value]
        tells(channel.platform_id),
        one_login(channel.platform_id),
    )


def progress(by: Actor, scope: Unit | None) -> tuple[int, int]:
    """How many of the lists that were last asked for together have been tried, and how many they are."""
    rows = AdminList.objects.filter(channel__in=readable().values("pk"))
    if scope is not None:
        rows = rows.filter(channel__unit__path__startswith=scope.path)
    latest = rows.aggregate(at=Max("asked_at"))["at"]
    counted = rows.filter(asked_at=latest).aggregate(
        all=Count("pk"), done=Count("pk", filter=Q(tried_at__gte=F("asked_at")))
    )
    return (counted["done"], counted["all"]) if latest else (0, 0)
