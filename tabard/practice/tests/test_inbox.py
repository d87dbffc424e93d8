"""What reaches a channel, each thing once and in order."""

from __future__ import annotations

from .conftest import Town


def walk(town: Town, step: float, hours: float) -> list[str]:
    """The inbox as a poller sees it, item by item."""
    seen, cursor = [], "0~~0"
    for _ in range(int(hours * 3600 / step)):
        town.pass_(step)
        while True:
            page = town.inbox(after=cursor, limit=7)
            seen += [item["id"] for item in page["items"]]
            cursor = page["cursor"]
            if not page["more"]:
                break
    return seen


def test_every_item_comes_once_whatever_the_rhythm():
    slow, fast = Town(), Town()
    for town in (slow, fast):
        for n in range(6):
            town.post(f"Number {n}: our shop opens at ten.")
    one, other = walk(slow, 3600, 14), walk(fast, 300, 14)
    assert one == other
    assert len(one) == len(set(one)) > 60
    kinds = {item.split("-")[0] for item in one}
    assert kinds == {"comment", "like", "mention", "message"}


def test_a_poller_that_posts_in_between_misses_nothing(town):
    seen = []
    for n in range(10):
        town.post(f"Number {n}: our shop opens at ten.")
        seen += walk(town, 60, 0.1) if n == 0 else []
        town.pass_(30)
    cursor = town.inbox(limit=200)["cursor"]
    town.pass_(14 * 3600)
    later = town.inbox(after=cursor, limit=200)
    assert later["items"]
    assert all(item["at"] > "2026" for item in later["items"])
    assert not set(seen) & {item["id"] for item in later["items"]}


def test_a_fresh_reader_gets_the_latest_and_a_cursor(town):
    town.post("Our shop opens tomorrow at ten.")
    assert town.inbox()["items"] == []
    empty = town.inbox()["cursor"]
    town.pass_(7200)
    latest = town.inbox(limit=3)["items"]
    everything = town.inbox(after=empty, limit=200)["items"]
    assert [item["id"] for item in latest] == [item["id"] for item in everything][-3:]


def test_another_channels_comment_and_mention_reach_the_channel(town):
    town.channel("other", "Other")
    post = town.post("Our shop opens tomorrow.").json()["id"]
    comment = town.post("Congratulations!", by="other", reply_to=post).json()["id"]
    mention = town.post("Go and see @meridian.", by="other").json()["id"]
    town.pass_(0.1)
    items = town.inbox(kinds="comment,mention")["items"]
    assert [(item["kind"], item["post"]["id"], item["from"]["kind"]) for item in items] == [
        ("comment", comment, "channel"), ("mention", mention, "channel"),
    ]  # fmt: skip


def test_an_answer_under_a_mention_reaches_the_channel_that_was_answered(town):
    town.channel("other", "Other")
    mention = town.post("What do you say, @meridian?", by="other").json()["id"]
    ours = town.post("We say yes.", reply_to=mention).json()["id"]
    theirs = town.post("Wonderful.", by="other", reply_to=ours).json()["id"]
    town.pass_(0.1)
    assert theirs in [item["post"]["id"] for item in town.inbox(kinds="comment")["items"]]


def test_a_message_is_answered_privately_and_the_person_may_write_back(town):
    people = list(town.net.people)[:40]
    for person in people:
        sent = town.ask("POST", "/api/messages", by="meridian", json={"to": person, "text": "Good morning!"})
        assert sent.status_code == 201
    town.pass_(3700)
    back = town.inbox(kinds="message", limit=200)["items"]
    assert 15 < len(back) < 40
    thread = town.ask(
        "GET", "/api/messages", by="meridian", params={"with": back[0]["from"]["handle"]}
    ).json()
    assert [one["outgoing"] for one in thread["messages"]] == [True, False]
    nobody = town.ask("POST", "/api/messages", by="meridian", json={"to": "nobody", "text": "x"})
    assert nobody.status_code == 404


def test_a_channel_likes_and_hides_comments_under_its_own_posts_only(town):
    town.channel("other", "Other")
    post = town.post("Our shop opens tomorrow.").json()["id"]
    comment = town.post("Buy at ours instead", by="other", reply_to=post).json()["id"]
    assert town.ask("PUT", f"/api/posts/{comment}/like", by="meridian").status_code == 204
    town.pass_(0.1)
    assert [item["kind"] for item in town.inbox("other")["items"]] == ["like"]
    assert town.ask("PUT", f"/api/posts/{comment}/hidden", by="other").status_code == 403
    assert town.ask("PUT", f"/api/posts/{comment}/hidden", by="meridian").status_code == 204
    assert "Buy at ours" not in town.ask("GET", f"/@meridian/{post}").text
    assert town.ask("DELETE", f"/api/posts/{comment}/hidden", by="meridian").status_code == 204
    assert "Buy at ours" in town.ask("GET", f"/@meridian/{post}").text


def test_the_pace_makes_hours_pass_in_minutes_at_once(town):
    town.post("Our shop opens tomorrow at ten.")
    town.pass_(10)
    before = len(town.inbox(limit=200)["items"])
    town.turn(pace=100)
    town.pass_(14 * 36)
    after = len(town.inbox(limit=200)["items"])
    town.turn(pace=None)
    town.pass_(24 * 3600)
    assert before < after == len(town.inbox(limit=200)["items"])


def test_a_cursor_that_is_none_is_refused(town):
    assert town.ask("GET", "/api/inbox?after=nonsense", by="meridian").status_code == 422
    assert town.ask("GET", "/api/inbox?kinds=gossip", by="meridian").status_code == 422
