"""What happens after a post: who likes it, who says what, who writes privately, and when.

A pure function of the seed and of what was posted, so that the same post in the same place always meets
the same reactions after the same number of seconds.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from typing import Literal

from . import speech
from .cast import Person, by_handle, cast, texts

Kind = Literal["like", "comment", "mention", "message"]

HOUR = 3600.0
# How ready people of a temperament are to speak up rather than only like.
_TALKATIVE = {"fan": 1.0, "curious": 1.6, "complainer": 2.0, "joker": 1.4, "troll": 2.6, "journalist": 1.2}
_LIKING = {"fan": 1.6, "curious": 1.0, "complainer": 0.35, "joker": 0.9, "troll": 0.1, "journalist": 0.3}
# A channel that says it is sorry meets other people than one that shows a recipe.
_AFTER_SORRY = {"fan": 0.5, "curious": 1.6, "complainer": 2.2, "joker": 0.03, "troll": 1.0, "journalist": 2.0}
_WRITING = {"fan": 0.4, "curious": 1.2, "complainer": 2.4, "joker": 0.3, "troll": 0.3, "journalist": 2.0}


@dataclass(frozen=True, slots=True)
class Subject:
    """A post as people see it. `position` counts the posts of its channel from 1."""

    handle: str
    name: str
    position: int
    text: str
    answered: str | None = None  # handle of the person a channel's comment answers


@dataclass(frozen=True, slots=True)
class Reaction:
    """`offset` is seconds after the post; `under` is the index of the planned comment this one belongs to."""

    offset: float
    kind: Kind
    person: str
    text: str = ""
    under: int | None = None


def reactions(seed: int, subject: Subject) -> list[Reaction]:
    """Everything people do about the subject within about half a day, comments before what hangs on them."""
    rng = random.Random(f"{seed}/{subject.handle}/{subject.position}/{subject.text}")
    if subject.answered is not None:
        return _to_an_answer(rng, seed, subject)
    language = speech.language_of(subject.text)
    crowd = [(person, _drawn_to(person, language)) for person in cast(seed)]
    comments = _comments(rng, crowd, subject)
    planned = comments + _retorts(rng, crowd, comments, seed, subject) + _likes(rng, crowd)
    planned += _likes_of_comments(rng, crowd, comments)
    return planned + _elsewhere(rng, crowd, subject)


def to_message(seed: int, channel: str, person: Person, position: int, text: str) -> Reaction | None:
    """What a person writes back to a channel's `position`-th message to them; None if they stay silent."""
    rng = random.Random(f"{seed}/{channel}>{person.handle}/{position}/{text}")
    if rng.random() > 0.7:
        return None
    return Reaction(
        _delay(rng, 60, 1.2, at_least=6, at_most=HOUR),
        "message",
        person.handle,
        speech.answer(rng, person, text),
    )


def follows(seed: int, channel: str, posts: int) -> list[Person]:
    """Who follows a channel that has posted so much: some from the start, more as it speaks."""
    share = 0.15 + 0.75 * (1 - math.exp(-posts / 40))
    return [p for p in cast(seed) if random.Random(f"{seed}/{channel}/{p.handle}/follows").random() < share]


def _drawn_to(person: Person, language: str) -> float:
    """How much a post in this language is for this person."""
    return person.energy * (1.0 if person.language == language else 0.12 if language == "en" else 0.05)


def _delay(rng: random.Random, median: float, spread: float, *, at_least: float, at_most: float) -> float:
    """Seconds until somebody acts: most soon, some much later."""
    return round(min(max(rng.lognormvariate(math.log(median), spread), at_least), at_most), 3)


def _draw(rng: random.Random, weighted: list[tuple[Person, float]], count: int) -> list[Person]:
    """`count` different people, the heavier the likelier (Efraimidis and Spirakis, 2006)."""
    ranked = sorted(weighted, key=lambda pair: -(rng.random() ** (1 / max(pair[1], 1e-6))))
    return [person for person, _ in ranked[:count]]


def _likes(rng: random.Random, crowd: list[tuple[Person, float]]) -> list[Reaction]:
    count = min(max(int(rng.lognormvariate(math.log(22), 0.6)), 3), 110)
    liking = _draw(rng, [(p, w * _LIKING[p.temperament]) for p, w in crowd], count)
    offsets = [round(rng.uniform(1.2, 4.8), 3)]
    offsets += [_delay(rng, 480, 1.8, at_least=5, at_most=12 * HOUR) for _ in liking[1:]]
    return [Reaction(offset, "like", person.handle) for offset, person in zip(offsets, liking, strict=True)]


