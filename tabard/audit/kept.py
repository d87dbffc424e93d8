"""Lists of what keeps the log: legal holds, exports, streams and seals."""

from __future__ import annotations

from typing import Any

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.audit.models import Anchor, Export, LegalHold, Seal, Stream
from tabard.kernel.narrowing import NONE, ending, ways, words_in
from tabard.kernel.query import Column, Listing, Sort
from tabard.kernel.text import number

NEWEST = Sort("newest", gettext_lazy("Newest"), ("-id",))
OPEN = ExpressionWrapper(Q(ended_at=None), output_field=BooleanField())


def open_first(rows: QuerySet[Any]) -> QuerySet[Any]:
    """With `is_open`, by which those in force come before those that are over."""
    found: QuerySet[Any] = rows.annotate(is_open=OPEN)
    return found


HOLDS: Listing[LegalHold] = Listing(
    name="legal_holds",
    sorts=(Sort("open", gettext_lazy("In force first"), ("-is_open", "-id")), NEWEST),
    filters=(ending(),),
    search=words_in("name", "reason", "made_by"),
    columns=(
        Column(gettext_lazy("Name"), lambda h: h.name),
        Column(gettext_lazy("Reason"), lambda h: h.reason),
        Column(gettext_lazy("Person"), lambda h: h.about_person),
        Column(gettext_lazy("Thing"), lambda h: f"{h.about_kind} {h.about_thing or ''}".strip()),
        Column(gettext_lazy("From"), lambda h: h.since and h.since.isoformat()),
        Column(gettext_lazy("Until"), lambda h: h.until and h.until.isoformat()),
        Column(gettext_lazy("Made (UTC)"), lambda h: h.made_at.isoformat()),
        Column(gettext_lazy("By"), lambda h: h.made_by),
        Column(gettext_lazy("Ended (UTC)"), lambda h: h.ended_at and h.ended_at.isoformat()),
        Column(gettext_lazy("Why it ended"), lambda h: h.end_reason),
    ),
)

EXPORTS: Listing[Export] = Listing(
    name="audit_exports",
    sorts=(NEWEST,),
    filters=(
        ways(
            "state",
            gettext_lazy("State"),
            {
                "ready": (gettext_lazy("Ready"), lambda: ~Q(file="")),
                "making": (gettext_lazy("Being made"), lambda: Q(file="", finished_at=None, trouble="")),
                "failed": (gettext_lazy("Failed"), lambda: Q(file="", finished_at=None) & ~Q(trouble="")),
                "deleted": (gettext_lazy("Deleted"), lambda: Q(file="", finished_at__isnull=False)),
            },
        ),
        ways(
            "form",
            gettext_lazy("Form"),
            {"jsonl": ("JSON Lines", lambda: Q(form="jsonl")), "csv": ("CSV", lambda: Q(form="csv"))},
        ),
    ),
    search=words_in("made_by"),
    columns=(
        Column(gettext_lazy("Asked for (UTC)"), lambda e: e.made_at.isoformat()),
        Column(gettext_lazy("By"), lambda e: e.made_by),
        Column(gettext_lazy("Form"), lambda e: e.form),
        Column(gettext_lazy("Narrowed by"), lambda e: e.params or ""),
        Column(gettext_lazy("Entries"), lambda e: e.done),
        Column(gettext_lazy("Ready (UTC)"), lambda e: e.finished_at and e.finished_at.isoformat()),
        Column(gettext_lazy("Trouble"), lambda e: e.trouble),
    ),
)

STREAMS: Listing[Stream] = Listing(
    name="audit_streams",
    sorts=(
        Sort("open", gettext_lazy("Running first"), ("-is_open", "-id")),
        Sort("name", gettext_lazy("Name"), ("name",)),
    ),
    filters=(
        ways(
            "state",
            gettext_lazy("State"),
            {
                "running": (gettext_lazy("Running"), lambda: Q(ended_at=None, failures=0)),
                "failing": (gettext_lazy("Failing"), lambda: Q(ended_at=None, failures__gt=0)),
                "ended": (gettext_lazy("Ended"), lambda: Q(ended_at__isnull=False)),
            },
        ),
        ways(
            "kind",
            gettext_lazy("Kind"),
            {
                "webhook": ("Webhook", lambda: Q(kind="webhook")),
                "syslog": ("Syslog", lambda: Q(kind="syslog")),
            },
        ),
    ),
    search=words_in("name", "address"),
    columns=(
        Column(gettext_lazy("Name"), lambda s: s.name),
        Column(gettext_lazy("Kind"), lambda s: s.kind),
        Column(gettext_lazy("Address"), lambda s: s.address),
        Column(gettext_lazy("Up to entry"), lambda s: s.cursor),
        Column(gettext_lazy("Sent (UTC)"), lambda s: s.sent_at and s.sent_at.isoformat()),
        Column(gettext_lazy("Trouble"), lambda s: s.trouble),
        Column(gettext_lazy("Ended (UTC)"), lambda s: s.ended_at and s.ended_at.isoformat()),
    ),
)


def _batch(rows: QuerySet[Seal], typed: str) -> QuerySet[Seal]:
    """The batch of that number, and the one that holds the entry of that number."""
    found = number(typed)
    if found is None:
        return rows.filter(NONE)
    return rows.filter(Q(number=found) | Q(first_id__lte=found, last_id__gte=found))


def _anchored(**how: str) -> Exists:
    return Exists(Anchor.objects.filter(seal=OuterRef("pk"), **how))


SEALS: Listing[Seal] = Listing(
    name="audit_seals",
    sorts=(
        Sort("newest", gettext_lazy("Newest"), ("-number",)),
        Sort("oldest", gettext_lazy("Oldest"), ("number",)),
    ),
    filters=(
        ways(
            "outside",
            gettext_lazy("Head outside"),
            {
                "kept": (gettext_lazy("Kept"), lambda: Q(_anchored(trouble=""))),
                "failed": (gettext_lazy("Failed"), lambda: Q(_anchored()) & ~Q(_anchored(trouble=""))),
                "none": (gettext_lazy("Nowhere"), lambda: ~Q(_anchored())),
            },
        ),
    ),
    search=_batch,
    columns=(
        Column(gettext_lazy("Batch"), lambda s: s.number),
        Column(gettext_lazy("First entry"), lambda s: s.first_id),
        Column(gettext_lazy("Last entry"), lambda s: s.last_id),
        Column(gettext_lazy("Entries"), lambda s: s.count),
        Column(gettext_lazy("Sealed (UTC)"), lambda s: s.sealed_at.isoformat()),
        Column(
            gettext_lazy("Outside"),
            lambda s: " ".join(a.where if not a.trouble else _("failed") for a in s.anchors.all()),
        ),
        Column(gettext_lazy("Head"), lambda s: bytes(s.digest).hex()),
    ),
)
