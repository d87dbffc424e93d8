"""How people of the demo company come and go: a source, a directory with rules, an emergency, a leaver."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tabard.access.actions import add_directory, add_member, add_source, leave, map_groups, place_people
from tabard.access.actions.provisioning import ALLOWED
from tabard.access.actions.sources import Settings
from tabard.access.models import Emergency
from tabard.kernel import clock
from tabard.kernel.actor import command_line, job
from tabard.org.actions import add_person, give_grant
from tabard.org.models import Grant, Person, Role

if TYPE_CHECKING:
    from tabard.demo.load import Company

ISSUER = "https://sign-in.meridian.example"


def write(made: Company) -> Person:
    """Through the actions that people use, most of it weeks ago. Gives whoever has left."""
    _source(made)
    _directory(made)
    _emergency(made)
    return _leaver(made)


def _source(made: Company) -> None:
    """Not switched on: nobody would get in by a source that does not run."""
    by, root = command_line(), made.units["Meridian Foods"]
    said = Settings(
        name="Partners", issuer=ISSUER, client="tabard", domains=["partners.example"],
        makes_people=True, enabled=False,
    )  # fmt: skip
    source = add_source(by, root, said=said)
    roles = {r.slug: r for r in Role.objects.all()}
    rules = [("agencies", roles["creator"], made.units["Brands"]), ("audit", roles["auditor"], root)]
    map_groups(by, source, rules=rules)


def _directory(made: Company) -> None:
    by, root = command_line(), made.units["Meridian Foods"]
    directory = add_directory(by, root, name="Personnel", domains=["meridian.example"], links=True)
    places = ("Benelux", "France", "Iberia")
    place_people(by, directory, rules=[("department", p, made.units[p], None) for p in places])
    speaks = job("Personnel", *ALLOWED)
    for person in Person.objects.filter(unit__name__in=places).select_related("unit"):
        said = {"displayName": person.name, "title": person.title, "department": person.unit.name}
        said["emails"] = [{"value": person.email, "primary": True}]
        add_member(speaks, directory, user_name=person.email, said=said)


def _emergency(made: Company) -> None:
    """Over and looked at; as rows, for the alarm of that night need not ring again."""
    people, unit, now = made.people, made.units["Region North"], clock.now()
    began = now - timedelta(days=16, hours=5)
    reason = "Both managers away, and a recall had to go out on all channels of the region"
    given = {"person": people["Priya Raman"], "unit": unit}
    grant = Grant.objects.create(
        role=Role.objects.get(slug="owner"), starts_at=began, ends_at=began + timedelta(hours=2),
        reason=f"Emergency: {reason}", **given,
    )  # fmt: skip
    Emergency.objects.create(
        second=people["Ada Berg"], reason=reason, hours=2, asked_at=began - timedelta(minutes=4),
        answer_by=began + timedelta(minutes=56), decided_at=began, grant=grant,
        reviewed_at=began + timedelta(hours=8), reviewed_by=people["Ada Berg"],
        review="She held two posts and published the recall on five channels. Right and enough. "
        "Nordics gets a second manager so that it need not happen again.", **given,
    )  # fmt: skip


def _leaver(made: Company) -> Person:
    by, unit = command_line(), made.units["Nordics"]
    with clock.at(clock.now() - timedelta(days=200)):
        email = "anders.vik@meridian.example"
        person = add_person(by, unit, email=email, name="Anders Vik", title="Channel editor", password=None)
        give_grant(by, unit, person=person, role=Role.objects.get(slug="publisher"), reason="Works there")
    with clock.at(clock.now() - timedelta(days=12)):
        leave(by, person, reason="Works elsewhere from November on", to=made.people["Freja Holm"])
    return person
