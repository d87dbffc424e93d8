"""Texts are counted as the platforms count them."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tabard.connectors.card import CountedIn, TextLimit, TextRule
from tabard.connectors.registry import text_places
from tabard.connectors.text import addresses, clusters, count, measure, with_link
from tabard.connectors.verdict import judge

MASTODON = TextRule((TextLimit(500, CountedIn.GRAPHEMES),), url_counts=23, mention_domain_free=True)
BLUESKY = TextRule((TextLimit(300, CountedIn.GRAPHEMES), TextLimit(3000, CountedIn.BYTES)))
FAMILY = "👨‍👩‍👧‍👦"


def cases(name: str) -> list[dict]:
    folder = os.environ.get("TABARD_REFERENCE_DATA")
    if not folder:
        pytest.skip("TABARD_REFERENCE_DATA names no folder with reference data")
    return [json.loads(line) for line in (Path(folder) / "data" / name).read_text().splitlines()]


@pytest.mark.reference
def test_every_known_text_is_cut_into_the_characters_unicode_sees() -> None:
    wrong = []
    for case in cases("unicode-grapheme/grapheme_break_17.0.jsonl"):
        text = "".join(chr(int(code, 16)) for code in case["codepoints"])
        wanted = ["".join(chr(int(code, 16)) for code in cluster) for cluster in case["clusters"]]
        if clusters(text) != wanted:
            wrong.append(case["id"])
    assert wrong == []


@pytest.mark.reference
def test_mastodon_takes_and_refuses_the_same_texts() -> None:
    wrong = []
    for case in cases("platform-limits/mastodon_length_cases.jsonl"):
        (counted,) = measure(case["text"], MASTODON, case["content_warning"])
        if (counted.over_from is None) != case["fits_500"]:
            wrong.append((case["id"], case["why"], counted))
    assert wrong == []


@pytest.mark.parametrize(
    ("text", "graphemes", "utf16", "size"),
    [
        ("Zdravej", 7, 7, 7),
        ("Здравей", 7, 7, 14),
        ("مرحبا", 5, 5, 10),
        (FAMILY, 1, 11, 25),
        ("e\u0301", 1, 2, 3),
        ("क्षत्रिय", 3, 8, 24),
        ("a\r\nb", 3, 4, 4),
        ("", 0, 0, 0),
    ],
)
def test_each_unit_counts_its_own_way(text: str, graphemes: int, utf16: int, size: int) -> None:
    assert count(text, CountedIn.GRAPHEMES) == graphemes
    assert count(text, CountedIn.UTF16) == utf16
    assert count(text, CountedIn.BYTES) == size


def test_the_place_where_a_text_goes_over_is_the_first_character_that_no_longer_fits() -> None:
    (graphemes, size) = measure(FAMILY * 300 + "x", BLUESKY)
    assert graphemes.counted == 301
    assert graphemes.over_from == len(FAMILY * 300)
    assert graphemes.left == -1
    assert size.over_from == len(FAMILY) * 120  # 25 bytes each


def test_a_long_address_counts_23_and_a_far_mention_only_its_name() -> None:
    (counted,) = measure("@ana@very-long.example.org https://example.org/" + "p" * 400, MASTODON)
    assert counted.counted == 4 + 1 + 23
    (counted,) = measure("x" * 490 + " https://example.org/long/address", MASTODON)
    assert counted.over_from == 491


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("see https://example.org/a_(b).", ["https://example.org/a_(b)"]),
        ("(https://example.org/a)", ["https://example.org/a"]),
        ("xhttps://example.org", []),
        ("виж:https://пример.бг/път?а=1!", ["https://пример.бг/път?а=1"]),
        ("example.org and http://localhost", []),
        ("https://example.org日本 comes next", ["https://example.org"]),
        ("https://example.notthere/a", []),
        ("https://example.org/日本。", ["https://example.org/日本。"]),
        (
            "https://example.org/a?b=c&d=é. https://пример.бг:443/",
            ["https://example.org/a?b=c&d=é", "https://пример.бг:443/"],
        ),
        ("http://example.com/valid?" + "#foo?" * 1000, []),
        (
            "HTTPS://Example.Org/A) \u202bhttps://example.net",
            ["HTTPS://Example.Org/A", "https://example.net"],
        ),
        (
            "https://example.org:8080?x=1, https://a.example.net",
            ["https://example.org:8080?x=1", "https://a.example.net"],
        ),
    ],
)
def test_addresses_are_found_where_they_begin_and_end(text: str, wanted: list[str]) -> None:
    assert [text[start:end] for start, end in addresses(text)] == wanted


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("@ana", 4),
        ("@ana@far.example.org.", 4 + 1),
        ("@ana@far..org", 4),
        ("@ana-@far.org", 4 + 1 + 8),
        ("a=@ana@far.org", 14),
        ("@ana@far.org@b", 14),
        ("@ana@far.org://x", 16),
        ("@ана@far.org", 12),
        ("(@ana@пример.бг)", 6),
    ],
)
def test_only_a_name_that_mastodon_reads_is_counted_without_its_server(text: str, counted: int) -> None:
    (found,) = measure(text, MASTODON)
    assert found.counted == counted
    assert judge(text, text_places()["mastodon.text"]).length == counted


def test_a_link_stands_at_the_end_once() -> None:
    assert with_link("Hello", "https://a.example") == "Hello\n\nhttps://a.example"
    assert with_link("Hello https://a.example", "https://a.example") == "Hello https://a.example"
    assert with_link("", "https://a.example") == "https://a.example"
