"""Where all of ours are called alike only the best are compared, and what comes of it is the same."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tabard.watch import scoring
from tabard.watch.faces import face
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


letters = st.text(alphabet="abrnmvw10_.", min_size=1, max_size=14)


@settings(max_examples=60)
@given(st.lists(letters, min_size=1, max_size=30), st.lists(letters, min_size=1, max_size=8))
def test_the_same_is_said_of_any_names(ours, asked):
    with pytest.MonkeyPatch.context() as patch:
        rows = [("x", handle, "") for handle in asked] + [("vk", handle, handle) for handle in asked]
        whole, best = both(patch, faces(*(("x", handle, handle) for handle in ours)), faces(*rows))
    assert whole == best
