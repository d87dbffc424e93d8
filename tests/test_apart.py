"""What happens in one unit makes no difference to whoever belongs to the one beside it: on pages, in numbers,
to directories and on the live line."""

from __future__ import annotations

import re
from dataclasses import fields
from typing import Any

import pytest

from tabard.access.tests.scim_client import PATCH, PERSON, Speaker
from tabard.kernel import clock
from tabard.kernel.events import Event
from tabard.kernel.permissions import PUBLIC
from tabard.live import door
from tabard.register import running
from tests import strangers
from tests.cast import make_channel, make_person
from tests.conftest import Things
from tests.planted import NORTH, SOUTH, Company, everything, south_of
from tests.strangers import WHO
from tests.test_gates import routes
from tests.test_hostile_lists import operations

# What differs each time, whoever else does what.
CHANCE = re.compile(rb'(csrfmiddlewaretoken" value="|X-CSRFToken": ?")\w+|(?:nonce-|nonce=")[\w+/=-]+')
LISTS = [path for path, entry in routes() if entry.callback.may != PUBLIC and "<" not in path]


def _pages(who: Any) -> dict[str, bytes]:
    """Every list and page that is about no single thing, as `who` gets it."""
    found = {}
    for path in LISTS:
        answer = who.page.get("/" + path)
        found[path] = CHANCE.sub(b"", b"".join(answer) if answer.streaming else answer.content)
    for operation in operations("GET"):
        if "{" not in operation.path:
            found["/api" + operation.path] = who.key.get("/api/v1" + operation.path).content
    return found


def test_what_others_do_changes_no_letter_and_no_number(cast, monkeypatch):
    """The manager of the South looks at everything; then the Nordics get one thing of every kind."""
    at = clock.now()
    monkeypatch.setattr(clock, "now", lambda: at)
    who = strangers.WHO["a sibling"](Company(cast, south_of(cast), {}, {}))
    make_channel(cast.south, "soups")  # platforms are everybody's
    running.look()  # as every few minutes, whoever does what
    _pages(who)  # what the first look itself brings about
    before = _pages(who)
    everything(Things(cast, cast.by("stranger")))
    make_person(cast.nordics, "Newly Come", "creator")
    after = _pages(who)
    # The log is one chain for all: how much of it waits for a seal says nothing of whose it is.
    other = {path for path in before if before[path] != after[path]} - {"audit/seals/", "/api/audit/seals"}
    assert other == set()
    assert len(before) > 80


@pytest.fixture
def beside(cast) -> tuple[Speaker, Speaker, dict[str, str]]:
    """Directories of two units, and somebody and a group that the first one knows."""
    north, south = Speaker(cast.nordics), Speaker(cast.south, name="Okta")
    known = north.add("nadia", displayName="Nadia northsecret")
    group = north.group("northsecret editors", known["id"])
    return north, south, {"/Users": known["id"], "/Groups": group["id"]}


ASKED = {"GET": None, "DELETE": None, "PUT": {"schemas": [PERSON], "userName": "nadia", "displayName": "x"}}
OFF = {"op": "replace", "path": "active", "value": False}
ASKED["PATCH"] = {"schemas": [PATCH], "Operations": [OFF]}


@pytest.mark.parametrize("method", ASKED)
@pytest.mark.parametrize("kind", ["/Users", "/Groups"])
def test_a_directory_reaches_nobody_of_another(kind, method, beside):
    north, south, known = beside
    before = strangers.all_rows()
    answer = south.ask(method, f"{kind}/{known[kind]}", ASKED[method])
    assert answer.status_code == 404
    assert "northsecret" not in answer.text
    assert strangers.all_rows() == before
    assert north.ask("GET", f"{kind}/{known[kind]}").status_code == 200


def test_a_directory_finds_nobody_of_another_and_lets_in_nobody(beside):
    _north, south, known = beside
    for path, query in (("/Users", 'userName eq "nadia"'), ("/Groups", 'displayName sw "north"')):
        assert south.find(path)["totalResults"] == 0
        assert south.find(path, filter=query)["totalResults"] == 0
    group = south.group("Editors")
    come = {"op": "add", "path": "members", "value": [{"value": known["/Users"]}]}
    assert south.patch(f"/Groups/{group['id']}", come, status=400)
    bulk = {"method": "DELETE", "path": f"/Users/{known['/Users']}"}
    answer = south.ask("POST", "/Bulk", {"schemas": [], "Operations": [bulk]})
    assert '"204"' not in answer.text


@pytest.mark.parametrize(
    "path", ["/Users", "/Groups", "/Schemas", "/ServiceProviderConfig", "/Me", "/.search"]
)
def test_no_key_but_a_directorys_opens_scim_and_that_opens_nothing_else(path, beside, cast):
    north, south, _known = beside
    person = WHO["a sibling"](Company(cast, cast, {}, {})).key
    assert person.get(f"/scim/v2{path}").status_code == 401
    assert north.client.get("/api/v1/people").status_code == 401
    assert north.client.get("/people/").status_code == 302
    type(south.directory.tokens.get())._base_manager.filter(directory=south.directory).update(
        ended_at=clock.now()
    )
    assert south.client.get(f"/scim/v2{path}").status_code == 401


def _visitor(who: Any) -> Any:
    session = who.page.cookies.get("sessionid")
    return door._visitor(session.value) if session else None


@pytest.mark.parametrize("name", WHO)
def test_nobody_hears_of_what_is_not_theirs(name, cast):
    company = Company(cast, south_of(cast), {}, {})
    who = WHO[name](company)
    visitor = _visitor(who)
    if name in {"nobody", "suspended", "left", "a reading key", "a small key"}:
        assert visitor is None
    else:
        heard = {word for word, unit in ((NORTH, cast.nordics), (SOUTH, cast.south)) if visitor.sees(unit.pk)}
        assert heard.isdisjoint(who.words)


def _events(kind: type[Event] = Event) -> list[type[Event]]:
    below = [each for sub in kind.__subclasses__() for each in (sub, *_events(sub))]
    return [each for each in below if each.__module__.startswith("tabard.")]


@pytest.mark.parametrize("kind", _events(), ids=lambda kind: kind.__name__)
def test_whatever_is_said_aloud_says_in_which_unit(kind):
    """A name without a unit would be told to everybody."""
    known: dict[str, Any] = {each.name: [7] if "list" in str(each.type) else 7 for each in fields(kind)}
    assert [said for said in kind(**known).live() if not re.fullmatch(r"[a-z]+ 7 7", said)] == []
