"""Cases: proven before they are filed, followed with patience, closed, and open again when it is back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from tabard.kernel import clock
from tabard.kernel.errors import Conflict, Denied, Invalid, Missing
from tabard.watch import actions, cases, proof
from tabard.watch.models import Case, Evidence, Filing, Turn
from tabard.watch.tests.casework import LINK, WAY, answered, decided, filed, fresh, opened, png, proven
from tabard.watch.track import records


def test_only_what_was_judged_has_a_case_and_only_one(cast, soups):
    fine = decided(cast, "https://instagram.com/nordicsoups_x", "unrelated")
    with pytest.raises(Conflict):
        opened(cast, fine)
    found = decided(cast, LINK, "fan")
    case = opened(cast, found, language="bg")
    assert (case.state, case.todo, case.due_on) == ("open", "way", clock.today() + timedelta(days=2))
    with pytest.raises(Conflict):
        opened(cast, found)
    other = decided(cast, "https://instagram.com/nordicsoups_help2")
    with pytest.raises(Invalid):
        opened(cast, other, language="tlh")


def test_whoever_sees_to_it_may_do_what_it_takes(cast, found):
    for who in (cast.creator, cast.stranger, cast.analyst):
        with pytest.raises(Invalid) as wrong:
            actions.open_case(cast.by("district"), found, owner=who)
        assert set(wrong.value.fields) == {"owner"}
    case = opened(cast, found)
    assert actions.give_case(cast.by("district"), case, owner=cast.regional).owner == cast.regional
    with pytest.raises(Invalid):
        actions.give_case(cast.by("district"), case, owner=None)


def test_strangers_and_lookers_do_nothing(cast, case):
    proven(cast, case)
    way = filed(cast, case)
    for who in ("stranger", "creator", "leaver"):
        with pytest.raises(Missing):
            cases.case(cast.by(who), case.pk)
        with pytest.raises(Missing):
            cases.filing(cast.by(who), way.pk)
        with pytest.raises(Missing):
            cases.evidence(cast.by(who), case.evidence.get().pk)
    assert cases.case(cast.by("analyst"), case.pk) == case
    for who in ("stranger", "creator", "analyst"):
        by = cast.by(who)
        for act in (
            lambda by=by: actions.prove(by, case, page="x"),
            lambda by=by: actions.give_case(by, case, owner=cast.district),
            lambda by=by: actions.file_case(by, case, route="owner", letter="x"),
            lambda by=by: actions.note_answer(by, case, filing=way, answer="removed"),
            lambda by=by: actions.follow_up(by, case, filing=way),
            lambda by=by: actions.close_case(by, case, outcome="removed"),
            lambda by=by: actions.look_again(by, case),
            lambda by=by: actions.reopen_case(by, case),
        ):
            with pytest.raises(Denied):
                act()
    assert fresh(case).state == "reported"


def test_nothing_is_filed_before_it_is_proven(cast, case):
    with pytest.raises(Conflict, match="Keep first"):
        actions.file_case(cast.by("district"), case, route=WAY, letter="Please")
    for wrong in ({}, {"page": " \n"}, {"picture": b"none"}, {"page": "x", "address": "javascript:alert(1)"}):
        with pytest.raises(Invalid):
            actions.prove(cast.by("district"), case, **wrong)
    one = proven(cast, case, picture=png(), number="178414")
    address = "https://www.instagram.com/nordicsoups_help/"
    assert (one.address, one.form, one.number) == (address, "png", "178414")
    assert [proof.fits(one), proof.fits(Evidence.objects.get())] == [True, True]
    assert filed(cast, case).proven == proof.print_of_all([one.sha256])


def test_evidence_stays_as_it_was_even_by_sql(cast, case):
    one = proven(cast, case, picture=png())
    filed(cast, case)
    for sql in (
        "UPDATE watch_evidence SET page = 'x'",
        "UPDATE watch_evidence SET sha256 = sha256",
        "DELETE FROM watch_evidence",
        "SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE watch_evidence",
        "UPDATE watch_turn SET words = 'x'",
        "DELETE FROM watch_turn",
        "UPDATE watch_filing SET proven = 'x'",
        "UPDATE watch_filing SET filed_at = now()",
        "DELETE FROM watch_filing",
    ):
        with (
            pytest.raises(DatabaseError, match="stays as it was written"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(sql)
    with pytest.raises(DatabaseError), transaction.atomic():
        Evidence.objects.filter(pk=one.pk).delete()


def test_states_are_guarded_by_the_database(cast, case):
    with pytest.raises(DatabaseError, match="no move"), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(state="waiting")
    with pytest.raises(DatabaseError), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(state="closed")
    way = filed(cast, case)
    with pytest.raises(DatabaseError), transaction.atomic():
        Filing.objects.filter(pk=way.pk).update(state="ended")


def test_a_way_is_followed_with_patience_and_then_another_is_due(cast, case):
    start = clock.now()
    way = filed(cast, case, reference="IG-1")
    assert fresh(case).state == "reported"
    days = []
    for _round in range(5):
        there = fresh(case)
        days.append(((there.due_on - start.date()).days, there.todo))
        with clock.at(start + timedelta(days=days[-1][0])):
            actions.follow_up(cast.by("district"), there, filing=way, letter="How does it stand?")
    assert days == [(3, "follow"), (7, "follow"), (14, "follow"), (21, "follow"), (30, "onward")]
    assert fresh(case).due_on == start.date() + timedelta(days=37)
    ended = answered(cast, way, "silent")
    assert (ended.answered_at, ended.asked_after) == (None, 5)
    assert (fresh(case).state, fresh(case).todo) == ("open", "way")
    assert Turn.objects.filter(kind="after", words="How does it stand?").count() == 5


def test_the_clock_begins_anew_when_they_are_heard_of(cast, case):
    start = clock.now()
    way = filed(cast, case)
    with clock.at(start + timedelta(days=6)):
        way = answered(cast, way, "acknowledged", reference="77")
        assert (fresh(case).state, fresh(case).due_on) == ("waiting", (start + timedelta(days=9)).date())
        with pytest.raises(Conflict):
            answered(cast, way, "acknowledged")
    with clock.at(start + timedelta(days=8)):
        way = answered(cast, way, "asked", words="Send proof of the mark")
        assert (fresh(case).todo, fresh(case).due_on) == ("more", (start + timedelta(days=9)).date())
        way = actions.follow_up(cast.by("district"), fresh(case), filing=way, letter="Here it is")
        assert (way.state, fresh(case).todo) == ("acknowledged", "follow")
        assert way.asked_after == 0
    with clock.at(start + timedelta(days=10)):
        way = answered(cast, way, "removed")
        assert (fresh(case).state, fresh(case).todo) == ("open", "close")
    assert (way.reference, way.answered_at) == ("77", start + timedelta(days=6))


def test_one_way_is_open_once_and_two_people_come_one_after_the_other(cast, case):
    way = filed(cast, case)
    with pytest.raises(Conflict, match="open already"):
        filed(cast, case)
    with pytest.raises(DatabaseError), transaction.atomic():
        Filing.objects.create(
            case=case, route=WAY, filed_at=clock.now(), since=clock.today(), follow_on=clock.today()
        )
    answered(cast, way, "rejected", words="No violation")
    with pytest.raises(Conflict, match="ended"):
        answered(cast, way, "removed")
    with pytest.raises(Conflict):
        actions.follow_up(cast.by("district"), fresh(case), filing=way)
    assert filed(cast, case).pk != way.pk
    other = opened(cast, decided(cast, "https://instagram.com/nordicsoups_help2"))
    with pytest.raises(Missing):
        actions.note_answer(cast.by("district"), other, filing=way, answer="removed")


def test_only_ways_of_the_platform_and_letters_that_are_filled_in(cast, case):
    for wrong in (
        {"way": "x-impersonation"},
        {"way": "nonsense"},
        {"letter": "Our mark [[mark]]"},
        {"letter": " "},
        {"letter": "x" * 8001},
        {"reference": "x" * 121},
    ):
        with pytest.raises(Invalid):
            filed(cast, case, **wrong)
    assert not Filing.objects.exists()


def test_what_is_gone_is_looked_after_and_a_new_report_says_that_it_is_back(cast, case, found):
    start = clock.now()
    way = filed(cast, case)
    actions.close_case(cast.by("district"), fresh(case), outcome="removed", worked=way.pk)
    assert Filing.objects.get().answer == "removed"
    looks = []
    for _round in range(3):
        there = fresh(case)
        looks.append((there.due_on - start.date()).days)
        with clock.at(start + timedelta(days=looks[-1])):
            assert there.pk in cases.mine.rows(cast.by("district").person_id, "")
            actions.look_again(cast.by("district"), there)
    assert looks == [30, 90, 180]
    assert fresh(case).todo == ""
    with pytest.raises(Conflict):
        actions.look_again(cast.by("district"), fresh(case))
    with clock.at(start + timedelta(days=200)):
        actions.tip(cast.by("stranger"), cast.organisation, profile=LINK)
        back = fresh(case)
        assert (back.state, back.todo, back.returns, back.outcome) == ("open", "way", 1, "")
        assert back.due_on == clock.today()
        with pytest.raises(Conflict, match="Keep first"):
            actions.file_case(cast.by("district"), back, route=WAY, letter="Again")
        filed(cast, back)
        actions.tip(cast.by("stranger"), cast.organisation, profile=LINK)
        assert fresh(case).returns == 1


def test_only_the_way_that_worked_is_credited(cast, case, client):
    way, other = filed(cast, case), filed(cast, case, "owner")
    client.force_login(cast.district)
    page = client.get(f"/watch/cases/{case.pk}/closing/").text
    assert f'value="{way.pk}"' in page
    assert f'value="{other.pk}"' in page
    client.post(f"/watch/cases/{case.pk}/closing/", {"outcome": "removed", "worked": other.pk, "words": ""})
    found = dict(Filing.objects.values_list("pk", "answer"))
    assert found == {way.pk: "withdrawn", other.pk: "removed"}
    ours = records(case.sighting.platform_id)
    assert [(ours[each.route].won, ours[each.route].decided) for each in (way, other)] == [
        (0, None),
        (1, 0.0),
    ]


def test_where_nobody_knows_what_worked_nothing_is_credited(cast, case):
    way = filed(cast, case)
    actions.close_case(cast.by("district"), fresh(case), outcome="removed")
    way.refresh_from_db()
    assert (way.answer, way.answered_at) == ("withdrawn", None)


def test_a_way_of_another_case_or_without_success_is_not_credited(cast, case):
    way = filed(cast, case)
    for outcome, worked in (("removed", way.pk + 1), ("dropped", way.pk)):
        with pytest.raises(Invalid, match="offered"):
            actions.close_case(cast.by("district"), fresh(case), outcome=outcome, worked=worked)


def test_what_was_rejected_or_given_up_stays_closed(cast, case, found):
    actions.close_case(cast.by("district"), case, outcome="dropped", words="Not worth it")
    assert fresh(case).todo == ""
    actions.tip(cast.by("stranger"), cast.organisation, profile=LINK)
    assert fresh(case).state == "closed"
    with pytest.raises(Conflict):
        proven(cast, fresh(case))
    with pytest.raises(Conflict):
        actions.close_case(cast.by("district"), fresh(case), outcome="removed")
    actions.decide(cast.by("district"), found, decision="unrelated", seen="impostor")
    with pytest.raises(Conflict):
        actions.reopen_case(cast.by("district"), fresh(case))


def test_while_a_case_is_open_the_decision_stands(cast, case, found):
    with pytest.raises(Conflict, match="open case"):
        actions.decide(cast.by("district"), found, decision="unrelated", seen="impostor")
    with pytest.raises(Conflict, match="open case"):
        actions.reopen(cast.by("district"), found)
    found = actions.decide(cast.by("district"), found, decision="employee", seen="impostor")
    people = {"unit": cast.nordics, "owner": cast.creator}
    with pytest.raises(Conflict, match="open case"):
        actions.adopt(cast.by("district"), found, **people)
    actions.close_case(cast.by("district"), fresh(case), outcome="handed_over")
    assert actions.adopt(cast.by("district"), found, **people).channel
