"""The screens and the API of publishing, as people of the cast see them."""

import json

import pytest

from tabard.access.actions import make_token
from tabard.kernel.today import needs
from tabard.posts.models import Variant
from tabard.publishing.actions import press
from tabard.publishing.models import Delivery, Hold
from tests.cast import make_channel
from tests.sending import plan


@pytest.fixture
def delivery(cast) -> Delivery:
    (made,) = plan([make_channel(cast.nordics, "nordics")], cast.publisher)
    return made


@pytest.fixture
def seen(client, cast):
    def as_(who: str):
        client.force_login(getattr(cast, who))
        return client

    return as_


def failed(delivery: Delivery, state: str = "failed", **more: object) -> Delivery:
    if state == "unsure":
        Delivery.objects.update(state="sending")
    Delivery.objects.update(state=state, says="The picture is too large.", asks_person=True, **more)
    delivery.refresh_from_db()
    return delivery


@pytest.mark.parametrize(
    "path", ["deliveries/", "deliveries/?state=queued&q=post", "deliveries/csv/", "holds/", "holds/press/"]
)
def test_every_page_opens(seen, delivery, path):
    assert seen("on_call").get(f"/{path}").status_code == 200


@pytest.mark.parametrize("state", ["queued", "failed", "held", "unsure"])
def test_a_delivery_says_what_is_wrong_and_what_can_be_done(seen, delivery, state):
    failed(delivery, state)
    page = seen("publisher").get(f"/deliveries/{delivery.pk}/").content.decode()
    assert "The picture is too large." in page
    assert {"queued": "Cancel it", "failed": "Try again", "held": "Send it", "unsure": "It is there"}[
        state
    ] in page
    part = seen("publisher").get(f"/posts/{delivery.post_id}/deliveries/").content.decode()
    assert "The picture is too large." in part


def test_a_stranger_sees_nothing_of_it(seen, delivery):
    client = seen("stranger")
    assert client.get(f"/deliveries/{delivery.pk}/").status_code == 404
    assert client.post(f"/deliveries/{delivery.pk}/decide/", {"answer": "cancel"}).status_code == 404
    assert "Post 0" not in client.get("/deliveries/").content.decode()
    assert client.get(f"/posts/{delivery.post_id}/deliveries/").status_code == 404


@pytest.mark.parametrize(
    ("state", "answer", "becomes"),
    [
        ("failed", {"answer": "retry"}, "queued"),
        ("failed", {"answer": "retry", "due_at": "2031-05-01T09:00", "zone": "Europe/Oslo"}, "queued"),
        ("queued", {"answer": "cancel"}, "cancelled"),
        ("unsure", {"answer": "confirm", "url": "https://example.org/1"}, "sent"),
        ("unsure", {"answer": "deny"}, "queued"),
        ("unsure", {"answer": "deny_only"}, "failed"),
    ],
)
def test_a_person_decides(seen, delivery, state, answer, becomes):
    failed(delivery, state)
    assert seen("publisher").post(f"/deliveries/{delivery.pk}/decide/", answer).status_code == 302
    delivery.refresh_from_db()
    assert (delivery.state, delivery.asks_person) == (becomes, False)
    if "due_at" in answer:
        assert delivery.due_at.isoformat() == "2031-05-01T07:00:00+00:00"


def test_what_is_cancelled_can_be_scheduled_anew(seen, delivery):
    seen("publisher").post(f"/deliveries/{delivery.pk}/decide/", {"answer": "cancel"})
    assert Variant.objects.get().state == "approved"


def test_several_are_decided_at_once_and_what_cannot_be_is_said(seen, delivery, cast):
    failed(delivery)
    plan([make_channel(cast.nordics, "second")], cast.publisher)
    rows = list(Delivery.objects.values_list("pk", flat=True))
    page = seen("publisher").post("/deliveries/decide/", {"answer": "retry", "row": rows}, follow=True)
    said = page.content.decode()
    assert "Decided for 1 delivery." in said
    assert "Only what failed can be tried again" in said


def test_a_hold_is_pressed_and_lifted_by_those_who_may(seen, delivery, cast):
    client = seen("on_call")
    page = client.get("/holds/press/").content.decode()
    assert "1 delivery waits there now" in page
    assert client.post("/holds/press/", {"reason": ""}).status_code == 422
    assert client.post("/holds/press/", {"reason": "Earthquake"}).status_code == 302
    hold = Hold.objects.get()
    assert client.post(f"/holds/{hold.pk}/lift/").status_code == 403
    assert seen("owner").post(f"/holds/{hold.pk}/lift/").status_code == 302
    delivery.refresh_from_db()
    assert (delivery.state, delivery.asks_person) == ("held", True)


def test_today_names_what_needs_a_decision(delivery, cast):
    failed(delivery)
    press(cast.by("on_call"), cast.organisation, reason="Earthquake")
    (need,) = [n for n in needs(cast.by("publisher"), None) if n.state == "failed"]
    assert need.why == "The picture is too large. Mend what it says and try again, or cancel it."
    assert "Earthquake" in [n.why for n in needs(cast.by("owner"), None)]
    assert needs(cast.by("stranger"), None) == []


def test_all_of_it_by_the_api(client, delivery, cast):
    def call(method: str, path: str, body: object = None, who: str = "owner", expect: int = 200):
        key = make_token(cast.by(who), getattr(cast, who), name=path[:20], permissions=None).key
        answer = client.generic(
            method,
            f"/api/v1{path}",
            data=json.dumps(body) if body is not None else b"",
            content_type="application/json",
            headers={"Authorization": f"Bearer {key}"},
        )
        assert answer.status_code == expect, answer.content
        return answer.json()

    one = f"/deliveries/{delivery.pk}"
    (row,) = call("GET", "/deliveries?state=queued")["items"]
    assert call("GET", one)["content"]["text"] == "Number 0"
    assert call("GET", f"/posts/{delivery.post_id}/deliveries")[0]["id"] == row["id"]
    call("GET", one, who="stranger", expect=404)
    hold = call("POST", "/holds", {"unit_id": cast.nordics.pk, "reason": "Recall"}, expect=201)
    assert [h["id"] for h in call("GET", "/holds")["items"]] == [hold["id"]]
    assert call("DELETE", f"/holds/{hold['id']}")["lifted_at"]
    assert call("POST", f"{one}/release", {}, expect=409)["detail"]
    failed(delivery, "held")
    assert call("POST", f"{one}/cancel")["state"] == "cancelled"
