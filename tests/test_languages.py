"""Every text that people see is there in both languages, with the same places for values."""

import re
from pathlib import Path

import polib

import tabard

PLACES = re.compile(r"%\(\w+\)s|%s")
BULGARIAN = polib.pofile(str(Path(tabard.__path__[0]) / "locale/bg/LC_MESSAGES/django.po"))
TEXTS = [entry for entry in BULGARIAN if not entry.obsolete]


def _said(entry):
    return all(entry.msgstr_plural.values()) if entry.msgid_plural else entry.msgstr


def test_nothing_is_left_in_english():
    missing = [e.msgid for e in TEXTS if not _said(e)]
    assert missing == []


def test_the_places_for_values_are_the_same():
    pairs = [(e.msgid_plural or e.msgid, e.msgstr_plural[1] if e.msgid_plural else e.msgstr) for e in TEXTS]
    assert [en for en, bg in pairs if set(PLACES.findall(en)) != set(PLACES.findall(bg))] == []


def test_no_text_waits_for_a_second_look():
    assert [e.msgid for e in TEXTS if "fuzzy" in e.flags] == []
