"""`tabard text check` answers line by line, in JSON that other programs read."""

from __future__ import annotations

import json

from click.testing import CliRunner

from tabard.cli.text import command


def check(placement: str, asked: str) -> tuple[int, list[dict]]:
    done = CliRunner().invoke(command, ["check", "--placement", placement], input=asked)
    return done.exit_code, [json.loads(line) for line in done.stdout.splitlines()]


def test_each_line_is_answered_in_order_with_what_is_live_by_code_points() -> None:
    lines = [
        json.dumps({"id": "a", "text": "😀 @bob: see example.com #opening $TSLA"}, ensure_ascii=False),
        "",
        json.dumps({"id": 7, "text": "x" * 300}),
    ]
    code, (first, second) = check("x.text", "\n".join(lines))
    assert code == 0
    assert first == {
        "id": "a",
        "valid": True,
        "length": 2 + 10 + 23 + 15 + 1,
        "limit": 280,
        "entities": [
            {"kind": "mention", "start": 2, "end": 6, "text": "@bob"},
            {"kind": "link", "start": 12, "end": 23, "text": "example.com"},
            {"kind": "hashtag", "start": 24, "end": 32, "text": "#opening"},
            {"kind": "cashtag", "start": 33, "end": 38, "text": "$TSLA"},
        ],
        "findings": [],
    }
    assert (second["id"], second["valid"], second["length"]) == (7, False, 300)
    assert second["findings"] == [
        {
            "code": "too_long",
            "level": "error",
            "start": 280,
            "end": 300,
            "says": "The text is too long: 300 of 280.",
            "mend": {"start": 280, "end": 300, "text": ""},
        }
    ]


def test_a_line_that_asks_nothing_is_answered_too_and_the_rest_goes_on() -> None:
    code, said = check(
        "bluesky.text", '{"id": 1}\n[]\nnonsense\n{"id": 2, "text": 5}\n{"id": 3, "text": ""}\n'
    )
    assert code == 1
    assert [each.get("line") for each in said] == [1, 2, 3, 4, None]
    assert said[-1]["valid"]


def test_half_a_character_is_told_and_breaks_nothing() -> None:
    code, (said,) = check("mastodon.text", '{"id": 1, "text": "half \\ud83d"}')
    assert (code, said["valid"], said["findings"][0]["code"]) == (0, False, "broken")


def test_an_unknown_placement_is_a_sentence() -> None:
    done = CliRunner().invoke(command, ["check", "--placement", "x.story"], input="")
    assert done.exit_code == 2
    assert "There is no placement 'x.story'" in done.output


def test_every_placement_is_listed() -> None:
    done = CliRunner().invoke(command, ["placements"])
    assert "x.text" in done.output
    assert "linkedin_organization.text_link" in done.output
