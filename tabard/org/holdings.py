"""What units and people hold in the organisation itself."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from tabard.kernel import clock
from tabard.kernel.actor import Actor
from tabard.kernel.beside import beside
from tabard.kernel.holdings import Holding, Item, Tie, history, hold, rows, tie
from tabard.org.models import Absence, Grant, Person, Unit


def _led(person: int) -> QuerySet[Unit]:
    return Unit.objects.open().filter(Q(lead=person) | Q(deputy=person)).order_by("path")


def _give_units(by: Actor, old: int, new: int, ids: list[int] | None) -> int:
    """Lead and deputy change hands; a place is left empty where the new one has the other already."""
    found = list(_led(old) if ids is None else _led(old).filter(pk__in=ids))
    for unit in found:
        taken = new in {unit.lead_id, unit.deputy_id}
        if unit.lead_id == old:
            unit.lead_id, unit.deputy_id = (new, None) if unit.deputy_id == new else (new, unit.deputy_id)
        elif unit.deputy_id == old:
            unit.deputy_id = None if taken else new
        unit.save(update_fields=["lead", "deputy"])
    return len(found)


def _move_children(by: Actor, old: int, new: int, ids: list[int] | None) -> int:
    from tabard.org.actions.reorganise import put_below

    children = list(Unit.objects.open().filter(parent=old, **({} if ids is None else {"pk__in": ids})))
    for child in children:
        put_below(child, Unit.objects.get(pk=new))
    return len(children)


def _grants(unit: int) -> QuerySet[Grant]:
    return beside(Grant.objects.filter(unit=unit, ended_at=None), "role", "person")


hold(
    Holding(
        name="org.units",
        label=_("Units below it"),
        holder="unit",
        claims=("org.Unit.parent",),
        held=lambda unit: Unit.objects.open().filter(parent=unit),
        items=lambda unit: [
            Item(u.pk, u.name) for u in Unit.objects.open().filter(parent=unit).order_by("name")
        ],
        hand_over=_move_children,
    )
)
hold(
    Holding(
        name="org.people",
        label=_("People"),
        holder="unit",
        claims=("org.Person.unit",),
        held=lambda unit: Person.objects.filter(unit=unit),
        items=lambda unit: [
            Item(p.pk, p.name, p.title) for p in Person.objects.filter(unit=unit).order_by("name")[:500]
        ],
        hand_over=lambda by, old, new, ids: rows(Person, "unit", old, ids).update(unit=new),
    )
)
hold(
    Holding(
        name="org.grants",
        label=_("Grants"),
        holder="unit",
        claims=("org.Grant.unit",),
        held=lambda unit: _grants(unit),
        items=lambda unit: [Item(g.pk, str(g), g.reason) for g in _grants(unit).order_by("id")[:500]],
        hand_over=lambda by, old, new, ids: (
            rows(Grant, "unit", old, ids).filter(ended_at=None).update(unit=new)
        ),
    )
)
hold(
    Holding(
        name="org.leads",
        label=_("Units they lead or stand in for"),
        holder="person",
        claims=("org.Unit.lead", "org.Unit.deputy"),
        held=lambda person: _led(person),
        items=lambda person: [Item(u.pk, u.name, url=f"/units/{u.pk}/") for u in _led(person)],
        hand_over=_give_units,
    )
)
tie(
    Tie(
        "org.own_grants",
        _("What they may do"),
        _("Ends when they leave; give it to somebody else by a grant."),
        lambda person: [
            Item(g.pk, f"{g.role}, {g.unit}", g.reason, f"/units/{g.unit_id}/")
            for g in Grant.objects.active().filter(person=person).select_related("role", "unit")[:500]
        ],
    )
)
tie(
    Tie(
        "org.standing_in",
        _("People they stand in for"),
        _("Ends when they leave; the absence needs another deputy."),
        lambda person: [
            Item(
                a.pk,
                a.person.name,
                f"{a.starts_at:%Y-%m-%d} – {a.ends_at:%Y-%m-%d}",
                f"/people/{a.person_id}/",
            )
            for a in Absence.objects.filter(deputy=person, ended_at=None, ends_at__gt=clock.now())
            .select_related("person")
            .order_by("starts_at")[:500]
        ],
    )
)
# Grants and absences are a person's own: they end with the person and are never handed to another.
history(
    "org.Grant.person",
    "org.Grant.grantor",
    "org.Grant.ended_by",
    "org.Absence.person",
    "org.Absence.deputy",
    "org.Policy.unit",
    "org.Policy.set_by",
    "org.Reorganisation.unit",
    "org.Reorganisation.target",
    "org.Reorganisation.planned_by",
)
