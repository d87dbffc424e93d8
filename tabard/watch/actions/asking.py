"""Asking sites for names: switched on and off by whoever may, and what came of it."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.kernel import clock
from tabard.kernel.actions import action, note, step
from tabard.kernel.actor import Actor
from tabard.kernel.errors import Invalid
from tabard.kernel.events import tell
from tabard.org.models import Unit
from tabard.watch.actions.recording import record
from tabard.watch.askable import AGAIN, definitions
from tabard.watch.models import Asked, AskedSite, AskedUnit
from tabard.watch.sites.whys import EXISTS, UNSURE, Told


@action(
    "site.switch",
    may="policies.set",
    on=Unit,
    says=gettext_lazy("%(who)s switched asking %(site)s for names: %(switched)s"),
    lock=False,
)
def switch_site(by: Actor, unit: Unit, *, site: str, on: bool) -> AskedSite:
    """Whether a site is asked at all; off until somebody says otherwise. Off holds from this moment on."""
    if unit.parent_id is not None:
        raise Invalid({"unit": [_("This is decided for the whole organisation.")]})
    known, _faults = definitions()
    if site not in known:
        raise Invalid({"site": [_("There is no such site.")]})
    note(site=known[site].name, switched="on" if on else "off")
    given = {"on": on, "switched_by_id": by.person_id, "switched_at": clock.now()}
    row, _made = AskedSite.objects.update_or_create(site=site, defaults=given)
    return row


@action(
    "site.unit",
    may="policies.set",
    on=Unit,
    says=gettext_lazy("%(who)s said whether sites are asked for names of %(what)s: %(switched)s"),
    lock=False,
)
def switch_asking(by: Actor, unit: Unit, *, on: bool | None) -> Unit:
    """Whether sites are asked for names of a unit's channels and of those below; None: as above it."""
    note(switched="as above" if on is None else "on" if on else "off")
    if on is None:
        AskedUnit.objects.filter(unit=unit).delete()
    else:
        given = {"on": on, "set_by_id": by.person_id, "set_at": clock.now()}
        AskedUnit.objects.update_or_create(unit=unit, defaults=given)
    return unit


@action(
    "site.count",
    may="watch.decide",
    on=Unit,
    says=gettext_lazy(
        "%(who)s asked %(site)s for names: %(there)s are taken, %(nobody)s are not, %(unsure)s nobody knows"
    ),
    lock=False,
)
def count_answers(by: Actor, unit: Unit, *, site: str, failing: Told | None = None) -> int:
    """Believe what a site said since its last self-check, or not: who is there becomes a sighting."""
    rows = Asked.objects.filter(site__site=site, counts=False).exclude(answer="")
    if failing:
        _disbelieved(rows, failing)
    found = list(rows.select_related("channel__unit"))
    counted = {answer: sum(each.answer == answer for each in found) for answer in Asked.Answer.values}
    note(site=site, there=counted[EXISTS], nobody=counted["does-not-exist"], unsure=counted[UNSURE])
    _sighted(by, [each for each in found if each.answer == EXISTS])
    Asked.objects.filter(pk__in=[each.pk for each in found]).update(counts=True)
    tell([f"asked {each.channel_id} {each.channel.unit_id}" for each in found])
    return len(found)


@step
def _disbelieved(rows: QuerySet[Any], failing: Told) -> None:
    """The site has begun to tell everybody the same: nothing that it said is believed."""
    more = failing.more.as_json() if failing.more else None
    again = clock.today() + AGAIN[UNSURE]
    rows.exclude(answer=UNSURE).update(answer=UNSURE, why=failing.why, more=more, again_on=again)


@step
def _sighted(by: Actor, there: list[Asked]) -> None:
    """Record who is there, with the unit of the channel they could pass for."""
    by_unit: dict[int, list[Asked]] = defaultdict(list)
    for one in there:
        by_unit[one.channel.unit_id].append(one)
    for several in by_unit.values():
        given = [{"handle": one.url} for one in several]
        outcomes = record(by, several[0].channel.unit, rows=given, source="check").outcomes
        for one, outcome in zip(several, outcomes, strict=True):
            one.sighting = outcome.sighting
            one.save(update_fields=["sighting"])
