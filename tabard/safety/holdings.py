"""What units and people hold here."""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tabard.kernel.actor import Actor
from tabard.kernel.holdings import Holding, Item, Tie, history, hold, rows, tie
from tabard.register.models import Connection
from tabard.safety import elsewhere
from tabard.safety.models import AdminFinding, Credential, PlatformAdmin, Rotation


def _items(unit: int) -> list[Item]:
    found = Credential.objects.kept().filter(unit=unit).order_by("name", "id")[:500]
    return [Item(c.pk, c.name, url=reverse("credential", args=[c.pk])) for c in found]


def _to_unit(by: Actor, old: int, new: int, ids: list[int] | None) -> int:
    """Those of channels go with their channels; forgotten ones go along, so that who saw them can be read."""
    return rows(Credential, "unit", old, ids).update(unit=new)


def _rotations(person: int) -> list[Item]:
    found = Rotation.objects.open().filter(owner=person).select_related("credential", "channel")[:500]
    return [Item(r.pk, str(r), url=reverse("rotation", args=[r.pk])) for r in found]


def _rotations_of(person: int, channel: int) -> list[int]:
    """Of the channel itself, and of passwords that are shared for it."""
    found = Rotation.objects.open().filter(Q(channel=channel) | Q(credential__channel=channel), owner=person)
    return list(found.values_list("pk", flat=True))


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
        held=lambda unit: Credential.objects.kept().filter(unit=unit),
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
        held=lambda person: Rotation.objects.open().filter(owner=person),
        items=_rotations,
        hand_over=_to_person,
        of_channel=_rotations_of,
    )
)
hold(
    Holding(
        name="safety.admin_findings",
        label=_("Administrators they are to look into"),
        holder="person",
        claims=("safety.AdminFinding.owner",),
        held=lambda person: AdminFinding.objects.open().filter(owner=person),
        items=_findings,
        hand_over=_findings_to,
        of_channel=lambda person, channel: list(
            AdminFinding.objects.open().filter(owner=person, channel=channel).values_list("pk", flat=True)
        ),
    )
)


def _known_to(person: int) -> list[Item]:
    """Kept credentials whose password they saw, set or had out."""
    seen = Q(looks__person=person) & ~Q(looks__what="code") | Q(check_outs__person=person)
    found = Credential.objects.kept().filter(seen).distinct().order_by("name", "id")[:500]
    return [Item(c.pk, c.name, url=reverse("credential", args=[c.pk])) for c in found]


def _keys_of(person: int) -> list[Item]:
    found = Connection.objects.filter(connected_by=person).select_related("channel__platform")[:500]
    return [
        Item(c.pk, str(c.channel), c.channel.platform.name, reverse("channel", args=[c.channel_id]))
        for c in found
    ]


def _elsewhere(person: int) -> list[Item]:
    kinds = Rotation.Elsewhere
    found = elsewhere.known_to(person)[:500]
    return [Item(n, secret.name, str(kinds(secret.kind).label)) for n, secret in enumerate(found)]


def _listed(person: int) -> list[Item]:
    found = PlatformAdmin.objects.filter(person=person, gone_at=None).select_related("channel__platform")
    return [
        Item(a.pk, str(a.channel), a.channel.platform.name, reverse("channel_admins", args=[a.channel_id]))
        for a in found[:500]
    ]


tie(
    Tie(
        "safety.known",
        _("Shared credentials they know"),
        _("To be changed when they leave."),
        _known_to,
    )
)
tie(Tie("safety.keys", _("Connections they made"), _("To be made anew when they leave."), _keys_of))
tie(
    Tie(
        "safety.elsewhere",
        _("Secrets they typed or were shown"),
        _("To be changed when they leave."),
        _elsewhere,
    )
)
tie(
    Tie(
        "safety.listed",
        _("Channels they administer at the platform"),
        _("They are taken off the list at the platform; this is followed to its end."),
        _listed,
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
    "safety.Rotation.unit",
    "safety.Rotation.lead",
    "safety.Rotation.ended_by",
)
