"""What anybody sees: the list, the files, the answers; and what nobody sees."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tabard.org.actions import set_policy
from tabard.org.models import Unit
from tabard.public import actions, making
from tabard.public.models import Edition
from tabard.register.actions import change_channel, set_state
from tests.cast import Cast, make_channel

PAGES = (
    "/official/",
    "/official/check/",
    "/official/check.json",
    "/official/register.json",
    "/official/keys.json",
    "/official/feed.json",
    "/trust.txt",
    "/.well-known/trust.txt",
)


def said(anybody: Client, asked: str, platform: str = "") -> dict[str, Any]:
    found = anybody.get("/official/check.json", {"account": asked, "platform": platform})
    return dict(found.json())


@pytest.mark.parametrize("path", PAGES)
def test_nothing_is_there_before_it_is_turned_on(cast: Cast, anybody: Client, path: str) -> None:
    assert anybody.get(path).status_code == 404


@pytest.mark.parametrize("path", PAGES)
def test_nothing_is_there_after_it_is_turned_off(
    cast: Cast, anybody: Client, channels: Any, path: str
) -> None:
    assert anybody.get(path).status_code == 200
    actions.turn_off(cast.by("owner"), cast.organisation)
    assert anybody.get(path).status_code == 404


@pytest.mark.parametrize("path", PAGES)
def test_what_is_not_public_is_nowhere(anybody: Client, channels: Any, path: str) -> None:
    assert b"meridian_launch" not in anybody.get(path).content


def test_the_page_lists_what_is_public_with_a_link_back(anybody: Client, channels: Any) -> None:
    page = anybody.get("/official/").content.decode()
    assert 'href="https://x.com/meridian_nordics" rel="me noopener"' in page
    assert "<script" not in page
    assert "csrf" not in page


def test_the_page_speaks_both_languages_and_says_so_to_caches(anybody: Client, channels: Any) -> None:
    english = anybody.get("/official/")
    bulgarian = anybody.get("/official/", headers={"Accept-Language": "bg-BG,en;q=0.5"})
    assert 'lang="en"' in english.content.decode()
    assert 'lang="bg"' in bulgarian.content.decode()
    assert bulgarian["Vary"] == "Accept-Language"
    assert english["ETag"] != bulgarian["ETag"]


def test_a_session_changes_nothing(cast: Cast, anybody: Client, channels: Any) -> None:
    signed_in = Client()
    signed_in.force_login(cast.owner)
    one, other = anybody.get("/official/"), signed_in.get("/official/")
    assert one.content == other.content
    assert not other.cookies


def test_caches_may_keep_it_and_are_told_when_nothing_has_changed(anybody: Client, channels: Any) -> None:
    first = anybody.get("/official/register.json")
    assert "public" in first["Cache-Control"]
    assert first["Last-Modified"].endswith("GMT")
    again = anybody.get("/official/register.json", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == first["ETag"]
    assert "Vary" not in first


def test_a_cached_page_asks_the_database_once(anybody: Client, channels: Any) -> None:
    anybody.get("/official/")
    with CaptureQueriesContext(
        connection,
    ) as asked:
        anybody.get("/official/")
    assert len(asked) == 1


def test_a_host_that_somebody_else_names_is_in_no_answer(
    anybody: Client, channels: Any, settings: Any
) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    for path in PAGES:
        found = anybody.get(path, headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"})
        assert b"evil.example" not in found.content


def test_words_in_the_address_make_no_new_pages(anybody: Client, channels: Any) -> None:
    plain = anybody.get("/official/").content
    for query in ("?utm=1", "?unit=none", "?platform=none", "?page=99", "?page=-1", "?lang=xx", "?q="):
        assert anybody.get("/official/" + query).content == plain


def test_a_name_cannot_bring_markup_or_a_line_of_its_own(cast: Cast, anybody: Client, channels: Any) -> None:
    by = cast.by("owner")
    change_channel(by, channels["shown"], name='<script>alert("x")</script>')
    Unit.objects.filter(pk=cast.organisation.pk).update(name="Meridian\nsocial=https://x.com/evil")
    making.publish()
    assert b"<script" not in anybody.get("/official/").content
    assert "\nsocial=https://x.com/evil" not in anybody.get("/trust.txt").content.decode()


def test_search_and_choices(cast: Cast, anybody: Client, channels: Any) -> None:
    by = cast.by("owner")
    other = make_channel(cast.south, "meridian_sur", "mastodon", url="https://a.example/@meridian_sur")
    actions.show(by, other, shown="yes")
    making.publish()

    def found(query: str) -> tuple[bool, bool]:
        page = anybody.get("/official/" + query).content
        return b"meridian_nordics" in page, b"meridian_sur" in page

    assert found("?q=SUR") == (False, True)
    assert found("?platform=x") == (True, False)
    assert found(f"?unit={cast.south.slug}") == (False, True)
    assert found("?q=%40meridian") == (True, True)


def test_trust_txt(anybody: Client, channels: Any) -> None:
    found = anybody.get("/.well-known/trust.txt")
    assert found["Content-Type"] == "text/plain; charset=utf-8"
    lines = [line for line in found.content.decode().splitlines() if not line.startswith("#")]
    assert dict(line.split("=", 1) for line in lines)["social"] == "https://x.com/meridian_nordics"


@pytest.mark.parametrize(
    "asked",
    [
        "https://x.com/meridian_nordics",
        "http://www.twitter.com/Meridian_Nordics?s=20",
        "mobile.twitter.com/meridian_nordics/",
        "@meridian_nordics",
        "MERIDIAN_NORDICS",
    ],
)
def test_what_is_ours_is_known_in_any_spelling(anybody: Client, channels: Any, asked: str) -> None:
    assert said(anybody, asked)["answer"] == "official"


def test_what_is_hidden_is_answered_like_what_is_not_there(anybody: Client, channels: Any) -> None:
    hidden, nothing = (
        said(anybody, "https://x.com/meridian_launch"),
        said(anybody, "https://x.com/meridian_lunch"),
    )
    assert hidden["answer"] == nothing["answer"] == "unknown"
    assert {**hidden, "asked": ""} == {**nothing, "asked": ""}


def test_hidden_and_unknown_take_the_same_steps(anybody: Client, channels: Any) -> None:
    said(anybody, "https://x.com/nobody_at_all")
    counts = []
    for handle in ("meridian_launch", "meridian_lunch"):
        with CaptureQueriesContext(connection) as asked:
            said(anybody, f"https://x.com/{handle}")
        counts.append(len(asked))
    assert counts == [1, 1]


def test_a_name_that_may_be_taken_for_ours(anybody: Client, channels: Any) -> None:
    found = said(anybody, "https://x.com/meridian_nordics1")
    assert found["answer"] == "unknown"
    assert found["resembles"]["handle"] == "meridian_nordics"
    cyrillic = said(anybody, "mer\u0456dian_nordics", "x")
    assert cyrillic["answer"] == "unknown"
    assert cyrillic["resembles"]["handle"] == "meridian_nordics"


def test_what_was_said_not_to_be_ours(cast: Cast, anybody: Client, channels: Any) -> None:
    by = cast.by("owner")
    fake = actions.disown(by, cast.nordics, profile="https://x.com/meridian_prizes", kind="impostor")
    actions.disown(by, cast.nordics, profile="@meridianfans", platform="x")
    making.publish()
    assert said(anybody, "twitter.com/Meridian_Prizes")["answer"] == "impostor"
    assert said(anybody, "https://x.com/meridianfans")["answer"] == "not_ours"
    assert b"meridian_prizes" not in anybody.get("/official/register.json").content
    actions.take_back(by, fake)
    making.publish()
    assert said(anybody, "https://x.com/meridian_prizes")["answer"] == "unknown"


def retire(by: Any, channel: Any) -> None:
    set_state(by, channel, state="retiring", why="x")
    channel.retirements.get().steps.update(state="done")
    set_state(by, channel, state="retired", why="x")


def test_what_was_ours(cast: Cast, anybody: Client, channels: Any) -> None:
    by = cast.by("owner")
    retire(by, channels["shown"])
    making.publish()
    assert said(anybody, "https://x.com/meridian_nordics")["answer"] == "former"
    assert "was ours until" in anybody.get("/official/").content.decode()
    actions.show(by, channels["shown"], shown="yes", lasting=False)
    making.publish()
    assert said(anybody, "https://x.com/meridian_nordics")["answer"] == "unknown"


def test_what_was_never_public_was_never_ours(cast: Cast, anybody: Client, channels: Any) -> None:
    by = cast.by("owner")
    retire(by, channels["hidden"])
    actions.show(by, channels["hidden"], shown="yes", lasting=True)
    making.publish()
    assert said(anybody, "https://x.com/meridian_launch")["answer"] == "unknown"


def test_a_policy_makes_public_what_is_in_use(cast: Cast, anybody: Client, channels: Any) -> None:
    by = cast.by("owner")
    set_policy(by, cast.organisation, matter="public_channels", value=True)
    set_policy(by, cast.south, matter="public_channels", value=False)
    south = make_channel(cast.south, "meridian_sur", "x")
    making.publish()
    assert said(anybody, "https://x.com/meridian_launch")["answer"] == "official"
    assert said(anybody, f"https://x.com/{south.handle}")["answer"] == "unknown"
    actions.show(by, channels["hidden"], shown="no")
    making.publish()
    assert said(anybody, "https://x.com/meridian_launch")["answer"] == "unknown"


def test_whoever_asks_too_often_waits(anybody: Client, channels: Any) -> None:
    answers = [anybody.get("/official/check.json", {"account": "x"}) for _ in range(40)]
    assert {a.status_code for a in answers} == {200, 429}
    assert answers[-1]["Retry-After"] == "1"
    assert anybody.get("/official/check.json", REMOTE_ADDR="10.9.9.9").status_code == 200


@pytest.mark.parametrize("asked", ["", "\x00", "a" * 5000, "javascript:alert(1)", "\u202e", "https://[", "%"])
def test_no_question_breaks_it(anybody: Client, channels: Any, asked: str) -> None:
    for path in ("/official/check/", "/official/check.json"):
        found = anybody.get(path, {"account": asked})
        assert found.status_code == 200
        assert b'href="javascript' not in found.content


def test_other_sites_may_read_the_files_and_frame_the_badge_alone(anybody: Client, channels: Any) -> None:
    from tabard.public.badges import token

    mine = token("x", "meridian_nordics")
    for path in ("/official/register.json", f"/official/badge/{mine}.svg"):
        assert anybody.get(path)["Access-Control-Allow-Origin"] == "*"
    frame = anybody.get(f"/official/badge/{mine}.html")
    assert "X-Frame-Options" not in frame
    assert "frame-ancestors *" in frame["Content-Security-Policy"]
    page = anybody.get("/official/")
    assert page["X-Frame-Options"] == "DENY"
    assert "'unsafe-inline'" not in page["Content-Security-Policy"]
    assert "script-src" not in page["Content-Security-Policy"]


def test_a_badge_of_somebody_else_or_of_what_is_hidden(anybody: Client, channels: Any) -> None:
    from tabard.public.badges import token

    for given in (
        token("x", "meridian_launch"),
        token("x", "nobody"),
        "x~y",
        token("x", "meridian_nordics")[:-1],
    ):
        assert anybody.get(f"/official/badge/{given}.svg").status_code == 404
        assert "is no longer listed" in anybody.get(f"/official/badge/{given}/").content.decode()
    mine = anybody.get(f"/official/badge/{token('x', 'meridian_nordics')}/").content.decode()
    assert "Yes, this is ours" in mine


def test_nothing_is_published_again_where_nothing_has_changed(cast: Cast, channels: Any) -> None:
    assert not making.publish()
    assert Edition.objects.count() == 1
    change_channel(cast.by("owner"), channels["shown"], name="Meridian in the North")
    assert making.publish()


def test_since_when_stays_through_a_new_name(cast: Cast, channels: Any) -> None:
    before = json.loads(Edition.objects.latest("pk").document)["channels"][0]["since"]
    Edition.objects.update(known={str(channels["shown"].pk): {"since": "2020-01-01"}})
    change_channel(cast.by("owner"), channels["shown"], handle="meridian_north")
    making.publish()
    after = json.loads(Edition.objects.latest("pk").document)["channels"][0]
    assert before != "2020-01-01"
    assert (after["since"], after["handle"]) == ("2020-01-01", "meridian_north")
