"""How a video is written, how long it is and what shape it has: held against each place's own rule."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tabard.connectors.base import Media, Outgoing
from tabard.connectors.checks import Finding, check
from tabard.connectors.registry import card
from tabard.connectors.stage import NOW, film


def reel(**more: object) -> Media:
    return replace(film(seconds=30.0), codec="h264", sound="aac", fps=30.0, **more)


def found(item: Media, platform: str = "instagram", placement: str = "reel") -> list[Finding]:
    outgoing = Outgoing("key", "Soup", NOW, (item,), placement=placement)
    return list(check(card(platform), placement, outgoing))


def test_what_fits_is_not_complained_of():
    assert found(reel()) == []


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"codec": "prores"}, "wrong_codec"),
        ({"fps": 120.0}, "wrong_rate"),
        ({"fps": 12.0}, "wrong_rate"),
        ({"seconds": 2.0}, "too_short_video"),
        ({"seconds": 901.0}, "too_long_video"),
        ({"size": 300_000_001}, "too_big"),
        ({"mime": "video/webm"}, "wrong_format"),
        ({"kind": "document", "mime": "application/pdf"}, "wrong_kind"),
    ],
)
def test_what_does_not_fit_is_said_with_a_mend(wrong, code):
    (finding,) = found(replace(reel(), **wrong))
    assert (finding.code, finding.media, finding.level) == (code, "film", "error")
    assert "film.mp4" in str(finding)
    assert finding.mend.endswith(".")


def test_what_nobody_knows_is_no_reason_against_it():
    assert found(replace(reel(), codec="", sound="", fps=0.0, seconds=0.0, width=0, height=0)) == []


def test_sound_is_held_against_the_rule_too():
    (finding,) = found(replace(reel(), sound="opus"), "x", "post")[:1]
    assert "opus" in str(finding)


def test_sixty_as_televisions_count_it_is_sixty():
    assert found(replace(reel(), fps=59.94)) == []


def test_a_moving_picture_stands_where_nothing_moves():
    places = {name: card(name).placements[0] for name in ("x", "mastodon")}
    assert places["x"].taken_as("animation") == "animation"
    assert places["mastodon"].taken_as("animation") == "image"
    assert places["mastodon"].taken_as("video") == "video"
