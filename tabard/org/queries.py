"""What is read about the organisation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from tabard.kernel import text
from tabard.kernel.actor import Actor
from tabard.kernel.errors import Denied, Invalid, Missing
from tabard.org.models import Person, Policy, Unit
from tabard.org.reach import reach
from tabard.org.rules import Steps, combined


@dataclass(frozen=True)
class EffectivePolicy:
    """What holds for one unit: the tightest that it and the units above it say."""

    values: dict[str, Any]

    @property
    def approval_steps(self) -> Steps:
        steps: Steps = self.values["approval_steps"]
        return steps

    @property
    def grant_days(self) -> int | None:
        days: int | None = self.values["grant_days"]
        return days

    @property
    def own_approval(self) -> bool:
        return bool(self.values["own_approval"])


def policy(unit: Unit) -> EffectivePolicy:
    """The policy in force for `unit`. One query."""
    ids = [int(part) for part in unit.path.split("/") if part]
    said = Policy.objects.filter(unit__in=ids).order_by("unit__path").values_list("matter", "value", "unit")
    return EffectivePolicy(combined([(m, v, u == ids[0]) for m, v, u in said]))


def unit(by: Actor, unit_id: int) -> Unit:
    """One unit. `Missing` if there is none, or not for `by`."""
    found = Unit.objects.visible_to(by).filter(pk=unit_id).first()
    if found is None:
        raise Missing(_("There is no such unit, or it is not yours to see."))
    return found


def place_for(by: Actor, scope: Unit | None, permission: str) -> Unit:
    """The unit in which `by` makes something new: the scope, or the highest one where they may."""
    if scope is not None:
        return scope
    found = reach(by, permission).narrow(Unit.objects.open(), unit="pk").order_by("path").first()
    if found is None:
        raise Denied(_("None of your grants lets you do this."))
    return found


def places_for(by: Actor, permission: str) -> list[Unit]:
    """Every open unit in which `by` may do this, in the order of the tree."""
    return list(reach(by, permission).narrow(Unit.objects.open(), unit="pk").order_by("path"))


def unit_in_scope(by: Actor, slug: str) -> Unit:
    """The unit of a scope's address. `Missing` if there is none, or not for `by`."""
    found = Unit.objects.visible_to(by).filter(slug=slug, closed_at=None).first()
    if found is None:
        raise Missing(_("There is no such unit, or it is not yours to see."))
    return found


def tree(by: Actor) -> list[Unit]:
    """Every open unit that `by` may see, parents before children, siblings by name."""
    units = list(
        Unit.objects.visible_to(by).open().only("id", "parent", "path", "name", "slug", "kind", "arms")
    )
    names = {u.pk: (u.name.casefold(), u.pk) for u in units}
    return sorted(units, key=lambda u: [names.get(int(i), ("", int(i))) for i in u.path.split("/") if i])


def people_found(by: Actor, words: str) -> QuerySet[Person]:
    """People whose name, title or e-mail has all of `words` (folded)."""
    rows = Person.objects.visible_to(by).filter(is_active=True)
    for word in words.split():
        rows = rows.filter(search__contains=word)
    found: QuerySet[Any] = rows.select_related("unit").order_by("name", "id")
    return found


def person_named(by: Actor, said: str, field: str) -> Person | None:
    """The person meant by an e-mail, a number or a whole name; nobody for nothing or `0`."""
    word = text.name(said)
    if word in {"", "0"}:
        return None
    by_number = Q(pk=int(word)) if word.isascii() and word.isdigit() and len(word) < 18 else Q()
    here = Person.objects.visible_to(by).filter(is_active=True)
    there = list(here.filter(by_number or Q(email__iexact=word) | Q(name__iexact=word))[:2])
    if len(there) != 1:
        sentence = (
            _("There are several people called %(name)s; give the e-mail.")
            if there
            else _("Nobody here is called %(name)s.")
        )
        raise Invalid({field: [sentence % {"name": word[:60]}]})
    found: Person = there[0]
    return found
