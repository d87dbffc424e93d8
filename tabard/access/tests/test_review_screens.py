"""The screens and operations of reviews."""

import pytest

from tabard.access.actions import make_token
from tabard.attestation import actions
from tabard.attestation.models import Item, Round
from tabard.org.actions import change_unit
from tabard.org.models import Grant


@pytest.fixture
def led(cast):
    change_unit(cast.by("owner"), cast.nordics, lead=cast.district, deputy=cast.publisher)
    change_unit(cast.by("owner"), cast.north, lead=cast.regional)
    return cast


@pytest.fixture
def sheet(led):
    made = actions.plan(led.by("owner"), led.nordics, kind="access")
    return made.sheets.get(person=led.district)


PART = {"HX-Request": "true"}


def test_begun_answered_and_signed_on_screen(led, client):
    client.force_login(led.owner)
    answer = client.post("/reviews/new/", {"kind": "access", "unit": led.nordics.pk, "days": "14"})
    made = Round.objects.get()
    assert answer.url == f"/reviews/{made.pk}/"
    assert "Freja Holm" in client.get(answer.url).content.decode()
    client.force_login(led.district)
    sheet = made.sheets.get(person=led.district)
    assert f"/reviews/sheets/{sheet.pk}/" in client.get("/").content.decode(), "it stands on Today"
    page = client.get(f"/reviews/sheets/{sheet.pk}/").content.decode()
    assert "Marek Nowak" in page
    assert "Every item needs an answer first" in page
    for item in sheet.items.all():
        part = client.post(f"/reviews/items/{item.pk}/", {"choice": "keep"}, headers=PART).content.decode()
        assert f'id="item-{item.pk}" hx-swap-oob="true"' in part
        assert 'id="sheet-head" hx-swap-oob="true"' in part
    client.post(f"/reviews/sheets/{sheet.pk}/", {"do": "sign"})
    sheet.refresh_from_db()
    assert sheet.state == "signed"


def test_a_refused_answer_says_why_on_its_card(led, client, sheet):
    client.force_login(led.district)
    item = sheet.items.filter(about=led.creator).get()
    answer = client.post(f"/reviews/items/{item.pk}/", {"choice": "reduce"}, headers=PART)
    assert "Choose a smaller role, an earlier end, or both." in answer.content.decode()
    assert Grant.objects.active().filter(person=led.creator).exists()


def test_the_evidence_as_page_csv_and_json(led, client, sheet):
    client.force_login(led.district)
    item = sheet.items.filter(about=led.creator).get()
    actions.answer(led.by("district"), item, choice="revoke", words="Left the team")
    base = f"/reviews/{sheet.round_id}/evidence/"
    assert "Left the team" in client.get(base).content.decode()
    lines = b"".join(client.get(base + "csv/")).decode()
    assert "Marek Nowak" in lines
    assert item.fingerprint in lines
    told = client.get(base + "json/").json()
    answers = {i["title"]: i["answer"] for s in told["sheets"] for i in s["items"]}
    assert answers["Marek Nowak · Creator · Nordics"] == "revoke"


def test_many_answers_by_api_each_by_itself(led, client, sheet):
    key = make_token(led.by("district"), led.district, name="review", dangerous=True).key
    client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {key}"
    mine = client.get("/api/v1/sheets").json()
    assert [s["id"] for s in mine] == [sheet.pk]
    items = client.get(f"/api/v1/sheets/{sheet.pk}/items").json()["items"]
    other = Item.objects.filter(about=led.district).get()
    body = [{"item_id": i["id"], "choice": "keep"} for i in items] + [{"item_id": other.pk, "choice": "keep"}]
    answer = client.post(f"/api/v1/sheets/{sheet.pk}/answers", body, content_type="application/json")
    assert answer.status_code == 207
    assert [a["status"] for a in answer.json()] == [200] * len(items) + [403]
    signed = client.post(f"/api/v1/sheets/{sheet.pk}/signature").json()
    assert (signed["state"], signed["answered"]) == ("signed", len(items))


def test_an_item_is_not_seen_by_whoever_may_not_see_its_sheet(led, client, sheet):
    client.force_login(led.stranger)
    for path in (f"/reviews/{sheet.round_id}/", f"/reviews/sheets/{sheet.pk}/"):
        assert client.get(path).status_code == 404
    assert client.post(f"/reviews/items/{sheet.items.first().pk}/", {"choice": "keep"}).status_code == 404


def test_what_has_not_changed_is_kept_with_one_press(led, client, sheet):
    client.force_login(led.district)
    for item in sheet.items.all():
        actions.answer(led.by("district"), item, choice="keep")
    actions.close(led.by("owner"), sheet.round)
    again = actions.plan(led.by("owner"), led.nordics, kind="access").sheets.get(person=led.district)
    page = client.get(f"/reviews/sheets/{again.pk}/").content.decode()
    assert "Keep what has not changed" in page
    client.post(f"/reviews/sheets/{again.pk}/", {"do": "keep"})
    assert not again.items.filter(answered_at=None).exists()
