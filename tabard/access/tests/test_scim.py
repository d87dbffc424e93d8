"""Directories over SCIM: who they make known, in which dialect they say it, and who is refused."""

import pytest
from django.test import Client

from tabard.access.actions import end_directory_token, leave
from tabard.access.models import DirectoryToken, Member
from tabard.access.tests.scim_client import ENTERPRISE, PERSON, Speaker
from tabard.audit.models import Entry
from tabard.kernel.permissions import may
from tabard.org.actions import give_grant
from tabard.org.models import Person, Role
from tabard.org.people import actor_of


@pytest.fixture
def entra(cast):
    return Speaker(cast.nordics)


def ops(**operation):
    return operation


NADIA = {
    "externalId": "e-1",
    "name": {"givenName": "Nadia", "familyName": "Haddad"},
    "title": "Editor",
    "preferredLanguage": "bg-BG",
    "emails": [
        {"value": "home@haddad.example", "type": "home"},
        {"value": "nadia@meridian.example", "type": "work", "primary": True},
    ],
    ENTERPRISE: {"department": "Social", "manager": "12"},
}


def test_somebody_made_known_is_here(entra, cast):
    said = entra.add("nadia@corp.local", **NADIA)
    person = entra.person(said)
    assert (person.name, person.email, person.title) == ("Nadia Haddad", "nadia@meridian.example", "Editor")
    assert (person.unit, person.language, person.is_active) == (cast.nordics, "bg", True)
    assert not person.has_usable_password()
    assert said["active"] is True
    assert said[ENTERPRISE]["manager"]["value"] == "12"
    logged = Entry.objects.get(action="member.add")
    assert (logged.actor_name if hasattr(logged, "actor_name") else logged.who) == "Entra"


def test_without_an_email_nobody_can_be_written_to(entra):
    person = entra.person(entra.add("0815"))
    assert person.email.endswith("@no-mail.invalid")


def test_a_password_is_not_kept(entra):
    said = entra.add("nadia@meridian.example", password="Hunter-2-Hunter")
    assert "Hunter" not in str(Member.objects.values_list("said").get())
    assert "password" not in said
    assert not entra.person(said).check_password("Hunter-2-Hunter")


OKTA = {"op": "replace", "value": {"active": False}}
ENTRA_OLD = {"op": "Replace", "path": "active", "value": "False"}
ENTRA_NEW = {"op": "Replace", "path": "active", "value": False}
SAILPOINT = {"op": "add", "value": {"active": False}}


@pytest.mark.parametrize("said", [OKTA, ENTRA_OLD, ENTRA_NEW, SAILPOINT])
def test_not_active_any_more_in_every_dialect(entra, cast, said):
    known = entra.add("nadia@meridian.example")
    browser = Client()
    browser.force_login(entra.person(known))
    assert browser.get("/me/").status_code == 200
    answer = entra.patch(f"/Users/{known['id']}", said)
    assert answer.json()["active"] is False
    assert not entra.person(known).is_active
    assert browser.get("/me/").status_code == 302
    departure = entra.person(known).departures.get()
    assert (departure.said_by, departure.reason) == ("Entra", "Not active any more in Entra")


@pytest.mark.parametrize(
    ("said", "name", "expected"),
    [
        (
            ops(op="Add", path='emails[type eq "work"].value', value="n@meridian.example"),
            "email",
            "n@meridian.example",
        ),
        (
            ops(op="Replace", value={'emails[type eq "work"].value': "n@meridian.example"}),
            "email",
            "n@meridian.example",
        ),
        (ops(op="replace", value={"name.givenName": "Nadja", "name.familyName": "H."}), "name", "Nadja H."),
        (ops(op="Replace", path="displayName", value="Nadja"), "name", "Nadja"),
        (ops(op="add", path="title", value="Chief"), "title", "Chief"),
        (ops(op="replace", path=f"{PERSON}:title", value="Chief"), "title", "Chief"),
    ],
)
def test_changes_in_every_dialect(entra, said, name, expected):
    known = entra.add("nadia")
    entra.patch(f"/Users/{known['id']}", said)
    assert getattr(entra.person(known), name) == expected


def test_what_somebody_set_themselves_stays_until_the_directory_says_something_new(entra):
    known = entra.add("nadia@meridian.example", displayName="Nadia")
    Person.objects.filter(members__pk=known["id"]).update(name="Nadia the Great")
    entra.patch(f"/Users/{known['id']}", {"op": "replace", "path": "title", "value": "Chief"})
    assert entra.person(known).name == "Nadia the Great"
    entra.patch(f"/Users/{known['id']}", {"op": "replace", "path": "displayName", "value": "N. Haddad"})
    assert entra.person(known).name == "N. Haddad"


def test_a_manager_as_a_bare_id(entra):
    known = entra.add("nadia")
    path = f"{ENTERPRISE}:manager"
    answer = entra.patch(f"/Users/{known['id']}", {"op": "Replace", "path": path, "value": "7"})
    assert answer.json()[ENTERPRISE]["manager"] == {"value": "7"}


