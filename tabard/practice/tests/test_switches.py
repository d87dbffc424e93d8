"""Practice is cruel on demand, and its ledger tells what really happened."""

from __future__ import annotations

import httpx
import pytest

from .conftest import Town


def outcomes(town: Town) -> list[str]:
    return [entry["outcome"] for entry in town.ledger()]


def shown(town: Town) -> int:
    return len(town.ask("GET", "/api/posts?limit=200", by="meridian").json()["posts"])


def test_lost_before_leaves_nothing_and_lost_after_leaves_the_post(town):
    town.turn(lost_before=1)
    with pytest.raises(httpx.ReadError):
        town.post("One", key="1")
    assert shown(town) == 0
    town.turn(lost_before=None, lost_after=1)
    with pytest.raises(httpx.ReadError):
        town.post("Two", key="2")
    assert shown(town) == 1
    town.turn(lost_after=0)
    town.post("Three", key="3")
    told = [
        (entry["key"], entry["outcome"], entry["answered"], bool(entry["post"])) for entry in town.ledger()
    ]
    assert told == [
        ("1", "lost_before", False, False),
        ("2", "accepted", False, True),
        ("3", "accepted", True, True),
    ]


def test_what_is_lost_is_the_same_lot_for_the_same_seed():
    def lots(seed: int) -> list[bool]:
        town = Town(seed)
        town.turn(lost_after=0.4)
        for n in range(40):
            try:
                town.post(f"{n}")
            except httpx.ReadError:
                continue
        return [entry["answered"] for entry in town.ledger()]

    assert lots(1) == lots(1) != lots(2)
    assert 5 < lots(1).count(False) < 28


@pytest.mark.parametrize(
    ("keys", "posts", "found", "statuses"),
    [("honoured", 1, 1, [201, 200]), ("kept", 2, 2, [201, 201]), ("ignored", 2, 0, [201, 201])],
)
def test_what_a_key_that_comes_twice_does_is_a_switch(town, keys, posts, found, statuses):
    town.turn(keys=keys)
    assert [town.post("Same", key="k").status_code for _ in range(2)] == statuses
    assert shown(town) == posts
    assert len(town.ask("GET", "/api/posts?key=k", by="meridian").json()["posts"]) == found
    summary = town.ask("GET", "/api/ledger", by="admin").json()["summary"]
    assert summary["doubled_by_key"] == posts - 1


def test_an_honoured_key_with_another_text_is_a_mistake(town):
    town.turn(keys="honoured")
    town.post("One", key="k")
    assert town.post("Two", key="k").json()["code"] == "key_reused"


def test_a_message_with_an_honoured_key_is_sent_once(town):
    town.turn(keys="honoured")
    person = next(iter(town.net.people))
    ids = {
        town.ask(
            "POST",
            "/api/messages",
            by="meridian",
            headers={"Idempotency-Key": "m"},
            json={"to": person, "text": "Hi"},
        ).json()["id"]
        for _ in range(2)
    }
    assert len(ids) == 1


def test_a_limit_says_when_to_come_back_and_then_lets_through(town):
    town.turn(limit={"n": 2, "seconds": 60})
    first = town.post("1")
    assert (first.headers["ratelimit-limit"], first.headers["ratelimit-remaining"]) == ("2", "1")
    town.pass_(20)
    town.post("2")
    third = town.post("3")
    assert (third.status_code, third.json()["code"], third.headers["ratelimit-remaining"]) == (
        429,
        "limited",
        "0",
    )
    wait = int(third.headers["retry-after"])
    assert 40 <= wait <= 41
    town.pass_(wait)
    assert town.post("3").status_code == 201
    assert outcomes(town) == ["accepted", "accepted", "limited", "accepted"]


@pytest.mark.parametrize(
    ("switch", "status", "code"),
    [
        ({"revoked": True}, 401, "token_revoked"),
        ({"down": True}, 503, "down"),
        ({"refuse": "Not today."}, 422, "refused"),
    ],
)
def test_a_switch_turns_posts_away_for_one_channel_or_all(town, switch, status, code):
    town.channel("other", "Other")
    town.turn("meridian", **switch)
    assert (town.post().status_code, town.post(by="other").status_code) == (status, 201)
    town.turn("meridian", **dict.fromkeys(switch))
    town.turn(**switch)
    answer = town.post(by="other")
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    town.ask("DELETE", "/api/switches", by="admin")
    assert town.post().status_code == 201


def test_a_channels_own_switch_wins_over_the_networks(town):
    town.turn(down=True)
    town.turn("meridian", down=False)
    assert town.post().status_code == 201


def test_a_new_token_ends_the_old_one_and_the_revocation(town):
    town.turn("meridian", revoked=True)
    fresh = town.ask("POST", "/api/channels/meridian/token", by="admin").json()["token"]
    assert town.post().json()["code"] == "unknown_token"
    assert town.post(by=fresh).status_code == 201


@pytest.mark.parametrize(
    "wrong",
    [
        {"slow": -1}, {"slow": "3"}, {"lost_after": 1.5}, {"limit": 3},
        {"limit": {"n": 0, "seconds": 1}}, {"down": 1},
        {"keys": "maybe"}, {"admins": "maybe"},
        {"refuse": 4}, {"unknown": 1}, {"pace": 0}, {"lost_before": float("nan")},
    ],
)  # fmt: skip
def test_a_switch_that_makes_no_sense_is_refused_and_changes_nothing(town, wrong):
    import json

    body = json.dumps({"set": wrong})
    assert town.ask("POST", "/api/switches", by="admin", content=body).status_code == 422
    assert town.ask("GET", "/api/switches", by="admin").json()["set"] == {}


def test_the_ledger_tells_what_arrived_after_a_moment_whatever_became_of_it(town):
    town.post("Before")
    moment = town.now
    town.pass_(1)
    town.turn(revoked=True)
    town.post("After")
    late = town.ledger(received_after=moment)
    assert [(entry["text"], entry["outcome"]) for entry in late] == [("After", "token_revoked")]
    first = town.ledger()[0]
    assert first["accepted_at"] >= first["received_at"]
    assert first["accepted_mono"] >= first["received_mono"]
