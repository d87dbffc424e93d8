"""Attempts to get around a check are counted by the hour and stand in the log afterwards."""

from datetime import timedelta

import pytest
from django.test import Client

from tabard.access import throttle
from tabard.access.actions import ask_emergency
from tabard.access.tests.test_sessions import browser
from tabard.audit import refusals
from tabard.audit.lists import said
from tabard.audit.models import Entry, Refusal
from tabard.kernel import clock


def counted():
    return {row.action: (row.count, row.who, row.what) for row in Refusal.objects.all()}


def test_a_write_that_comes_from_elsewhere(cast):
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.creator)
    assert client.post("/tokens/", {"name": "x"}).status_code == 403
    assert client.post("/api/v1/tokens", {"name": "x"}, content_type="application/json").status_code == 403
    assert {row.what for row in Refusal.objects.filter(action="refused.forgery")} == {
        "POST /tokens/",
        "POST /api/v1/tokens",
    }


@pytest.mark.parametrize("body", ["[1, {", '{"name": 7}', '{"nobody": "asked"}'])
def test_a_call_that_is_not_as_the_document_has_it(cast, body):
    client = browser(cast.owner)
    answer = client.post("/api/v1/tokens", body, content_type="application/json")
    assert answer.status_code in {400, 422}
    assert counted()["refused.request"] == (1, cast.owner.name, "POST /api/v1/tokens")


def test_a_step_out_of_its_turn(cast):
    by = cast.by("district")
    asked = ask_emergency(by, cast.nordics, second=cast.regional, reason="Hacked", hours=1)
    client, address = browser(cast.regional), f"/api/v1/emergencies/{asked.pk}/refuse"
    for status in (200, 409):
        answer = client.post(address, {"reason": "No."}, content_type="application/json")
        assert answer.status_code == status
    assert counted() == {"refused.step": (1, cast.regional.name, f"POST {address}")}


def test_going_on_during_a_rest(cast):
    marks = [("person", "password:a@meridian.example"), ("address", "password:192.0.2.7")]
    for _n in range(5):
        throttle.failed(marks)
    for _n in range(3):
        assert throttle.resting(marks)
    assert counted() == {"refused.guess": (3, "a@meridian.example", "password")}


def test_all_of_them_can_be_read_in_the_log(cast):
    names = ("action", "step", "request", "forgery", "guess", "sign_in", "key", "hurry")
    for name in names:
        refusals.count(f"refused.{name}", who="Marek", what="POST /x")
    with clock.at(clock.now() + timedelta(hours=2)):
        assert refusals.log_closed() == len(names)
    told = [said(entry) for entry in Entry.objects.filter(kind="audit.refusal")]
    assert len(set(told)) == len(names)
    assert not any("%" in each or "refused." in each for each in told)