def _comments(rng: random.Random, crowd: list[tuple[Person, float]], subject: Subject) -> list[Reaction]:
    count = min(max(int(rng.lognormvariate(math.log(3.4), 0.7)), 1), 14)
    sorry = speech.topic_of(subject.text, speech.language_of(subject.text)) == "sorry"
    ready = {t: n * (_AFTER_SORRY[t] if sorry else 1) for t, n in _TALKATIVE.items()}
    talking = _draw(rng, [(p, w * ready[p.temperament]) for p, w in crowd], count)
    offsets = [round(rng.uniform(7, 30), 3)]
    offsets += [_delay(rng, 900, 1.6, at_least=15, at_most=9 * HOUR) for _ in talking[1:]]
    said: dict[str, Reaction] = {}  # nobody says under a post what has been said there already
    for at, person in zip(offsets, talking, strict=True):
        text = speech.remark(rng, person, "comment", subject.text, channel=subject.name)
        said.setdefault(text, Reaction(at, "comment", person.handle, text))
    return list(said.values())


def _retorts(
    rng: random.Random,
    crowd: list[tuple[Person, float]],
    comments: list[Reaction],
    seed: int,
    subject: Subject,
) -> list[Reaction]:
    """One person answering another under the same post."""
    found = []
    for index, comment in enumerate(comments):
        first = by_handle(seed)[comment.person]
        lines = texts(first.language)["retort"].get(first.temperament)
        if not lines or rng.random() > 0.45:
            continue
        near = [(p, w) for p, w in crowd if p.language == first.language and p != first]
        person = _draw(rng, near, 1)[0]
        text = speech.say(rng, person, rng.choice(lines), subject.text, name=first.handle)
        offset = comment.offset + _delay(rng, 240, 1.2, at_least=12, at_most=3 * HOUR)
        found.append(Reaction(round(offset, 3), "comment", person.handle, text, under=index))
    return found


def _likes_of_comments(
    rng: random.Random, crowd: list[tuple[Person, float]], comments: list[Reaction]
) -> list[Reaction]:
    found = []
    for index, comment in enumerate(comments):
        others = [(p, w) for p, w in crowd if p.handle != comment.person]
        for person in _draw(rng, others, int(rng.expovariate(0.7))) if rng.random() < 0.6 else []:
            offset = comment.offset + _delay(rng, 600, 1.5, at_least=4, at_most=8 * HOUR)
            found.append(Reaction(round(offset, 3), "like", person.handle, under=index))
    return found


def _elsewhere(rng: random.Random, crowd: list[tuple[Person, float]], subject: Subject) -> list[Reaction]:
    """Private messages, and posts of people's own that name the channel."""
    found = []
    writing = [(p, w * _WRITING[p.temperament]) for p, w in crowd]
    kinds: list[tuple[Kind, float, float]] = [
        ("message", 0.34, 900),
        ("message", 0.1, 4000),
        ("mention", 0.22, 2400),
    ]
    for kind, chance, median in kinds:
        if rng.random() > chance:
            continue
        person = _draw(rng, writing, 1)[0]
        text = speech.remark(rng, person, kind, subject.text, channel=subject.name, handle=subject.handle)
        found.append(
            Reaction(_delay(rng, median, 1.3, at_least=20, at_most=10 * HOUR), kind, person.handle, text)
        )
    return found


def _to_an_answer(rng: random.Random, seed: int, subject: Subject) -> list[Reaction]:
    """A channel's comment: a few likes, and often a word back from the person it answers."""
    crowd = [(p, _drawn_to(p, speech.language_of(subject.text))) for p in cast(seed)]
    liking = _draw(rng, [(p, w * _LIKING[p.temperament]) for p, w in crowd], int(rng.expovariate(0.5)))
    found = [
        Reaction(_delay(rng, 400, 1.5, at_least=4, at_most=8 * HOUR), "like", person.handle)
        for person in liking
    ]
    person = by_handle(seed).get(subject.answered or "")
    if person and rng.random() < 0.6:
        text = speech.answer(rng, person, subject.text)
        offset = _delay(rng, 150, 1.2, at_least=8, at_most=HOUR)
        found.append(Reaction(offset, "comment", person.handle, text))
    return found
