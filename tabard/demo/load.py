"""Loading the demo company into an empty database."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.utils import translation

from tabard.access.vault import seal
from tabard.attestation import actions
from tabard.attestation.models import Round
from tabard.demo import access, admins, network, story, vault, watch
from tabard.demo.company import company
from tabard.demo.tell import Tell, quiet
from tabard.kernel import clock, text
from tabard.kernel.actor import Actor, command_line
from tabard.life import running
from tabard.org.actions import add_person, add_unit, change_unit, give_grant
from tabard.org.models import Person, Role, Unit
from tabard.org.people import actor_of
from tabard.org.setup import found
from tabard.register.models import Channel, Connection, Platform

THERE = 90  # days for which everybody has been there: what is told of the past they did themselves
PASSWORD = "a coat for every herald"  # noqa: S105 printed at the start, for a demo on loopback


@dataclass
class Company:
    """What has been made so far, by name."""

    units: dict[str, Unit] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    channels: list[Channel] = field(default_factory=list)


def is_empty() -> bool:
    """Whether there is no organisation yet."""
    return not Unit.objects.exists()


def load(tell: Tell = quiet) -> Company:
    """Make Meridian Foods: units, people, grants, channels on Practice, and weeks of posts."""
    made = Company()
    with translation.override("en"):
        tell("the company and its people")
        _units(made)
        _people(made)
        _leads(made)
        tell("channels on the Practice network, with their past")
        past = story.past(made.units)
        _channels(made, past)
        vault.write(made.people, made.channels)
        tell("who comes and goes, and who administers what at the platform")
        admins.write(made.channels, access.write(made))
        tell("weeks of posts, past and planned")
        story.write(made.people, made.channels, past)
        tell("accounts that look like ours, and cases about some of them")
        watch.write(made.people, made.units["Meridian Foods"])
        running.look()
        tell("reviews of who may do what and of the register, half answered")
        _review(made)
    return made


def personas() -> Iterable[tuple[str, str, str]]:
    """For each persona: what they do, who plays them, and their e-mail to sign in with."""
    for said in company()["people"]:
        if "persona" in said:
            yield said["persona"], said["name"], email_of(said["name"])


def email_of(name: str) -> str:
    """`Étienne Marchal` is `etienne.marchal@meridian.example`; Cyrillic is written in Latin letters."""
    latin = text.folded(name).translate(_LATIN).replace("ø", "o").replace("ł", "l")
    return f"{'.'.join(latin.split())}@meridian.example"


_CYRILLIC = "абвгдежзийклмнопрстуфхцчшщъьюя"
_AS = "a b v g d e zh z i y k l m n o p r s t u f h ts ch sh sht a y yu ya".split()  # noqa: SIM905
_LATIN = str.maketrans(dict(zip(_CYRILLIC, _AS, strict=True)))


def _units(made: Company) -> None:
    by, said = command_line(), company()
    root = Unit(**said["organisation"])
    owner = next(p for p in said["people"] if p["role"] == "owner")
    root = found(
        by,
        root,
        owner_name=owner["name"],
        owner_email=email_of(owner["name"]),
        password=None,
        second_factor=False,
    )
    made.units[root.name] = root
    made.people[owner["name"]] = Person.objects.get(email=email_of(owner["name"]))
    for region in said["regions"]:
        made.units[region["name"]] = add_unit(
            by, root, name=region["name"], kind="region", zone=region["zone"]
        )
        for district in region["districts"]:
            unit = add_unit(
                by, made.units[region["name"]], name=district["name"], kind="district", zone=district["zone"]
            )
            made.units[unit.name] = unit
            for team in district.get("teams", ()):
                made.units[team] = add_unit(by, unit, name=team, kind="team")


def _people(made: Company) -> None:
    by = command_line()
    roles = {role.slug: role for role in Role.objects.all()}
    for said in company()["people"]:
        person = made.people.get(said["name"])
        if person is None:
            unit = made.units[said["unit"]]
            language = said.get("language", "en")
            person = add_person(
                by,
                unit,
                email=email_of(said["name"]),
                name=said["name"],
                title=said["title"],
                language=language,
            )
            made.people[person.name] = person
            _grant(by, person, roles[said["role"]], unit)
        for also in said.get("also", ()):
            _grant(by, person, roles[also["role"]], made.units[also["at"]])
    # One hash for all of them: each alone would cost a tenth of a second.
    Person.objects.update(password=make_password(PASSWORD))


def _grant(by: Actor, person: Person, role: Role, unit: Unit) -> None:
    begin = clock.now() - timedelta(days=THERE)
    give_grant(by, unit, person=person, role=role, reason="Works there", starts_at=begin)


def _leads(made: Company) -> None:
    by = command_line()
    for region in company()["regions"]:
        for said in [region, *region["districts"]]:
            lead, deputy = (made.people.get(said[who] or "") for who in ("lead", "deputy"))
            change_unit(by, made.units[said["name"]], lead=lead, deputy=deputy)
    change_unit(
        by,
        made.units["Meridian Foods"],
        lead=made.people["Ingrid Solheim"],
        deputy=made.people["Fiona Maguire"],
    )


def _channels(made: Company, past: story.Past) -> None:
    """Made as rows: connecting each by hand is what people do, but sixty times would be slow to start."""
    practice = Platform.objects.get(slug="practice")
    districts = [(d, r) for r in company()["regions"] for d in r["districts"]]
    profiles = [
        {"handle": handle, "name": story.name_of(handle), "posts": past.of(handle)}
        for district, _region in districts
        for handle in district["channels"]
    ]
    loaded = network.load(profiles, data=settings.HOME / "practice", url=settings.PRACTICE_URL)
    for district, _region in districts:
        unit = made.units[district["name"]]
        for number, handle in enumerate(district["channels"]):
            channel = Channel(unit=unit, platform=practice, handle=handle, remote_id=handle)
            channel.name = story.name_of(handle)
            channel.url = f"{settings.PRACTICE_URL}/@{handle}"
            channel.purpose = story.purpose_of(handle)
            channel.languages = [company()["languages"].get(unit.name, "en")]
            channel.followers = 900 + (hash_of(handle) % 400_000)
            channel.health = Channel.Health.HEALTHY
            channel.second_factor = "off" if hash_of(handle) % 7 == 0 else "on"
            channel.last_activity_at = past.last_of(handle)
            channel.search = text.folded(channel.handle, channel.name, channel.purpose, unit.name)
            if number == 4 and hash_of(handle) % 3 == 0:
                channel.state = "dormant"
            channel.save()
            Connection.objects.create(
                channel=channel,
                base_url=settings.PRACTICE_URL,
                secret=seal({"token": loaded[handle]["token"]}, about=f"channel {channel.pk}"),
                connected_at=clock.now(),
                checked_at=clock.now(),
            )
            made.channels.append(channel)
    past.remember(loaded)


def _review(made: Company) -> None:
    """Two rounds just begun: of each one lead has signed and another is halfway through."""
    ada = actor_of(made.people["Ada Berg"], "screen", proved_at=clock.now())
    root = made.units["Meridian Foods"]
    for kind, words in (("access", "Before the winter campaigns begin."), ("register", "")):
        review = actions.plan(ada, root, kind=kind, words=words)
        for name, all_of_it in (("Jonas Becker", True), ("Freja Holm", False)):
            _answers(review, made.people[name], all_of_it)


def _answers(review: Round, lead: Person, all_of_it: bool) -> None:
    by = actor_of(lead, "screen", proved_at=clock.now())
    for sheet in review.sheets.filter(person=lead, unit=lead.unit):
        items = list(sheet.items.all())
        for item in items if all_of_it else items[:2]:
            actions.answer(by, item, choice="keep")
        if all_of_it:
            actions.sign(by, sheet)


def hash_of(word: str) -> int:
    """A number from a word, the same on every machine."""
    return int.from_bytes(hashlib.sha256(word.encode()).digest()[:4])
