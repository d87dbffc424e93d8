"""Which directories are believed: by screen, API and command line."""

from datetime import timedelta

import pytest
from click.testing import CliRunner
from django.test import Client

from tabard.access import alarms, jobs
from tabard.access.actions import add_directory, change_directory, make_directory_token
from tabard.access.models import Directory, DirectoryToken
from tabard.access.tests.scim_client import ENTERPRISE, Speaker
from tabard.access.tests.test_sessions import browser
from tabard.audit.models import Entry
from tabard.cli._doctor.signing_in import directories as doctor
from tabard.cli.access import command
from tabard.kernel import clock
from tabard.kernel.errors import Denied, Invalid
from tabard.org.models import Role
from tabard.org.people import actor_of
from tests.cast import make_person


def test_added_and_given_a_token_on_the_screen(cast, client):
    client.force_login(cast.owner)
    form = {"name": "Entra", "unit": cast.nordics.pk, "domains": "meridian.example", "links": "on"}
    page = client.post("/directories/new/", form, follow=True)
    found = Directory.objects.get()
    assert (found.domains, found.links) == (["meridian.example"], True)
    assert "/scim/v2" in page.text
    made = client.post(f"/directories/{found.pk}/", {"token": "1"})
    token = DirectoryToken.objects.get()
    assert made.text.count("tbs_") == 2
    assert token.keeper == cast.owner
    assert "tbs_" in client.get(f"/directories/{found.pk}/").text
    assert token.digest not in made.text
    client.post(f"/directories/{found.pk}/", {"end": token.pk})
    assert DirectoryToken.objects.get().ended_at
    assert "No token" in client.get("/directories/").text


def test_what_rules_would_do_is_shown_before(cast, client):
    entra = Speaker(cast.nordics)
    known = entra.add("nadia", **{ENTERPRISE: {"department": "South"}})
    entra.group("Editors", known["id"])
    client.force_login(cast.owner)
    role = Role.objects.get(slug="creator")
    at = f"/directories/{entra.directory.pk}"
    nothing = client.post(f"{at}/groups/", {"group": ["Editors"], "role": [""], "unit": [""], "save": "1"})
    assert nothing.status_code == 422
    assert "Choose a role and a unit for the group “Editors”." in nothing.text
    assert 'value="Editors"' in nothing.text
    groups = {"group": ["Editors"], "role": [role.pk], "unit": [cast.nordics.pk]}
    assert "gets" in client.post(f"{at}/groups/", groups).text
    assert not entra.person(known).grants.exists()
    client.post(f"{at}/groups/", groups | {"save": "1"})
    assert entra.person(known).grants.count() == 1
    places = {"attribute": ["department"], "value": ["south"], "unit": [cast.south.pk], "role": [""]}
    assert "Nordics → Region South" in client.post(f"{at}/places/", places).text
    client.post(f"{at}/places/", places | {"save": "1"})
    assert entra.person(known).unit == cast.south


def test_what_is_wrong_is_said(cast, client):
    client.force_login(cast.owner)
    form = {"name": "", "unit": cast.nordics.pk, "domains": "not a domain", "links": "on"}
    page = client.post("/directories/new/", form)
    assert page.status_code == 422
    assert "is not a domain" in page.text


def test_by_api(cast, client):
    client.force_login(cast.owner)
    said = {"name": "Okta", "unit_id": cast.nordics.pk}
    made = client.post("/api/v1/directories", said, content_type="application/json").json()
    at = f"/api/v1/directories/{made['id']}"
    token = client.post(f"{at}/tokens", content_type="application/json").json()
    assert token["key"].startswith("tbs_")
    assert "key" not in client.get(f"{at}/tokens").json()["items"][0]
    rule = {"attribute": "department", "value": "x", "unit_id": cast.south.pk, "role_id": None}
    assert client.put(f"{at}/places", [rule], content_type="application/json").json() == [rule]
    assert client.post(f"{at}/places/preview", [rule], content_type="application/json").json() == []
    group = {"group": "x", "role_id": Role.objects.get(slug="creator").pk, "unit_id": cast.south.pk}
    assert client.put(f"{at}/groups", [group], content_type="application/json").json() == [group]
    assert client.post(f"{at}/groups/preview", [], content_type="application/json").status_code == 200
    whole = said | {"name": "Okta 2", "domains": [], "links": False}
    changed = client.put(at, whole, content_type="application/json").json()
    assert (changed["name"], changed["open_tokens"]) == ("Okta 2", 1)
    assert client.delete(f"/api/v1/directory-tokens/{token['id']}").json()["ended_at"]


