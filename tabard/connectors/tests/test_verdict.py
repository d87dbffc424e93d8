"""A text is judged by the rules of its placement, with where, why and a mend."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabard.connectors.registry import text_places
from tabard.connectors.text.little import little_text
from tabard.connectors.verdict import judge

PLACES = text_places()


@pytest.mark.parametrize(
    ("placement", "text", "length"),
    [
        ("x.text", "😀 https://example.org/long/path", 2 + 1 + 23),
        ("bluesky.text", "👨‍👩‍👧 hello", 7),
        ("mastodon.text", "@bob@far.example https://example.org/very/long/indeed", 4 + 1 + 23),
        ("threads.text", "go 😀", 3 + 4),
        ("linkedin_organization.text_link", "snake_case (and) #tag", 21 + 4),
        ("linkedin_organization.text_link", "with @[Ann](urn:li:person:a_b1)", 31),
        ("linkedin_organization.text_link", "with @[Acme (EU)](urn:li:organization:7)", 40 + 2),
        ("instagram.feed_image", "😀", 2),
        ("youtube.video", "Здравей", 14),
        ("reddit.self", "😀", 1),
    ],
)
def test_each_platform_counts_its_own_way(placement: str, text: str, length: int) -> None:
    assert judge(text, PLACES[placement]).length == length


@pytest.mark.reference
def test_linkedin_gets_every_reserved_letter_escaped() -> None:
    folder = os.environ.get("TABARD_REFERENCE_DATA")
    if not folder:
        pytest.skip("TABARD_REFERENCE_DATA names no folder with reference data")
    lines = (Path(folder) / "data/platform-limits/linkedin_escape_cases.jsonl").read_text().splitlines()
    wrong = []
    for case in map(json.loads, lines):
        length = judge(case["plain"], PLACES["linkedin_organization.text_link"]).length
        if little_text(case["plain"]) != case["escaped_as_plain_text"] or length != len(
            case["escaped_as_plain_text"]
        ):
            wrong.append(case["id"])
    assert wrong == []


@pytest.mark.parametrize(
    ("placement", "text", "code", "start"),
    [
        ("x.text", "a" * 281, "too_long", 280),
        ("x.text", "", "empty", 0),
        ("x.text", "a\ufeffb", "refused", 1),
        (
            "bluesky.text",
            ("a" + "\u0301" * 10) * 150,
            "too_many_bytes",
            None,
        ),
        ("youtube.video", "a < b", "refused", 2),
        ("instagram.story_image", "words", "not_shown", 0),
        ("instagram.feed_image", " ".join(f"#tag{n}" for n in range(31)), "too_many_hashtags", None),
        ("threads.text", " ".join(f"example.org/{n}" for n in range(6)), "too_many_links", None),
        ("tiktok_business.video", " ".join(f"@name{n}" for n in range(31)), "too_many_mentions", None),
        ("mastodon.text", "half \ud83d of it", "broken", 5),
    ],
)
def test_what_is_wrong_is_said_where_it_is(placement: str, text: str, code: str, start: int | None) -> None:
    verdict = judge(text, PLACES[placement])
    (found,) = [each for each in verdict.found if each.finding.code == code]
    assert not verdict.valid
    assert start is None or found.start == start


def test_one_link_five_times_is_one_link_for_threads() -> None:
    assert judge("example.org " * 8, PLACES["threads.text"]).valid


def test_more_tags_than_do_any_good_are_a_warning() -> None:
    verdict = judge(" ".join(f"#tag{n}" for n in range(6)), PLACES["instagram.feed_image"])
    assert verdict.valid
    assert [each.finding.level for each in verdict.found] == ["warning"]


def test_a_text_too_long_is_never_cut_through_a_link() -> None:
    text = "a" * 270 + " https://example.org/here"
    (found,) = judge(text, PLACES["x.text"]).found
    assert found.start == 271
    assert found.mend
    assert judge(text[: found.mend.start], PLACES["x.text"]).valid


def test_a_text_too_long_is_never_cut_through_what_is_seen_as_one_character() -> None:
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
    for placement, most in (
        ("x.text", 140),
        ("bluesky.text", 300),
        ("threads.text", 27),
        ("tiktok.video", 275),
    ):
        (found, *_more) = judge(family * 500, PLACES[placement]).found
        assert found.start == len(family) * most, placement


@given(text=st.text(max_size=400), placement=st.sampled_from(sorted(PLACES)))
def test_no_text_breaks_a_rule_book_and_every_mend_of_length_helps(text: str, placement: str) -> None:
    place = PLACES[placement]
    verdict = judge(text, place)
    assert all(0 <= each.start < each.end <= len(text) for each in verdict.live)
    assert all(a.end <= b.start for a, b in zip(verdict.live, verdict.live[1:], strict=False))
    for found in verdict.found:
        if found.finding.code == "too_long":
            assert found.mend
            assert place.count(text[: found.mend.start], place.find(text[: found.mend.start])) <= (
                place.limit or 0
            )
