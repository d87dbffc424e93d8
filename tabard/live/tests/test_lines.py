"""What waits for a screen: each name once, only what its person may hear of, never without bound."""

from __future__ import annotations

from tabard.live.lines import MOST_WAITING, Lines, Visitor


def of(units: set[int] | None, session: str = "s") -> Visitor:
    return Visitor(session, 1, None if units is None else frozenset(units))


def test_names_go_to_those_who_may_hear_of_the_unit():
    lines = Lines()
    nordics, everything, nothing = lines.open(of({7})), lines.open(of(None)), lines.open(of(set()))
    lines.tell("delivery 812 7")
    lines.tell("delivery 813 8")
    assert nordics.take() == b"data: delivery 812\n\n"
    assert everything.take() == b"data: delivery 812\ndata: delivery 813\n\n"
    assert nothing.take() == b""


def test_what_belongs_to_no_unit_is_for_everybody():
    lines = Lines()
    line = lines.open(of(set()))
    lines.tell("hold 3")
    assert line.take() == b"data: hold 3\n\n"


def test_a_name_waits_once_however_often_it_is_told():
    lines = Lines()
    line = lines.open(of(None))
    for _ in range(50):
        lines.tell("post 9 1")
    assert line.take() == b"data: post 9\n\n"
    assert line.take() == b""


def test_a_screen_that_does_not_read_is_told_to_look_again_and_costs_no_more_memory():
    lines = Lines()
    line = lines.open(of(None))
    for number in range(MOST_WAITING * 3):
        lines.tell(f"delivery {number} 1")
    assert len(line.waiting) <= MOST_WAITING
    assert line.take() == b"event: again\ndata:\n\n"
    lines.tell("delivery 1 1")
    assert line.take() == b"data: delivery 1\n\n"


def test_an_ended_session_cuts_all_its_lines_and_no_other():
    lines = Lines()
    mine, too, other = lines.open(of(None)), lines.open(of(None)), lines.open(of(None, "other"))
    lines.renew("s", None)
    assert (mine.ended, too.ended, other.ended) == (True, True, False)


def test_a_new_grant_is_heard_of_without_a_new_line():
    lines = Lines()
    line = lines.open(of({7}))
    lines.renew("s", of({7, 8}))
    lines.tell("post 1 8")
    assert line.take() == b"data: post 1\n\n"
