"""What is unfit to go is said before it goes, with what to do about it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tabard.connectors import registry
from tabard.connectors.base import Outgoing
from tabard.connectors.card import (
    Card,
    CountedIn,
    Limits,
    MediaRule,
    Option,
    Placement,
    Proof,
    TextLimit,
    TextRule,
)
from tabard.connectors.checks import check, errors, full_text, refuse_misfits
from tabard.connectors.errors import Refused
from tabard.connectors.findings import ERROR, WARNING
from tabard.connectors.stage import NOW, picture

PLACE = Placement(
    "post",
    "Post",
    TextRule((TextLimit(20, CountedIn.GRAPHEMES),)),
    media=(
        MediaRule(
            "image",
            ("image/jpeg", "image/png"),
            4,
            50_000,
            pixels=1_000_000,
            ratio=(0.8, 1.91),
            alt=TextLimit(30, CountedIn.GRAPHEMES),
        ),
        MediaRule("video", ("video/mp4",), 1, 9_000_000, seconds=60),
    ),
    media_count=4,
    options=(Option("audience", "Audience", choices=(("all", "All"), ("few", "Few"))),),
)
STORY = replace(PLACE, name="story", needs_media=True, replies=False, mixes=True)
ROUND = replace(
    PLACE, name="round", media_least=2, options=(Option("board", "Board", kind="text", required=True),)
)
COMMENT = replace(PLACE, name="comment", needs_reply=True)
SILENT = replace(PLACE, name="silent", shows_text=False)
COVERED = replace(
    PLACE, name="covered", media=(replace(PLACE.media[1], least=1), PLACE.media[0]), media_count=2, mixes=True
)
CARD = Card(
    "nowhere",
    "Nowhere",
    "Nw",
    (),
    (PLACE, STORY, ROUND, COMMENT, SILENT, COVERED),
    (),
    frozenset(),
    ("n.example",),
    Proof.NONE,
    0.0,
    "2026-11",
)


def post(text: str = "Hello", **more: Any) -> Outgoing:
    return Outgoing("key", text, NOW, **more)


def codes(outgoing: Outgoing, limits: Limits | None = None) -> list[str]:
    return [finding.code for finding in check(CARD, outgoing.placement, outgoing, limits)]


def video(**more: Any) -> Any:
    return replace(picture("v"), kind="video", mime="video/mp4", seconds=30.0, **more)


def test_a_post_that_keeps_the_rules_has_no_findings() -> None:
    assert codes(post(media=(picture("a"), picture("b")))) == []


@pytest.mark.parametrize(
    ("outgoing", "wanted"),
    [
        (post("x" * 21), ["too_long"]),
        (post("x" * 10, link="https://example.org"), ["too_long"]),
        (post(""), ["empty"]),
        (post("", media=(picture(),)), []),
        (post(media=(picture("a"), video())), ["mixed"]),
        (post(media=(video(), video(key="w"))), ["too_many"]),
        (post(media=tuple(picture(str(n)) for n in range(5))), ["too_many"]),
        (post(media=(replace(picture(), kind="audio"),)), ["wrong_kind"]),
        (post(media=(replace(picture(), mime="image/bmp"),)), ["wrong_format"]),
        (post(media=(replace(picture(), size=50_001),)), ["too_big"]),
        (post(media=(replace(picture(), width=2000, height=1500),)), ["too_large"]),
        (post(media=(replace(picture(), width=900, height=300),)), ["wrong_ratio"]),
        (post(media=(replace(video(), seconds=61.0),)), ["too_long_video"]),
        (post(media=(replace(picture(), alt=" "),)), ["no_alt"]),
        (post(media=(replace(picture(), alt="x" * 31),)), ["alt_too_long"]),
        (post(options={"audience": "world"}), ["wrong_option"]),
        (post(placement="story"), ["no_media"]),
        (post(placement="comment"), ["nothing_answered"]),
        (post(placement="comment", reply_to="1"), []),
        (post("x" * 99, placement="silent"), ["not_shown"]),
        (post(placement="round", media=(picture(),), options={"board": "Soups"}), ["too_few"]),
        (post(placement="round", options={"board": "Soups"}), []),
        (post(placement="round"), ["no_option"]),
        (post(placement="story", media=(picture(), video()), reply_to="1"), ["no_replies"]),
        (post(placement="covered"), []),
        (post(placement="covered", media=(picture(),)), ["no_media"]),
        (post(placement="covered", media=(video(),)), []),
        (post(placement="covered", media=(video(), picture())), []),
    ],
)
def test_each_rule_is_told_by_its_own_word(outgoing: Outgoing, wanted: list[str]) -> None:
    assert codes(outgoing) == wanted
    assert all(str(finding) for finding in check(CARD, outgoing.placement, outgoing))


@pytest.mark.parametrize(
    ("placement", "says"),
    [
        ("youtube.video", "This placement needs a video."),
        ("pinterest.image_pin", "This placement needs a picture."),
        ("linkedin.document", "This placement needs a document."),
        ("instagram.feed", "This placement needs a picture or a video."),
    ],
)
def test_what_is_missing_is_what_the_placement_takes(placement: str, says: str) -> None:
    name, _dot, place = placement.partition(".")
    card = registry.card(name)
    found = check(card, card.placement(place).name, post("Soup", placement=place))
    assert says in [str(each) for each in found]


def test_a_missing_description_is_a_warning_and_does_not_stop_a_post() -> None:
    outgoing = post(media=(replace(picture(), alt=""),))
    assert [finding.level for finding in check(CARD, "", outgoing)] == ["warning"]
    assert errors(CARD, outgoing) == ()
    refuse_misfits(CARD, outgoing, Limits())


def test_errors_come_before_warnings() -> None:
    outgoing = post("x" * 30, media=(replace(picture(), alt=""),))
    assert codes(outgoing) == ["too_long", "no_alt"]


def test_the_finding_says_where_the_text_goes_over_and_by_how_much() -> None:
    (finding,) = check(CARD, "", post("a" * 18 + "👨‍👩‍👧‍👦bcd"))
    assert (finding.limit, finding.counted, finding.over_from) == (20, 22, 18 + 7 + 1)
    assert str(finding) == "The text is too long: 22 of 20 characters."


def test_what_a_server_says_of_itself_holds_instead() -> None:
    assert codes(post("x" * 25), Limits(text=30)) == []
    assert codes(post("x" * 19), Limits(text=18)) == ["too_long"]
    assert codes(post(media=(picture("a"), picture("b"))), Limits(media_count=1)) == ["too_many"]


def test_the_first_finding_is_what_a_misfit_is_refused_with() -> None:
    with pytest.raises(Refused) as refused:
        refuse_misfits(CARD, post("x" * 21), Limits())
    assert refused.value.code == "too_long"
    assert str(refused.value) == "The text is too long: 21 of 20 characters."


def test_a_link_stands_in_the_text_unless_it_gets_a_card() -> None:
    carded = replace(PLACE, link="card", link_with_media=False)
    titled = post("Look", link="https://a.example", options={"link_title": "A"})
    assert full_text(carded, titled) == "Look"
    assert full_text(carded, replace(titled, media=(picture(),))) == "Look\n\nhttps://a.example"
    assert full_text(carded, replace(titled, options={})) == "Look\n\nhttps://a.example"
    assert full_text(PLACE, titled) == "Look\n\nhttps://a.example"


def said(platform: str, place: str, text: str) -> dict[str, str]:
    """What is said of a text on a real platform, by code; what is lacking besides left out."""
    made = Outgoing("k", text, NOW, placement=place)
    found = check(registry.card(platform), place, made)
    return {each.code: each.level for each in found if not each.code.startswith("no_")}


def tags(number: int) -> str:
    return " ".join(f"#soup{n}" for n in range(number))


def test_too_many_hashtags_are_said_where_they_do_nothing_and_forbidden_where_they_are_refused() -> None:
    assert said("instagram", "feed", tags(5)) == {}
    assert said("instagram", "feed", tags(6)) == {"too_many_hashtags": WARNING}
    assert said("instagram", "reel", tags(31)) == {"too_many_hashtags": ERROR}
    assert said("pinterest", "video_pin", tags(21)) == {"too_many_hashtags": WARNING}


def test_too_many_different_links_are_said_before_the_platform_refuses_them() -> None:
    links = [f"https://meridian.com/{n}" for n in range(6)]
    assert said("threads", "post", " ".join(links[:5] * 2)) == {}
    assert said("threads", "post", " ".join(links)) == {"too_many_links": ERROR}


def test_letters_that_a_platform_refuses_are_named_once() -> None:
    made = Outgoing("k", "<b>Soup</b>", NOW, placement="video")
    found = [each for each in check(registry.card("youtube"), "video", made) if each.code == "refused"]
    assert sorted(str(each.values["letter"]) for each in found) == ["<", ">"]
    assert {each.level for each in found} == {ERROR}
    assert said("youtube", "short", "Soup") == {}
