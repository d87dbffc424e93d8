"""Where all of ours are called alike only the best are compared, and what comes of it is the same."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tabard.watch import scoring
from tabard.watch.faces import face
from tabard.watch.likeness import look_alike
from tabard.watch.permute import permutations_of
from tabard.watch.scoring import Judge


def faces(*rows):
    return [
        face({"platform": platform, "handle": handle, "name": name}, Path())
        for platform, handle, name in rows
    ]


def both(monkeypatch, ours, asked):
    """What is said of each with every name compared, and with the best alone."""
    found = []
    for crowd in (10**9, 0):
        monkeypatch.setattr(scoring, "CROWD", crowd)
        judge = Judge(ours)
        found.append([judge.judge(each) for each in asked])
    return found


STEMS = ("meridian", "town", "rep", "senator_smith", "acme", "acmebank", "citý")


def worlds(seed):
    """Channels of an organisation that calls them all alike, and accounts that may pass for them."""
    chance = random.Random(seed)
    platforms = ["x"] if seed % 3 == 0 else ["x", "instagram", "youtube"]
    ours = []
    for number in range(150):
        stem = chance.choice(STEMS)
        handle = (
            f"{stem}{chance.choice(['_', '', '.', '-'])}{chance.choice([number, 'hotel', 'uk', 'team', ''])}"
        )
        name = chance.choice(["", f"{stem.title()} {number}", "Not official", "Acme Bank"])
        ours.append((chance.choice(platforms), handle, name))
    asked = []
    for platform, handle, name in chance.sample(ours, 30):
        asked += [(chance.choice([platform, "tiktok"]), handle, chance.choice([name, handle]))]
        likes = [each.handle for each in permutations_of(handle, platform, 200)]
        asked += [(platform, each, chance.choice([each, "", name])) for each in likes[:: len(likes) // 8 + 1]]
    asked += [
        ("domain", "acmebank.com", ""),
        ("x", "zzz", "acme"),
        ("x", "meridian", "Meridian, not official"),
    ]
    return faces(*ours), faces(*asked)


@pytest.mark.parametrize("seed", range(9))
def test_the_same_is_said_of_all(monkeypatch, seed):
    ours, asked = worlds(seed)
    whole, best = both(monkeypatch, ours, asked)
    assert sum(verdict.official is not None for verdict in whole) > 100
    for candidate, one, other in zip(asked, whole, best, strict=True):
        assert one == other, candidate.handle


BIOS = (
    "",
    "News and recipes of the company with the oats for everybody",
    "News and recipes of the company with the oats for all of you",
    "Official support. Send us a message.",
    "Fan page. Not official.",
    "Win prizes! DM us to claim your prize",
)
SITES = ("", "https://meridian.example", "https://acmebank.com", "https://acme-bank.com", "acmebanks.com")
PICTURE, TURNED = 0x5A17_93C4 << 200 | 0x1F2E_3D4C_5B6A, 0xFFFF << 31


def dressed(seed):
    """The same with what accounts say of themselves, where they link to, and their pictures."""
    chance = random.Random(seed)
    pictures = ["", "", *(f"{PICTURE ^ mask:064x}" for mask in (0, 1, TURNED, (1 << 255) - 1))]

    def some(each):
        given = {"platform": each.platform, "handle": each.handle, "name": each.name}
        given |= {"bio": chance.choice(BIOS), "url": chance.choice(SITES), "avatar": chance.choice(pictures)}
        return face(given, Path())

    ours, asked = worlds(seed)
    return [some(each) if seed % 2 else each for each in ours[:100]] + ours[100:], list(map(some, asked))


@pytest.mark.parametrize("seed", range(8))
def test_the_same_is_said_of_what_is_known_besides_names(monkeypatch, seed):
    ours, asked = dressed(seed)
    whole, best = both(monkeypatch, ours, asked)
    reasons = {reason.code for verdict in whole for reason in verdict.reasons}
    assert {"claim", "bait", "apart"} <= reasons
    assert not seed % 2 or {"bio", "link", "home", "picture-copy"} <= reasons
    for candidate, one, other in zip(asked, whole, best, strict=True):
        assert one == other, candidate.handle


def test_few_are_compared_where_thousands_are_called_alike(monkeypatch):
    ours = faces(*(("practice", f"meridian_{n}", f"District {n % 200} {n}") for n in range(3_000)))
    judge, compared = Judge(ours), []

    def counting(*names):
        compared.append(names)
        return look_alike(*names)

    monkeypatch.setattr(scoring, "look_alike", counting)
    for handle in ("meridian_help", "meridian_12_help", "meridian_giveaway", "meridian-12"):
        given = {
            "platform": "youtube",
            "handle": handle,
            "bio": "Official support. DM us",
            "url": "x.example",
        }
        assert judge.judge(face(given, Path())).official is not None
    assert len(compared) < 200


letters = st.text(alphabet="abrnmvw10_.", min_size=1, max_size=14)


@settings(max_examples=60)
@given(st.lists(letters, min_size=1, max_size=30), st.lists(letters, min_size=1, max_size=8))
def test_the_same_is_said_of_any_names(ours, asked):
    with pytest.MonkeyPatch.context() as patch:
        rows = [("x", handle, "") for handle in asked] + [("vk", handle, handle) for handle in asked]
        whole, best = both(patch, faces(*(("x", handle, handle) for handle in ours)), faces(*rows))
    assert whole == best