def test_attributes_nobody_knows_change_nothing_and_break_nothing(entra):
    known = entra.add("nadia", shoeSize=38)
    entra.patch(f"/Users/{known['id']}", {"op": "add", "path": "shoeSize", "value": 39})
    entra.patch(f"/Users/{known['id']}", {"op": "add", "path": "urn:x:y:2.0:User:z", "value": 39})


def test_changes_only_what_was_seen(entra):
    known = entra.add("nadia")
    path, change = f"/Users/{known['id']}", {"op": "replace", "path": "title", "value": "Chief"}
    body = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [change]}
    tag = known["meta"]["version"]
    assert entra.ask("GET", path, **{"If-None-Match": tag}).status_code == 304
    first = entra.ask("PATCH", path, body, **{"If-Match": tag})
    assert first.status_code == 200
    assert first["ETag"] != tag
    assert entra.ask("PATCH", path, body, **{"If-Match": tag}).status_code == 412


def test_deleted_is_gone_and_may_come_again(entra):
    known = entra.add("nadia@meridian.example")
    person = entra.person(known)
    assert entra.ask("DELETE", f"/Users/{known['id']}").status_code == 204
    assert entra.ask("GET", f"/Users/{known['id']}").status_code == 404
    assert entra.find("/Users")["totalResults"] == 0
    person.refresh_from_db()
    assert person.left_at
    again = entra.add("nadia@meridian.example")
    assert entra.person(again) == person
    assert entra.person(again).is_active


def test_nobody_is_there_twice(entra, cast):
    entra.add("nadia@meridian.example", externalId="1")
    for name, more in (
        ("NADIA@meridian.example", {}),
        ("n2", {"emails": [{"value": "Nadia@meridian.example"}]}),
    ):
        answer = entra.ask("POST", "/Users", {"schemas": [PERSON], "userName": name, **more})
        assert (answer.status_code, answer.json()["scimType"]) == (409, "uniqueness")
    answer = entra.ask("POST", "/Users", {"schemas": [PERSON], "userName": cast.creator.email})
    assert answer.status_code == 409, "people who are here already are not taken over unasked"


def test_a_directory_takes_over_whom_it_speaks_for(cast):
    okta = Speaker(cast.organisation, domains=["meridian.example"], links=True)
    known = okta.add(cast.creator.email, title="Writer")
    assert okta.person(known) == cast.creator
    assert okta.person(known).unit == cast.nordics
    assert may(actor_of(cast.creator, "screen"), "posts.write", cast.nordics.place())
    answer = okta.ask("POST", "/Users", {"schemas": [PERSON], "userName": "x@elsewhere.example"})
    assert (answer.status_code, answer.json()["scimType"]) == (400, "invalidValue")


def test_a_suspension_here_is_not_lifted_by_the_directory(entra, cast):
    from datetime import timedelta

    from tabard.access.actions import suspend
    from tabard.kernel import clock

    known = entra.add("nadia")
    suspend(cast.by("owner"), entra.person(known), reason="Asked to", until=clock.now() + timedelta(days=1))
    entra.patch(f"/Users/{known['id']}", {"op": "replace", "path": "active", "value": True})
    entra.patch(f"/Users/{known['id']}", {"op": "replace", "path": "title", "value": "Chief"})
    assert not entra.person(known).is_active
    entra.patch(f"/Users/{known['id']}", OKTA)
    assert entra.person(known).left_at


def test_the_last_owner_is_not_locked_out(cast):
    okta = Speaker(cast.organisation, domains=["meridian.example"], links=True)
    known = okta.add(cast.owner.email)
    okta.patch(f"/Users/{known['id']}", OKTA, status=409)
    assert okta.person(known).is_active


def test_a_directory_of_a_unit_changes_no_e_mail_of_who_may_more(cast):
    """Links for a new password go there: whoever has its token would be them, outside the unit too."""
    okta = Speaker(cast.nordics, domains=["meridian.example"])
    known = okta.add("nia@meridian.example")
    change = {"op": "replace", "path": "userName", "value": "nia.b@meridian.example"}
    okta.patch(f"/Users/{known['id']}", change)
    assert okta.person(known).email == "nia.b@meridian.example"
    role = Role.objects.get(slug="analyst")
    give_grant(cast.by("owner"), cast.organisation, person=okta.person(known), role=role, reason="Reports")
    okta.patch(f"/Users/{known['id']}", {**change, "value": "mine@meridian.example"}, status=403)
    assert okta.person(known).email == "nia.b@meridian.example"


