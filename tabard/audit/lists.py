"""The list of entries: its filters, its columns, and each entry as a sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.audit.models import Entry
from tabard.kernel import actions, text
from tabard.kernel.actor import Actor
from tabard.kernel.errors import Invalid
from tabard.kernel.narrowing import any_of
from tabard.kernel.query import Choice, Column, Filter, Listing, Sort
from tabard.kernel.search import with_words


def said(entry: Entry) -> str:
    """The entry as a sentence in the reader's language."""
    gone = str(ERASED) if entry.erased_in else ""
    values = {**entry.notes, "who": entry.who or gone, "what": entry.label or gone}
    spec = actions.registry.get(entry.action)
    pattern = str(spec.says) if spec else str(SENDER.get(entry.action, "%(who)s: %(action)s %(what)s"))
    try:
        return pattern % {**values, "action": entry.action}
    except KeyError:
        return f"{values['who']}: {entry.action} {values['what']}"


ERASED = gettext_lazy("(erased)")

VIA = {
    "screen": gettext_lazy("on screen"),
    "api": gettext_lazy("by the API"),
    "cli": gettext_lazy("on the command line"),
    "job": gettext_lazy("by itself"),
}


def through(entry: Entry) -> str:
    """Which door it came through, in the reader's language."""
    return str(VIA.get(entry.via, entry.via))


# What the sender writes itself, in batches, and what is counted by the hour.
SENDER = {
    "refused.action": gettext_lazy("%(who)s was refused %(count)s times: %(what)s"),
    "refused.sign_in": gettext_lazy("%(who)s could not sign in, %(count)s times"),
    "refused.key": gettext_lazy("A key of the API was refused %(count)s times"),
    "refused.step": gettext_lazy("%(who)s tried %(count)s times what was not its turn: %(what)s"),
    "refused.request": gettext_lazy("%(who)s sent %(count)s requests that are not as they must be: %(what)s"),
    "refused.forgery": gettext_lazy("%(count)s writes came from no page of ours: %(what)s"),
    "refused.guess": gettext_lazy("%(who)s went on trying during a rest, %(count)s times: %(what)s"),
    "refused.file": gettext_lazy("%(who)s brought a file with a virus, %(count)s times: %(what)s"),
    "refused.hurry": gettext_lazy("%(who)s asked too much at once, in %(count)s minutes: %(what)s"),
    "delivery.sent": gettext_lazy("%(what)s went out"),
    "delivery.failed": gettext_lazy("%(what)s did not go out"),
    "delivery.unsure": gettext_lazy("Whether %(what)s went out is not known"),
    "delivery.held": gettext_lazy("%(what)s was stopped by a hold"),
    "delivery.removed": gettext_lazy("%(what)s was removed from its platform"),
    "delivery.stayed": gettext_lazy("%(what)s could not be removed from its platform"),
}


def _day(values: list[str], field: str) -> date:
    try:
        found = parse_date(values[-1])
    except ValueError:
        found = None
    if found is None:
        raise Invalid({field: [_("“%(given)s” is not a day.") % {"given": values[-1][:20]}]})
    return found


def _since(rows: QuerySet[Entry], values: list[str]) -> QuerySet[Entry]:
    return rows.filter(at__gte=_midnight(_day(values, "since")))


def _until(rows: QuerySet[Entry], values: list[str]) -> QuerySet[Entry]:
    return rows.filter(at__lt=_midnight(_day(values, "until") + timedelta(days=1)))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, timezone.get_current_timezone())


def _number(field: str) -> Any:
    def narrow(rows: QuerySet[Entry], values: list[str]) -> QuerySet[Entry]:
        return rows.filter(**{f"{field}__in": text.numbers(values)})

    return narrow


def _actions(by: Actor) -> Sequence[Choice]:
    return [Choice(name, name) for name in sorted({*actions.registry, *SENDER})]


def _kinds(by: Actor) -> Sequence[Choice]:
    return [
        Choice(name, name) for name in sorted({s.on._meta.label_lower for s in actions.registry.values()})
    ]


def _search(rows: QuerySet[Entry], words: str) -> QuerySet[Entry]:
    return with_words(rows, words, "label", "actor_name", folded=False)


LOG: Listing[Entry] = Listing(
    name="audit",
    sorts=(Sort("newest", gettext_lazy("Newest"), ("-id",)), Sort("oldest", gettext_lazy("Oldest"), ("id",))),
    filters=(
        Filter("action", gettext_lazy("Action"), any_of("action"), _actions),
        Filter("person", gettext_lazy("Person"), _number("person_id")),
        Filter("kind", gettext_lazy("Kind"), any_of("kind"), _kinds),
        Filter("thing", gettext_lazy("Thing"), _number("thing_id")),
        Filter("channel", gettext_lazy("Channel"), _number("channel_id")),
        Filter("since", gettext_lazy("From"), _since),
        Filter("until", gettext_lazy("Until"), _until),
    ),
    search=_search,
    columns=(
        Column(gettext_lazy("When (UTC)"), lambda e: e.at.isoformat()),
        Column(gettext_lazy("Who"), lambda e: e.actor_name),
        Column(gettext_lazy("Through"), lambda e: e.via),
        Column(gettext_lazy("Action"), lambda e: e.action),
        Column(gettext_lazy("Thing"), lambda e: f"{e.kind} {e.thing_id}"),
        Column(gettext_lazy("Called"), lambda e: e.label),
        Column(gettext_lazy("Before"), lambda e: e.before or ""),
        Column(gettext_lazy("After"), lambda e: e.after or ""),
    ),
)

# Of a period, in the order in which it can be read from its end or beginning.
PERIOD: Listing[Entry] = replace(
    LOG,
    sorts=(
        Sort("newest", gettext_lazy("Newest"), ("-at",)),
        Sort("oldest", gettext_lazy("Oldest"), ("at",)),
    ),
)


def of_period(params: Mapping[str, list[str]]) -> QuerySet[Entry] | None:
    """Everything of the period that `params` name, from its end, where they ask for words in it."""
    days = {name: params[name] for name in ("since", "until") if any(params.get(name, []))}
    if not days or not any(params.get("q", [])):
        return None
    return PERIOD.narrow(Entry.objects.all(), days).order_by("-at")
