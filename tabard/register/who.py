"""The question "who may do what, and why" as it is asked on a screen or by the API."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.kernel import permissions, text
from tabard.kernel.actor import Actor
from tabard.kernel.errors import Invalid
from tabard.kernel.query import Column, Listing, Sort
from tabard.org.models import Person, Unit
from tabard.org.queries import person_named
from tabard.org.queries import unit as unit_of
from tabard.org.tree import person as person_of
from tabard.org.who import Answer, Why, who
from tabard.register.days import end_of
from tabard.register.models import Channel
from tabard.register.queries import channel as channel_of

COLUMNS: Listing[Any] = Listing(
    name="who",
    sorts=(Sort("person", gettext_lazy("Person"), ("pk",)),),
    columns=(
        Column(gettext_lazy("Person"), lambda w: w.person.name),
        Column(gettext_lazy("E-mail"), lambda w: w.person.email),
        Column(gettext_lazy("Role"), lambda w: w.role),
        Column(gettext_lazy("Rights"), lambda w: " ".join(sorted(w.rights))),
        Column(gettext_lazy("Granted on"), lambda w: w.unit.name),
        Column(gettext_lazy("Reaches"), lambda w: " > ".join(u.name for u in w.way)),
        Column(gettext_lazy("Channel"), lambda w: w.grant.channel_id),
        Column(gettext_lazy("Starts"), lambda w: w.grant.starts_at.isoformat(timespec="minutes")),
        Column(
            gettext_lazy("Ends"), lambda w: w.grant.ends_at and w.grant.ends_at.isoformat(timespec="minutes")
        ),
        Column(gettext_lazy("Given by"), lambda w: w.grant.grantor),
        Column(gettext_lazy("Reason"), lambda w: w.grant.reason),
        Column(gettext_lazy("Stands in for"), lambda w: w.grant.person.name if w.through else ""),
    ),
)


@dataclass
class Question:
    """Who, where, what and when; what is not said is open."""

    person: Person | None = None
    unit: Unit | None = None
    channel: Channel | None = None
    right: str = ""
    at: datetime | None = None

    def ask(self, by: Actor) -> Answer | None:
        """The answer; None where neither a person nor a place is named."""
        thing = self.channel or self.unit
        if thing is None and self.person is None:
            return None
        place = thing.place() if thing else None
        return who(by, person=self.person, place=place, right=self.right, at=self.at)


def question(by: Actor, said: Mapping[str, str], zone: str) -> Question:
    """The question of a form; `Invalid` names the field that cannot be understood."""
    right = said.get("right", "")
    if right and right not in permissions.catalogue():
        raise Invalid({"right": [_("There is no right “%(right)s”.") % {"right": right[:40]}]})
    unit = text.number(said.get("unit", ""))
    return Question(
        person=_person(by, said.get("person", "")),
        unit=unit_of(by, unit) if unit else None,
        channel=_channel(by, said.get("channel", "")),
        right=right,
        at=end_of(said.get("day", ""), zone),
    )


def lines(answer: Answer | None) -> Iterator[str]:
    """The answer as CSV."""
    return COLUMNS.csv_of(answer.rows if answer else ())


def described(why: Why) -> str:
    """One chain as a sentence."""
    where = " › ".join(unit.name for unit in why.way)
    said = _("%(role)s on %(where)s") % {"role": why.role, "where": where}
    if why.through:
        said = _("%(said)s, standing in for %(person)s") % {"said": said, "person": why.grant.person}
    return said


def _person(by: Actor, said: str) -> Person | None:
    """By number also those who have left: past days are asked about them too."""
    number = text.number(said)
    return person_of(by, number) if number else person_named(by, said, "person")


def _channel(by: Actor, said: str) -> Channel | None:
    word = text.name(said).lstrip("@")
    if not word:
        return None
    if number := text.number(word):
        return channel_of(by, number)
    found = list(Channel.objects.visible_to(by).filter(handle__iexact=word).select_related("unit")[:2])
    if len(found) == 1:
        return found[0]
    sentence = _("Several channels are called %(name)s.") if found else _("No channel is called %(name)s.")
    raise Invalid({"channel": [sentence % {"name": word[:60]}]})


def told(answer: Answer | None) -> dict[str, Any]:
    """The answer as the API gives it."""
    if answer is None:
        raise Invalid(_("Name a person, a unit or a channel."))
    verdict = answer.verdict
    return {
        "at": answer.at,
        "known_since": answer.since,
        "allowed": None if verdict is None else verdict.allowed,
        "reason": verdict.reason if verdict else "",
        "chains": [_why(row) for row in answer.rows],
    }


def _why(row: Why) -> dict[str, Any]:
    return {
        "person_id": row.person.pk,
        "person": row.person.name,
        "role": row.role.slug,
        "rights": sorted(row.rights),
        "grant_id": row.grant.pk,
        "unit_id": row.unit.pk,
        "channel_id": row.grant.channel_id,
        "way": [unit.pk for unit in row.way],
        "because": described(row),
        "starts_at": row.grant.starts_at,
        "ends_at": row.grant.ends_at,
        "given_by_id": row.grant.grantor_id,
        "reason": row.grant.reason,
        "stands_in_for_id": row.grant.person_id if row.through else None,
    }
