"""Rounds: planned, opened, reminded of, ended, called off."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.attestation import rules
from tabard.attestation.actions.asking import ask, tell
from tabard.attestation.actions.ending import finish
from tabard.attestation.actions.lapsing import end_sheets
from tabard.attestation.answering import Lines
from tabard.attestation.given import kept, meant
from tabard.attestation.kinds import kind as kind_called
from tabard.attestation.models import Round, Sheet
from tabard.attestation.states import ROUND, SHEET
from tabard.kernel import clock, text
from tabard.kernel.actions import action, note
from tabard.kernel.actor import Actor
from tabard.kernel.errors import IllegalMove, Invalid
from tabard.kernel.states import move
from tabard.org.models import Unit
from tabard.org.policies import holding, path_ids

LONGEST = timedelta(days=120)


@action(
    "round.plan",
    may="reviews.run",
    on=Unit,
    says=gettext_lazy("%(who)s began a review: %(what)s"),
    lock=False,
)
def plan(
    by: Actor,
    unit: Unit,
    *,
    kind: str,
    opens_at: datetime | None = None,
    days: int = rules.DAYS,
    words: str = "",
    scope: Mapping[str, Any] | None = None,
) -> Round:
    """Ask about `unit` and all below it, now or from `opens_at`, with `days` to answer. `scope` narrows it
    further, as the kind knows."""
    what, now = kind_called(kind), clock.now()
    begin = opens_at or now
    if not 1 <= days <= LONGEST.days:
        raise Invalid({"days": [_("Give 1 to %(most)s days.") % {"most": LONGEST.days}]})
    if unit.closed_at:
        raise Invalid({"unit": [_("%(unit)s is closed.") % {"unit": unit}]})
    if begin < now - timedelta(minutes=5) or begin > now + timedelta(days=366):
        raise Invalid({"opens_at": [_("The beginning must be within a year, and not in the past.")]})
    narrowed = kept(meant(what.scope.carries if what.scope else {}, scope or {}, "UTC"))
    _none_open(what.name, unit, narrowed)
    made = Round.objects.create(
        kind=what.name,
        unit=unit,
        scope=narrowed,
        note=text.prose(words)[:500],
        opens_at=begin,
        due_at=begin + timedelta(days=days),
        unanswered=str(holding(unit, what.by_policy)),
        made_by_id=by.person_id,
        made_at=now,
    )
    if begin <= now:
        _open(by, made)
    return made


@action(
    "round.open", may="reviews.run", on=Round, says=gettext_lazy("%(who)s opened %(what)s: %(items)s items")
)
def open_round(by: Actor, made: Round) -> Round:
    """Begin a planned round now; it keeps as many days as it was planned with."""
    now = clock.now()
    made.opens_at, made.due_at = now, now + (made.due_at - made.opens_at)
    made.save(update_fields=["opens_at", "due_at"])
    note(items=_open(by, made))
    return made


@action(
    "round.remind",
    may="reviews.run",
    on=Round,
    says=gettext_lazy("%(who)s reminded %(people)s people of %(what)s"),
)
def remind(by: Actor, made: Round, *, days: int | None = None) -> Round:
    """Tell everybody whose sheet is open. With `days` left it also brings in the deputy and those above;
    without, it is a reminder by hand."""
    if made.state != "open":
        raise IllegalMove(_("This review is not open."))
    sheets = list(made.sheets.filter(state="open").select_related("unit").select_for_update(of=("self",)))
    if days is not None:
        sheets = [s for s in sheets if all(t["days"] is None or t["days"] > days for t in s.told)]
        _bring_in(sheets, days)
    note(people=tell(by, made, sheets, "reminded", days))
    return made


@action("round.close", may="reviews.run", on=Round, says=gettext_lazy("%(who)s ended %(what)s"))
def close(by: Actor, made: Round) -> Round:
    """End a round: what nobody answered gets the answer that was announced for it."""
    if made.state != "open":
        raise IllegalMove(_("This review is not open."))
    sheets = made.sheets.filter(state="open").select_related("unit").select_for_update(of=("self",))
    end_sheets(by, made, list(sheets))
    note(**finish(by, made))
    return made


@action("round.cancel", may="reviews.run", on=Round, says=gettext_lazy("%(who)s called off %(what)s"))
def cancel(by: Actor, made: Round) -> Round:
    """Stop asking. What was answered so far stands; nothing is done about the rest."""
    move(made, ROUND, "cancelled", ended_at=clock.now())
    for sheet in made.sheets.filter(state="open"):
        move(sheet, SHEET, "cancelled")
    return made


def _open(by: Actor, made: Round) -> int:
    if made.state != "open":
        move(made, ROUND, "open")
    items = ask(by, made)
    if not items:
        raise Invalid({"unit": [_("There is nothing to ask about %(unit)s.") % {"unit": made.unit}]})
    return items


def _none_open(kind: str, unit: Unit, scope: Mapping[str, Any]) -> None:
    """One that asks about less does not stand in the way of another."""
    rows = Round.objects.filter(kind=kind, unit__in=path_ids(unit), state__in=("planned", "open"))
    there = rows.filter(Q(scope={}) | Q(scope=dict(scope))).first()
    if there:
        raise IllegalMove(_("There is one already: %(review)s.") % {"review": there})


def _bring_in(sheets: list[Sheet], days: int) -> None:
    lines = Lines([s.unit for s in sheets])
    for sheet in sheets:
        more = rules.above(lines.of(sheet.unit_id), days, sheet.person_id)
        sheet.also = list(dict.fromkeys([*sheet.also, *more]))
