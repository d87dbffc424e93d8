"""The quick ways of counting and finding say the same as the plain ones, for any text."""

from __future__ import annotations

import regex
from hypothesis import given
from hypothesis import strategies as st

from tabard.connectors.card import CountedIn
from tabard.connectors.platforms.bluesky import facets
from tabard.connectors.registry import text_places
from tabard.connectors.text import clusters, count, finders, x, x_links
from tabard.connectors.verdict import judge

# What joins, what begins something live and what ends it; the rest of Unicode comes besides.
_PIECES = (
    *("@", "＠", "#", "＃", "$", "/", ".", ":", "://", "http://", "https://", "(", ")", "[", "]", "<", ">"),
    *("example.org", "t.co/abc", "пример.бг", "日本", "co.jp", "abc", "RT", "TSLA", "u/ab", "1", "a_b-c"),
    *(
        "\u0301",
        "\u200d",
        "\ufe0f",
        "\u20e3",
        "👨‍👩‍👧",
        "👍🏽",
        "🇧🇬",
        "🇧",
        "#️⃣",
        "क्षत्रिय",
        "ก็",
        "각",
        "ᄀ",
        "ᅡ",
    ),
    *(" ", "\n", "\r\n", "\r", "\u200b", "\u2028", "\u3000", "\ufeff", "\u202a", "\ud83d", "©", "word "),
)
texts = st.lists(st.sampled_from(_PIECES) | st.text(max_size=3), max_size=25).map("".join)


@given(texts)
def test_graphemes_are_counted_as_they_are_cut(text: str) -> None:
    assert count(text, CountedIn.GRAPHEMES) == len(clusters(text))


@given(texts)
def test_utf16_is_counted_by_what_needs_two_units(text: str) -> None:
    assert count(text, CountedIn.UTF16) == sum(2 if letter > "\uffff" else 1 for letter in text)


@given(texts)
def test_no_emoji_is_missed_by_looking_only_where_one_may_be(text: str) -> None:
    assert list(x.emoji(text)) == [found for found in x._EMOJI.findall(text) if not text.isascii()]


def test_whatever_unicode_calls_an_emoji_is_looked_at() -> None:
    everything = "".join(map(chr, [*range(0x80, 0xD800), *range(0xE000, 0x110000)]))
    missed = {sign for sign in regex.findall(r"\p{Emoji}", everything) if not x._MAY_BE_EMOJI.match(sign)}
    assert missed == set()


@given(texts)
def test_what_is_live_is_what_a_search_through_the_whole_text_finds(text: str) -> None:
    for find, pattern in (
        (x.mentions, x._NAME),
        (x.hashtags, x._TAG),
        (x.cashtags, x._CASH),
    ):
        assert [live[:2] for live in find(text)] == [found.span() for found in pattern.finditer(text)]
    assert [found.span() for found in facets._may_be_links(text)] == [
        found.span() for found in facets._LINK.finditer(text)
    ]


@given(texts, st.sampled_from(sorted(text_places())))
def test_one_letter_more_than_fits_is_too_many(text: str, placement: str) -> None:
    place = text_places()[placement]
    for found in judge(text * 60, place).found:
        if found.finding.code == "too_long" and place.limit:
            assert found.start < len(text * 60)
            assert found.mend


@given(texts)
def test_an_address_is_whole(text: str) -> None:
    for live in (*x_links.links(text), *finders.mastodon(text)):
        assert text[live.start : live.end]
        assert not regex.search(r"\s", text[live.start : live.end])
