"""Which directories are believed: by screen, API and command line."""

from click.testing import CliRunner

from tabard.access.models import Directory, DirectoryToken
from tabard.access.tests.scim_client import ENTERPRISE, Speaker
from tabard.cli.access import command
from tabard.org.models import Role


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
    token = client.post(f"{at}/tokens").json()
    assert token["key"].startswith("tbs_")
    assert "key" not in client.get(f"{at}/tokens").json()["items"][0]
    rule = {"attribute": "department", "value": "x", "unit_id": cast.south.pk, "role_id": None}
    assert client.put(f"{at}/places", [rule], content_type="application/json").json() == [rule]
    assert client.post(f"{at}/places/preview", [rule], content_type="application/json").json() == []
    group = {"group": "x", "role_id": Role.objects.get(slug="creator").pk, "unit_id": cast.south.pk}
    assert client.put(f"{at}/groups", [group], content_type="application/json").json() == [group]
    assert client.post(f"{at}/groups/preview", [], content_type="application/json").status_code == 200
    changed = client.put(at, said | {"name": "Okta 2"}, content_type="application/json").json()
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
