"""Asking for a channel: what is like it, who decides, and what a yes makes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from tabard.kernel import clock
from tabard.kernel.errors import Conflict, Denied, Invalid
from tabard.kernel.today import needs
from tabard.life import actions, queries
from tabard.life.alike import Wanted, look_alikes
from tabard.life.events import RequestMoved
from tabard.life.models import ChannelRequest
from tabard.life.reactions import write_to_them
from tabard.life.rules import alike
from tabard.org.actions import set_policy
from tabard.register.models import Channel
from tests.cast import make_channel


def said(cast, **more):
    return {
        "handle": "nordicsoups",
        "platform": "x",
        "purpose": "Recipes of soups for the north",
        "audience": "People who cook",
        "languages": "sv, nb",
        "why": "Nothing of ours speaks Swedish about soups.",
        "answers": cast.creator,
        "backs": cast.publisher,
        "until": clock.today() + timedelta(days=90),
        **more,
    }


@pytest.fixture
def asked(cast):
    return actions.ask(cast.by("creator"), cast.nordics, **said(cast))


def titles(cast, who):
    return [need.title for need in needs(cast.by(who), None)]


def test_a_yes_makes_a_proposed_channel_with_its_people(cast, asked):
    actions.approve_request(cast.by("district"), asked, words="Go ahead")
    channel = Channel.objects.get(request=asked)
    assert (channel.state, channel.handle, channel.unit) == ("proposed", "nordicsoups", cast.nordics)
    assert (channel.owner, channel.deputy) == (cast.creator, cast.publisher)
    assert channel.languages == ["sv", "nb"]
    with pytest.raises(Conflict):
        actions.refuse_request(cast.by("district"), asked, words="No")


def test_whoever_asked_is_led_on(cast, asked):
    actions.approve_request(cast.by("district"), asked)
    asked.refresh_from_db()
    assert [way.do for way in queries.way_on(asked)] == ["Complete the entry", "Connect", "To the channel"]
    assert not any(way.done for way in queries.way_on(asked))
    assert "Nordic" not in titles(cast, "creator")
    assert "nordicsoups was approved" in titles(cast, "creator")
    Channel.objects.filter(request=asked).update(state="active", health="healthy")
    asked = queries.request(cast.by("creator"), asked.pk)
    assert all(way.done for way in queries.way_on(asked))
    assert "nordicsoups was approved" not in titles(cast, "creator")


def test_nobody_is_told_to_connect_what_cannot_be(cast):
    asked = actions.ask(cast.by("creator"), cast.nordics, **said(cast, platform="vimeo"))
    actions.approve_request(cast.by("district"), asked)
    asked.refresh_from_db()
    assert [way.do for way in queries.way_on(asked)] == ["Complete the entry", "To the channel"]


def test_when_the_trial_is_over_it_is_asked_whether_it_is_needed(cast, asked):
    actions.approve_request(cast.by("district"), asked)
    Channel.objects.filter(request=asked).update(state="active")
    wanted = "Is nordicsoups needed?"
    assert wanted not in titles(cast, "creator")
    for days, due in ((90, True), (119, True), (121, False)):
        with clock.at(clock.now() + timedelta(days=days)):
            assert (wanted in titles(cast, "creator")) is due


def test_nobody_decides_about_what_they_ask_themselves(cast):
    mine = actions.ask(cast.by("district"), cast.nordics, **said(cast))
    for decide in (actions.send_back, actions.refuse_request, actions.approve_request):
        with pytest.raises(Denied):
            decide(cast.by("district"), mine, words="Fine")
    assert not any("nordicsoups" in title for title in titles(cast, "district"))
    set_policy(cast.by("owner"), cast.organisation, matter="own_requests", value=True)
    assert actions.approve_request(cast.by("district"), mine).state == "approved"


def test_whoever_may_not_edit_channels_decides_nothing(cast, asked):
    for who in ("creator", "approver", "stranger"):
        with pytest.raises(Denied):
            actions.approve_request(cast.by(who), asked)


def test_sent_back_and_said_anew(cast, asked):
    with pytest.raises(Invalid):
        actions.send_back(cast.by("district"), asked, words=" ")
    actions.send_back(cast.by("district"), asked, words="Who reads it at weekends?")
    assert "nordicsoups was sent back to you" in titles(cast, "creator")
    with pytest.raises(Denied):
        actions.change_request(cast.by("district"), asked, why="Because")
    again = actions.change_request(cast.by("creator"), asked, why="Marek reads it at weekends too.")
    assert again.state == "asked"
    assert "A new channel: nordicsoups on X" in titles(cast, "district")


def test_withdrawn_by_whoever_asked_alone(cast, asked):
    with pytest.raises(Denied):
        actions.withdraw(cast.by("district"), asked)
    assert actions.withdraw(cast.by("creator"), asked).state == "withdrawn"
    with pytest.raises(Conflict):
        actions.approve_request(cast.by("district"), asked)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("purpose", ""),
        ("audience", ""),
        ("languages", ""),
        ("languages", "Swedish"),
        ("why", ""),
        ("answers", None),
        ("until", clock.today()),
        ("until", clock.today() + timedelta(days=1000)),
        ("platform", "vine"),
    ],
)
def test_what_is_missing_is_said_beside_its_field(cast, field, value):
    with pytest.raises(Invalid) as wrong:
        actions.ask(cast.by("creator"), cast.nordics, **said(cast, **{field: value}))
    assert set(wrong.value.fields) == {field}


def test_two_people_answer(cast):
    with pytest.raises(Invalid) as wrong:
        actions.ask(cast.by("creator"), cast.nordics, **said(cast, backs=cast.creator))
    assert set(wrong.value.fields) == {"backs"}


def test_what_is_in_the_register_already_cannot_be_asked_for(cast):
    make_channel(cast.nordics, "nordicsoups", "x")
    with pytest.raises(Invalid) as wrong:
        actions.ask(cast.by("creator"), cast.nordics, **said(cast))
    assert set(wrong.value.fields) == {"handle"}


def test_look_alikes_are_shown_with_why(cast):
    soups = {"purpose": "Soup recipes for the north", "languages": ["sv"]}
    marks = make_channel(cast.nordics, "nordic_soups", "x", languages=["sv"])
    same = make_channel(cast.nordics, "soupnorth", "x", search="soup recipes north", **soups)
    german = make_channel(cast.nordics, "suppen", "x", search="soup recipes north", purpose=soups["purpose"])
    Channel.objects.filter(pk=german.pk).update(languages=["de"])
    secret = make_channel(cast.south, "soupsouth", "x", search="soup recipes north", **soups)
    wanted = Wanted("x", "nordicsoups", cast.nordics.pk, "Recipes: soup for the north", "", ["sv"])
    found = {each.channel.pk: each for each in look_alikes(cast.by("creator"), wanted)}
    assert found.keys() == {marks.pk, same.pk}
    assert found[marks.pk].sure
    assert not found[same.pk].sure
    assert secret.pk in {each.channel.pk for each in look_alikes(cast.by("owner"), wanted)}


def test_purposes_are_compared_by_their_words():
    assert alike("Recipes of soups for the north", "Soups for the North: recipes")
    assert not alike("Recipes of soups", "Jobs in our kitchens")
    assert not alike("", "")


def test_letters_go_to_whoever_has_the_next_word(cast):
    cast.nordics.lead = cast.district
    cast.nordics.save()
    asked = actions.ask(cast.by("creator"), cast.nordics, **said(cast))
    job, moved = cast.by("creator"), (asked.pk, cast.nordics.pk)
    write_to_them(job, RequestMoved(*moved, "asked"))
    actions.refuse_request(cast.by("district"), asked, words="There is one")
    write_to_them(job, RequestMoved(*moved, "asked"))
    write_to_them(job, RequestMoved(*moved, "refused"))
    assert [m.to for m in mail.outbox] == [[cast.district.email], [cast.creator.email]]
    assert "There is one" in mail.outbox[1].body


def test_through_the_screens(cast):
    browser = Client()
    browser.force_login(cast.creator)
    form = {**said(cast), "unit": cast.nordics.pk, "answers": "Marek Nowak", "backs": cast.publisher.email}
    assert browser.post(reverse("request_new"), {**form, "why": ""}).status_code == 422
    assert browser.post(reverse("request_new"), form).status_code == 302
    asked = ChannelRequest.objects.get()
    make_channel(cast.nordics, "nordic_soups", "x", languages=["sv", "nb"])
    alike = browser.get(
        reverse("request_alike"), {k: form[k] for k in ("platform", "handle", "unit", "languages")}
    )
    assert b"nordic_soups" in alike.content
    lead = Client()
    lead.force_login(cast.district)
    page = reverse("request", args=[asked.pk])
    assert lead.post(page, {"do": "back", "words": ""}).status_code == 422
    assert lead.post(page, {"do": "back", "words": "Say more"}).status_code == 302
    assert b"Say more" in browser.get(reverse("request_change", args=[asked.pk])).content
    answer = browser.post(reverse("request_change", args=[asked.pk]), {"why": "More", "was": "{}"})
    assert answer.status_code in {302, 422}
    assert lead.get(reverse("requests")).status_code == 200
    assert b"nordicsoups" in b"".join(lead.get(reverse("requests_csv")).streaming_content)


def test_a_channel_is_known_by_its_handle_wherever_its_page_is(cast):
    """The address of a page may be one that no rule of its platform knows."""
    there = make_channel(cast.nordics, "soup_bar", "practice", url="http://127.0.0.1:8002/@soup_bar")
    (found,) = look_alikes(cast.by("owner"), Wanted("practice", "soup_bar", cast.nordics.pk))
    assert (found.channel.pk, found.sure) == (there.pk, True)


def test_what_is_typed_is_asked_for_without_the_key_of_the_form(cast, client):
    """It is sent in an address, which servers keep in their logs."""
    client.force_login(cast.creator)
    page = client.get("/register/requests/new/").content.decode()
    sent = page.split('id="alike"')[1].split(">")[0]
    assert 'hx-include="#asking :is(' in sent
    assert "[name=handle]" in sent
    assert "csrf" not in sent
