"""Every list is narrowed, searched and turned page by page, on its screen and by the API."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from bench import _addresses
from tabard.access.actions import make_token
from tabard.audit.models import Seal
from tabard.kernel import clock
from tabard.life.models import PlatformChange, Worth
from tabard.org.models import Role
from tabard.posts.models import Version
from tabard.publishing.models import Budget
from tabard.register.models import Channel
from tests import snapshots
from tests.rows import Rows

# Page by its name, operation, and a query that every row of `Rows` answers to.
LISTS = {
    "holds": ("/holds", "state=force&q=nordics"),
    "budgets": ("/deliveries/budgets", "whose=shared"),
    "campaigns": ("/campaigns", "when=open&q=nordics"),
    "imports": ("/imports", "state=checking&q=x.csv"),
    "reorganisations": ("/reorganisations", "state=done&kind=close&q=nordics"),
    "deliveries": ("/deliveries", "state=queued"),
    "posts": ("/posts", "state=draft"),
    "library": ("/assets", ""),
    "grants": ("/grants", "state=active"),
    "emergencies": ("/emergencies", "state=asked"),
    "tokens": ("/tokens", "state=open"),
    "sessions": ("/sessions", "way=password"),
    "person_sessions": ("/people/{person_id}/sessions", "way=password"),
    "sources": ("/sources", "state=on&kind=oidc&q=x"),
    "directories": ("/directories", "state=off&q=directory"),
    "absences": ("/people/{person_id}/absences", "state=now"),
    "check_outs": ("/check-outs", "emergency=no"),
    "audit_keeping": ("/audit/holds", "state=open&q=x"),
    "audit_exports": ("/audit/exports", "state=making&form=csv"),
    "audit_streams": ("/audit/streams", "state=running&kind=webhook&q=sink"),
    "audit_seals": ("/audit/seals", "outside=none"),
    "roles": ("/roles", "kind=own&q=helper"),
    "post_versions": ("/posts/{post_id}/versions", "q=written"),
    "cases": ("/cases", "state=open&q=nordics"),
    "needed": ("/needed", "verdict=ask"),
    "platform_changes": ("/platform-changes", "state=open&q=smaller"),
}
FILES = {"audit_keeping": "audit_holds_csv"}
# Whose they are, where it is not the owner.
OWN = {"tokens": "creator", "sessions": "creator"}
COUNT = 30


def _versions(post_id: int) -> None:
    Version.objects.bulk_create(
        Version(post_id=post_id, number=n, at=clock.now(), content={"text": f"Written {n}"})
        for n in range(100, 100 + COUNT)
    )


def _seals() -> None:
    Seal.objects.bulk_create(
        Seal(number=n, first_id=n * 10, last_id=n * 10 + 9, count=10, version=1, sealed_at=clock.now())
        for n in range(1, COUNT + 1)
    )


def _worths() -> None:
    asked = Channel.objects.exclude(state__in=("retiring", "retired")).exclude(worth__isnull=False)
    Worth.objects.bulk_create(Worth(channel=channel, verdict="ask", points=1) for channel in asked)


def _changes() -> None:
    today = clock.today()
    PlatformChange.objects.bulk_create(
        PlatformChange(
            platform_id="x", title=f"Smaller {n}", what="x", source="https://x.example/",
            takes_effect=today + timedelta(days=n), due_on=today,
        )
        for n in range(COUNT)
    )  # fmt: skip


def _budgets() -> None:
    platform = Channel.objects.values_list("platform_id", flat=True)[0]
    Budget.objects.bulk_create(
        Budget(name=f"x {n}", platform_id=platform, of="posts", most=50, left=n, at=clock.now())
        for n in range(COUNT)
    )


@dataclass
class Reader:
    """A browser and a program of whoever a list belongs to, and the words of addresses."""

    cast: Any
    client: Any
    ids: dict[str, int]
    keys: dict[str, str] = field(default_factory=dict)

    def of(self, name: str) -> tuple[Any, dict[str, str]]:
        who = OWN.get(name, "owner")
        person = getattr(self.cast, who)
        self.client.force_login(person)
        if who not in self.keys:
            self.keys[who] = make_token(self.cast.by(who), person, name="reader").key
        return self.client, {"Authorization": f"Bearer {self.keys[who]}"}


@pytest.fixture
def reader(things, client):
    """Thirty of everything."""
    rows = Rows(things)
    rows.until(COUNT)
    ids = rows.ids()
    _versions(ids["post_id"])
    _seals()
    _worths()
    _changes()
    _budgets()
    Role.objects.bulk_create(Role(slug=f"own-{n}", name=f"Helper {n}") for n in range(COUNT))
    return Reader(things.cast, client, ids)


def _address(name: str, ids: dict[str, int]) -> str:
    route = next(entry for entry in _addresses.pages() if entry.name == name)
    return reverse(name, kwargs={word: ids[word] for word in route.pattern.converters})


def _known_by(name: str, row: Any) -> int:
    """What the API calls it by."""
    return int(row.number if name == "post_versions" else row.pk)


def test_every_list_is_read_to_its_end_once_each(reader):
    for name in LISTS:
        _read(name, reader)


def _read(name: str, reader: Reader) -> None:
    client, key = reader.of(name)
    path, narrowed = LISTS[name]
    path, screen = path.format_map(reader.ids), _address(name, reader.ids)
    there, after = [], ""
    while after is not None:
        answer = client.get(f"/api/v1{path}?{narrowed}&size=7&after={after}", headers=key)
        assert answer.status_code == 200, (name, answer.content)
        there += [row.get("id", row.get("number")) for row in answer.json()["items"]]
        assert len(there) == len(set(there)), f"{name}: none comes twice"
        after = answer.json()["after"]
    assert len(there) >= COUNT - 2, name

    shown, after = [], ""
    while after is not None:
        page = client.get(f"{screen}?{narrowed}&size=7&after={after}").context["page"]
        shown += [_known_by(name, row) for row in page.rows]
        assert shown == there[: len(shown)], name
        after = page.older
    assert shown == there, name
    assert page.newer, name

    back = client.get(f"{screen}?{narrowed}&size=7&before={page.newer}").context["page"]
    assert [_known_by(name, row) for row in back.rows] == shown[-7 - len(page.rows) : -len(page.rows)], name


def test_every_list_is_a_part_a_file_and_says_when_nothing_fits(reader):
    for name in LISTS:
        _look(name, reader)


def _look(name: str, reader: Reader) -> None:
    client, key = reader.of(name)
    path, narrowed = LISTS[name]
    path, screen = path.format_map(reader.ids), _address(name, reader.ids)
    part = client.get(f"{screen}?{narrowed}", headers={"HX-Request": "true"})
    assert b"<html" not in part.content, name
    file = b"".join(client.get(f"{_address(FILES.get(name, name + '_csv'), reader.ids)}?{narrowed}")).decode()
    assert len(file.splitlines()) > COUNT - 2, name
    empty = client.get(f"{screen}?q=nobodysaysthis")
    assert empty.context["page"].rows == [], name
    assert "Clear" in empty.content.decode(), name
    assert client.get(f"/api/v1{path}?q=nobodysaysthis", headers=key).json()["items"] == [], name
    assert client.get(f"/api/v1{path}?after=damaged", headers=key).status_code == 422, name


# Operations that answer with everything at once, and why there is never more of it than a page holds.
WHOLE = {
    "/cases/{case_id}/evidence": "the latest hundred; the package has all",
    "/cases/{case_id}/filings": "the latest hundred; the package has all",
    "/cases/{case_id}/routes": "one line for each way there is",
    "/cases/{case_id}/turns": "the latest hundred; the package has all",
    "/directories/{directory_id}/groups": "the rules, which are said anew as a whole",
    "/directories/{directory_id}/places": "the rules, which are said anew as a whole",
    "/sources/{source_id}/certificates": "one for each key of a source and of ours for it",
    "/sources/{source_id}/groups": "the rules, which are said anew as a whole",
    "/imports/{import_id}/rows": "rows of a file, turned by their number",
    "/name-sites": "one line for each site there is a definition of",
    "/name-sites/answers": "the latest hundred",
    "/people/{person_id}/holdings": "one line for each kind of thing",
    "/units/{unit_id}/holdings": "one line for each kind of thing",
    "/units/{unit_id}/policies": "one line for each policy there is",
    "/channel-requests/alike": "at most eight",
    "/channels/{channel_id}/names": "at most three hundred",
    "/tips": "one's own, the latest hundred",
    "/platform-apps": "one line for each platform that needs one",
    "/platforms/facts": "those that Tabard is published with",
    "/platforms": "one line for each platform there is",
    "/public-register/keys": "one for each key that ever signed",
    "/posts/{post_id}/deliveries": "one for each channel of a post",
    "/sheets": "what one answers oneself, a review at a time",
    "/units": "the tree, which is drawn whole",
}


def test_every_list_of_the_api_is_turned_page_by_page_or_never_long():
    """A new operation that answers with a bare list makes it a `Listing`, or says here why it never grows."""
    bare = set()
    for path, operations in snapshots.document()["paths"].items():
        answer = operations.get("get", {}).get("responses", {}).get("200", {}).get("content", {})
        if any(each["schema"].get("type") == "array" for each in answer.values()):
            bare.add(path.removeprefix("/api/v1"))
    assert bare == set(WHOLE)
