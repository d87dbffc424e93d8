"""Access reviews from beginning to end: who is asked what, what answers do, and what time does."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tabard.access.models import ApiToken
from tabard.attestation import actions, queries, schedule
from tabard.attestation.evidence import evidence
from tabard.attestation.models import Item, Round, Sheet
from tabard.audit.models import Entry
from tabard.kernel import clock, permissions
from tabard.kernel.errors import Denied, IllegalMove, Invalid
from tabard.org.actions import change_unit, end_grant, give_grant, say_absent, set_policy
from tabard.org.models import Grant, Role
from tabard.posts.actions import make_post
from tests.cast import make_channel, make_person

DAY = timedelta(days=1)


@pytest.fixture
def led(cast):
    """Freja leads the Nordics with Tomasz as deputy, Ingrid the region, Ada everything."""
    owner = cast.by("owner")
    change_unit(owner, cast.nordics, lead=cast.district, deputy=cast.publisher)
    change_unit(owner, cast.north, lead=cast.regional, deputy=cast.approver)
    return cast


def begin(cast, unit=None, **more) -> Round:
    return actions.plan(cast.by("owner"), unit or cast.nordics, kind="access", **more)


def item_of(person, round_=None) -> Item:
    rows = Item.objects.filter(about=person, thing="org.grant").order_by("-id")
    return (rows.filter(sheet__round=round_) if round_ else rows)[0]


def answered(cast, who, about, choice="keep", **more) -> Item:
    return actions.answer(cast.by(who), item_of(getattr(cast, about)), choice=choice, **more)


def may(cast, who, permission):
    return bool(permissions.may(cast.by(who), permission, cast.nordics.place()))


def test_the_lead_is_asked_about_everybody_and_the_next_one_up_about_the_lead(led):
    made = begin(led)
    assert {(s.unit.name, s.person.name) for s in made.sheets.all()} == {
        ("Nordics", "Freja Holm"),
        ("Nordics", "Ingrid Solheim"),
    }
    assert item_of(led.district).sheet.person == led.regional
    assert item_of(led.creator).sheet.person == led.district
    assert not Item.objects.filter(about=led.leaver).exists(), "only what is in force is asked about"


def test_nobody_answers_about_themselves_not_even_standing_in(led):
    begin(led)
    now = clock.now()
    say_absent(led.by("district"), led.district, deputy=led.creator, starts_at=now, ends_at=now + 3 * DAY)
    assert answered(led, "creator", "publisher").choice == "keep"
    with pytest.raises(Denied, match="about yourself"):
        answered(led, "creator", "creator")


def test_others_do_not_answer_and_strangers_see_nothing(led):
    made = begin(led)
    with pytest.raises(Denied) as refused:
        answered(led, "stranger", "creator")
    assert refused.value.hidden
    with pytest.raises(Denied, match="Somebody else") as refused:
        answered(led, "owner", "creator")
    assert not refused.value.hidden
    assert list(queries.visible(led.by("stranger"), None)) == []
    assert list(queries.visible(led.by("district"), None)) == [made]


def test_revoked_is_over_at_once_and_cannot_be_taken_back(led):
    begin(led)
    assert may(led, "creator", "posts.write")
    done = answered(led, "district", "creator", "revoke", words="Moved on")
    assert not may(led, "creator", "posts.write")
    grant = Grant.objects.get(pk=done.thing_id)
    assert (grant.ended_by, grant.end_reason) == (led.district, "Decided in the access review by Freja Holm")
    with pytest.raises(IllegalMove):
        answered(led, "district", "creator", "keep")


def test_a_lead_without_the_right_to_give_grants_is_still_heard(led):
    """Being asked is the right to answer."""
    change_unit(led.by("owner"), led.nordics, lead=led.analyst)
    begin(led)
    answered(led, "analyst", "creator", "revoke")
    assert not may(led, "creator", "posts.write")


def test_reduced_to_a_smaller_role_until_a_day(led):
    begin(led)
    role, until = Role.objects.get(slug="creator"), clock.now() + 30 * DAY
    done = answered(led, "district", "publisher", "reduce", given={"role_id": role.pk, "ends_at": until})
    assert may(led, "publisher", "posts.write")
    assert not may(led, "publisher", "posts.publish")
    grant = Grant.objects.active().get(person=led.publisher)
    assert (grant.role, grant.ends_at, grant.grantor) == (role, until, led.district)
    assert "Creator" in done.outcome


@pytest.mark.parametrize("slug", ["owner", "manager", "publisher"])
def test_reduce_never_gives_more(led, slug):
    begin(led)
    with pytest.raises(Invalid):
        answered(led, "district", "publisher", "reduce", given={"role_id": Role.objects.get(slug=slug).pk})
    assert Grant.objects.active().get(person=led.publisher).role.slug == "publisher"


def test_signed_when_all_is_answered_and_over_when_all_have_signed(led):
    made = begin(led)
    mine = made.sheets.get(person=led.district)
    with pytest.raises(Invalid, match="no answer yet"):
        actions.sign(led.by("district"), mine)
    for item in mine.items.all():
        actions.answer(led.by("district"), item, choice="keep")
    signed = actions.sign(led.by("district"), mine)
    assert (signed.state, signed.signed_by, signed.signed_name) == ("signed", led.district, "Freja Holm")
    with pytest.raises(IllegalMove):
        actions.answer(led.by("district"), mine.items.first(), choice="revoke")
    made.refresh_from_db()
    assert made.state == "open"
    answered(led, "regional", "district")
    actions.sign(led.by("regional"), made.sheets.get(person=led.regional))
    made.refresh_from_db()
    assert made.state == "closed"
    assert [s["fits"] for s in evidence(led.by("owner"), made)["sheets"]] == [True, True]
    Item.objects.filter(sheet=mine).update(choice="revoke")
    assert [s["fits"] for s in evidence(led.by("owner"), made)["sheets"]].count(False) == 1


def test_what_ended_meanwhile_needs_no_answer(led):
    made = begin(led)
    end_grant(led.by("owner"), led.creator.grants.get(), reason="Left")
    mine = made.sheets.get(person=led.district)
    for item in mine.items.exclude(about=led.creator):
        actions.answer(led.by("district"), item, choice="keep")
    actions.sign(led.by("district"), mine)
    assert item_of(led.creator).choice == "over"


def test_time_reminds_brings_in_others_and_revokes_in_its_own_name(led):
    start = clock.now()
    made = begin(led)
    heard = {}
    for day in range(1, 16):
        with clock.at(start + day * DAY + timedelta(minutes=1)):
            schedule.sweep()
            schedule.sweep()  # twice an hour changes nothing
        sheet = Sheet.objects.get(round=made, person=led.district)
        heard[day] = (len(sheet.told) - 1, sorted(sheet.also), sheet.state)
    deputy, above = [led.publisher.pk], sorted([led.publisher.pk, led.regional.pk, led.approver.pk])
    assert [heard[d][0] for d in (6, 7, 9, 10, 12, 13, 14)] == [0, 1, 1, 2, 2, 3, 4]
    assert (heard[9][1], heard[10][1], heard[13][1]) == ([], deputy, above)
    assert (heard[14][2], heard[15][2]) == ("open", "lapsed")
    assert Round.objects.get().state == "closed"
    assert not may(led, "creator", "posts.write")
    grant = led.creator.grants.get()
    assert (grant.ended_by, grant.end_reason) == (None, "Nobody answered for it in the access review")
    entry = Entry.objects.get(action="grant.end", thing_id=grant.pk)
    assert (entry.actor_kind, entry.actor_name) == ("job", "reviews")


def test_the_last_owner_stays_whatever_nobody_says(cast):
    made = begin(cast, cast.organisation)
    lone = item_of(cast.owner)
    assert lone.sheet.person is None
    actions.close(cast.by("owner"), made)
    lone.refresh_from_db()
    assert (lone.choice, "nobody would own" in lone.outcome) == ("", True)
    assert Grant.objects.active().filter(person=cast.owner).exists()
    assert not Grant.objects.active().exclude(person=cast.owner).exists()


def test_the_next_round_shows_what_is_new_and_what_changed(led):
    first = begin(led)
    for sheet in first.sheets.all():
        for item in sheet.items.all():
            who = "district" if sheet.person == led.district else "regional"
            actions.answer(led.by(who), item, choice="keep")
    actions.close(led.by("owner"), first)
    with clock.at(clock.now() + 60 * DAY):
        creator = Role.objects.get(slug="creator")
        give_grant(led.by("owner"), led.nordics, person=led.analyst, role=creator, reason="Helps out")
        Grant.objects.filter(person=led.publisher).update(reason="Changed")
        second = begin(led)
        known = {led.analyst: 0, led.publisher: 1, led.creator: 2}
        assert {who: item_of(who, second).known for who in known} == known
        assert item_of(led.creator, second).last["by"] == "Freja Holm"
        mine = second.sheets.get(person=led.district)
        assert {i.about for i in queries.unchanged(led.by("district"), mine)} == {led.creator}


def test_tokens_are_asked_about_too_and_open_nothing_once_revoked(led):
    token = ApiToken.objects.create(person=led.creator, name="Planner", digest="d" * 64, start="tbd_x")
    begin(led)
    item = Item.objects.get(thing="access.apitoken")
    with pytest.raises(Invalid):
        actions.answer(led.by("district"), item, choice="reduce")
    actions.answer(led.by("district"), item, choice="revoke")
    token.refresh_from_db()
    assert token.ended_at


def test_the_last_use_is_what_they_did_there(led):
    make_post(led.by("creator"), led.nordics, title="x", text="x", channels=[make_channel(led.nordics, "n")])
    begin(led)
    assert item_of(led.creator).facts["used_at"]
    assert not item_of(led.publisher).facts["used_at"]


def test_a_policy_begins_rounds_by_itself_and_not_twice(led):
    set_policy(led.by("owner"), led.north, matter="review_months", value=6)
    schedule.sweep()
    schedule.sweep()
    assert [(r.unit, r.made_by) for r in Round.objects.all()] == [(led.north, None)]
    actions.cancel(led.by("owner"), Round.objects.get())
    with clock.at(clock.now() + DAY):
        schedule.sweep()
    assert Round.objects.count() == 2, "one that was called off does not count"
    with clock.at(clock.now() + 170 * DAY):
        schedule.sweep()
        assert Round.objects.count() == 2
    with clock.at(clock.now() + 190 * DAY):
        role = Role.objects.get(slug="creator")
        give_grant(led.by("owner"), led.nordics, person=led.analyst, role=role, reason="New")
        schedule.sweep()
        assert Round.objects.count() == 3


def test_nothing_is_revoked_without_a_last_warning_however_long_nothing_ran(led):
    made = begin(led)
    with clock.at(clock.now() + 40 * DAY):
        schedule.sweep()
        assert made.sheets.filter(state="open").count() == 2
        assert may(led, "creator", "posts.write")
    with clock.at(clock.now() + 41 * DAY):
        schedule.sweep()
        assert made.sheets.filter(state="lapsed").count() == 2


def test_handed_on_to_whoever_knows_but_not_to_whoever_is_asked_about(led):
    made = begin(led)
    mine = made.sheets.get(person=led.district)
    with pytest.raises(Invalid, match="is asked about"):
        actions.hand_on(led.by("district"), mine, to=led.creator)
    actions.hand_on(led.by("district"), mine, to=led.analyst)
    assert answered(led, "analyst", "creator").answered_by == led.analyst
    with pytest.raises(Denied):
        answered(led, "district", "creator")


def test_not_handed_on_to_whoever_works_for_those_asked_about(led, client):
    """Freja is asked about on Ingrid's sheet: neither her deputy nor anybody of hers answers about her."""
    made = begin(led, led.north)
    about_freja = item_of(led.district, made).sheet
    newcomer = make_person(led.nordics, "Nadia Berg", "creator")
    for to in (led.publisher, newcomer):
        with pytest.raises(Invalid, match="works for Freja Holm"):
            actions.hand_on(led.by("regional"), about_freja, to=to)
    with pytest.raises(Invalid, match="works for Freja Holm"):
        actions.hand_on(led.by("owner"), about_freja, to=newcomer)
    client.force_login(led.regional)
    sent = client.post(f"/reviews/sheets/{about_freja.pk}/", {"do": "hand_on", "to": newcomer.email})
    assert sent.status_code == 422
    assert "works for Freja Holm" in sent.text
    actions.hand_on(led.by("regional"), about_freja, to=led.approver)


