"""Every way to the things of a unit, tried by everybody who has no business there.

Nothing here names a route: pages, operations, lists, forms and searches are taken as they are, so a new one
is tried by itself. What each role may do is in tests/test_roles.py.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import resolve

from tabard.kernel import endpoint
from tabard.kernel.permissions import PUBLIC
from tests import strangers
from tests.bodies import MEANS, SOMEBODY, Bodies
from tests.forms import forms, is_page
from tests.planted import NORTH, SOUTH, Company, planted, unwritten
from tests.snapshots import document
from tests.strangers import WHO, Who
from tests.test_gates import routes
from tests.test_hostile_lists import opened

ROUTES = [(path, entry) for path, entry in routes() if entry.callback.may != PUBLIC]
READS = [o for o in endpoint.operations if o.method == "GET"]
WRITES = [o for o in endpoint.operations if o.method != "GET"]
SEARCHED = "?q=secret&find=secret&name=secret&begins=2026-01-01T00:00Z&ends=2027-12-31T00:00Z"
OUT = {302, 401, 403, 404, 405}


# What the owner, with such a body, is still refused for reasons of another kind.
HINDERED = {
    ("DELETE", "/sessions/{int:session_id}"): "only one's own",
    ("DELETE", "/tokens/{int:token_id}"): "only one's own",
    ("DELETE", "/units/{int:unit_id}/policies/{matter}"): "nothing is said yet",
    ("POST", "/assets"): "the file is no picture",
    ("POST", "/audit/removals"): "nothing is past its term",
    ("POST", "/recovery-codes"): "only somebody signed in, not their token",
    ("PUT", "/findings/{int:entry_finding_id}/merged"): "the finding is not of two that are one",
    ("PUT", "/findings/{int:entry_finding_id}/people"): "the finding is not of one without an owner",
    ("PATCH", "/channel-requests/{int:channel_request_id}"): "nobody is called so",
    ("POST", "/channel-requests"): "nobody is called so",
    ("POST", "/cases/{int:case_id}/evidence"): "the picture is none",
    ("POST", "/cases/{int:case_id}/closing"): "no such way has led there",
    ("POST", "/cases/{int:case_id}/filings"): "no such way",
    ("PUT", "/cases/{int:case_id}/owner"): "nobody is called so",
    ("POST", "/sightings/{int:sighting_id}/case"): "nobody is called so",
    ("POST", "/channel-requests/{int:channel_request_id}/decision"): "somebody else decides about one's own",
    ("POST", "/channels/{int:channel_id}/worth/decision"): "into itself, or on a day that is over",
    ("POST", "/platform-changes"): "no such platform",
    ("POST", "/platform-changes/ended"): "no such change",
    ("POST", "/platform-changes/given"): "no such change",
    ("DELETE", "/channels/{int:channel_id}/access-left"): "no access is left there",
    ("POST", "/platform-apps"): "no such platform",
    ("POST", "/platform-apps/taken-away"): "no such platform",
    ("POST", "/platforms/stage"): "no such platform",
    ("POST", "/channels"): "a server that nobody has connected",
    ("POST", "/channels/{int:channel_id}/hand-over"): "that person answers for it already",
    ("PUT", "/channels/{int:channel_id}/second"): "that person answers for it already",
    ("POST", "/credentials/{int:credential_id}/codes"): "it is not checked out",
    ("PUT", "/credentials/{int:credential_id}/codes"): "it is the key that stands",
    ("POST", "/credentials/{int:credential_id}/looks"): "it is not checked out",
    ("POST", "/emergencies/{int:emergency_id}/agree"): "somebody else was named",
    ("POST", "/emergencies/{int:emergency_id}/refuse"): "somebody else was named",
    ("POST", "/people/{int:person_id}/hand-over"): "it asks for somebody for each kind",
    ("POST", "/people/{int:person_id}/move"): "they are there already",
    ("POST", "/posts/{int:post_id}/pictures"): "it is there already",
    ("POST", "/reorganisations/{int:change_id}/done"): "not everything has a new place",
    ("POST", "/sheets/{int:sheet_id}/signature"): "not everything is answered",
    ("PATCH", "/channels/{int:channel_id}/portrait"): "the picture is none",
    ("PATCH", "/sightings/{int:sighting_id}"): "the picture is none",
    ("POST", "/tokens"): "only signed in",
    ("PUT", "/channels/{int:channel_id}/connection"): "no such kind of platform",
    ("PUT", "/sheets/{int:sheet_id}/person"): "that person is asked about",
    ("PUT", "/sources/{int:source_id}"): "another issuer",
    ("PUT", "/units/{int:unit_id}/policies/{matter}"): "no such value",
}


@dataclass
class Form:
    """A form as the owner sees it."""

    where: str
    fields: dict[str, Any]
    may: str
    about: dict[str, Any]


@dataclass
class There:
    """The company, what fits its API, and who tries."""

    company: Company
    described: dict[str, Any]
    shown: dict[int, list[Form]]

    def bodies(self, who: Who) -> Bodies:
        """What fits, about the things that `who` has no business with."""
        return Bodies(self.described, self.ids(who), self.company.north.regional.pk)

    def ids(self, who: Who) -> dict[str, Any]:
        return who.foreign or self.company.ids


@pytest.fixture(scope="module")
def built(django_db_setup: None, django_db_blocker: Any) -> Iterator[There]:
    with django_db_blocker.unblock(), strangers.one_connection(), transaction.atomic():
        company = planted()
        yield There(company, document(), {})
        transaction.set_rollback(True)


@pytest.fixture
def there(built: There, monkeypatch: pytest.MonkeyPatch) -> Iterator[There]:
    """Nothing of it stays, and no platform answers."""
    strangers.silence(monkeypatch)
    with transaction.atomic():
        yield built
        transaction.set_rollback(True)


def _said(answer: Any) -> bytes:
    return b"".join(answer) if answer.streaming else answer.content


def test_every_column_of_text_is_planted_or_named(there):
    """A new one that people write into is thereby part of what nobody else may read."""
    assert unwritten(SOUTH) == []


def test_the_words_are_there_to_be_found(there):
    """Whoever may see it all meets them nearly everywhere: else the rest would prove nothing."""
    who = strangers.owner(there.company)
    met = [p for p, _e in ROUTES if who.not_for(_said(who.page.get(opened(p, there.company.ids))))]
    told = [o.path for o in READS if who.not_for(_said(_ask(who, o, there)))]
    assert len(met) > 95
    assert len(told) > 40


def _ask(who: Who, operation: Any, there: There, query: str = "") -> Any:
    needed = there.bodies(who).query(operation.method, operation.path)
    address = "/api/v1" + opened(operation.path, there.ids(who))
    return who.key.get(address + query, None if query else needed)


def _twice(who: Who, path: str) -> tuple[str, ...]:
    """Lists are also searched, by whoever has rights somewhere."""
    return ("", SEARCHED) if who.inside and "_id" not in path else ("",)


@pytest.mark.parametrize("name", WHO)
def test_nobody_reads_what_is_not_theirs(name, there):
    who = WHO[name](there.company)
    told, let_in = [], []
    for path, entry in ROUTES:
        for query in _twice(who, path):
            answer = who.page.get(opened(path, there.ids(who)) + query)
            told += [path + query] if who.not_for(_said(answer)) else []
            if who.refused(entry.callback.may) and answer.status_code not in OUT:
                let_in.append((path, answer.status_code))
    for operation in READS:
        for query in _twice(who, operation.path):
            answer = _ask(who, operation, there, query)
            told += [operation.path + query] if who.not_for(_said(answer)) else []
            if who.refused(operation.may) and answer.status_code not in OUT:
                let_in.append((operation.path, answer.status_code))
    assert (told, let_in) == ([], [])


def test_a_body_that_is_called_valid_is_valid(there):
    """The owner is let in with nearly each of them, or told that it is not the time for it."""
    who = strangers.owner(there.company)
    said = {(o.method, o.path): _undone(who, o, there) for o in WRITES}
    odd = {
        call: (a.status_code, a.text[:90])
        for call, a in said.items()
        if a.status_code in {400, 403, 404, 422}
    }
    assert sum(a.status_code < 300 for a in said.values()) > 60
    assert odd.keys() - HINDERED.keys() == set(), odd


def _undone(who: Who, operation: Any, there: There) -> Any:
    with transaction.atomic():
        try:
            return _send(who, operation, there)
        finally:
            transaction.set_rollback(True)


def _send(who: Who, operation: Any, there: There) -> Any:
    """A call with a body that fits."""
    bodies = there.bodies(who)
    body, kind = bodies.of(operation.method, operation.path)
    address = "/api/v1" + opened(operation.path, there.ids(who))
    if kind.startswith("multipart"):
        return who.key.post(address, {**body, "file": SimpleUploadedFile("x.csv", b"platform,handle\nx,x\n")})
    query = urlencode(bodies.query(operation.method, operation.path))
    data = b"" if body is None else json.dumps(body)
    return who.key.generic(operation.method, f"{address}?{query}", data, content_type="application/json")


def _about_others(who: Who, operation: Any, there: There) -> bool:
    """Whether a write is about the things that are not theirs."""
    body, _kind = there.bodies(who).of(operation.method, operation.path)
    return who.foreign is not None and ("_id" in operation.path or "_id" in json.dumps(body))


@pytest.mark.parametrize("name", WHO)
def test_no_write_of_theirs_is_let_in_and_nothing_changes(name, there):
    """Each write with a valid body, by the API: it is refused for want of a right, and nothing but the count
    of what was refused differs afterwards."""
    who = WHO[name](there.company)
    before, let_in, told, tried = strangers.all_rows(), [], [], 0
    for operation in WRITES:
        if not (who.refused(operation.may) or _about_others(who, operation, there)):
            continue
        tried += 1
        answer = _send(who, operation, there)
        if answer.status_code not in {401, 403, 404}:
            let_in.append((operation.method, operation.path, answer.status_code, answer.text[:200]))
        told += [operation.path] if who.not_for(answer.content) else []
    assert (let_in, told) == ([], [])
    assert strangers.all_rows() == before
    assert tried > 60


def test_no_write_of_ones_own_takes_in_what_is_not(there):
    """The manager of the South writes their own things, and names one of the Nordics in the body."""
    who = strangers.WHO["a sibling"](there.company)
    mine, theirs = there.company.south_ids, there.company.ids
    bodies = Bodies(there.described, mine, there.company.south.creator.pk)
    let_in, told, tried = [], [], 0
    for operation in WRITES:
        body, kind = bodies.of(operation.method, operation.path)
        if not isinstance(body, dict) or kind != "application/json":
            continue
        for name, foreign in _named(body, theirs, there.company.north.creator.pk):
            tried += 1
            changed = body | {name: foreign}
            if name == "unit_id" and "channel_id" in body:
                changed["channel_id"] = None  # of the two the channel counts
            with transaction.atomic():
                answer = who.key.generic(
                    operation.method,
                    "/api/v1" + opened(operation.path, mine),
                    json.dumps(changed),
                    content_type=kind,
                )
                transaction.set_rollback(True)
            if answer.status_code < 300:
                let_in.append((operation.method, operation.path, name))
            told += [(operation.path, name)] if who.not_for(answer.content) else []
    assert (let_in, told) == ([], [])
    assert tried > 30


def _named(body: dict[str, Any], ids: dict[str, Any], person: int) -> Iterator[tuple[str, Any]]:
    """The ids in a body, with those of others in their place."""
    for name in body:
        if name == "role_id":
            continue  # roles are everybody's
        if name.endswith("_ids"):
            yield name, [ids.get(name[:-1], person)]
        elif name.endswith("_id"):
            known = ids.get(MEANS.get(name, name), person)
            yield name, known if name not in SOMEBODY and name != "deputy_id" else person


def _forms(there: There, ids: dict[str, Any]) -> list[Form]:
    """Every form of every page, as it is for the owner; without the words that are looked for."""
    if (known := there.shown.get(ids["unit_id"])) is not None:
        return known
    page, found = strangers.owner(there.company).page, {}
    for path, _entry in ROUTES:
        address = opened(path, ids)
        answer = page.get(address)
        if answer.status_code == 200 and is_page(answer):
            found |= forms(answer.content, address)
    made = there.shown[ids["unit_id"]] = []
    for where, fields in found.items():
        match = resolve(where.partition("?")[0])
        if not where.startswith(("/sign-in/", "/look/")):
            plain = {name: re.sub(f"{NORTH}|{SOUTH}", "soup", value) for name, value in fields.items()}
            made.append(Form(where, plain, match.func.may, match.kwargs))
    return made


FORMS = (
    "no grants",
    "a sibling",
    "the other sibling",
    "a grant from tomorrow",
    "suspended",
    "left",
    "a creator",
)


@pytest.mark.parametrize("name", FORMS)
def test_no_form_is_taken_from_who_was_never_shown_it(name, there):
    """Every form of every page as the owner would send it, sent by somebody else."""
    who = WHO[name](there.company)
    ids = there.ids(who)
    _forms(there, ids)
    before, let_in, told, tried = strangers.all_rows(), [], [], 0
    for form in _forms(there, ids):
        others = who.foreign is not None and any(ids.get(n) == v for n, v in form.about.items())
        if not (who.refused(form.may) or others):
            continue
        tried += 1
        answer = who.page.post(form.where, form.fields)
        if answer.status_code not in OUT or (
            answer.status_code == 302 and "/sign-in/" not in answer["Location"]
        ):
            let_in.append((form.where, answer.status_code))
        told += [form.where] if who.not_for(answer.content) else []
    assert (let_in, told) == ([], [])
    assert strangers.all_rows() == before
    assert tried > 40