def test_by_the_command_line(own_database, monkeypatch):
    from tests.cast import cast

    monkeypatch.setenv("DATABASE_URL", own_database)
    cast()
    said = CliRunner().invoke(command, ["scim-token", "Entra", "--unit", "nordics"])
    assert said.exit_code == 0, said.output
    assert said.stdout.startswith("tbs_")
    assert Directory.objects.get().unit.slug == "nordics"
    again = CliRunner().invoke(command, ["scim-token", "Entra"])
    assert again.exit_code == 0
    assert DirectoryToken.objects.count() == 2


def tokens_of(directory):
    return DirectoryToken.objects.filter(directory=directory)


def heard(key):
    return Client().get("/scim/v2/Users", headers={"Authorization": f"Bearer {key}"}).status_code


def test_a_token_ends_after_a_year_or_on_the_day_that_was_said(cast):
    directory = add_directory(cast.by("owner"), cast.north, name="Entra")
    year = make_directory_token(cast.by("owner"), directory)
    month = make_directory_token(cast.by("owner"), directory, ends_at=clock.now() + timedelta(days=30))
    assert (heard(year.key), heard(month.key)) == (200, 200)
    with clock.at(clock.now() + timedelta(days=31)):
        assert (heard(year.key), heard(month.key)) == (200, 401)
    with clock.at(clock.now() + timedelta(days=366)):
        assert heard(year.key) == 401
        assert doctor().state == "bad"


@pytest.mark.parametrize("days", [-1, 0, 732])
def test_no_token_for_ever(cast, days):
    directory = add_directory(cast.by("owner"), cast.north, name="Entra")
    with pytest.raises(Invalid):
        make_directory_token(cast.by("owner"), directory, ends_at=clock.now() + timedelta(days=days))


def test_owners_hear_of_the_end_thirty_and_seven_days_before(cast, mailoutbox):
    directory = add_directory(cast.by("owner"), cast.north, name="Entra")
    token = make_directory_token(cast.by("owner"), directory)
    asked = []
    for left in (40, 29, 20, 6, 5):
        with clock.at(token.ends_at - timedelta(days=left)):
            jobs.tell_of_tokens(0)
            asked.append(Entry.objects.filter(action="directory.token_ends").count())
    assert asked == [0, 1, 1, 2, 2]
    alarms.tell_of_token(token.pk)
    assert [mail.to for mail in mailoutbox] == [[cast.owner.email]]
    assert mailoutbox[0].subject.startswith("The token of Entra ends on")
    assert token.key not in mailoutbox[0].body
    with clock.at(token.ends_at - timedelta(days=5)):
        assert doctor().state == "warn"
        assert "ends soon" in browser(cast.owner).get(f"/directories/{directory.pk}/").text


def test_its_last_day_is_said_on_screen_and_by_api(cast):
    owner = browser(cast.owner)
    directory = add_directory(cast.by("owner"), cast.north, name="Entra")
    owner.post(f"/directories/{directory.pk}/", {"token": "1", "days": "90"})
    assert (tokens_of(directory).get().ends_at - clock.now()).days in {89, 90}
    end = (clock.now() + timedelta(days=10)).isoformat()
    made = owner.post(
        f"/api/v1/directories/{directory.pk}/tokens", {"ends_at": end}, content_type="application/json"
    )
    assert made.json()["ends_at"][:10] == end[:10]


def test_who_owns_a_region_takes_nobody_over_by_a_directory_of_theirs(cast):
    """It would say of the owner that they have left, or what their e-mail is."""
    by = actor_of(make_person(cast.north, "Rune Dahl", "owner"), "screen", proved_at=clock.now())
    takes = {"name": "Mine", "domains": ["meridian.example"], "links": True}
    with pytest.raises(Denied, match="whole organisation"):
        add_directory(by, cast.north, **takes)
    theirs = add_directory(cast.by("owner"), cast.north, **takes)
    with pytest.raises(Denied, match="whole organisation"):
        make_directory_token(by, theirs)
    with pytest.raises(Denied, match="whole organisation"):
        change_directory(by, theirs, unit=cast.north, **{**takes, "domains": []})
    own = add_directory(by, cast.north, name="Own people")
    assert make_directory_token(by, own).key
