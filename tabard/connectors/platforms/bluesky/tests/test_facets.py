"""What is live in a text is what Bluesky's own app finds in it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tabard.connectors.platforms.bluesky.facets import facets, handles, pieces
from tabard.connectors.platforms.bluesky.identity import is_did, is_handle

REFERENCE = os.environ.get("TABARD_REFERENCE_DATA")
FOLDER = Path(REFERENCE or "") / "data/atproto-interop"


def lines(name: str) -> list[str]:
    if not REFERENCE:
        pytest.skip("TABARD_REFERENCE_DATA names no folder with reference data")
    return [line for line in (FOLDER / name).read_text().split("\n") if line and not line.startswith("#")]


def segments(text: str) -> list[dict[str, str]]:
    """The text cut at its links and mentions."""
    found, at = [], 0
    for piece in pieces(text):
        if piece.kind == "tag":
            continue
        if piece.start > at:
            found.append({"text": text[at : piece.start]})
        target = piece.target if piece.kind == "link" else f"did:fake:{piece.target}"
        found.append({"text": text[piece.start : piece.end], "target": target})
        at = piece.end
    return [*found, {"text": text[at:]}] if at < len(text) or not found else found


@pytest.mark.reference
def test_links_and_mentions_are_those_of_the_reference() -> None:
    cases = [json.loads(line) for line in lines("richtext_cases.jsonl")]
    wrong = [
        (case["id"], segments(case["input"]), case["segments"])
        for case in cases
        if case["kind"] == "mentions_links" and segments(case["input"]) != case["segments"]
    ]
    assert wrong == []


@pytest.mark.reference
def test_tags_and_tickers_are_those_of_the_reference() -> None:
    wrong: list[Any] = []
    for case in (json.loads(line) for line in lines("richtext_cases.jsonl")):
        if case["kind"] == "mentions_links":
            continue
        found = [f for f in facets(case["input"], {}) if f["features"][0]["$type"].endswith("#tag")]
        tags = [f["features"][0]["tag"] for f in found]
        ranges = [[f["index"]["byteStart"], f["index"]["byteEnd"]] for f in found]
        if (tags, ranges) != (case["tags"], case["byte_ranges"]):
            wrong.append((case, tags, ranges))
    assert wrong == []


@pytest.mark.reference
@pytest.mark.parametrize(("name", "valid"), [("valid", True), ("invalid", False)])
def test_handles_are_told_from_what_is_none(name: str, valid: bool) -> None:
    assert [text for text in lines(f"syntax/handle_syntax_{name}.txt") if is_handle(text) != valid] == []


@pytest.mark.reference
def test_what_is_no_did_is_not_taken_for_one() -> None:
    assert [text for text in lines("syntax/did_syntax_invalid.txt") if is_did(text)] == []


def test_offsets_are_bytes_after_letters_of_every_size() -> None:
    text = "я👨‍👩‍👧‍👦 #тест"
    (found,) = facets(text, {})
    index = found["index"]
    assert text.encode()[index["byteStart"] : index["byteEnd"]].decode() == "#тест"


def test_a_mention_is_live_only_if_somebody_has_the_handle() -> None:
    text = "@Ana.test and @nobody.test"
    assert handles(text) == ["ana.test", "nobody.test"]
    (found,) = facets(text, {"ana.test": "did:plc:a"})
    assert found["features"] == [{"$type": "app.bsky.richtext.facet#mention", "did": "did:plc:a"}]


def test_pieces_never_overlap() -> None:
    found = pieces("#tag https://example.org/#tag $EUR @ana.test.")
    assert [(piece.kind, piece.target) for piece in found] == [
        ("tag", "tag"),
        ("link", "https://example.org/#tag"),
        ("tag", "$EUR"),
        ("mention", "ana.test"),
    ]
