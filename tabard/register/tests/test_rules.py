"""Links and handles as people write them."""

import csv
import os
from pathlib import Path

import pytest

from tabard.register.platforms import named, platforms
from tabard.register.rules import Unresolved, resolve

DATA = os.environ.get("TABARD_REFERENCE_DATA", "")


@pytest.mark.parametrize(
    ("written", "platform", "found"),
    [
        ("https://twitter.com/Meridian?lang=en", "", ("x", "Meridian")),
        ("http://www.x.com/@Meridian/", "X", ("x", "Meridian")),
        ("mobile.twitter.com/#!/Meridian", "Twitter", ("x", "Meridian")),
        ("@Meridian", "twitter", ("x", "Meridian")),
        ("https://ca.linkedin.com/company/meridian-de/about", "", ("linkedin", "meridian-de")),
        ("https://www.linkedin.com/in/jane-doe/", "", ("linkedin", "in/jane-doe")),
        ("https://m.facebook.com/MeridianFoods/?ref=x", "", ("facebook", "MeridianFoods")),
        ("https://www.facebook.com/pages/Meridian/1978752", "", ("facebook", "1978752")),
        ("https://facebook.com/profile.php?id=61550", "", ("facebook", "61550")),
        ("19787529402", "facebook_graph", ("facebook", "19787529402")),
        ("https://www.instagram.com/meridian.no/", "Intagram", ("instagram", "meridian.no")),
        ("https://www.youtube.com/@MeridianFoods/videos", "Youtube", ("youtube", "MeridianFoods")),
        ("https://youtube.com/user/meridian", "", ("youtube", "meridian")),
        ("https://mastodon.social/@meridian", "", ("mastodon", "meridian@mastodon.social")),
        ("@Meridian@Mas.To", "", ("mastodon", "Meridian@mas.to")),
        ("https://hachyderm.io/users/meridian", "Mastodon", ("mastodon", "meridian@hachyderm.io")),
        ("https://bsky.app/profile/Meridian.example", "", ("bluesky", "meridian.example")),
        ("meridian", "Bluesky", ("bluesky", "meridian.bsky.social")),
        ("meridian.bsky.social", "", ("bluesky", "meridian.bsky.social")),
        ("https://t.me/s/meridian", "", ("telegram", "meridian")),
        ("https://www.threads.net/@meridian", "", ("threads", "meridian")),
        ("reddit.com/r/meridian", "", ("reddit", "r/meridian")),
        ("https://www.tiktok.com/@meridian.norden?x=1", "", ("tiktok", "meridian.norden")),
    ],
)
def test_any_spelling_means_one_channel(written, platform, found):
    resolved = resolve(written, platform)
    assert (resolved.platform, resolved.handle) == found


def test_what_a_link_resolves_to_resolves_to_itself():
    for written in (
        "https://twitter.com/a_b",
        "https://youtube.com/channel/UC71CAgpg1gbLTew_pfTneGA",
        "r/x1@",
    ):
        try:
            once = resolve(written)
        except Unresolved:
            continue
        assert resolve(once.url) == once


@pytest.mark.parametrize(
    ("written", "platform", "code"),
    [
        ("", "x", "empty"),
        ("@meridian", "", "whose"),
        ("meridian", "friendster", "platform"),
        ("https://example.com/about", "", "unknown"),
        ("https://x.com/home", "", "profile"),
        ("https://www.instagram.com/p/abc/", "", "profile"),
        ("https://x.com/meridian", "Facebook", "another"),
        ("two words", "x", "handle"),
        ("https://[broken", "x", "profile"),
    ],
)
def test_what_cannot_be_a_channel_is_refused_with_the_reason(written, platform, code):
    with pytest.raises(Unresolved) as refused:
        resolve(written, platform)
    assert refused.value.code == code


def test_an_own_id_in_the_link_is_kept():
    assert resolve("https://bsky.app/profile/did:plc:abc123").remote_id == "did:plc:abc123"


def test_names_of_platforms_do_not_clash():
    words = [(w, k.slug) for k in platforms().values() for w in (k.slug, k.name, *k.aliases)]
    for word, slug in words:
        assert named(word).slug == slug


@pytest.mark.reference
@pytest.mark.skipif(not DATA, reason="TABARD_REFERENCE_DATA is not set")
def test_profile_addresses_that_others_collected():
    """Every address form is read back to the name that was put in."""
    with (Path(DATA) / "data/username-rules/rules.csv").open() as file:
        rules = {row["site"]: row["profile_url"] for row in csv.DictReader(file)}
    ours = [s for s in rules if (k := named(s)) and k.hosts and s not in {"Twitch", "Discord"}]
    assert len(ours) >= 15
    for site in ours:
        found = resolve(rules[site].replace("{username}", "meridian"))
        assert found.platform == named(site).slug
        assert "meridian" in found.handle
