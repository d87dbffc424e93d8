"""Posts for X are counted, and their live parts found, as X's own library does."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tabard.connectors import registry
from tabard.connectors.text import x, x_links
from tabard.connectors.text.live import Live
from tabard.connectors.verdict import judge

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466"


def sections(name: str) -> dict[str, list[dict[str, Any]]]:
    folder = os.environ.get("TABARD_REFERENCE_DATA")
    if not folder:
        pytest.skip("TABARD_REFERENCE_DATA names no folder with reference data")
    found = json.loads((Path(folder) / "data/twitter-text" / name).read_text())
    return found.get("tests", found)


def targets(text: str, kind: str) -> list[str]:
    return [each.target for each in x.live(text) if each.kind == kind]


def _where(kind: str, word: str) -> Callable[[str], list[dict[str, Any]]]:
    return lambda text: [
        {word: each.target, "indices": [each.start, each.end]} for each in x.live(text) if each.kind == kind
    ]


def _names(text: str) -> list[dict[str, Any]]:
    found = []
    for each in x.mentions(text):
        name = each.target.partition("/")[0]
        found.append({"screen_name": name, "indices": [each.start, each.start + 1 + len(name)]})
    return found


def _lists(text: str) -> list[dict[str, Any]]:
    found = []
    for each in x.mentions(text):
        name, slash, rest = each.target.partition("/")
        found.append({"screen_name": name, "list_slug": slash + rest, "indices": [each.start, each.end]})
    return found


FINDS: dict[str, Callable[[str], Any]] = {
    "urls": lambda text: [each.target for each in x_links.links(text)],
    "tco_urls_with_params": lambda text: [each.target for each in x_links.links(text)],
    "urls_with_indices": _where("link", "url"),
    "urls_with_directional_markers": _where("link", "url"),
    "mentions": lambda text: [each.target.partition("/")[0] for each in x.mentions(text)],
    "mentions_with_indices": _names,
    "mentions_or_lists_with_indices": _lists,
    "hashtags": lambda text: targets(text, "hashtag"),
    "hashtags_from_astral": lambda text: targets(text, "hashtag"),
    "hashtags_with_indices": _where("hashtag", "hashtag"),
    "cashtags": lambda text: targets(text, "cashtag"),
    "cashtags_with_indices": _where("cashtag", "cashtag"),
}


@pytest.mark.reference
@pytest.mark.parametrize("section", FINDS)
def test_what_is_live_is_what_x_finds(section: str) -> None:
    cases = sections("extract.json")[section]
    wrong = [
        (c["id"], FINDS[section](c["text"])) for c in cases if FINDS[section](c["text"]) != c["expected"]
    ]
    assert wrong == []


@pytest.mark.reference
def test_every_end_of_a_domain_that_x_knows_is_known() -> None:
    cases = [case for section in sections("tlds.json").values() for case in section]
    wrong = [c["id"] for c in cases if [each.target for each in x_links.links(c["text"])] != c["expected"]]
    assert wrong == []


@pytest.mark.reference
@pytest.mark.parametrize(
    "section", ["WeightedTweetsWithDiscountedEmojiCounterTest", "UnicodeDirectionalMarkerCounterTest"]
)
def test_the_length_is_the_length_x_counts(section: str) -> None:
    wrong = []
    for case in sections("validate.json")[section]:
        verdict = judge(case["text"], registry.text_places()["x.text"])
        got = {"weightedLength": verdict.length, "valid": verdict.valid}
        if not got.items() <= case["expected"].items():
            wrong.append((case["id"], got))
    assert wrong == []


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("Здравей", 7),
        ("本日は", 6),
        (FAMILY, 2),
        ("\U0001f44d\U0001f3fd", 2),
        ("1\ufe0f\u20e3", 2),
        ("\U0001f1e7\U0001f1ec\U0001f1e7\U0001f1ec", 4),
        ("e\u0301", 1),
        ("see https://example.org/" + "a" * 300, 27),
        ("see example.com, now", 4 + 23 + 5),
        ("not.a-domain", 12),
    ],
)
def test_each_part_weighs_what_it_should(text: str, length: int) -> None:
    assert x.weight(text) == length


def test_what_overlaps_is_live_once() -> None:
    assert x.live("https://example.org/@bob/#here $TSLA") == [
        Live(0, 30, "link", "https://example.org/@bob/#here"),
        Live(31, 36, "cashtag", "TSLA"),
    ]
