"""Adding a platform is adding one folder."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tabard.connectors import registry
from tabard.connectors.card import Card, Limits, Placement

HERE = Path(registry.__file__).parent

NEW = '''
"""Nowhere: a platform that came with nothing but its folder."""
from tabard.connectors.base import Connector
from tabard.connectors.card import Card, CountedIn, Placement, Proof, TextLimit, TextRule

RULE = TextRule((TextLimit(9, CountedIn.BYTES),))
PLACES = (Placement("post", "Post", RULE),)

class Nowhere(Connector):
    card = Card(
        "nowhere", "Nowhere", "Nw", (), PLACES, (), frozenset(), ("n.example",), Proof.NONE, 0.0, "2026-11"
    )

CONNECTOR = Nowhere
'''


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    (tmp_path / "nowhere").mkdir()
    (tmp_path / "nowhere" / "__init__.py").write_text(NEW)
    monkeypatch.setattr(registry._folder, "__path__", [*registry._folder.__path__, str(tmp_path)])
    for cached in (registry.platforms, registry.connector):
        cached.cache_clear()
    yield
    for cached in (registry.platforms, registry.connector):
        cached.cache_clear()


@pytest.mark.usefixtures("nowhere")
def test_a_new_folder_is_a_new_platform() -> None:
    assert "nowhere" in registry.platforms()
    assert registry.card("nowhere").label == "Nowhere"
    assert "Nowhere" in {card.label for card in registry.cards()}


def test_no_file_outside_its_folder_names_a_platform() -> None:
    """The product treats all platforms alike; a test may put a platform's simulator on the wire."""
    names = re.compile(
        rf"(?<!sys\.)platform\w*\s*==\s*['\"]|connectors\.platforms\.({'|'.join(registry.platforms())})\b"
    )
    named = [
        f"{path.relative_to(HERE.parent)}: {line.strip()}"
        for path in HERE.parent.rglob("*.py")
        if not {"platforms", "tests"} & set(path.parts)
        for line in path.read_text().splitlines()
        if names.search(line)
    ]
    assert named == []


def test_an_unknown_platform_is_said_so() -> None:
    with pytest.raises(KeyError, match="friendster"):
        registry.card("friendster")


@pytest.mark.parametrize("name", registry.platforms())
def test_every_card_can_be_read_by_name(name: str) -> None:
    card = registry.card(name)
    assert isinstance(card, Card)
    assert card.placement() is card.placements[0]
    assert card.placement(card.placements[0].name) is card.placements[0]
    with pytest.raises(KeyError):
        card.placement("billboard")


def test_a_servers_limits_change_a_placement_and_leave_the_rest() -> None:
    place: Placement = registry.card("mastodon").placement()
    assert place.within(Limits()) is place
    narrow = place.within(Limits(text=300, media_count=2, image_bytes=5, mimes=("image/png",), alt=9))
    assert narrow.text.limits[0].n == 300
    picture, video, _sound = narrow.media
    assert (picture.count, picture.size, picture.mimes, picture.alt.n) == (2, 5, ("image/png",), 9)
    assert (video.count, video.size) == (1, place.media[1].size)
