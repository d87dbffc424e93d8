"""What a channel can do with its posts, and what it is told when it cannot."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from .conftest import Town

FAMILY = "👨‍👩‍👧‍👦"


def picture(form: str = "PNG", size: tuple[int, int] = (40, 30)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "#b8321b").save(out, form)
    return out.getvalue()


def upload(town: Town, body: bytes | None = None, by: str = "meridian") -> str:
    answer = town.ask("POST", "/api/media", by=by, content=picture() if body is None else body)
    assert answer.status_code == 201
    return answer.json()["id"]


def test_a_post_is_there_for_everybody_and_its_channel_finds_it_by_its_key(town):
    posted = town.post("Здравей, свят!", key="k-1", marker="m-1", link="https://example.org/a")
    assert posted.status_code == 201
    post = posted.json()
    assert (post["text"], post["link"], post["key"], post["marker"]) == (
        "Здравей, свят!", "https://example.org/a", "k-1", "m-1",
    )  # fmt: skip
    assert post["url"] == f"http://practice.test/@meridian/{post['id']}"
    for query in ({"key": "k-1"}, {"marker": "m-1"}):
        found = town.ask("GET", "/api/posts", by="meridian", params=query).json()["posts"]
        assert [one["id"] for one in found] == [post["id"]]
    assert town.ask("GET", "/api/posts", by="meridian", params={"key": "k-2"}).json()["posts"] == []
    town.channel("other", "Other")
    seen = town.ask("GET", f"/api/posts/{post['id']}", by="other").json()
    assert seen["text"] == "Здравей, свят!"
    assert "key" not in seen


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"text": "я" * 501}, "text_too_long"),
        ({"text": "   "}, "empty"),
        ({"text": 7}, "invalid"),
        ({"text": "a\x00b"}, "invalid"),
        ({"text": "x", "link": "javascript:alert(1)"}, "invalid"),
        ({"text": "x", "media": [{"id": 99}]}, "media_unknown"),
        ({"text": "x", "media": [{"id": n} for n in range(5)]}, "too_many_media"),
        ({"text": "x", "media": "1"}, "invalid"),
        ({"text": "x", "reply_to": "99"}, "reply_to_unknown"),
        ({"text": "x", "reply_to": "1 OR 1"}, "invalid"),
    ],
)
def test_what_breaks_a_rule_is_refused_with_a_code_and_leaves_nothing(town, body, code):
    answer = town.ask("POST", "/api/posts", by="meridian", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert town.ask("GET", "/api/posts", by="meridian").json()["posts"] == []
    assert [entry["outcome"] for entry in town.ledger()] == [code]


@pytest.mark.parametrize("body", [b"\xff\xfe", b"[1]", b"{", b'{"text": "\\ud800"}', b"[" * 100_000])
def test_a_body_that_cannot_be_read_is_refused(town, body):
    answer = town.ask("POST", "/api/posts", by="meridian", content=body)
    assert answer.status_code in (400, 422)


def test_a_body_of_ten_megabytes_is_not_read_to_its_end(town):
    assert town.ask("POST", "/api/posts", by="meridian", content=b"x" * 10_000_000).status_code == 413


def test_five_hundred_of_what_a_reader_sees_as_characters_fit(town):
    assert town.post(FAMILY * 500).status_code == 201


def test_pictures_are_shown_with_their_descriptions_in_order(town):
    first, second = upload(town), upload(town, picture("JPEG", (20, 60)))
    media = [{"id": second, "alt": "Второ"}, {"id": first, "alt": "First"}]
    post = town.post("Two", media=media).json()
    shown = [(one["alt"], one["mime"], one["width"], one["height"]) for one in post["media"]]
    assert shown == [("Второ", "image/jpeg", 20, 60), ("First", "image/png", 40, 30)]
    picture_ = town.ask("GET", f"/media/{first}")
    assert picture_.content == picture()
    assert picture_.headers["content-type"] == "image/png"


def test_a_picture_of_another_channel_cannot_be_used(town):
    town.channel("other", "Other")
    mine = upload(town)
    assert town.post("x", by="other", media=[{"id": mine}]).json()["code"] == "media_unknown"


@pytest.mark.parametrize("body", [b"", b"<svg onload='alert(1)'/>", b"\x89PNG\r\n\x1a\n broken"])
def test_what_is_no_picture_is_not_taken(town, body):
    assert town.ask("POST", "/api/media", by="meridian", content=body).json()["code"] == "unreadable"


def test_an_edit_shows_and_says_so_and_a_deleted_post_is_gone_with_its_comments(town):
    post = town.post("Frist").json()["id"]
    town.pass_(3600)
    under = town.ask("GET", f"/api/posts/{post}/comments", by="meridian").json()["comments"]
    assert under
    edited = town.ask("PATCH", f"/api/posts/{post}", by="meridian", json={"text": "First"}).json()
    assert (edited["text"], bool(edited["edited_at"])) == ("First", True)
    for _again in range(2):
        assert town.ask("DELETE", f"/api/posts/{post}", by="meridian").status_code == 204
    assert town.ask("GET", f"/api/posts/{post}", by="meridian").status_code == 404
    assert town.ask("GET", f"/api/posts/{under[0]['id']}", by="meridian").status_code == 404
    assert town.inbox(kinds="comment")["items"] == []


def test_nobody_changes_what_another_channel_posted(town):
    town.channel("other", "Other")
    post = town.post().json()["id"]
    assert town.ask("PATCH", f"/api/posts/{post}", by="other", json={"text": "x"}).status_code == 404
    assert town.ask("DELETE", f"/api/posts/{post}", by="other").status_code == 404
    assert town.ask("GET", f"/api/posts/{post}", by="meridian").json()["text"] == "Hello"


def test_own_posts_come_in_pages_newest_first(town):
    ids = [town.post(f"Post {n}").json()["id"] for n in range(5)]
    first = town.ask("GET", "/api/posts?limit=3", by="meridian").json()
    second = town.ask("GET", f"/api/posts?limit=3&before={first['before']}", by="meridian").json()
    assert [one["id"] for one in first["posts"] + second["posts"]] == ids[::-1]
    assert second["before"] is None


def test_a_handle_belongs_to_one_channel_and_never_to_a_person(town):
    person = next(iter(town.net.people))
    for handle, status in (
        ("meridian", 409),
        (person, 409),
        ("api", 409),
        ("a b", 422),
        ("-x", 422),
        ("", 422),
    ):
        answer = town.ask("POST", "/api/channels", json={"handle": handle, "name": "X"})
        assert answer.status_code == status, handle


def test_without_a_token_that_is_known_nothing_is_done(town):
    for token in ("", "nonsense"):
        assert town.ask("POST", "/api/posts", by=token, json={"text": "x"}).json()["code"] == "unknown_token"
    assert town.ask("GET", "/api/ledger", by="meridian").status_code == 401
    assert town.ask("POST", "/api/switches", by="meridian", json={"set": {"down": True}}).status_code == 401


def test_a_channel_is_loaded_with_its_past_and_loading_again_changes_nothing(town):
    past = {
        "handle": "brightoat", "name": "Brightoat",
        "posts": [{"text": f"Day {n}", "at": f"2026-10-0{n}T09:00:00+00:00", "key": f"d{n}"} for n in (1, 2)],
    }  # fmt: skip
    first = town.ask("POST", "/api/load", by="admin", json={"channels": [past]}).json()
    second = town.ask("POST", "/api/load", by="admin", json={"channels": [past]}).json()
    assert first == second
    own = town.ask("GET", "/api/posts", by=first["channels"][0]["token"]).json()["posts"]
    assert [(one["text"], one["created_at"]) for one in own] == [
        ("Day 2", "2026-10-02T09:00:00.000Z"), ("Day 1", "2026-10-01T09:00:00.000Z"),
    ]  # fmt: skip
    assert own[0]["counts"]["likes"] > 0