def test_bulk_with_references(entra):
    person = {
        "method": "POST",
        "path": "/Users",
        "bulkId": "a",
        "data": {"schemas": [PERSON], "userName": "n"},
    }
    group = {
        "method": "POST",
        "path": "/Groups",
        "bulkId": "b",
        "data": {
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
            "displayName": "Editors",
            "members": [{"value": "bulkId:a"}],
        },
    }
    wrong = {
        "method": "POST",
        "path": "/Users",
        "bulkId": "c",
        "data": {"schemas": [PERSON], "userName": "N"},
    }
    answer = bulk(entra, [group, person, wrong])
    assert [o["status"] for o in answer.json()["Operations"]] == ["201", "201", "409"]
    assert entra.find("/Groups")["Resources"][0]["members"][0]["display"] == "n"


def bulk(entra, operations):
    body = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": operations}
    return entra.ask("POST", "/Bulk", body)


def test_bulk_in_rounds_is_refused(entra):
    def group(name, other):
        data = {
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
            "displayName": name,
            "members": [{"value": f"bulkId:{other}"}],
        }
        return {"method": "POST", "path": "/Groups", "bulkId": name, "data": data}

    answer = bulk(entra, [group("a", "b"), group("b", "a")]).json()
    assert {o["status"] for o in answer["Operations"]} <= {"409", "400"}
    assert entra.find("/Groups")["totalResults"] == 0


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/Users", "{", 400),
        ("POST", "/Users", b"\xff\xfe", 400),
        ("POST", "/Users", "[" * 100_000, 400),
        ("POST", "/Users", '{"userName": ' + "[" * 3000 + "]" * 3000 + "}", 400),
        ("POST", "/Users", {"schemas": [PERSON]}, 400),
        ("POST", "/Users", {"schemas": [PERSON], "userName": "x" * 300}, 400),
        ("POST", "/Users", "x" * 3_000_000, 413),
        ("POST", "/Bulk", "x" * 9_000_000, 413),
        ("PATCH", "/Users/9999999", {"schemas": [], "Operations": []}, 400),
        ("GET", "/Users/0", None, 404),
        ("GET", "/Users/" + "9" * 40, None, 404),
        ("GET", "/Users/%00", None, 404),
        ("GET", "/Nothing", None, 404),
        ("PUT", "/Users", {}, 405),
        ("GET", "/Users?filter=" + "not (" * 200 + "title pr" + ")" * 200, None, 400),
        ("GET", "/Users?filter=title eq", None, 400),
        ("GET", "/Users?filter=active gt true", None, 400),
        ("GET", "/Users?sortBy=nothing", None, 400),
        ("GET", "/Me", None, 501),
    ],
)
def test_junk_is_refused_in_the_words_of_the_protocol(entra, method, path, body, status):
    answer = entra.ask(method, path, body)
    assert answer.status_code in ({400, 404} if "%00" in path else {status}), answer.text
    if answer["Content-Type"] == "application/scim+json":
        assert answer.json()["schemas"] == ["urn:ietf:params:scim:api:messages:2.0:Error"]


def test_whoever_has_no_token_hears_nothing(entra, cast, client):
    entra.add("nadia")
    stranger = Client()
    for headers in ({}, {"Authorization": "Bearer tbs_wrong"}, {"Authorization": f"Basic {entra.key}"}):
        for path in ("/Users", "/Users/1", "/ServiceProviderConfig", "/Nothing"):
            answer = stranger.get(f"/scim/v2{path}", headers=headers)
            assert answer.status_code == 401
            assert answer["WWW-Authenticate"].startswith("Bearer")
            assert answer.json()["status"] == "401"
    client.force_login(cast.owner)
    assert client.get("/scim/v2/Users").status_code == 401, "a person's session is no token of a directory"
    end_directory_token(cast.by("owner"), DirectoryToken.objects.get())
    assert entra.ask("GET", "/Users").status_code == 401


def test_a_directory_knows_only_its_own(entra, cast):
    known = entra.add("nadia")
    from tabard.access.actions import add_directory, make_directory_token
    from tabard.kernel.actor import command_line

    other = add_directory(command_line(), cast.south, name="Okta")
    key = make_directory_token(command_line(), other).key
    there = Client(headers={"Authorization": f"Bearer {key}"})
    assert there.get("/scim/v2/Users").json()["totalResults"] == 0
    assert there.get(f"/scim/v2/Users/{known['id']}").status_code == 404
    assert there.delete(f"/scim/v2/Users/{known['id']}").status_code == 404


def test_a_token_known_by_somebody_who_left_is_to_be_renewed(cast, client):
    client.force_login(cast.regional)
    from tabard.access.actions import add_directory, make_directory_token

    directory = add_directory(cast.by("owner"), cast.nordics, name="Entra")
    token = make_directory_token(cast.by("owner"), directory)
    DirectoryToken.objects.update(keeper=cast.creator)
    leave(cast.by("owner"), cast.creator, reason="Left", to=cast.district)
    token.refresh_from_db()
    assert (token.keeper, token.ended_at) == (cast.district, None)
    assert token.known_outside_since
