"""Two people with the same form open: the second is told, and nothing that was typed is lost."""

from __future__ import annotations

import html
import inspect
import re
from dataclasses import dataclass

import pytest
from django.test import Client

from tabard.kernel import actions
from tabard.org.models import Person, Policy, Role

INPUT = re.compile(r'<input type="hidden" name="was" value="([^"]*)"')
# Changes that cannot overwrite what somebody else wrote, with why.
ASKED_OTHERWISE = {
    "person.profile": "only the person themselves changes it",
    "member.change": "a directory says all anew, and asks by ETag",
    "directory_group.change": "a directory says all anew, and asks by ETag",
}


@dataclass(frozen=True)
class Form:
    """Where it is, a field of it, and what one person and then another write into it."""

    page: str
    field: str
    first: str
    second: str
    # Another field, and what the second writes there in passing.
    besides: tuple[str, str]


FORMS = {
    "unit": Form("/units/{unit_id}/", "name", "Nordic lands", "The Nordics", ("zone", "Europe/Oslo")),
    "person": Form("/people/{person_id}/", "title", "Cook", "Head cook", ("name", "Marek N. Nowak")),
    "channel": Form("/register/{channel_id}/change/", "purpose", "News", "Recipes", ("audience", "Cooks")),
    "request": Form(
        "/register/requests/{channel_request_id}/change/",
        "purpose",
        "News",
        "Soups",
        ("audience", "Cooks of soups"),
    ),
    "campaign": Form("/campaigns/{campaign_id}/", "name", "Soups", "Stews", ("starts_on", "2026-12-01")),
    "asset": Form("/library/{asset_id}/", "alt", "A soup", "A bowl of soup", ("name", "Soup")),
}


@pytest.fixture(params=FORMS)
def form(request, things):
    ids = {
        name: things.of(model).pk for name, model in _models().items() if name in FORMS[request.param].page
    }
    return FORMS[request.param], FORMS[request.param].page.format(**ids)


def _models():
    from django.apps import apps

    from tests.conftest import BEHIND

    return {name: apps.get_model(label) for name, label in BEHIND.items()}


@pytest.fixture
def two(things):
    """The owner at two desks."""
    desks = Client(), Client()
    for desk in desks:
        desk.force_login(things.cast.owner)
    return desks


def fields(page: str) -> dict[str, str]:
    """What a browser would send of the form that changes the thing, untouched."""
    whole = page[page.index('name="was"') - 200 :]
    found = dict(re.findall(r'<input[^>]* name="(\w+)"[^>]* value="([^"]*)"', whole))
    found |= dict(re.findall(r'<textarea[^>]* name="(\w+)"[^>]*>([^<]*)</textarea>', whole))
    for name, chosen in re.findall(r'<select[^>]* name="(\w+)"[^>]*>(.*?)</select>', whole, re.S):
        value = re.search(r'value="([^"]*)" selected', chosen) or re.search(r'value="([^"]*)"', chosen)
        found[name] = value[1] if value else ""
    found.pop("csrfmiddlewaretoken", None)
    return {name: html.unescape(value).replace("\n", "\r\n") for name, value in found.items()}


def test_the_second_of_one_field_is_told_and_keeps_what_was_typed(form, two):
    form, page = form
    first, second = two
    seen = fields(second.get(page).content.decode())
    assert (
        first.post(page, {**fields(first.get(page).content.decode()), form.field: form.first}).status_code
        == 302
    )
    answer = second.post(page, {**seen, form.field: form.second, form.besides[0]: form.besides[1]})
    told = answer.content.decode()
    assert answer.status_code == 422
    assert f"Somebody else has just made this “{form.first}”" in html.unescape(told)
    again = fields(told)
    assert (again[form.field], again[form.besides[0]]) == (form.second, form.besides[1])
    assert fields(first.get(page).content.decode())[form.field] == form.first, "nothing was overwritten"
    assert second.post(page, again).status_code == 302, "whoever was told may say so again"
    stands = fields(first.get(page).content.decode())
    assert (stands[form.field], stands[form.besides[0]]) == (form.second, form.besides[1])


def test_two_fields_of_one_thing_may_be_changed_at_once(form, two):
    form, page = form
    first, second = two
    seen = fields(second.get(page).content.decode())
    first.post(page, {**fields(first.get(page).content.decode()), form.field: form.first})
    assert second.post(page, {**seen, form.besides[0]: form.besides[1]}).status_code == 302
    stands = fields(first.get(page).content.decode())
    assert (stands[form.field], stands[form.besides[0]]) == (form.first, form.besides[1])


def test_a_policy_and_a_role_are_not_overwritten_unseen(things, two):
    first, second = two
    page = f"/units/{things.cast.organisation.pk}/policies/"
    days = {"matter": "grant_days", "kind": "number", "was": ""}
    assert first.post(page, {**days, "value": "30"}).status_code == 302
    answer = second.post(page, {**days, "value": "90"})
    assert answer.status_code == 422
    assert "Somebody else has just changed this" in answer.content.decode()
    assert 'value="90"' in answer.content.decode()
    assert Policy.objects.get(matter="grant_days").value == 30
    was = {"was": "30", "value": "90"}
    assert second.post(page, {**days, **was}).status_code == 302
    assert Policy.objects.get(matter="grant_days").value == 90

    role = Role.objects.get(slug="analyst")
    ticked = {"role": role.pk, "was": role.form_values()["permissions"]}
    assert first.post("/roles/", {**ticked, "permissions": ["org.see"]}).status_code == 302
    answer = second.post("/roles/", {**ticked, "permissions": ["org.see", "posts.see"]})
    assert (answer.status_code, Role.objects.get(pk=role.pk).permissions) == (422, ["org.see"])
    assert "Somebody else has just changed this" in answer.content.decode()


def test_a_form_that_brings_nothing_back_is_taken_at_its_word(things, two):
    page = f"/people/{things.cast.creator.pk}/"
    for was in ("", "{", "[]", '{"name": 1}', "[" * 100_000):
        assert two[0].post(page, {"name": "Marek", "was": was}).status_code == 302
    assert Person.objects.get(pk=things.cast.creator.pk).title == ""


def test_every_change_asks_what_was_seen():
    """An action that changes what there is takes what whoever changes it has seen."""
    blind = [
        name
        for name, spec in actions.registry.items()
        if name.endswith(".change") or name == "policy.set"
        if not {"was", "revision"} & set(inspect.signature(spec.function).parameters)
    ]
    assert set(blind) - ASKED_OTHERWISE.keys() == set()
    assert ASKED_OTHERWISE.keys() <= actions.registry.keys()
