"""Sightings: recorded however they are written, judged, decided about once, and adopted."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from PIL import Image, ImageDraw

from tabard.kernel import clock
from tabard.kernel.errors import Conflict, Denied, Invalid, Missing
from tabard.kernel.today import needs
from tabard.register.actions import add_channel, move_channel
from tabard.register.models import Channel
from tabard.watch import actions, comparing, queries, running
from tabard.watch.candidates import candidates
from tabard.watch.events import SightingMoved
from tabard.watch.models import Comparison, Look, Report, Sighting
from tabard.watch.reactions import put_in_order, thank
from tabard.watch.reading import lines, rows_of
from tests.cast import make_channel


def record(cast, *links, who="district", unit=None, **more):
    rows = [{"handle": link} if isinstance(link, str) else link for link in links]
    return actions.record(cast.by(who), unit or cast.nordics, rows=rows, **more)


def seen(cast, link, who="district", **more):
    return record(cast, {"handle": link, **more}, who=who).outcomes[0].sighting


def test_one_account_is_one_sighting_however_it_is_written(cast, soups):
    spelt = [
        "https://www.instagram.com/NordicSoups_Official/?hl=en",
        "http://instagram.com/nordicsoups_official",
        {"platform": "Instagram", "handle": "@nordicsoups_official"},
    ]
    found = record(cast, *spelt)
    assert [each.what for each in found.outcomes] == ["new", "new", "new"]
    record(cast, "instagram.com/nordicsoups_OFFICIAL/", who="owner")
    one = Sighting.objects.get()
    assert (one.like, one.unit, one.reported) == (soups, cast.nordics, 2)
    assert one.label == "look-alike"
    assert [report.person for report in one.reports.order_by("pk")] == [cast.district, cast.owner]


def test_what_it_looks_like_is_said_in_the_readers_language(cast, soups):
    one = seen(cast, "https://instagram.com/nordics0ups")
    assert queries.sighting(cast.by("district"), one.pk).says[0].startswith("nordics0ups is nordicsoups with")
    from django.utils.translation import override

    with override("bg"):
        assert "nordicsoups" in queries.sighting(cast.by("district"), one.pk).says[0]
        assert "with digits" not in queries.sighting(cast.by("district"), one.pk).says[0]


def test_rows_that_mean_nothing_are_said_and_ours_are_left_out(cast, soups):
    found = record(cast, "https://instagram.com/p/abc", "nonsense", "https://instagram.com/NORDICSOUPS")
    assert [each.what for each in found.outcomes] == ["refused", "refused", "ours"]
    assert all(each.row.why for each in found.outcomes[:2])
    assert not Sighting.objects.exists()
    for nothing in ([], [{"handle": "x"}] * 5001):
        with pytest.raises(Invalid):
            actions.record(cast.by("district"), cast.nordics, rows=nothing)
    with pytest.raises(Invalid):
        actions.record(cast.by("district"), cast.nordics, rows=[{"handle": "x"}], source="tip")


def test_a_file_has_the_columns_of_the_command(cast, soups):
    data = (
        "platform,handle,name,bio,url,avatar\n"
        "instagram,nordicsoups.help,Nordic Soups,Official support. DM us,https://n0rdic.example," + "0f" * 32
    ).encode()
    (found,) = actions.record(
        cast.by("district"), cast.nordics, rows=rows_of("a.csv", data), source="file"
    ).outcomes
    assert found.sighting.label == "impostor"
    assert (found.sighting.site, found.sighting.avatar) == ("https://n0rdic.example", "0f" * 32)
    with pytest.raises(Invalid):
        rows_of("a.csv", b"name,bio\na,b\n")


def test_lines_may_be_bare_handles_of_one_platform():
    assert lines("@ann\n\n https://x.com/bob \n", "x") == [
        {"handle": "@ann", "platform": "x"},
        {"handle": "https://x.com/bob", "platform": ""},
    ]


def test_who_sees_and_who_decides(cast, soups):
    one = seen(cast, "https://instagram.com/nordicsoups_help")
    for who in ("stranger", "creator", "leaver"):
        with pytest.raises(Missing):
            queries.sighting(cast.by(who), one.pk)
        with pytest.raises(Denied):
            actions.decide(cast.by(who), one, decision="fan")
    assert queries.sighting(cast.by("analyst"), one.pk)
    with pytest.raises(Denied):
        actions.decide(cast.by("analyst"), one, decision="fan")
    with pytest.raises(Denied):
        record(cast, "https://x.com/a", who="analyst")


def test_like_nothing_it_stays_where_it_was_recorded_and_asks_nobody(cast, soups):
    one = seen(cast, "https://instagram.com/completelyelse")
    assert (one.label, one.unit) == ("unrelated", cast.nordics)
    assert not queries.waiting(cast.by("district"), None).exists()


def test_what_was_decided_is_never_asked_again(cast, soups):
    one = seen(cast, "https://instagram.com/nordicsoups_fans")
    assert list(queries.waiting(cast.by("district"), None)) == [one]
    actions.decide(cast.by("district"), one, decision="fan", words="Says so")
    found = record(cast, "https://www.instagram.com/NordicSoups_Fans", who="owner")
    assert [each.what for each in found.outcomes] == ["decided"]
    make_channel(cast.nordics, "nordicsoups_fan", "instagram")
    assert running.compare() is False  # nothing waits
    one.refresh_from_db()
    assert (one.decision, one.reported, one.like) == ("fan", 2, soups)
    assert not queries.waiting(cast.by("district"), None).exists()


def test_two_deciding_at_once_the_second_is_told(cast, soups):
    one = seen(cast, "https://instagram.com/nordicsoups_help")
    actions.decide(cast.by("district"), one, decision="fan")
    with pytest.raises(Conflict, match="Fan"):
        actions.decide(cast.by("owner"), one, decision="impostor")
    again = actions.decide(cast.by("owner"), one, decision="impostor", seen="fan")
    assert again.decided_by == cast.owner
    back = actions.reopen(cast.by("district"), again)
    assert (back.decision, back.decided_by, back.decided_at) == ("", None, None)
    with pytest.raises(Conflict):
        actions.reopen(cast.by("district"), back)
    for wrong in ({"decision": "nonsense"}, {"decision": "fan", "words": "x" * 501}):
        with pytest.raises(Invalid):
            actions.decide(cast.by("district"), back, **wrong)


def test_decisions_put_the_rest_in_order(cast, soups):
    make_channel(cast.nordics, "southpans", "instagram")
    sites = ("instagram.com/", "tiktok.com/@", "youtube.com/@")
    fans = [seen(cast, f"https://{site}nordicsoups_fans") for site in sites]
    help_ = seen(cast, "https://instagram.com/nordicsoups_help")
    before = {s.pk: s.rank for s in Sighting.objects.all()}
    one = actions.decide(cast.by("district"), fans[0], decision="fan")
    put_in_order(cast.by("owner"), SightingMoved(one.pk, one.unit_id, "fan"))
    now = {s.pk: s.rank for s in Sighting.objects.all()}
    assert now[fans[1].pk] < before[fans[1].pk]
    assert now[help_.pk] == before[help_.pk]
    assert queries.like_it(Sighting.objects.get(pk=fans[1].pk)) == (1, 0)
    # What comes later begins where decisions have put it.
    later = seen(cast, "https://threads.com/@nordicsoups_fans")
    assert later.rank == pytest.approx(now[fans[1].pk], abs=0.1)


def test_a_tip_is_thanked_and_told_the_outcome(cast, soups):
    told = actions.tip(cast.by("creator"), cast.nordics, profile="https://instagram.com/nordicsoups_help")
    assert told.sighting.unit == cast.nordics
    assert [each.pk for each in queries.tips(cast.by("creator"))] == [told.pk]
    actions.tip(cast.by("stranger"), cast.nordics, profile="instagram.com/nordicsoups_help", words="Look!")
    one = actions.decide(cast.by("district"), told.sighting, decision="impostor")
    thank(cast.by("district"), SightingMoved(one.pk, one.unit_id, "impostor"))
    assert {m.to[0] for m in mail.outbox} == {cast.creator.email, cast.stranger.email}
    assert "Impostor" in mail.outbox[0].body
    with pytest.raises(Invalid):
        actions.tip(cast.by("creator"), cast.nordics, profile="https://instagram.com/nordicsoups")
    with pytest.raises(Invalid):
        actions.tip(cast.by("creator"), cast.nordics, profile="nonsense")
    assert Report.objects.count() == 2


def test_when_the_register_changes_all_that_waits_is_compared_anew(cast, soups):
    one = seen(cast, "https://instagram.com/kitchenhelp_official")
    assert one.label == "unrelated"
    assert running.compare()
    assert not running.compare()
    channel = make_channel(cast.south, "kitchenhelp", "instagram")
    assert running.compare()
    one.refresh_from_db()
    assert (one.like, one.unit) == (channel, cast.south)
    assert Comparison.objects.count() == 1
    assert not running.compare()
    move_channel(cast.by("owner"), channel, unit=cast.nordics)
    one.refresh_from_db()
    assert one.unit == cast.nordics


def test_what_comes_into_the_register_by_another_way_is_ours(cast, soups):
    one = seen(cast, "https://instagram.com/nordicsoups_jobs")
    channel = add_channel(cast.by("district"), cast.nordics, handle=one.url)
    running.compare()
    one.refresh_from_db()
    assert (one.decision, one.channel, one.decided_by) == ("ours", channel, None)
    with pytest.raises(Conflict):
        actions.reopen(cast.by("district"), one)


def test_adoption_makes_a_proposed_channel_with_its_people(cast, soups):
    one = seen(cast, "https://instagram.com/nordicsoups_jobs", name="Nordic soups: jobs")
    given = {"unit": cast.nordics, "owner": cast.creator, "deputy": cast.publisher, "purpose": "Jobs"}
    with pytest.raises(Conflict):
        actions.adopt(cast.by("district"), one, **given)
    one = actions.decide(cast.by("district"), one, decision="employee")
    with pytest.raises(Denied):
        actions.adopt(cast.by("district"), one, **{**given, "unit": cast.south})
    one = actions.adopt(cast.by("district"), one, **given)
    channel = Channel.objects.get(sighting=one)
    assert (channel.state, channel.handle, channel.name) == ("proposed", one.handle, "Nordic soups: jobs")
    assert (channel.owner, channel.deputy) == (cast.creator, cast.publisher)
    with pytest.raises(Conflict):
        actions.adopt(cast.by("district"), one, **given)
    with pytest.raises(Conflict):
        actions.decide(cast.by("district"), one, decision="impostor", seen="employee")


def retired(channel):
    for state in ("active", "retiring", "retired"):
        Channel.objects.filter(pk=channel.pk).update(state=state)


def test_once_its_channel_is_retired_it_can_be_decided_about_again(cast, soups):
    one = seen(cast, "https://instagram.com/nordicsoups_jobs")
    one = actions.decide(cast.by("district"), one, decision="ours")
    people = {"unit": cast.nordics, "owner": cast.creator}
    channel = actions.adopt(cast.by("district"), one, **people).channel
    with pytest.raises(Conflict):
        actions.decide(cast.by("district"), one, decision="impostor", seen="ours")
    retired(channel)
    browser = Client()
    browser.force_login(cast.district)
    assert b"What is it?" in browser.get(reverse("sighting", args=[one.pk])).content
    again = actions.adopt(cast.by("district"), one, **people)
    assert again.channel != channel
    retired(again.channel)
    one = actions.decide(cast.by("district"), one, decision="impostor", seen="ours")
    assert (one.decision, one.channel) == ("impostor", None)
    assert actions.reopen(cast.by("district"), one).decision == ""


def test_what_it_says_of_itself_changes_what_it_looks_like(cast, soups, picture):
    one = seen(cast, "https://instagram.com/nordicsoups_help")
    one = actions.describe(cast.by("district"), one, bio="Official support. DM us to verify", picture=picture)
    assert (one.label, len(one.avatar)) == ("impostor", 210)
    with pytest.raises(Invalid) as wrong:
        actions.describe(cast.by("district"), one, site="no address", name="x" * 201, picture=b"no")
    assert set(wrong.value.fields) == {"site", "name", "picture"}


@pytest.fixture
def picture():
    from tests.test_every_screen import orange

    return orange()


def test_names_worth_a_look_and_who_has_looked(cast, soups):
    found = candidates(cast.by("district"), soups)
    assert {"nordicsoupsofficial", "nordicsoups_support"} <= {each.handle for each in found}
    actions.note_look(cast.by("district"), soups, handle="nordicsoups_support", answer="nobody")
    actions.note_look(cast.by("district"), soups, handle="nordicsoupsofficial", answer="there")
    left = {each.handle for each in candidates(cast.by("district"), soups, left=True)}
    assert not left & {"nordicsoupsofficial", "nordicsoups_support"}
    assert Sighting.objects.get().source == "name"
    actions.note_look(cast.by("district"), soups, handle="NORDICSOUPS_support", answer="unsure")
    assert Look.objects.filter(identity="nordicsoups_support").get().answer == "unsure"
    with pytest.raises(Invalid):
        actions.note_look(cast.by("district"), soups, handle="a b", answer="nobody")
    with pytest.raises(Denied):
        actions.note_look(cast.by("analyst"), soups, handle="nordicsoups_x", answer="nobody")


def test_today_shows_what_waits_to_whoever_may_decide(cast, soups):
    seen(cast, "https://instagram.com/nordicsoups_help", bio="Official support. DM us to verify")
    seen(cast, "https://instagram.com/nordicsoups_fans")
    titles = [need.title for need in needs(cast.by("district"), None)]
    assert "nordicsoups_help on Instagram may be an impostor" in titles
    assert "1 sighting waits" in titles
    for who in ("analyst", "stranger", "creator"):
        assert not any("sighting" in need.title for need in needs(cast.by(who), None))


def test_lists_are_narrowed(cast, soups):
    one = seen(cast, "https://instagram.com/nordicsoups_help")
    seen(cast, "https://tiktok.com/@nordicsoups_fans")
    by = cast.by("district")
    for params, count in (
        ({}, 2),
        ({"platform": ["instagram"]}, 1),
        ({"like": [str(soups.pk)]}, 2),
        ({"decision": ["fan"]}, 0),
        ({"age": ["day"]}, 2),
        ({"q": ["@nordicsoups_help"]}, 1),
        ({"state": ["nothing"]}, 0),
        ({"source": ["tip"]}, 0),
    ):
        assert len(queries.sightings(by, None, params).rows) == count, params
    with clock.at(clock.now() + timedelta(days=2)):
        assert len(queries.sightings(by, None, {"age": ["day"]}).rows) == 0
    assert "nordicsoups_help" in "".join(queries.SIGHTINGS.csv(queries.visible(by, None), {}))
    assert queries.next_after(by, None, one) is not None


def test_a_family_in_many_moves_at_once(cast, soups):
    rows = [{"platform": "instagram", "handle": f"nordicsoups_{n}"} for n in range(1000, 1200)]
    record(cast, *rows)
    one = Sighting.objects.get(handle="nordicsoups_1000")
    actions.decide(cast.by("district"), one, decision="unrelated")
    assert comparing.learn(one.family, one.identity) == 199


def test_through_the_screens(cast, soups):
    browser, looker = Client(), Client()
    browser.force_login(cast.district)
    looker.force_login(cast.creator)
    pasted = "https://instagram.com/nordicsoups_help\nhttps://instagram.com/nordicsoups_fans\nnonsense"
    page = browser.post(reverse("watch_record"), {"links": pasted}).content.decode()
    assert page.count("Not understood") == 1
    assert browser.post(reverse("watch_record"), {"links": " "}).status_code == 422
    one = Sighting.objects.get(handle="nordicsoups_help")
    assert b"nordicsoups_help" in browser.get(reverse("watch")).content
    where = reverse("sighting_decision", args=[one.pk])
    row = browser.post(where, {"decision": "squatter"}, headers={"HX-Request": "true"})
    assert b"Squatter" in row.content
    assert b'data-key="z"' in row.content
    assert browser.post(where, {"decision": "fan"}).status_code == 409
    assert browser.post(where, {"decision": "reopen"}).status_code == 302
    onward = browser.post(where, {"decision": "fan"})
    other = Sighting.objects.get(handle="nordicsoups_fans")
    assert onward["Location"] == f"{reverse('sighting', args=[other.pk])}?undo={one.pk}"
    assert b"Undo: nordicsoups_help is Fan" in browser.get(onward["Location"]).content
    facts = reverse("sighting_facts", args=[other.pk])
    assert browser.post(facts, {"site": "nowhere"}).status_code == 422
    assert browser.post(facts, {"bio": "Recipes from fans"}).status_code == 302
    assert (
        browser.post(reverse("sighting_decision", args=[other.pk]), {"decision": "ours"}).status_code == 302
    )
    given = {"unit": cast.nordics.pk, "owner": cast.creator.email, "purpose": "Fans"}
    adopted = browser.post(reverse("sighting_adopt", args=[other.pk]), given)
    assert adopted["Location"] == reverse("channel", args=[Channel.objects.get(handle=other.handle).pk])
    names = reverse("names", args=[soups.pk])
    assert b"nordicsoups_support" in browser.get(names).content
    noted = browser.post(f"{names}look/", {"handle": "nordicsoups_support", "answer": "nobody"})
    assert noted.status_code == 302
    assert b"nordicsoups_support" not in browser.get(names).content
    assert b"nordicsoups_help" in b"".join(
        browser.get(reverse("watch_csv") + "?state=decided").streaming_content
    )
    assert looker.get(reverse("watch")).status_code == 403
    assert looker.get(reverse("sighting", args=[one.pk])).status_code in {403, 404}
    tips = reverse("tips")
    assert looker.post(tips, {"profile": "instagram.com/nordicsoups_help"}).status_code == 302
    assert b"Fan" in looker.get(tips).content
    assert looker.post(tips, {"profile": "nonsense"}).status_code == 422


def test_a_copied_picture_and_a_link_that_passes_for_ours_are_seen(cast, soups, picture):
    one = seen(cast, "https://instagram.com/nordicsoups_help")
    with pytest.raises(Denied):
        actions.portray(cast.by("creator"), soups, bio="x")
    logo = drawing()
    actions.portray(cast.by("district"), soups, site="https://nordicsoups.example", picture=logo)
    assert running.compare()
    one = actions.describe(cast.by("district"), one, picture=logo, site="https://n0rdicsoups.example")
    assert one.label == "impostor"
    assert {code for code, _facts in one.reasons} & {"picture-copy", "picture-outline"}
    assert "link" in {code for code, _facts in one.reasons}
    one = actions.describe(cast.by("district"), one, picture=picture, site="")
    assert not {code for code, _facts in one.reasons} & {"picture-copy", "picture-outline", "link"}
    browser = Client()
    browser.force_login(cast.district)
    page = reverse("portrait", args=[soups.pk])
    assert browser.post(page, {"bio": "Soups", "site": "no"}).status_code == 422
    assert browser.post(page, {"bio": "Soups"}).status_code == 302


def drawing():
    """A flat logo: an arch and a bar."""
    out = io.BytesIO()
    image = Image.new("RGB", (200, 200), "white")
    draw = ImageDraw.Draw(image)
    draw.rectangle((30, 120, 170, 150), fill="navy")
    draw.ellipse((50, 30, 150, 120), fill="navy")
    image.save(out, "PNG")
    return out.getvalue()
