"""An attestation of 300 channels by 60 leads, day by day: who is told when, who answers, and what is left."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from tabard.access.actions import leave
from tabard.attestation import actions, schedule
from tabard.attestation.evidence import evidence
from tabard.attestation.models import Item, Sheet
from tabard.kernel import clock
from tabard.kernel.actor import command_line
from tabard.kernel.errors import IllegalMove
from tabard.org.actions import add_unit, carry_out, change_unit, say_absent
from tabard.org.actions import plan as reorganise
from tabard.org.models import Person
from tabard.org.people import actor_of
from tabard.register.models import Channel, Doubt
from tests.cast import make_channel, make_person
from tests.test_open_units import Beside, apart  # noqa: F401 a fixture

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
LEADS, EACH = 60, 5
AWAY, LEAVES, MERGED, INTO, SILENT, LATE = 3, 5, 6, 7, 8, 9


class Country:
    """Sixty districts, each with a lead, some with a deputy, and five channels."""

    def __init__(self, cast: Any) -> None:
        self.cast = cast
        self.units, self.leads, self.deputies = [], [], {}
        for n in range(LEADS):
            unit = add_unit(command_line(), cast.north, name=f"District {n:02}", kind="district")
            lead = make_person(unit, f"Lead {n:02}")
            if n in {AWAY, LEAVES, SILENT, LATE}:
                self.deputies[n] = make_person(unit, f"Deputy {n:02}")
            change_unit(command_line(), unit, lead=lead, deputy=self.deputies.get(n))
            self.units.append(unit)
            self.leads.append(lead)
        owner = cast.by("owner")
        change_unit(owner, cast.north, lead=cast.regional)
        platform = make_channel(cast.north, "first").platform
        Channel.objects.all().delete()
        Channel.objects.bulk_create(
            Channel(unit=unit, platform=platform, handle=f"channel_{n:02}_{k}", name=f"Channel {n:02} {k}")
            for n, unit in enumerate(self.units)
            for k in range(EACH)
        )

    def answers(self, person: Person, sheet: Sheet) -> None:
        by = actor_of(person, "screen", proved_at=clock.now())
        for item in sheet.items.filter(answered_at=None):
            actions.answer(by, item, choice="keep")
        actions.sign(by, sheet)

    def day(self, n: int, made: Any) -> None:
        """What happens on the day `n` of the round."""
        if n == 1:
            now, away = clock.now(), self.leads[AWAY]
            until = now + 20 * DAY
            say_absent(
                actor_of(away, "screen"), away, deputy=self.deputies[AWAY], starts_at=now, ends_at=until
            )
        if n == 5:
            leave(self.cast.by("owner"), self.leads[LEAVES], reason="Another company")
        if n == 6:
            one, other = self.units[MERGED], self.units[INTO]
            change = reorganise(self.cast.by("owner"), one, kind="merge", reason="Cost", target=other)
            carry_out(self.cast.by("owner"), change)
        for sheet in made.sheets.filter(state="open").select_related("person"):
            who = self.leads.index(sheet.person) if sheet.person in self.leads else None
            if who == AWAY and n == 8:
                self.answers(self.deputies[AWAY], sheet)
            elif who is None and n == 11:
                self.answers(sheet.person, sheet)  # the leaver's, by whoever got it
            elif who is not None and who not in {AWAY, SILENT, LATE} and n == 1 + who % 12:
                self.answers(sheet.person, sheet)


def told(since: int) -> list[tuple[int, int | None]]:
    """Whom a letter was written to since a job, and for which reminder."""
    rows = ProcrastinateJob.objects.filter(pk__gt=since, args__reaction__endswith="write_to_them")
    return [(job.args["fact"]["person_id"], job.args["fact"]["days"]) for job in rows.order_by("pk")]


@pytest.fixture
def round_of_300(cast):
    """The round after its fifteen days; `heard` is who was told what on which day."""
    country = Country(cast)
    start = clock.now()
    with clock.at(start):
        made = actions.plan(cast.by("owner"), cast.north, kind="register")
    heard: dict[int, list[tuple[int, int | None]]] = {0: told(0)}
    for n in range(1, 17):
        last = ProcrastinateJob.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        for hour in (0, 12):
            with clock.at(start + n * DAY + hour * HOUR + timedelta(minutes=13)):
                schedule.sweep()
        with clock.at(start + n * DAY + 19 * HOUR):
            country.day(n, made)
        heard[n] = told(last)
    made.refresh_from_db()
    return country, made, heard


def test_a_round_of_300_channels_and_60_leads(round_of_300):
    country, made, heard = round_of_300
    assert (made.sheets.count(), Item.objects.filter(sheet__round=made).count()) == (60, 300)
    # Everybody was asked once at the beginning, and reminded on these days and no others.
    assert Counter(person for person, _days in heard[0]) == Counter({p.pk: 1 for p in country.leads})
    assert [n for n, lines in heard.items() if any(days is not None for _who, days in lines)] == [
        7,
        10,
        13,
        14,
    ]
    assert {n: {d for _who, d in heard[n]} for n in (7, 10, 13, 14)} == {7: {7}, 10: {4}, 13: {1}, 14: {0}}
    for n, lines in heard.items():
        assert max(Counter(lines).values(), default=1) == 1, f"somebody was told twice on day {n}"
    # Whoever has signed hears no more; who stands in is told with the one who is away.
    early = {country.leads[n].pk for n in range(LEADS) if n % 12 < 5 and n not in {AWAY, SILENT, LATE}}
    assert not early & {person for n in (7, 10, 13, 14) for person, _days in heard[n]}
    assert country.deputies[AWAY].pk in {person for person, _days in heard[7]}
    # The leaver's sheet went to the deputy, who was told at once; the leaver never again.
    assert (country.deputies[LEAVES].pk, None) in heard[5]
    assert all(country.leads[LEAVES].pk != p for n, lines in heard.items() if n > 5 for p, _days in lines)
    # Who never answers: the deputy from day 10, whoever is above from day 13.
    silent = made.sheets.get(person=country.leads[SILENT])
    to = {line["days"]: line["to"] for line in silent.told}
    assert (to[7], to[4]) == (["Lead 08"], ["Lead 08", "Deputy 08"])
    assert to[1] == to[0] == ["Lead 08", "Deputy 08", "Ingrid Solheim"]
    _what_is_left(country, made)


def _what_is_left(country: Country, made: Any) -> None:
    assert made.state == "closed"
    sheets = list(made.sheets.all())
    assert Counter(s.state for s in sheets) == {"signed": 58, "lapsed": 2}
    items = Item.objects.filter(sheet__round=made)
    answered = items.exclude(answered_by=None).filter(answered_at__lte=made.due_at).count()
    assert answered / items.count() > 0.95
    assert made.sheets.get(person=country.deputies[LEAVES]).signed_name == "Deputy 05"
    assert {s.unit for s in sheets if s.person == country.leads[MERGED]} == {country.units[INTO]}
    late = made.sheets.get(person=country.leads[LATE])
    with pytest.raises(IllegalMove, match="closed"):
        actions.answer(actor_of(country.leads[LATE], "screen"), late.items.first(), choice="keep")
    missed = {f"channel_{n:02}_{k}" for n in (SILENT, LATE) for k in range(EACH)}
    assert set(Doubt.objects.values_list("channel__handle", flat=True)) == missed
    assert set(Channel.objects.exclude(unattested_at=None).values_list("handle", flat=True)) == missed
    assert Channel.objects.exclude(attested_at=None).count() == 290
    proof = evidence(country.cast.by("owner"), made)
    assert len(proof["sheets"]) == 60
    assert all(s["fits"] for s in proof["sheets"])
    assert all(i["answered_at"] and i["answer"] for s in proof["sheets"] for i in s["items"])


def test_two_who_sign_at_once_sign_once(apart):  # noqa: F811
    cast = apart
    change_unit(cast.by("owner"), cast.nordics, lead=cast.district, deputy=cast.publisher)
    make_channel(cast.nordics, "soups")
    made = actions.plan(cast.by("owner"), cast.nordics, kind="register")
    sheet = made.sheets.get()
    Sheet.objects.filter(pk=sheet.pk).update(also=[cast.publisher.pk])
    actions.answer(cast.by("district"), sheet.items.get(), choice="keep")
    with transaction.atomic():
        actions.sign(cast.by("publisher"), sheet)
        other = Beside(lambda: actions.sign(cast.by("district"), sheet))
        assert other.waits()
    other.join(10)
    assert isinstance(other.error, IllegalMove)
    sheet.refresh_from_db()
    assert (sheet.signed_name, Channel.objects.get().attested_by) == ("Tomasz Wilk", cast.publisher)
