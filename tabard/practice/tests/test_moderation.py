"""What a channel may do with what was said to it, and that whoever it blocks is quiet there."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tabard.practice import unfold

from .conftest import Town
from .test_pages import BULGARIAN, HERE_ITSELF

ACTS = {
    "hide": ("PUT", "/api/posts/{}/hidden"),
    "show": ("DELETE", "/api/posts/{}/hidden"),
    "like": ("PUT", "/api/posts/{}/like"),
    "unlike": ("DELETE", "/api/posts/{}/like"),
    "delete": ("DELETE", "/api/comments/{}"),
    "block": ("PUT", "/api/blocked/{}"),
    "unblock": ("DELETE", "/api/blocked/{}"),
}
UNDO = {"hide": "show", "like": "unlike", "block": "unblock"}


class Square:
    """A post of @meridian's, with somebody's comment beneath it."""

    def __init__(self, town: Town) -> None:
        self.town = town
        town.channel("other", "Other")
        self.person, self.second = list(town.net.people)[:2]
        self.post = town.post("Our shop opens tomorrow.").json()["id"]
        self.comment = self.said("Buy elsewhere!", under=self.post)

    def said(self, text: str, *, by: str = "", **where: str) -> str:
        """Somebody speaks by the trainer's form; the id of what they said, if it is a post."""
        assert self.speak(text, by=by, **where).status_code == 303
        self.town.pass_(0.2)
        return str(self.town.net.store.value("SELECT max(id) FROM post WHERE text = ?", text))

    def speak(self, text: str, *, by: str = "", **more: Any) -> httpx.Response:
        headers = more.pop("headers", {})
        return self.town.ask(
            "POST", "/speak", data={"as": by or self.person, "text": text, **more}, headers=headers
        )

    def do(self, act: str, what: str = "", *, by: str = "meridian") -> httpx.Response:
        method, path = ACTS[act]
        usual = self.person if "block" in act else self.comment
        return self.town.ask(method, path.format(what or usual), by=by)

    def holds(self) -> set[str]:
        """Which acts hold for the comment and its author now."""
        value = self.town.net.store.value
        found = {
            "hide": value("SELECT hidden_at FROM post WHERE id = ?", self.comment),
            "delete": value("SELECT deleted_at FROM post WHERE id = ?", self.comment),
            "like": value("SELECT count(*) FROM liked WHERE handle = 'meridian' AND post = ?", self.comment),
            "block": value("SELECT count(*) FROM blocked"),
        }
        return {act for act, holds in found.items() if holds}

    def outcomes(self) -> list[tuple[str, str, bool]]:
        kinds = set(ACTS)
        return [(e["kind"], e["outcome"], e["answered"]) for e in self.town.ledger() if e["kind"] in kinds]

    def page(self, *, local: bool = False) -> str:
        headers = HERE_ITSELF if local else {}
        return self.town.ask("GET", f"/@meridian/{self.post}", headers=headers).text

    def comments_counted(self) -> int:
        figures = self.town.ask("GET", f"/api/figures?ids={self.post}", by="meridian").json()
        return int(figures[self.post]["comments"])

    def heard_from(self, person: str) -> list[str]:
        items = self.town.inbox(after="0~~0", limit=200)["items"]
        return [item["kind"] for item in items if item["from"]["handle"] == person]


@pytest.fixture
def square(town: Town) -> Square:
    return Square(town)


@pytest.mark.parametrize("act", ["hide", "like", "delete", "block"])
def test_an_act_holds_once_however_often_it_is_done_and_is_undone(square, act):
    assert [square.do(act).status_code for _ in range(2)] == [204, 204]
    assert square.holds() == {act}
    told = [(act, "accepted", True), (act, "repeated", True)]
    if back := UNDO.get(act):
        assert [square.do(back).status_code for _ in range(2)] == [204, 204]
        assert square.holds() == set()
        told += [(back, "accepted", True), (back, "repeated", True)]
    assert square.outcomes() == told


@pytest.mark.parametrize("act", ACTS)
def test_an_act_whose_answer_was_lost_is_repeated_and_holds_once(square, act):
    held = next((one for one, back in UNDO.items() if back == act), act)
    if held != act:
        square.do(held)
    square.town.turn(lost_after=1)
    with pytest.raises(httpx.ReadError):
        square.do(act)
    square.town.turn(lost_after=None)
    assert square.do(act).status_code == 204
    assert square.holds() == ({act} if held == act else set())
    assert square.outcomes()[-2:] == [(act, "accepted", False), (act, "repeated", True)]


@pytest.mark.parametrize("act", ACTS)
def test_an_act_that_never_arrived_has_done_nothing(square, act):
    before = square.holds()
    square.town.turn(lost_before=1)
    with pytest.raises(httpx.ReadError):
        square.do(act)
    assert square.holds() == before
    assert square.outcomes() == [(act, "lost_before", False)]


