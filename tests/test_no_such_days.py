"""Days and hours that do not exist, in every field: said in words, with what was typed kept."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from lxml import html

import tabard
from tests.conftest import BEHIND

TYPED = "Soups of the north, in full"
DAYS = ("2026-02-30", "0000-01-01", "99999-01-01", "2026-13-01", "soon")
HOURS = ("24:61", "25:00", "99:99", "noon")
MOMENTS = ("2026-02-30T10:00", "2026-01-01T24:61", "0000-01-01T00:00", "99999-01-01T00:00", "soon")
SKIPPED = "2027-03-28T02:30"  # the clocks of Oslo go from 02:00 to 03:00
GIVEN = {"person": "{email}", "role": "{role_id}", "reason": TYPED}
# A dialog over another page, or one answer for many: said on a page of its own, with what was typed.
ELSEWHERE = {"due_date", "due_time", "due_at"}
# Page, the field with its bad values, and what else its form has.
FIELDS = {
    "campaign, first day": ("/campaigns/", "starts_on", DAYS, {"name": TYPED}),
    "campaign, last day": ("/campaigns/", "ends_on", DAYS, {"name": TYPED}),
    "post, day": ("/posts/{post_id}/schedule/", "due_date", DAYS, {"due_time": "10:00", "note": TYPED}),
    "post, hour": (
        "/posts/{post_id}/schedule/",
        "due_time",
        HOURS,
        {"due_date": "2027-01-05", "note": TYPED},
    ),
    "absence, from": ("/people/{person_id}/absences/", "starts_at", (*MOMENTS, SKIPPED), {"reason": TYPED}),
    "absence, until": ("/people/{person_id}/absences/", "ends_at", (*MOMENTS, SKIPPED), {"reason": TYPED}),
    "grant, from": ("/units/{unit_id}/grants/", "starts_at", (*MOMENTS, SKIPPED), GIVEN),
    "grant, until": ("/units/{unit_id}/grants/", "ends_at", (*MOMENTS, SKIPPED), GIVEN),
    "review": (
        "/reviews/new/",
        "opens_at",
        (*MOMENTS, SKIPPED),
        {"kind": "access", "unit": "{unit_id}", "days": "7", "note": TYPED},
    ),
    "suspension": ("/people/{person_id}/suspend/", "until", (*MOMENTS, SKIPPED), {"reason": TYPED}),
    "legal hold, from": ("/audit/keeping/", "since", DAYS, {"name": "x", "reason": TYPED, "do": "hold"}),
    "legal hold, until": ("/audit/keeping/", "until", DAYS, {"name": "x", "reason": TYPED, "do": "hold"}),
    "step before a channel is retired": (
        "/register/retirement-steps/{retirement_step_id}/",
        "due_on",
        DAYS,
        {"do": "give", "owner": TYPED},
    ),
    "channel that stays": (
        "/register/{channel_id}/needed/",
        "ask_on",
        DAYS,
        {"do": "keep", "reason": TYPED},
    ),
    "what a platform changes": (
        "/platforms/changes/new/",
        "takes_effect",
        DAYS,
        {"title": TYPED, "platform": "x", "what": "x", "source": "https://x.example/"},
    ),
    "request for a channel": (
        "/register/requests/new/",
        "until",
        DAYS,
        {"handle": "newsoups", "platform": "x", "unit": "{unit_id}", "why": TYPED},
    ),
    "delivery": ("/deliveries/{delivery_id}/decide/", "due_at", MOMENTS, {"answer": "retry", "note": TYPED}),
}
# Fields of addresses: what they cannot mean is said, or passed over; nothing breaks.
ASKED = {"/audit/": ("since", "until"), "/who/": ("day",)}
INPUT = re.compile(r'<input[^>]*type="(?:date|datetime-local|time)"[^>]*>')


@pytest.fixture
def desk(things, client):
    client.force_login(things.cast.owner)
    needed = {name for page, *_rest in FIELDS.values() for name in re.findall(r"{(\w+)}", page)}
    ids = {name: things.of(apps.get_model(BEHIND[name])).pk for name in needed}
    role = apps.get_model("org.Role").objects.get(slug="creator")
    return client, {**ids, "email": things.cast.creator.email, "role_id": role.pk}


@pytest.mark.parametrize("name", FIELDS)
def test_it_is_said_and_nothing_typed_is_lost(name, desk):
    client, ids = desk
    page, field, values, others = FIELDS[name]
    for value in values:
        form = {**{key: each.format(**ids) for key, each in others.items()}, field: value}
        answer = client.post(page.format(**ids), form)
        said = answer.content.decode()
        assert answer.status_code == 422, (value, answer.status_code)
        assert TYPED in said, value
        if field not in ELSEWHERE:
            _is_said_at(answer, field)


def _is_said_at(answer: Any, name: str) -> None:
    """The sentence stands at the field, and those who hear the page hear it with the field."""
    tree = html.fromstring(answer.content)
    (field,) = tree.xpath(f"//input[@name='{name}'][@aria-invalid='true']")
    tied = [tree.get_element_by_id(each) for each in field.get("aria-describedby").split()]
    sentences = [each.text_content().strip() for each in tied if "wrong" in each.get("class", "")]
    assert "".join(sentences), name
    assert field.getparent() is tied[-1].getparent(), f"{name}: it stands beside"
    assert len({each.get("id") for each in tree.xpath("//*[@id]")}) == len(tree.xpath("//*[@id]")), "ids once"


@pytest.mark.parametrize("page", ASKED)
def test_an_address_with_such_a_day_breaks_nothing(page, desk):
    client, _ids = desk
    for field in ASKED[page]:
        for value in DAYS:
            assert client.get(page, {field: value}).status_code in {200, 422}, (field, value)


def test_every_field_for_a_day_or_hour_stands_here():
    there = set()
    for file in Path(tabard.__file__).parent.glob("*/templates/**/*.html"):
        for found in INPUT.findall(file.read_text()):
            there |= set(re.findall(r' name="(\w+)"', found))
    tried = {field for _page, field, *_rest in FIELDS.values()} | {f for each in ASKED.values() for f in each}
    assert there <= tried
