"""Reorganisations: one planned change, in which everything a unit holds gets a new owner first (A1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.kernel import clock, holdings, permissions, text
from tabard.kernel.actions import action, note, step
from tabard.kernel.actor import Actor
from tabard.kernel.errors import IllegalMove, Invalid
from tabard.org.actions.units import add_unit, checked_name
from tabard.org.models import Reorganisation, Unit

Kind = Reorganisation.Kind


@action(
    "reorganisation.plan",
    may="org.reorganise",
    on=Unit,
    says=gettext_lazy("%(who)s planned a change: %(what)s"),
    lock=False,
)
def plan(
    by: Actor,
    unit: Unit,
    *,
    kind: str,
    reason: str,
    target: Unit | None = None,
    parts: list[str] | None = None,
) -> Reorganisation:
    """Plan to move `unit` below `target`, merge it into `target`, split it into `parts`, or close it."""
    if kind not in Kind.values:
        raise Invalid({"kind": [_("Choose move, merge, split or close.")]})
    if unit.parent_id is None:
        raise Invalid({"unit": [_("The whole organisation stays where it is.")]})
    if unit.closed_at:
        raise Invalid({"unit": [_("%(unit)s is closed.") % {"unit": unit}]})
    clean = text.name(reason)
    if not clean or len(clean) > 300:
        raise Invalid({"reason": [_("Say why, in 1 to 300 characters.")]})
    if Reorganisation.objects.filter(unit=unit, state="planned").exists():
        raise IllegalMove(
            _("A change of %(unit)s is planned already. Carry it out or cancel it first.") % {"unit": unit}
        )
    _fitting_target(by, kind, unit, target)
    names = [text.name(name) for name in parts or [] if text.name(name)]
    if kind == Kind.SPLIT and (len(names) < 1 or len(set(map(str.casefold, names))) != len(names)):
        raise Invalid({"parts": [_("Name at least one new unit, each once.")]})
    everything = (
        {h.name: {"all": target.pk} for h in holdings.holdings("unit")}
        if kind == Kind.MERGE and target
        else {}
    )
    return Reorganisation.objects.create(
        unit=unit,
        kind=kind,
        target=target,
        reason=clean,
        parts=[{"name": name} for name in names] if kind == Kind.SPLIT else [],
        plan=everything,
        planned_by_id=by.person_id,
    )


@action(
    "reorganisation.assign",
    may="org.reorganise",
    on=Reorganisation,
    says=gettext_lazy("%(who)s gave things a new owner: %(what)s"),
)
def assign(by: Actor, change: Reorganisation, *, plan: Mapping[str, Mapping[str, Any]]) -> Reorganisation:
    """Say who gets what: `{"register.channels": {"all": 7, "12": 9}}`; what is not named stays as planned.

    A new owner is a unit's id, or in a split `part:0`, `part:1` ... for the units it makes.
    """
    _open(change)
    known = {h.name for h in holdings.holdings("unit")}
    merged = {name: dict(given) for name, given in change.plan.items()}
    for name, given in plan.items():
        if name not in known:
            raise Invalid({"plan": [_("A unit holds nothing called “%(name)s”.") % {"name": name[:40]}]})
        for item, owner in given.items():
            if owner in (None, ""):
                merged.setdefault(name, {}).pop(item, None)
            else:
                merged.setdefault(name, {})[item] = _checked_owner(by, change, owner)
    change.plan = merged
    change.save(update_fields=["plan"])
    return change


@action(
    "reorganisation.carry_out",
    may="org.reorganise",
    on=Reorganisation,
    says=gettext_lazy("%(who)s carried out %(what)s"),
)
def carry_out(by: Actor, change: Reorganisation) -> Reorganisation:
    """Do it, all in one transaction: refused while anything would be left without an owner."""
    _open(change)
    # Nothing can be added to the unit while it changes hands: a new row would need a lock on this one.
    unit = Unit.objects.select_for_update().get(pk=change.unit_id)
    if change.kind == Kind.MOVE:
        assert change.target is not None
        _fitting_target(by, change.kind, unit, change.target)
        put_below(unit, change.target)
    else:
        owners = _make_parts(by, change, unit)
        moved = _hand_over(by, change, unit, owners)
        note(moved=moved)
        if change.kind in {Kind.MERGE, Kind.CLOSE}:
            _close(unit)
    change.state, change.done_at = Reorganisation.State.DONE, clock.now()
    change.save(update_fields=["state", "done_at"])
    return change


@action(
    "reorganisation.cancel",
    may="org.reorganise",
    on=Reorganisation,
    says=gettext_lazy("%(who)s cancelled %(what)s"),
)
def cancel(by: Actor, change: Reorganisation) -> Reorganisation:
    """Leave everything as it is."""
    _open(change)
    change.state = Reorganisation.State.CANCELLED
    change.save(update_fields=["state"])
    return change


@step
def put_below(unit: Unit, parent: Unit) -> None:
    """Move a unit and all below it under another parent."""
    checked_name(unit.name, parent, but=unit)
    old, new = unit.path, f"{parent.path}{unit.pk}/"
    subtree = list(Unit.objects.select_for_update().filter(path__startswith=old))
    for each in subtree:
        each.path = new + each.path[len(old) :]
        if each.pk == unit.pk:
            each.parent = parent
    Unit.objects.bulk_update(subtree, ["path", "parent"])
    unit.path, unit.parent = new, parent


def _open(change: Reorganisation) -> None:
    if change.state != Reorganisation.State.PLANNED:
        raise IllegalMove(_("This change is no longer planned."))


def _fitting_target(by: Actor, kind: str, unit: Unit, target: Unit | None) -> None:
    if kind in {Kind.CLOSE, Kind.SPLIT}:
        return
    if target is None:
        raise Invalid({"target": [_("Say which unit it goes to.")]})
    if target.closed_at or target.path.startswith(unit.path):
        raise Invalid(
            {"target": [_("%(unit)s cannot go there: it is closed, or below itself.") % {"unit": unit}]}
        )
    if kind == Kind.MOVE and target.pk == unit.parent_id:
        raise Invalid({"target": [_("%(unit)s is there already.") % {"unit": unit}]})
    permissions.demand(by, "org.reorganise", target)


def _checked_owner(by: Actor, change: Reorganisation, owner: Any) -> int | str:
    if isinstance(owner, str) and owner.startswith("part:"):
        number = text.number(owner.removeprefix("part:"))
        if change.kind == Kind.SPLIT and number is not None and number < len(change.parts):
            return owner
        raise Invalid({"plan": [_("This change makes no such unit.")]})
    unit = Unit.objects.open().filter(pk=text.number(owner) or 0).first()
    if unit is None or unit.pk == change.unit_id or unit.path.startswith(change.unit.path):
        raise Invalid({"plan": [_("Choose another unit that is open.")]})
    permissions.demand(by, "org.reorganise", unit)
    return unit.pk


def _make_parts(by: Actor, change: Reorganisation, unit: Unit) -> dict[str, int]:
    parent = unit.parent
    assert parent is not None
    return {
        f"part:{n}": add_unit(by, parent, name=part["name"], kind=unit.kind, zone=unit.zone).pk
        for n, part in enumerate(change.parts)
    }


def _hand_over(by: Actor, change: Reorganisation, unit: Unit, made: dict[str, int]) -> dict[str, int]:
    """Every holding to its new owner; `Invalid` names what would be left."""
    moved: dict[str, int] = {}
    left = []
    for holding in holdings.holdings("unit"):
        given = dict(change.plan.get(holding.name, {}))
        rest = given.pop("all", None)
        for item, owner in given.items():
            new = made[owner] if isinstance(owner, str) else owner
            moved[holding.name] = moved.get(holding.name, 0) + holding.hand_over(
                by, unit.pk, new, [int(item)]
            )
        if rest is not None:
            new = made[rest] if isinstance(rest, str) else rest
            moved[holding.name] = moved.get(holding.name, 0) + holding.hand_over(by, unit.pk, new, None)
        remaining = holding.count(unit.pk)
        if remaining and change.kind != Kind.SPLIT:
            left.append(_("%(n)s × %(what)s") % {"n": remaining, "what": holding.label})
    if left:
        raise Invalid({"plan": [_("Still without a new owner: %(what)s.") % {"what": ", ".join(left)}]})
    return moved


def _close(unit: Unit) -> None:
    unit.closed_at = clock.now()
    unit.lead = unit.deputy = None
    unit.save(update_fields=["closed_at", "lead", "deputy"])
