"""Credentials as they are looked at: where they stand, who has them, who has ever seen them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.kernel.actor import Actor
from tabard.kernel.errors import Missing
from tabard.kernel.narrowing import ids_of, named
from tabard.kernel.query import Column, Filter, Listing, Page, Sort
from tabard.kernel.search import with_words
from tabard.org.models import Unit
from tabard.org.queries import policy
from tabard.safety.models import CheckOut, Credential, Look, Rotation
from tabard.safety.rules import MOST_HOURS

STATES = {
    "free": gettext_lazy("Free"),
    "out": gettext_lazy("Checked out"),
    "change": gettext_lazy("To be changed"),
}
WITH = ("unit", "channel__unit", "channel__platform")


def _out() -> QuerySet[CheckOut]:
    found: QuerySet[CheckOut] = CheckOut.objects.held().filter(credential=OuterRef("pk"), emergency=False)
    return found


def _in_state(rows: QuerySet[Any], values: list[str]) -> QuerySet[Any]:
    wanted = Q()
    if "free" in values:
        wanted |= Q(is_out=False)
    if "out" in values:
        wanted |= Q(is_out=True)
    if "change" in values:
        wanted |= Q(to_change=True)
    return rows.filter(wanted)


CREDENTIALS: Listing[Any] = Listing(
    name="credentials",
    sorts=(
        Sort("name", gettext_lazy("Name"), ("name",)),
        Sort("-name", gettext_lazy("Name, last first"), ("-name",)),
        Sort("newest", gettext_lazy("Newest"), ("-created_at",)),
    ),
    filters=(
        Filter("state", gettext_lazy("State"), _in_state, named(STATES)),
        Filter("unit", gettext_lazy("Unit"), ids_of("at_unit")),
        Filter("channel", gettext_lazy("Channel"), ids_of("channel")),
    ),
    search=lambda rows, words: with_words(rows, words, "search"),
    columns=(
        Column(gettext_lazy("Name"), lambda c: c.name),
        Column(gettext_lazy("Unit"), lambda c: c.home.name),
        Column(gettext_lazy("Channel"), lambda c: c.channel.handle if c.channel else ""),
        Column(gettext_lazy("User name"), lambda c: c.login),
        Column(gettext_lazy("Password changed (UTC)"), lambda c: c.changed_at and c.changed_at.isoformat()),
        Column(gettext_lazy("One-time codes"), lambda c: _("yes") if c.seed else _("no")),
        Column(gettext_lazy("Out with"), lambda c: c.out_with),
        Column(gettext_lazy("To be changed"), lambda c: _("yes") if c.to_change else _("no")),
    ),
)

LOOKS: Listing[Look] = Listing(
    name="looks",
    sorts=(Sort("newest", gettext_lazy("Newest"), ("-id",)),),
    filters=(Filter("person", gettext_lazy("Person"), ids_of("person")),),
    columns=(
        Column(gettext_lazy("When (UTC)"), lambda look: look.at.isoformat()),
        Column(gettext_lazy("Who"), lambda look: look.person.name if look.person else ""),
        Column(gettext_lazy("What"), lambda look: look.get_what_display()),
        Column(gettext_lazy("By"), lambda look: look.via),
        Column(gettext_lazy("In an emergency"), lambda look: look.check_out and look.check_out.emergency),
    ),
)


def visible(by: Actor, scope: Unit | None) -> QuerySet[Any]:
    """Credentials that `by` may know of, with who has each. Forgotten ones are left out."""
    rows: QuerySet[Any] = Credential.objects.visible_to(by).kept().select_related(*WITH)
    if scope is not None:
        below = Q(unit__path__startswith=scope.path) | Q(channel__unit__path__startswith=scope.path)
        rows = rows.filter(below)
    found: QuerySet[Any] = rows.annotate(
        is_out=Exists(_out()),
        out_with=Subquery(_out().values("person__name")[:1]),
        out_until=Subquery(_out().values("until")[:1]),
        to_change=Exists(Rotation.objects.open().filter(credential=OuterRef("pk"))),
    )
    return found


def credentials(by: Actor, scope: Unit | None, params: Mapping[str, list[str]]) -> Page[Credential]:
    """A page of them."""
    return CREDENTIALS.page(by, visible(by, scope), params)


def credential(by: Actor, credential_id: int) -> Credential:
    """One of them, forgotten or not. `Missing` if there is none, or not for `by`."""
    rows = Credential.objects.visible_to(by).select_related(*WITH)
    for found in rows.filter(pk=credential_id):
        return found
    raise Missing(_("There is no such credential, or it is not yours to see."))


def check_out(by: Actor, check_out_id: int) -> CheckOut:
    """One check-out of a credential that `by` may know of."""
    there = Credential.objects.visible_to(by).values("pk")
    rows = CheckOut.objects.filter(pk=check_out_id, credential__in=there)
    for found in rows.select_related("person", "credential__unit", "credential__channel__unit"):
        return found
    raise Missing(_("There is no such check-out, or it is not yours to see."))


def visible_looks(by: Actor, credential: Credential) -> QuerySet[Any]:
    """Who ever saw something of it."""
    rows: QuerySet[Any] = Look.objects.filter(credential=credential)
    return rows.select_related("person", "check_out")


def looks(by: Actor, credential: Credential, params: Mapping[str, list[str]]) -> Page[Look]:
    """A page of who saw what, the latest first."""
    return LOOKS.page(by, visible_looks(by, credential), params)


def mine(by: Actor, credential: Credential) -> CheckOut | None:
    """By which check-out `by` has it now."""
    rows = CheckOut.objects.held().filter(credential=credential, person=by.person_id)
    found: CheckOut | None = rows.order_by("emergency").first()
    return found


@dataclass(frozen=True)
class Whole:
    """All that the page of a credential shows; nothing secret."""

    out: list[CheckOut]
    waiting: list[CheckOut]
    taken: bool
    mine: CheckOut | None
    i_wait: bool
    looks: list[Look]
    rotations: list[Rotation]
    most_hours: int
    change_after: bool


def whole(by: Actor, credential: Credential) -> Whole:
    """Four queries and the policy."""
    open_ones = list(
        CheckOut.objects.filter(credential=credential, ended_at=None).select_related("person").order_by("id")
    )
    out = [c for c in open_ones if c.taken_at and not c.late]
    waiting = [c for c in open_ones if not c.taken_at]
    rotations = Rotation.objects.filter(credential=credential).select_related("person", "owner")
    rules = policy(credential.home).values
    return Whole(
        out=out,
        waiting=waiting,
        taken=any(not c.emergency for c in out),
        mine=next((c for c in sorted(out, key=lambda c: c.emergency) if c.person_id == by.person_id), None),
        i_wait=any(c.person_id == by.person_id for c in waiting),
        looks=list(visible_looks(by, credential)[:20]),
        rotations=list(rotations.order_by("-id")[:20]),
        most_hours=min(MOST_HOURS, rules["vault_hours"] or MOST_HOURS),
        change_after=bool(rules["vault_change"]),
    )
