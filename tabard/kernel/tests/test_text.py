"""Names hold only what can be seen; numbers are what a database can hold."""

import pytest

from tabard.kernel import text


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Nor\u200bdics", "Nordics"),
        ("Nordics\u200d", "Nordics"),
        ("Nor\u200cdics", "Nordics"),
        ("\u202eNordics", "Nordics"),
        ("Nordics\u2066\u2069\u061c", "Nordics"),
        ("Nor\U000e0041dics", "Nordics"),
        ("\u3164", ""),
        ("\u200d\u200d", ""),
        ("a\x00b\x1bc", "a b c"),
        ("line\nend", "line end"),
        ("half \ud800 pair", "half pair"),
        ("e\u0301clair", "\u00e9clair"),
    ],
)
def test_what_nobody_can_see_goes_from_names(typed, kept):
    assert text.name(typed) == kept


@pytest.mark.parametrize(
    "name",
    [
        "👩\u200d👩\u200d👧",
        "❤\ufe0f\u200d🔥",
        "می\u200cخواهم",
        "क्\u200dष",
        "🏴\U000e0067\U000e0062\U000e007f",
    ],
)
def test_what_a_script_or_an_emoji_needs_stays(name):
    assert text.name(name) == name


@pytest.mark.parametrize("typed", ["", "²", "-1", "1e3", "9" * 5000, "1.5", None, "١٢", "0x1"])
def test_no_number(typed):
    assert text.number(typed) is None


def test_a_text_that_turns_around_is_known():
    assert text.turns("invoice\u202efdp.exe")
    assert not text.turns("שלום, world")
    assert not text.one_word("https://a.example/\u200bb")
