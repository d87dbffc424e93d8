"""Filters and sorting as SQL find what the library's own evaluator finds, for every operator."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from scim2_models import ScimFilter

from tabard.access.scim.kinds import People
from tabard.access.scim.shapes import PEOPLE
from tabard.access.scim.view import SERVICE
from tabard.access.tests.scim_client import ENTERPRISE, Speaker
from tabard.kernel.actor import command_line


@pytest.fixture
def entra(cast):
    speaker = Speaker(cast.nordics)
    nadia = speaker.add(
        "Nadia", externalId="E-1", title="Editor", displayName="Nadia Haddad", active=True,
        name={"familyName": "Haddad", "givenName": "Nadia"}, nickName="50%_n\\x",
        emails=[{"value": "nadia@work.example", "type": "work", "primary": True},
                {"value": "n@home.example", "type": "home"}],
        **{ENTERPRISE: {"department": "Social", "employeeNumber": "007", "manager": {"value": "99"}}},
    )  # fmt: skip
    jose = speaker.add(
        "jose", externalId="e-1", title="éditeur", displayName="José", name={"familyName": "Álvarez"},
        emails=[{"value": "jose@WORK.example", "type": "home"}], **{ENTERPRISE: {"department": "social"}},
    )  # fmt: skip
    speaker.add("bare", displayName="", title="")
    gone = speaker.add("gone", userType="Contractor")
    speaker.group("Editors", nadia["id"], jose["id"])
    speaker.group("Leavers", gone["id"])
    speaker.patch(f"/Users/{gone['id']}", {"op": "replace", "path": "active", "value": False})
    return speaker


FILTERS = [
    'userName eq "nadia"', 'userName eq "NADIA"', 'userName ne "nadia"', 'userName co "AD"',
    'userName sw "j"',
    'userName ew "E"', 'userName gt "j"', 'userName ge "jose"', 'userName lt "j"', 'userName le "jose"',
    'externalId eq "E-1"', 'externalId eq "e-1"', 'externalId ne "e-1"', "externalId pr",
    "not (externalId pr)",
    "title pr", 'title eq "editor"', 'title ne "editor"', 'title eq ""', "title eq null", "title ne null",
    "active eq true", "active eq false", "active ne true", "active pr",
    'name.familyName eq "haddad"', 'name.familyName co "álv"', 'name.familyName eq "ÁLVAREZ"', "name pr",
    "name.givenName pr", 'nickName co "%"', 'nickName co "_n\\\\"', 'nickName sw "5_"',
    'emails co "work.EXAMPLE"', 'emails.value eq "n@home.example"', 'emails.type eq "home"', "emails pr",
    'emails.type ne "home"', "emails.primary eq true", 'emails[type eq "work"]',
    'emails[type eq "work" and value co "@home"]', 'emails[type eq "home" or primary eq true]',
    'emails[not (type eq "work")]', "emails[primary pr]", 'emails[value sw "JOSE"]',
    f'{ENTERPRISE}:department eq "SOCIAL"', f"{ENTERPRISE}:department pr",
    f'{ENTERPRISE}:manager.value eq "99"',
    f'{ENTERPRISE}:employeeNumber gt "006"', "urn:ietf:params:scim:schemas:core:2.0:User:title pr",
    'groups.display eq "editors"', 'groups pr', 'groups[display sw "Ed"]',
    'title pr and emails pr', 'title pr or externalId pr', 'not (title pr and active eq true)',
    'userName eq "nadia" or userName eq "jose" and active eq false', 'meta.created gt "2020-01-01T00:00:00Z"',
    'meta.lastModified lt "2020-01-01T00:00:00Z"', 'meta.resourceType eq "User"',
    'schemas eq "urn:ietf:params:scim:schemas:core:2.0:User"', 'userName eq "a\' OR 1=1 --"',
]  # fmt: skip


@pytest.mark.parametrize("wanted", FILTERS)
def test_finds_what_the_evaluator_finds(entra, wanted):
    people = People(command_line(), entra.directory)
    with SERVICE.provider:
        bound = ScimFilter[PEOPLE](wanted)
        expected = {r.user_name for r in people.shaped(people.rows()).values() if bound.match(r)}
    found = entra.find("/Users", filter=wanted)
    assert {r["userName"] for r in found.get("Resources", [])} == expected
    assert found["totalResults"] == len(expected)


def test_some_of_them_find_somebody_and_some_do_not(entra):
    counts = {entra.find("/Users", filter=wanted)["totalResults"] for wanted in FILTERS}
    assert counts >= {0, 1, 2, 3}


@pytest.mark.parametrize(
    ("by", "order", "expected"),
    [
        ("userName", "ascending", ["bare", "gone", "jose", "Nadia"]),
        ("userName", "descending", ["Nadia", "jose", "gone", "bare"]),
        ("name.familyName", "ascending", ["Nadia", "jose", "bare", "gone"]),
        ("emails.value", "ascending", ["jose", "Nadia", "bare", "gone"]),
        ("emails", "descending", ["bare", "gone", "Nadia", "jose"]),
        ("meta.created", "descending", ["gone", "bare", "jose", "Nadia"]),
        (f"{ENTERPRISE}:employeeNumber", "ascending", ["Nadia", "jose", "bare", "gone"]),
    ],
)
def test_in_order(entra, by, order, expected):
    found = entra.find("/Users", sortBy=by, sortOrder=order)
    assert [r["userName"] for r in found["Resources"]] == expected


def test_page_by_page(entra):
    pages = [entra.find("/Users", sortBy="userName", startIndex=n, count=3) for n in (1, 4)]
    assert [[r["userName"] for r in p["Resources"]] for p in pages] == [["bare", "gone", "jose"], ["Nadia"]]
    assert [(p["totalResults"], p["startIndex"], p["itemsPerPage"]) for p in pages] == [(4, 1, 3), (4, 4, 1)]
    assert entra.find("/Users", count=0)["totalResults"] == 4
    assert entra.find("/Users", startIndex=10**12)["totalResults"] == 4


def test_everything_at_the_root(entra):
    found = entra.find("/", filter='displayName pr and meta.resourceType eq "Group"')
    assert {r["displayName"] for r in found["Resources"]} == {"Editors", "Leavers"}
    assert entra.find("/", sortBy="displayName", count=2)["totalResults"] == 6


def test_only_what_was_asked_for(entra):
    one = entra.find("/Users", filter='userName eq "nadia"', attributes="userName,emails.type")["Resources"][
        0
    ]
    assert set(one) == {"schemas", "id", "userName", "emails"}
    assert one["emails"] == [{"type": "work"}, {"type": "home"}]
    two = entra.find("/Users", filter='userName eq "nadia"', excludedAttributes="emails,name")["Resources"][0]
    assert "emails" not in two
    assert two["title"] == "Editor"


def test_who_is_in_a_group_is_not_read_where_nobody_asks(entra):
    with CaptureQueriesContext(connection) as caught:
        found = entra.find("/Groups", excludedAttributes="members", filter='displayName eq "editors"')
    assert "members" not in found["Resources"][0]
    assert not [q for q in caught.captured_queries if "access_membership" in q["sql"]]
    assert len(entra.find("/Groups", filter='displayName eq "editors"')["Resources"][0]["members"]) == 2


def test_the_way_entra_asks_whether_somebody_is_in_a_group(entra):
    group = entra.find("/Groups", filter='displayName eq "Editors"')["Resources"][0]
    inside, outside = group["members"][0]["value"], "999999"
    for pk, count in ((inside, 1), (outside, 0)):
        asked = f'id eq "{group["id"]}" and members eq "{pk}"'
        assert entra.find("/Groups", filter=asked, excludedAttributes="members")["totalResults"] == count


def test_a_search_that_is_sent(entra):
    body = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"], "filter": 'title eq "editor"'}
    assert entra.ask("POST", "/Users/.search", body).json()["totalResults"] == 1


def test_as_many_queries_for_many_as_for_few(entra):
    def queries():
        with CaptureQueriesContext(connection) as caught:
            entra.find("/Users", filter="userName pr", sortBy="name.familyName")
        return len(caught)

    few = queries()
    for number in range(20):
        entra.add(f"more-{number}")
    assert queries() == few