@pytest.mark.parametrize("act", ["hide", "like", "delete", "block"])
@pytest.mark.parametrize(
    ("switch", "status", "code"), [("revoked", 401, "token_revoked"), ("down", 503, "down")]
)
def test_a_switch_turns_an_act_away(square, act, switch, status, code):
    square.town.turn(**{switch: True})
    answer = square.do(act)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert square.holds() == set()
    assert square.outcomes() == [(act, code, True)]


def test_acts_spend_of_a_limit_like_posts(square):
    square.town.turn(limit={"n": 2, "seconds": 60})
    assert square.do("hide").headers["ratelimit-remaining"] == "1"
    square.do("like")
    third = square.do("block")
    assert (third.status_code, third.json()["code"]) == (429, "limited")
    assert square.town.post().status_code == 429
    square.town.pass_(int(third.headers["retry-after"]))
    assert square.do("block").status_code == 204


def test_a_reason_for_refusing_posts_is_none_for_refusing_acts(square):
    square.town.turn(refuse="Not in this tone.")
    assert square.town.post().status_code == 422
    assert square.do("hide").status_code == 204


@pytest.mark.parametrize("act", ACTS)
def test_what_was_not_said_to_the_channel_is_none_of_its_business(square, act):
    refused = square.do(act, by="other")
    assert (refused.status_code, refused.json()["code"]) == (403, "not_yours")
    assert "this channel" in refused.json()["detail"]
    assert square.do(act, "no_such_person" if "block" in act else "4711").status_code == 404
    assert square.holds() == set()


@pytest.mark.parametrize("act", ["hide", "show", "delete"])
def test_a_mention_is_liked_but_stands_on_somebody_elses_page(square, act):
    mention = square.said("Do not buy at @meridian")
    assert square.do("like", mention).status_code == 204
    refused = square.do(act, mention)
    assert (refused.status_code, refused.json()["code"]) == (403, "not_yours")
    assert square.do("like", square.post).status_code == 403


def test_a_hidden_comment_is_seen_on_the_machine_itself_only_and_not_counted(square):
    before = square.comments_counted()
    square.do("hide")
    assert "Buy elsewhere!" not in square.page()
    own = square.page(local=True)
    assert "Buy elsewhere!" in own
    assert "The channel has hidden this" in own
    assert square.comments_counted() == before - 1
    assert square.town.ask("GET", "/api/me", by="meridian").json()["counts"]["comments"] == 0
    assert "Buy elsewhere!" not in square.town.ask("GET", f"/@{square.person}").text
    square.do("show")
    assert "Buy elsewhere!" in square.page()
    assert "The channel has hidden this" not in square.page(local=True)
    assert square.comments_counted() == before


def test_a_deleted_comment_is_gone_with_the_answers_beneath_it(square):
    answer = square.said("Quite right!", by=square.second, under=square.comment)
    beside = square.said("I am coming.", by=square.second, under=square.post)
    square.do("delete")
    page = square.page(local=True)
    assert ("Buy elsewhere!" in page, "Quite right!" in page, "I am coming." in page) == (False, False, True)
    statuses = [
        square.town.ask("GET", f"/api/posts/{one}", by="meridian").status_code
        for one in (square.comment, answer, beside)
    ]
    assert statuses == [404, 404, 200]
    assert square.comment not in [item["post"]["id"] for item in square.town.inbox()["items"]]


@pytest.mark.parametrize(
    "where", [{"under": "post"}, {"under": "comment"}, {"to": "meridian"}, {"text": "Look, @meridian!"}]
)
def test_whom_a_channel_has_blocked_says_nothing_to_it_by_hand(square, where):
    square.do("block")
    form = {"text": "Me again", **where}
    if "under" in form:
        form["under"] = getattr(square, form["under"])
    before = square.heard_from(square.person)
    refused = square.speak(**form)
    assert refused.status_code == 403
    assert "Meridian Foods has blocked this person." in refused.text
    bulgarian = square.speak(**form, headers=BULGARIAN)
    assert "Meridian Foods е блокирал този човек." in bulgarian.text
    square.town.pass_(1)
    assert square.heard_from(square.person) == before
    assert square.speak(**{**form, "by": square.second}).status_code == 303
    square.do("unblock")
    assert square.speak(**form).status_code == 303


def test_whom_one_channel_has_blocked_still_speaks_to_another(square):
    square.do("block")
    theirs = square.town.post("We are open too.", by="other").json()["id"]
    assert square.speak("Good!", under=theirs).status_code == 303
    assert square.speak("Good!", to="other").status_code == 303


def test_a_page_says_who_is_blocked_on_the_machine_itself(square):
    square.do("block")
    assert (
        "Blocked by Meridian Foods" in square.town.ask("GET", f"/@{square.person}", headers=HERE_ITSELF).text
    )
    assert "Blocked by" not in square.town.ask("GET", f"/@{square.person}").text
    told = square.town.ask("GET", "/api/blocked", by="meridian").json()["blocked"]
    assert [one["handle"] for one in told] == [square.person]
    assert told[0]["since"].startswith("2026-11-")


