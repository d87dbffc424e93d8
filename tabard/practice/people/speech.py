"""How the people of Practice talk: lines with choices in them, filled with a word of what they talk about."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from typing import Any

from .cast import Person, texts

_CHOICE = re.compile(r"\[([^\[\]]*)\]")
_ADDRESS = re.compile(r"https?://\S+|[@]\w[\w.]*")
_HASHTAG = re.compile(r"#(\w{3,})")
_WORD = re.compile(r"[^\W\d_]{5,}")

# Small words that tell a language apart; enough to decide who feels spoken to.
_TELLING = {
    "de": {
        "und",
        "der",
        "die",
        "das",
        "ist",
        "wir",
        "nicht",
        "für",
        "mit",
        "auf",
        "ein",
        "eine",
        "sie",
        "euch",
    },
    "fr": {
        "le",
        "la",
        "les",
        "des",
        "est",
        "nous",
        "vous",
        "pour",
        "avec",
        "une",
        "dans",
        "sur",
        "pas",
        "et",
    },
    "es": {"el", "los", "las", "es", "para", "con", "una", "por", "que", "del", "nuestro", "más", "y", "en"},
    "en": {"the", "and", "is", "we", "our", "you", "your", "for", "with", "to", "of", "this", "that", "in"},
}


def language_of(text: str) -> str:
    """The language a text is most likely in, of those people here speak; English when nothing tells."""
    letters = [c for c in text if c.isalpha()]
    for language, first, last in (("bg", "а", "я"), ("ar", "ء", "ي")):
        if letters and sum(first <= c.lower() <= last for c in letters) * 2 > len(letters):
            return language
    words = re.findall(r"\w+", text.lower())
    scores = {language: sum(word in telling for word in words) for language, telling in _TELLING.items()}
    best = max(scores, key=lambda language: (scores[language], language == "en"))
    return best if scores[best] else "en"


def thing_in(rng: random.Random, text: str, language: str) -> str:
    """A word of the text that a comment can hang on: a hashtag, else one of its longest words."""
    tags = _HASHTAG.findall(text)
    if tags:
        return str(rng.choice(tags))
    words = sorted(set(_WORD.findall(_ADDRESS.sub(" ", text))), key=lambda word: (-len(word), word))[:4]
    return rng.choice(words) if words else str(rng.choice(texts(language)["thing"]))


def topic_of(text: str, language: str) -> str | None:
    """What a post is about (event, recipe, job, sorry, offer), by its words, or nothing."""
    lowered = text.lower()
    topics: Mapping[str, Any] = texts(language)["comment_topic"]
    for topic, known in topics.items():
        if any(word in lowered for word in known["words"]):
            return topic
    return None


def say(rng: random.Random, person: Person, line: str, about: str, **slots: str) -> str:
    """One line spoken: choices made, slots filled, spaces tidied.

    about: the text spoken about, for {thing}. Slots: handle and channel (its name), and name, which is the
    person spoken to.
    """
    while found := _CHOICE.search(line):
        line = line[: found.start()] + rng.choice(found[1].split("|")) + line[found.end() :]
    filled = line.format_map(
        {
            "thing": thing_in(rng, about, person.language),
            "place": person.place,
            "n": f"{rng.randint(100, 999)}",
            "day": rng.choice(texts(person.language)["days"]),
            "channel": "", "handle": "", "name": "",
            **slots,
        }
    )  # fmt: skip
    return re.sub(r" +", " ", filled).strip()


def remark(rng: random.Random, person: Person, kind: str, about: str, **slots: str) -> str:
    """What this person, being as they are, says in a `comment`, a `mention` or a `message`."""
    known = texts(person.language)
    lines: list[str] = known[kind][person.temperament]
    if kind == "comment" and person.temperament in ("fan", "curious", "complainer"):
        topic = topic_of(about, person.language)
        if topic and rng.random() < 0.6:
            lines = known["comment_topic"][topic]["lines"]
    return say(rng, person, rng.choice(lines), about, **slots)


def answer(rng: random.Random, person: Person, about: str) -> str:
    """What this person says when the channel has answered them."""
    content = {"fan": 0.95, "curious": 0.85, "complainer": 0.5, "journalist": 0.7, "joker": 0.9, "troll": 0.3}
    mood = "happy" if rng.random() < content[person.temperament] else "unhappy"
    if person.temperament in ("joker", "troll") and mood == "happy":
        mood = "banter"
    return say(rng, person, rng.choice(texts(person.language)[mood]), about)
