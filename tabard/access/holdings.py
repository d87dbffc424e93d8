"""What is a person's own in access ends with the person and is never handed over."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from tabard.access.models import Directory, DirectoryToken, PlaceRule
from tabard.kernel import doors
from tabard.kernel.holdings import Holding, Item, Tie, history, hold, rows, tie


def _tokens(person: int) -> QuerySet[DirectoryToken]:
    found: QuerySet[DirectoryToken] = DirectoryToken.objects.filter(keeper=person, ended_at=None)
    return found


hold(
    Holding(
        name="access.directories",
        label=_("Directories whose people land there"),
        holder="unit",
        claims=("access.Directory.unit",),
        held=lambda unit: Directory.objects.filter(unit=unit),
        items=lambda unit: [Item(d.pk, d.name) for d in Directory.objects.filter(unit=unit)],
        hand_over=lambda by, old, new, ids: rows(Directory, "unit", old, ids).update(unit=new),
    )
)
hold(
    Holding(
        name="access.place_rules",
        label=_("Rules that place people there"),
        holder="unit",
        claims=("access.PlaceRule.unit",),
        held=lambda unit: PlaceRule.objects.filter(unit=unit),
        items=lambda unit: [Item(r.pk, str(r)) for r in PlaceRule.objects.filter(unit=unit)[:500]],
        hand_over=lambda by, old, new, ids: rows(PlaceRule, "unit", old, ids).update(unit=new),
    )
)
hold(
    Holding(
        name="access.directory_tokens",
        label=_("Tokens of directories"),
        holder="person",
        claims=("access.DirectoryToken.keeper",),
        held=lambda person: _tokens(person),
        items=lambda person: [Item(t.pk, str(t)) for t in _tokens(person).select_related("directory")],
        hand_over=lambda by, old, new, ids: (
            rows(DirectoryToken, "keeper", old, ids).filter(ended_at=None).update(keeper=new)
        ),
    )
)

tie(
    Tie(
        "access.ways_in",
        _("Ways in that are open"),
        _("Closed the moment they leave."),
        lambda person: [
            Item(n, str(d.label), str(count)) for n, (d, count) in enumerate(doors.counted(person))
        ],
    )
)
history(
    "access.ApiToken.person",
    "access.RecoveryCode.person",
    "access.Session.person",
    "access.Session.ended_by",
    "access.Source.unit",
    "access.Source.secret_by",
    "access.DirectoryToken.made_by",
    "access.Identity.person",
    "access.GroupRule.unit",
    "access.Emergency.person",
    "access.Emergency.second",
    "access.Emergency.unit",
    "access.Emergency.reviewed_by",
    "access.Member.person",
    "access.Suspension.person",
    "access.Suspension.by",
    "access.Suspension.ended_by",
    "access.Departure.person",
    "access.Departure.to",
    "access.Departure.by",
)