def talkers(town: Town) -> list[str]:
    """Who speaks to the channel first, and goes on about it later."""
    rows = town.net.store.rows(
        "SELECT author, min(at) AS first, max(at) AS last FROM post WHERE owner = 'meridian'"
        " GROUP BY author HAVING first <= ? AND last > ? ORDER BY first", town.now, town.now,
    )  # fmt: skip
    return [row["author"] for row in rows]


def busy() -> Town:
    """A town in the midst of talking about six posts."""
    town = Town()
    for n in range(6):
        town.post(f"Number {n}: our shop opens at ten.")
    town.pass_(600)
    town.inbox()
    return town


def heard(town: Town, person: str, after: str) -> list[str]:
    items = town.inbox(after=after, limit=200, kinds="comment,mention,message")["items"]
    return [item["id"] for item in items if item["from"]["handle"] == person]


def test_a_simulated_person_who_is_blocked_falls_silent_and_what_answered_them_never_comes():
    free, town = busy(), busy()
    person = talkers(town)[0]
    cursor = town.inbox(limit=200)["cursor"]
    assert town.ask("PUT", f"/api/blocked/{person}", by="meridian").status_code == 204
    for one in (free, town):
        one.post("One more thing: what would you like to read here?")
        one.pass_(14 * 3600)
    assert heard(free, person, cursor)
    assert heard(town, person, cursor) == []
    orphans = town.net.store.rows(
        "SELECT 1 FROM post JOIN post AS above ON above.id = post.reply_to"
        " WHERE post.deleted_at IS NULL AND above.deleted_at IS NOT NULL"
    )
    assert orphans == []
    everybody = {item["from"]["handle"] for item in town.inbox(after=cursor, limit=200)["items"]}
    assert len(everybody) > 10


def test_messages_and_likes_that_lay_ahead_do_not_come_either(square):
    net, post = square.town.net, int(square.post)
    soon = square.town.now + 60

    def plan(db: Any) -> None:
        for person in (square.person, square.second):
            unfold.write_to(db, "meridian", person, "Hello?", soon)
            db.execute("DELETE FROM liked WHERE post = ? AND handle = ?", (post, person))
            unfold.like(db, post, person, "meridian", soon)

    square.town.inbox()
    net.store.write_now(plan)
    square.do("block")
    square.town.pass_(61)
    assert square.heard_from(square.person) == ["comment"]
    assert {"message", "like"} <= set(square.heard_from(square.second))


def test_whoever_is_let_in_again_does_not_begin_with_what_they_would_have_said_meanwhile():
    town = busy()
    person = talkers(town)[0]
    town.ask("PUT", f"/api/blocked/{person}", by="meridian")
    for n in range(12):
        town.post(f"Question {n}: what would you like to read here?")
    town.pass_(60)
    since = town.now
    town.ask("DELETE", f"/api/blocked/{person}", by="meridian")
    town.pass_(14 * 3600)
    town.inbox()
    sql = "SELECT 1 FROM post WHERE author = ? AND owner = 'meridian' AND deleted_at IS NULL AND at > ?"
    assert town.net.store.rows(sql, person, since - 60) == []


def test_a_person_who_is_blocked_does_not_write_back(town):
    people = list(town.net.people)[:20]
    for person in people:
        form = {"as": person, "text": "Are you open?", "to": "meridian"}
        assert town.ask("POST", "/speak", data=form).status_code == 303
        town.pass_(1)
        assert town.ask("PUT", f"/api/blocked/{person}", by="meridian").status_code == 204
        sent = {"to": person, "text": "Yes, from ten."}
        assert town.ask("POST", "/api/messages", by="meridian", json=sent).status_code == 201
    town.pass_(3700)
    assert len(town.inbox(kinds="message", limit=200)["items"]) == len(people)


def test_a_channel_that_is_blocked_comments_no_more_and_its_mentions_are_not_heard(square):
    town = square.town
    mine = {"by": "other", "reply_to": square.post}
    assert town.post("Buy at ours instead", **mine).status_code == 201
    town.pass_(0.1)
    assert square.do("block", "other").status_code == 204
    refused = town.post("And today", key="k", **mine)
    assert (refused.status_code, refused.json()["code"]) == (403, "blocked")
    assert town.ledger()[-1]["outcome"] == "blocked"
    assert town.post("Nobody goes to @meridian", by="other").status_code == 201
    town.pass_(0.1)
    assert square.heard_from("other") == ["comment"]


def test_the_summary_of_the_ledger_counts_what_was_published_only(square):
    before = square.town.ask("GET", "/api/ledger", by="admin").json()["summary"]
    for act in ACTS:
        square.do(act)
    assert square.town.ask("GET", "/api/ledger", by="admin").json()["summary"] == before
    entries = [entry for entry in square.town.ledger() if entry["kind"] in ACTS]
    assert [entry["kind"] for entry in entries] == list(ACTS)
    assert {str(entry["post"]) for entry in entries if "block" not in entry["kind"]} == {square.comment}
    assert {entry["text"] for entry in entries if "block" in entry["kind"]} == {square.person}
