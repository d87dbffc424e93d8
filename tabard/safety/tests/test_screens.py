"""The screens and operations of shared credentials, as people and programs use them."""

import pytest

from tabard.access.actions import make_token
from tabard.safety import actions
from tabard.safety.models import CheckOut, Credential, Look, Rotation
from tabard.safety.tests.conftest import PASSWORD, SEED


@pytest.fixture
def desk(client, cast):
    client.force_login(cast.owner)
    return client


def test_from_adding_to_giving_back(desk, cast):
    form = {
        "unit": cast.nordics.pk,
        "name": "Press desk",
        "login": "press",
        "password": PASSWORD,
        "codes": SEED,
    }
    added = desk.post("/vault/new/", form, follow=True)
    made = Credential.objects.get()
    assert added.redirect_chain[-1][0] == f"/vault/{made.pk}/"
    assert "Press desk" in desk.get("/vault/").content.decode()
    assert PASSWORD not in added.content.decode()
    page = f"/vault/{made.pk}/"
    assert "Check it out" in desk.get(page).content.decode()
    desk.post(page + "take/", {"hours": "1", "reason": "Weekend"})
    seen = desk.post(page + "look/")
    assert (PASSWORD in seen.content.decode(), seen["Cache-Control"]) == (True, "no-store")
    code = desk.post(page + "code/").content.decode()
    assert 'class="code"' in code
    assert SEED not in code
    assert PASSWORD not in desk.get(page).content.decode()
    desk.post(f"/vault/back/{CheckOut.objects.get().pk}/")
    assert [row.what for row in Look.objects.order_by("pk")] == ["seed", "set", "password", "code"]
    assert "Ada Berg" in desk.get(page + "looks/").getvalue().decode()
    listed = desk.get("/vault/csv/").getvalue().decode()
    assert "Press desk" in listed
    assert PASSWORD not in listed


def test_what_is_wrong_is_said_and_secrets_are_not_shown_again(desk, cast):
    form = {
        "unit": cast.nordics.pk,
        "name": "x",
        "password": PASSWORD,
        "codes": "no key",
        "recovery_email": "x",
    }
    answer = desk.post("/vault/new/", form)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "not an e-mail address" in page
    assert PASSWORD not in page
    assert not Credential.objects.exists()
    answer = desk.post("/vault/new/", {**form, "recovery_email": ""})
    assert "no key for codes" in answer.content.decode()


def test_a_rotation_on_its_page(desk, cast, kept):
    desk.post(f"/vault/{kept.pk}/rotation/", {"reason": "On a whiteboard"})
    asked = Rotation.objects.get()
    assert "On a whiteboard" in desk.get(f"/rotations/{asked.pk}/").content.decode()
    assert "Nordics on Mastodon" in desk.get("/rotations/").content.decode()
    assert desk.post(f"/rotations/{asked.pk}/", {"do": "drop"}).status_code == 422
    desk.post(f"/rotations/{asked.pk}/", {"do": "give", "to": cast.district.email})
    desk.post(f"/vault/{kept.pk}/password/", {"make": "1"})
    asked.refresh_from_db()
    assert (asked.owner, asked.state) == (cast.district, "done")


def test_the_same_by_the_api(client, cast, kept):
    token = make_token(cast.by("owner"), cast.owner, name="x", dangerous=True).key
    plain = make_token(cast.by("owner"), cast.owner, name="y").key

    def call(method, path, body=None, key=token):
        return client.generic(
            method,
            f"/api/v1{path}",
            __import__("json").dumps(body or {}),
            content_type="application/json",
            headers={"Authorization": f"Bearer {key}"},
        )

    one = f"/credentials/{kept.pk}"
    assert PASSWORD not in call("GET", one).content.decode()
    out = call("POST", one + "/check-outs", {"hours": 1}).json()
    assert call("POST", one + "/looks", key=plain).status_code == 403
    assert call("POST", one + "/looks").json()["password"] == PASSWORD
    assert len(call("POST", one + "/codes").json()["code"]) == 6
    assert call("GET", "/check-outs").json()["items"][0]["id"] == out["id"]
    assert call("DELETE", f"/check-outs/{out['id']}").json()["ended_how"] == "returned"
    assert call("POST", one + "/looks").status_code == 403
    looks = call("GET", one + "/looks").json()["items"]
    assert [row["what"] for row in looks] == ["code", "password", "set", "seed"]
    assert call("POST", one + "/rotations", {"reason": "Old"}).status_code == 201
    assert call("PUT", one + "/password", {}).status_code == 200
    assert call("GET", "/rotations?state=done").json()["count"] == 1
    made = call("POST", "/credentials", {"channel_id": kept.channel_id, "name": "Second"}).json()
    assert call("DELETE", f"/credentials/{made['id']}").json()["forgotten_at"]


def test_a_stranger_finds_nothing(client, cast, kept):
    out = actions.take(cast.by("publisher"), kept)
    client.force_login(cast.stranger)
    assert client.get(f"/vault/{kept.pk}/").status_code == 404
    assert client.post(f"/vault/{kept.pk}/take/").status_code == 404
    assert client.post(f"/vault/back/{out.pk}/").status_code == 404
    assert "Nordics on Mastodon" not in client.get("/vault/").content.decode()
