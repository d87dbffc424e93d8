"""What units and people hold here."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tabard.kernel.actor import Actor
from tabard.kernel.holdings import Holding, Item, history, hold, rows
from tabard.safety.models import AdminFinding, Credential, Rotation


def _items(unit: int) -> list[Item]:
    found = Credential.objects.kept().filter(unit=unit).order_by("name", "id")[:500]
    return [Item(c.pk, c.name, url=reverse("credential", args=[c.pk])) for c in found]


def _to_unit(by: Actor, old: int, new: int, ids: list[int] | None) -> int:
    """Those of channels go with their channels; forgotten ones go along, so that who saw them can be read."""
    return rows(Credential, "unit", old, ids).update(unit=new)


def _rotations(person: int) -> list[Item]:
    found = Rotation.objects.open().filter(owner=person).select_related("credential", "channel")[:500]
    return [Item(r.pk, str(r), url=reverse("rotation", args=[r.pk])) for r in found]


def _to_person(by: Actor, old: int, new: int, ids: list[int] | None) -> int:
    """What is still to be done changes hands; what is done stays theirs."""
    return rows(Rotation, "owner", old, ids).filter(state__in=("asked", "overdue")).update(owner=new)


def _findings(person: int) -> list[Item]:
    found = AdminFinding.objects.open().filter(owner=person).select_related("admin", "channel")[:500]
    return [Item(f.pk, str(f), f.get_kind_display(), reverse("admin_finding", args=[f.pk])) for f in found]


def _findings_to(by: Actor, old: int, new: int, ids: list[int] | None) -> int:
    return rows(AdminFinding, "owner", old, ids).filter(state="open").update(owner=new)


hold(
    Holding(
        name="safety.credentials",
        label=_("Shared credentials"),
        holder="unit",
        claims=("safety.Credential.unit",),
        count=lambda unit: Credential.objects.kept().filter(unit=unit).count(),
        items=_items,
        hand_over=_to_unit,
    )
)
hold(
    Holding(
        name="safety.rotations",
        label=_("Passwords and keys they are to change"),
        holder="person",
        claims=("safety.Rotation.owner",),
        count=lambda person: Rotation.objects.open().filter(owner=person).count(),
        items=_rotations,
        hand_over=_to_person,
    )
)
hold(
    Holding(
        name="safety.admin_findings",
        label=_("Administrators they are to look into"),
        holder="person",
        claims=("safety.AdminFinding.owner",),
        count=lambda person: AdminFinding.objects.open().filter(owner=person).count(),
        items=_findings,
        hand_over=_findings_to,
    )
)
history(
    "safety.PlatformAdmin.person",
    "safety.PlatformAdmin.suggested",
    "safety.PlatformName.person",
    "safety.PlatformName.said_by",
    "safety.PlatformName.ended_by",
    "safety.AdminFinding.person",
    "safety.AdminFinding.decided_by",
    "safety.CheckOut.person",
    "safety.CheckOut.ended_by",
    "safety.Look.person",
    "safety.Rotation.person",
    "safety.Rotation.lead",
    "safety.Rotation.ended_by",
)
