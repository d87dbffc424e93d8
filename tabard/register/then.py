"""Questions about the register's past: how it stood on a day, and what changed between two."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy

from tabard.kernel import clock, text
from tabard.kernel.actor import Actor
from tabard.kernel.query import Active, Choice, Column, Listing, Page, Sort
from tabard.org.models import Unit
from tabard.register.changed import KINDS, Change, changes
from tabard.register.days import end_of
from tabard.register.past import KEPT, Names, Stood, known_since, stood, stood_twice
from tabard.register.queries import STATES

SIZE = 50
# What a list of them shows, and what its words are looked for in.
LISTED = ("unit_id", "platform_id", "handle", "name", "url", "state", "owner_id", "deputy_id")
MONTH = timedelta(days=30)


@dataclass(frozen=True)
class Row:
    """One channel with its names in words."""

    stood: Stood
    names: Names

    def say(self, name: str) -> str:
        return self.names.say(name, self.stood.facts[name])

    @property
    def unit(self) -> Unit | None:
        return self.names.units.get(self.stood.unit_id)

    @property
    def state(self) -> str:
        return str(STATES[self.stood.state])

    @property
    def platform(self) -> str:
        return self.say("platform_id")

    @property
    def people(self) -> str:
        return ", ".join(filter(None, (self.say("owner_id"), self.say("deputy_id"))))


@dataclass(frozen=True)
class Changed:
    """One change with its names in words."""

    change: Change
    names: Names

    @property
    def now(self) -> Row:
        return Row(self.change.now, self.names)

    @property
    def kinds(self) -> list[str]:
        return [str(KINDS[kind]) for kind in self.change.kinds]

    @property
    def facts(self) -> list[tuple[str, str, str]]:
        """Each fact with what it was and what it became."""
        was, now = self.change.was, self.change.now
        if was is None:
            return []
        say = self.names.say
        return [(str(LABELS[f]), say(f, was.facts[f]), say(f, now.facts[f])) for f in self.change.facts]


LABELS = {
    "unit_id": gettext_lazy("Unit"),
    "platform_id": gettext_lazy("Platform"),
    "handle": gettext_lazy("Handle"),
    "name": gettext_lazy("Name"),
    "url": gettext_lazy("Link"),
    "remote_id": gettext_lazy("Id at the platform"),
    "state": gettext_lazy("State"),
    "owner_id": gettext_lazy("Owner"),
    "deputy_id": gettext_lazy("Deputy"),
    "purpose": gettext_lazy("Purpose"),
    "audience": gettext_lazy("Audience"),
    "languages": gettext_lazy("Languages"),
    "business_manager": gettext_lazy("Business manager account"),
    "recovery_email": gettext_lazy("Recovery e-mail"),
    "recovery_owner_id": gettext_lazy("Owner of the recovery e-mail"),
    "second_factor": gettext_lazy("Second factor"),
    "admins": gettext_lazy("Administrators"),
}
_ONE = (Sort("handle", gettext_lazy("Channel"), ("pk",)),)
THEN: Listing[Any] = Listing(
    name="register_then",
    sorts=_ONE,
    columns=tuple(
        Column(label, lambda row, name=name: row.say(name))  # type: ignore[misc]
        for name, label in LABELS.items()
    ),
)
CHANGED: Listing[Any] = Listing(
    name="register_changes",
    sorts=_ONE,
    columns=(
        Column(LABELS["handle"], lambda c: c.change.now.handle),
        Column(LABELS["platform_id"], lambda c: c.now.platform),
        Column(LABELS["unit_id"], lambda c: c.now.say("unit_id")),
        Column(gettext_lazy("Change"), lambda c: ", ".join(c.kinds)),
        Column(
            gettext_lazy("What"),
            lambda c: "; ".join(f"{name}: {was or '–'} → {now or '–'}" for name, was, now in c.facts),
        ),
    ),
)


@dataclass(frozen=True)
class Asked:
    """What is asked for, and since when an answer is known. `second` only where two days are compared."""

    first: datetime
    second: datetime
    since: datetime | None

    @property
    def unsure(self) -> datetime | None:
        """Since when changes are known, where a day before is asked about."""
        return self.since if self.since and self.first < self.since else None


def on_day(
    by: Actor,
    scope: Unit | None,
    params: Mapping[str, list[str]],
    zone: str,
    facts: Sequence[str] = KEPT,
) -> tuple[Asked, list[Row]]:
    """The channels of a day, by handle, with these facts of each. `Invalid` if it is none."""
    at = end_of(_one(params, "day"), zone) or clock.now()
    asked, rows = at_moment(by, scope, at, facts)
    state, words = _one(params, "state"), _one(params, "q")
    return asked, [row for row in rows if state in ("", row.stood.state) and _has(row, words)]


def at_moment(
    by: Actor, scope: Unit | None, at: datetime, facts: Sequence[str] = KEPT
) -> tuple[Asked, list[Row]]:
    """The channels of a moment, by handle."""
    found = stood(by, at, facts)
    names = Names.of(list(found.values()))
    rows = [Row(each, names) for each in found.values() if _within(each, names, scope)]
    rows.sort(key=lambda row: (row.stood.handle.casefold(), row.stood.channel_id))
    return Asked(at, at, known_since()), rows


def between(
    by: Actor, scope: Unit | None, params: Mapping[str, list[str]], zone: str
) -> tuple[Asked, list[Changed]]:
    """What changed from the end of one day to the end of another; by itself the last thirty days."""
    first, second = end_of(_one(params, "from"), zone, "from"), end_of(_one(params, "to"), zone, "to")
    first, second = first or clock.now() - MONTH, second or clock.now()
    first, second = min(first, second), max(first, second)
    asked, found = changed_between(by, scope, first, second, kind=_one(params, "kind"))
    words = _one(params, "q")
    return asked, [each for each in found if _has(each.now, words, each.change.was)]


def changed_between(
    by: Actor, scope: Unit | None, first: datetime, second: datetime, kind: str = ""
) -> tuple[Asked, list[Changed]]:
    """What changed between two moments, of one kind or of any."""
    before, after = stood_twice(by, first, second)
    names = Names.of([*before.values(), *after.values()])
    found = [
        Changed(change, names)
        for change in changes(before, after)
        if kind in ("", *change.kinds)
        and any(_within(each, names, scope) for each in (change.was, change.now) if each)
    ]
    return Asked(first, second, known_since()), found


def page(rows: Sequence[Any], params: Mapping[str, list[str]], active: list[Active]) -> Page[Any]:
    """One page of a list that is in hand."""
    at = text.number(_one(params, "after")) or 0
    if before := text.number(_one(params, "before")):
        at = max(0, before - SIZE)
    return Page(
        rows=list(rows[at : at + SIZE]),
        older=str(at + SIZE) if at + SIZE < len(rows) else None,
        newer=str(at) if at else None,
        count=len(rows),
        more_than_counted=False,
        sort="handle",
        search=_one(params, "q"),
        active=active,
    )


def active(params: Mapping[str, list[str]], name: str, label: str, said: Mapping[str, Any]) -> list[Active]:
    """The one filter in use, if it is."""
    value = _one(params, name)
    return [Active(name, label, value, str(said[value]))] if value in said else []


def choices(said: Mapping[str, Any]) -> list[Choice]:
    return [Choice(name, str(label)) for name, label in said.items()]


def _within(each: Stood, names: Names, scope: Unit | None) -> bool:
    unit = names.units.get(each.unit_id)
    return scope is None or (unit is not None and unit.path.startswith(scope.path))


def _has(row: Row, words: str, was: Stood | None = None) -> bool:
    if not words:
        return True
    said: list[str] = [row.stood.handle, row.say("name"), row.say("url"), row.say("unit_id"), row.people]
    said += [was.handle] if was else []
    there = text.folded(" ".join(said))
    return all(word.lstrip("@") in there for word in text.folded(words).split())


def _one(params: Mapping[str, list[str]], name: str) -> str:
    return next((value for value in params.get(name, []) if value), "")[:200]
