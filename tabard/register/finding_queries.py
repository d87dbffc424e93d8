"""What is read of the register's findings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.kernel.actor import Actor
from tabard.kernel.errors import Missing
from tabard.kernel.narrowing import any_of, folded_in, ids_of, named
from tabard.kernel.query import Column, Filter, Listing, Page, Sort
from tabard.org.models import Unit
from tabard.register.filters import platforms_of
from tabard.register.finding_rules import REASONS
from tabard.register.models import Channel, Finding

STATES = {
    "open": gettext_lazy("To do"),
    "kept": gettext_lazy("Decided"),
    "gone": gettext_lazy("Over"),
}
WITH = ("channel__unit", "channel__platform", "decided_by")
DRAWN = (
    *("kind", "reasons", "state", "reason", "until", "others", "decided_at", "found_at", "decided_by__name"),
    *("channel__handle", "channel__name", "channel__platform__name"),
    *("channel__unit__name", "channel__unit__arms", "channel__unit__path"),
)
# What is worse comes first.
ORDER = ("duplicate", "contradictory", "nobody", "one_person", "dormant", "incomplete")


def says(finding: Finding) -> list[str]:
    """Its reasons, in the reader's language."""
    return [str(REASONS[code]) % facts for code, facts in finding.reasons]


FINDINGS: Listing[Any] = Listing(
    name="findings",
    counted=20_000,
    sorts=(
        Sort("worst", gettext_lazy("Worst first"), ("rank", "found_at")),
        Sort("newest", gettext_lazy("Newest"), ("-found_at",)),
        Sort("channel", gettext_lazy("Channel"), ("channel__handle",)),
    ),
    filters=(
        Filter("kind", gettext_lazy("What does not fit"), any_of("kind"), named(Finding.Kind.choices)),
        Filter("state", gettext_lazy("State"), any_of("state"), named(STATES)),
        Filter(
            "platform",
            gettext_lazy("Platform"),
            any_of("channel__platform"),
            platforms_of(Finding, "channel__platform"),
        ),
        Filter("channel", gettext_lazy("Channel"), ids_of("channel")),
        Filter("unit", gettext_lazy("Unit"), ids_of("channel__unit")),
    ),
    search=folded_in("channel__search", sign="@"),
    columns=(
        Column(gettext_lazy("Unit"), lambda f: f.channel.unit.name),
        Column(gettext_lazy("Platform"), lambda f: f.channel.platform.name),
        Column(gettext_lazy("Channel"), lambda f: f.channel.handle),
        Column(gettext_lazy("What does not fit"), lambda f: f.get_kind_display()),
        Column(gettext_lazy("Reasons"), lambda f: " ".join(says(f))),
        Column(gettext_lazy("State"), lambda f: STATES[f.state]),
        Column(gettext_lazy("Why it may stay"), lambda f: f.reason),
        Column(gettext_lazy("Until"), lambda f: f.until or ""),
        Column(gettext_lazy("Found (UTC)"), lambda f: f.found_at.isoformat()),
    ),
)


def visible(by: Actor, scope: Unit | None) -> QuerySet[Any]:
    """Findings that `by` may see, the worst kinds ranked first."""
    rank = Case(
        *(When(kind=kind, then=Value(place)) for place, kind in enumerate(ORDER)),
        default=Value(len(ORDER)),
        output_field=IntegerField(),
    )
    rows: QuerySet[Any] = Finding.objects.visible_to(by).annotate(rank=rank)
    rows = rows.select_related(*WITH).only(*DRAWN)
    return rows.filter(channel__unit__path__startswith=scope.path) if scope is not None else rows


def exported(by: Actor, scope: Unit | None, params: Mapping[str, list[str]]) -> QuerySet[Any]:
    """The rows of the list and of its file: what is decided or over only where it is asked for."""
    rows = visible(by, scope)
    return rows if params.get("state") else rows.filter(state="open")


def findings(by: Actor, scope: Unit | None, params: Mapping[str, list[str]]) -> Page[Any]:
    """A page of findings, each with its reasons as `says`."""
    page = FINDINGS.page(by, exported(by, scope, params), params)
    for row in page.rows:
        row.says = says(row)
    return page


def finding(by: Actor, finding_id: int) -> Finding:
    """One finding. `Missing` if there is none, or not for `by`."""
    for row in visible(by, None).filter(pk=finding_id):
        row.says = says(row)
        one: Finding = row
        return one
    raise Missing(_("There is no such finding, or it is not yours to see."))


def entries(by: Actor, finding: Finding) -> list[Channel]:
    """The channels it is about, as far as `by` may see them."""
    rows = Channel.objects.visible_to(by).filter(pk__in=[finding.channel_id, *finding.others])
    return list(rows.select_related("unit", "platform", "owner", "deputy").order_by("pk"))