def test_not_handed_down_to_somebody_of_a_unit_below(led):
    """Of the region's own people, who lead nobody, nobody of a district below answers either."""
    made = begin(led, led.north)
    about_lena = item_of(led.analyst, made).sheet
    about_lena.items.exclude(about=led.analyst).delete()
    newcomer = make_person(led.nordics, "Nadia Berg", "creator")
    with pytest.raises(Invalid, match="works below Region North"):
        actions.hand_on(led.by("regional"), about_lena, to=newcomer)
    change_unit(led.by("owner"), led.north, deputy=newcomer)
    actions.hand_on(led.by("regional"), about_lena, to=newcomer)


def test_letters_go_to_those_who_are_asked(led):
    from tabard.attestation.events import Waits
    from tabard.attestation.reactions import write_to_them

    made = begin(led, words="Before the merger.")
    sheet = made.sheets.get(person=led.district)
    led.district.language = "bg"
    led.district.save()
    write_to_them(led.by("owner"), Waits(led.district.pk, 1, made.pk, sheet.pk, None))
    (letter,) = mail.outbox
    assert letter.to == [led.district.email]
    assert f"/reviews/sheets/{sheet.pk}/" in letter.body
    assert "Before the merger." in letter.body


def test_two_rounds_do_not_ask_about_the_same_twice(led):
    begin(led)
    with pytest.raises(IllegalMove):
        begin(led)
    whole = begin(led, led.north)
    assert not Item.objects.filter(sheet__round=whole, sheet__unit=led.nordics).exists()


def test_a_round_over_many_grants_asks_as_often_as_one_over_few(led):
    def count(unit, end) -> int:
        with CaptureQueriesContext(connection) as caught:
            end(led.by("owner"), begin(led, unit))
        return len(caught)

    count(led.nordics, actions.cancel)
    few = count(led.nordics, actions.cancel)
    role = Role.objects.get(slug="analyst")
    given = {"role": role, "unit": led.nordics, "starts_at": clock.now(), "reason": "x"}
    Grant.objects.bulk_create(Grant(person=led.creator, **given) for _n in range(300))
    assert count(led.nordics, actions.cancel) == few
    assert count(led.nordics, actions.close) < few + 60, "nor does ending it cost more for more"
