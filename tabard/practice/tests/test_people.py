"""The people react believably, and the same way every time."""

from __future__ import annotations

import re
import unicodedata
from xml.etree import ElementTree

import pytest

from tabard.practice.people import avatars, speech
from tabard.practice.people.cast import cast, texts
from tabard.practice.people.plan import Subject, reactions

from .conftest import Town

LANGUAGES = ("en", "bg", "de", "fr", "es", "ar")


def life(town: Town, hours: float = 14) -> list[tuple[object, ...]]:
    """All that reaches the channel within so many hours, with the seconds after now."""
    start = town.now
    town.pass_(hours * 3600)
    rows = town.net.store.rows(
        "SELECT handle, at FROM liked UNION ALL SELECT text, at FROM post ORDER BY at, 1"
    )
    town.inbox()
    rows = town.net.store.rows(
        "SELECT handle AS what, at FROM liked UNION ALL SELECT text, at FROM post WHERE by_channel = 0"
        " UNION ALL SELECT text, at FROM message ORDER BY at, what"
    )
    return [(row["what"], round(row["at"] - start, 3)) for row in rows]


def test_the_same_seed_and_posts_give_the_same_life():
    lives = []
    for seed in (1, 1, 2):
        town = Town(seed)
        town.post("Breakfast in five minutes: oats, milk, honey.")
        town.post("Утре откриваме новия магазин.")
        lives.append(life(town))
    assert lives[0] == lives[1]
    assert lives[0] != lives[2]
    assert len(lives[0]) > 20


def test_whether_somebody_looks_in_between_changes_nothing():
    watched, left_alone = Town(), Town()
    for town in (watched, left_alone):
        town.post("Our shop opens tomorrow at ten.")
    for _ in range(10):
        watched.inbox()
        watched.pass_(60)
    watched.now = left_alone.now
    assert life(watched) == life(left_alone)


def test_the_first_like_comes_within_five_seconds_and_the_last_hours_later(town):
    post = town.post("Our shop opens tomorrow at ten.").json()["id"]

    def likes() -> int:
        return town.ask("GET", "/api/figures", by="meridian", params={"ids": post}).json()[post]["likes"]

    assert likes() == 0
    town.pass_(5)
    assert likes() == 1
    town.pass_(600)
    soon = likes()
    town.pass_(12 * 3600)
    assert 1 < soon < likes()


def test_there_are_two_hundred_people_of_several_languages_and_tempers():
    people = cast(1)
    assert len(people) == len({person.handle for person in people}) == 200
    assert {person.language for person in people} == set(LANGUAGES)
    assert {p.temperament for p in people} == {"fan", "curious", "complainer", "joker", "troll", "journalist"}
    bulgarian = [person for person in people if person.language == "bg"]
    assert len(bulgarian) > 40
    assert all("CYRILLIC" in unicodedata.name(person.name[0]) for person in bulgarian)
    assert all(re.fullmatch(r"[a-z0-9._]+", person.handle) for person in people)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("We are opening our new shop for you tomorrow", "en"),
        ("Утре откриваме новия магазин", "bg"),
        ("Wir suchen für unser Team eine Köchin und euch", "de"),
        ("La nouvelle fournée est prête pour vous", "fr"),
        ("Mañana abrimos para todos los vecinos y con café", "es"),
        ("نفتتح متجرنا غدا", "ar"),
        ("12345", "en"),
    ],
)
def test_people_notice_in_which_language_they_are_spoken_to(text, language):
    assert speech.language_of(text) == language


def test_bulgarians_answer_a_bulgarian_post_in_bulgarian():
    text = "Утре откриваме новия магазин в Пловдив. Заповядайте!"
    comments = [
        r.text for n in range(30) for r in reactions(1, Subject("m", "М", n, text)) if r.kind == "comment"
    ]
    cyrillic = [said for said in comments if speech.language_of(said) == "bg"]
    assert len(cyrillic) > 0.75 * len(comments)


def test_what_people_say_is_varied_and_whole():
    said = [
        r.text
        for n in range(60)
        for r in reactions(
            1, Subject("meridian", "Meridian", n, "Our new soup is here: pumpkin, ginger, lime.")
        )
        if r.text
    ]
    assert len(set(said)) > 0.7 * len(said)
    assert not [text for text in said if re.search(r"[\[\]{}|]", text)]
    assert max(map(len, said)) <= 500


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_line_of_every_language_can_be_spoken(language):
    def lines(found: object) -> list[str]:
        if isinstance(found, dict):
            return [line for key, value in found.items() if key != "words" for line in lines(value)]
        return found if isinstance(found, list) else []

    import random

    person = next(p for p in cast(1) if p.language == language)
    for line in lines(texts(language)):
        spoken = speech.say(random.Random(1), person, line, "", handle="h", channel="c", name="n")
        assert spoken.strip()
        assert not re.search(r"[\[\]{}|]", spoken), line


def test_a_channel_that_says_sorry_meets_more_complaints_than_jokes():
    by = {person.handle: person.temperament for person in cast(1)}
    text = "We are sorry: we recall our oat cookies, they may contain nuts."
    moods = [
        by[r.person]
        for n in range(60)
        for r in reactions(1, Subject("m", "M", n, text))
        if r.kind == "comment"
    ]
    assert moods.count("complainer") > 3 * moods.count("joker")


def test_an_answered_person_often_writes_back(town):
    for n in range(12):
        town.post(f"Question {n}: what would you like to read here?")
    town.pass_(13 * 3600)
    comments = [item["post"] for item in town.inbox(kinds="comment", limit=200)["items"]]
    assert len(comments) > 12
    for comment in comments:
        town.post("Thank you, we look into it.", reply_to=comment["id"])
    cursor = town.inbox()["cursor"]
    town.pass_(7200)
    back = town.inbox(after=cursor, kinds="comment", limit=200)["items"]
    assert 0.3 * len(comments) < len(back) < len(comments)
    assert {item["post"]["reply_to"] for item in back} <= {
        one["id"] for one in town.ask("GET", "/api/posts?limit=200", by="meridian").json()["posts"]
    }


def test_faces_and_emblems_are_drawings_and_nothing_else():
    drawn = [avatars.face(person) for person in cast(1)]
    drawn += [avatars.emblem("x", "<script>alert(1)</script> & co"), avatars.emblem("y", "")]
    for svg in drawn:
        tags = {element.tag.rpartition("}")[2] for element in ElementTree.fromstring(svg).iter()}
        assert tags <= {"svg", "rect", "path", "ellipse", "circle", "g", "text"}
    assert len(set(drawn)) > 190
