"""What happens in rounds by itself: opened, reminded of and ended when it is time, and begun by policy."""

from __future__ import annotations

from datetime import datetime, timedelta

from tabard.attestation import actions, rules
from tabard.attestation.kinds import Kind, kinds
from tabard.attestation.models import GRACE, Round
from tabard.kernel import clock
from tabard.kernel.actor import Actor, job
from tabard.kernel.errors import Refusal
from tabard.org.models import Policy, Unit
from tabard.org.policies import path_ids


def name() -> Actor:
    """In whose name all of this is done."""
    return job("reviews", "reviews.run", "grants.give")


def sweep() -> None:
    """Do whatever is due. Each round by itself: one that cannot be carried on holds up no other."""
    now = clock.now()
    for made in Round.objects.filter(state="planned", opens_at__lte=now).order_by("id"):
        _open_or_call_off(made)
    for made in Round.objects.filter(state="open", due_at__lte=now - GRACE).order_by("id"):
        if _warned(made, now):
            actions.close(name(), made)
    for made in Round.objects.filter(state="open").order_by("id"):
        left = (made.due_at - now) / timedelta(days=1)
        days = rules.reminder(left, (made.due_at - made.opens_at) / timedelta(days=1))
        if days is not None and _unheard(made, days):
            actions.remind(name(), made, days=days)
    for what in kinds():
        _begin_by_policy(what, now)


def _open_or_call_off(made: Round) -> None:
    try:
        actions.open_round(name(), made)
    except Refusal:
        actions.cancel(name(), made)


def _unheard(made: Round, days: int) -> bool:
    """Whether an open sheet was not told of this reminder yet."""
    told = made.sheets.filter(state="open").values_list("told", flat=True)
    return any(all(t["days"] is None or t["days"] > days for t in lines) for lines in told)


def _warned(made: Round, now: datetime) -> bool:
    """Whether everybody had their last reminder and time to heed it, even if nothing ran for weeks."""
    told = made.sheets.filter(state="open").values_list("told", flat=True)
    heard = (now - GRACE + timedelta(hours=2)).isoformat()
    return all(any(t["days"] == 0 and t["at"] <= heard for t in lines) for lines in told)


def _begin_by_policy(what: Kind, now: datetime) -> None:
    """A round for every unit that asks for one and has had none, nor those above it, for so many months."""
    said = Policy.objects.filter(matter=what.matter, unit__closed_at=None).select_related("unit")
    for policy in said.order_by("unit__path"):
        if policy.value and _is_due(what, policy.unit, int(policy.value), now):
            try:
                actions.plan(name(), policy.unit, kind=what.name)
            except Refusal:
                continue  # open above it, or nothing to ask about


def _is_due(what: Kind, unit: Unit, months: int, now: datetime) -> bool:
    rounds = Round.objects.filter(kind=what.name, unit__in=path_ids(unit)).exclude(state="cancelled")
    last = rounds.order_by("-opens_at").values_list("opens_at", flat=True).first()
    return last is None or last <= now - timedelta(days=months * 365.25 / 12)
