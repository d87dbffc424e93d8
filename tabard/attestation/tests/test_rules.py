"""Who is asked, who is told when, and what a signature is over: plain values."""

import pytest

from tabard.attestation import rules
from tabard.attestation.rules import Desk

LEAD, DEPUTY, ABOVE, SECOND, OWNER = 1, 2, 3, 4, 9
LINE = [Desk(LEAD, DEPUTY), Desk(ABOVE, SECOND)]


@pytest.mark.parametrize(
    ("line", "about", "who"),
    [
        (LINE, None, LEAD),
        (LINE, DEPUTY, LEAD),
        (LINE, LEAD, ABOVE),  # not the deputy, who works for the lead
        ([Desk(None, DEPUTY), Desk(ABOVE, None)], None, DEPUTY),
        ([Desk(None, DEPUTY), Desk(ABOVE, None)], DEPUTY, ABOVE),
        ([Desk(None, None), Desk(ABOVE, None)], LEAD, ABOVE),
        ([Desk(LEAD, None), Desk(LEAD, SECOND)], LEAD, SECOND),
        ([Desk(LEAD, None)], LEAD, OWNER),
        ([Desk(OWNER, None)], OWNER, None),
    ],
)
def test_nobody_is_asked_about_themselves(line, about, who):
    assert rules.answerer(line, [OWNER], about) == who


@pytest.mark.parametrize(
    ("line", "person", "whom"),
    [
        (LINE, 7, {LEAD, DEPUTY, ABOVE, SECOND}),
        (LINE, LEAD, {ABOVE, SECOND}),
        (LINE, DEPUTY, {LEAD, ABOVE, SECOND}),
        (LINE, ABOVE, set()),  # sits in a unit below the one that they lead
        (LINE, SECOND, {ABOVE}),
        ([Desk(LEAD, DEPUTY), Desk(LEAD, None)], DEPUTY, {LEAD}),
        ([Desk(None, None)], 7, set()),
    ],
)
def test_whom_somebody_works_for(line, person, whom):
    assert rules.superiors(line, person) == whom


@pytest.mark.parametrize(
    ("left", "days", "due"),
    [
        (14, 14, None),
        (7.1, 14, None),
        (7, 14, 7),
        (5, 14, 7),
        (4, 14, 4),
        (1, 14, 1),
        (0, 14, 0),
        (-0.5, 14, 0),
        (3, 3, None),
        (1, 3, 1),
        (1, 1, None),
        (0, 1, 0),
    ],
)
def test_reminders_on_days_7_10_13_and_14_of_a_fortnight(left, days, due):
    assert rules.reminder(left, days) == due


def test_the_deputy_is_brought_in_first_and_then_those_above():
    assert rules.above(LINE, 7, LEAD) == []
    assert rules.above(LINE, 4, LEAD) == [DEPUTY]
    assert rules.above(LINE, 1, LEAD) == [DEPUTY, ABOVE, SECOND]


def test_a_signature_is_over_every_answer_in_any_order():
    one, two = [1, "a", "keep", "", "", "Ada", "x"], [2, "b", "keep", "", "", "Ada", "x"]
    assert rules.signed([one, two]) == rules.signed([two, one])
    assert rules.signed([one, two]) != rules.signed([one])
    assert rules.signed([one]) != rules.signed([[1, "a", "revoke", "", "", "Ada", "x"]])


def test_what_changes_by_itself_does_not_make_a_thing_new():
    facts = {"role": "Creator", "used_at": "2026-01-01"}
    later = facts | {"used_at": "2026-05-05"}
    thing = ("org.grant", 1)
    assert rules.gist("access", thing, facts, ["used_at"]) == rules.gist("access", thing, later, ["used_at"])
    assert rules.asked("access", thing, "t", facts) != rules.asked("access", thing, "t", later)
