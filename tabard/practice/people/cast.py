"""Who lives on Practice: some 200 invented people, the same ones for the same seed."""

from __future__ import annotations

import functools
import random
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml

Temperament = Literal["fan", "curious", "complainer", "joker", "troll", "journalist"]

TEXTS = Path(__file__).parent / "texts"
# How many of a hundred people are like this. Trolls and reporters are few and loud.
TEMPERAMENTS: dict[Temperament, int] = {
    "fan": 38, "curious": 26, "complainer": 16, "joker": 11, "troll": 5, "journalist": 4,
}  # fmt: skip

# Bulgaria's own rule for writing names in Latin letters (Transliteration Act of 2009).
_CYRILLIC = dict(
    zip(
        "абвгдежзийклмнопрстуфхцчшщъьюя",
        [
            "a",
            "b",
            "v",
            "g",
            "d",
            "e",
            "zh",
            "z",
            "i",
            "y",
            "k",
            "l",
            "m",
            "n",
            "o",
            "p",
            "r",
            "s",
            "t",
            "u",
            "f",
            "h",
            "ts",
            "ch",
            "sh",
            "sht",
            "a",
            "y",
            "yu",
            "ya",
        ],
        strict=True,
    )
)
_SPECIAL = {"ö": "oe", "ü": "ue", "ä": "ae", "ß": "ss"}


@dataclass(frozen=True, slots=True)
class Person:
    handle: str
    name: str
    language: str
    temperament: Temperament
    place: str
    woman: bool
    about: str
    energy: float  # how readily this person reacts at all, 0.3 to 2


@functools.cache
def texts(language: str) -> dict[str, Any]:
    """The lines people of this language say, as they stand in `texts/`."""
    loaded: dict[str, Any] = yaml.safe_load((TEXTS / f"{language}.yaml").read_text(encoding="utf-8"))
    return loaded


@functools.cache
def cast(seed: int) -> tuple[Person, ...]:
    """All people of the network with this seed, in a fixed order."""
    rng = random.Random(f"{seed}/cast")
    people: dict[str, Person] = {}
    for language, names in texts("names").items():
        wanted = len(people) + names["share"]
        while len(people) < wanted:
            person = _somebody(rng, language, names)
            people.setdefault(person.handle, person)
    return tuple(people.values())


@functools.cache
def by_handle(seed: int) -> dict[str, Person]:
    return {person.handle: person for person in cast(seed)}


def latin(text: str) -> str:
    """The text in small Latin letters without marks, as a handle needs it."""
    spelled = "".join(_CYRILLIC.get(c, _SPECIAL.get(c, c)) for c in text.lower())
    plain = unicodedata.normalize("NFKD", spelled).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "", plain)


def _somebody(rng: random.Random, language: str, names: dict[str, Any]) -> Person:
    woman = rng.random() < 0.52
    given, given_latin = _spellings(rng.choice(names["women" if woman else "men"]))
    family, family_latin = _spellings(rng.choice(names["family"]))
    if language == "bg" and woman:
        family, family_latin = family + "а", family_latin + "а"
    first, last = latin(given_latin), latin(family_latin)
    handle = rng.choice(
        [
            f"{first}.{last}",
            f"{first}{last}",
            f"{first}_{last[:1]}",
            f"{last}{first[:1]}",
            f"{first}{rng.randint(61, 99)}",
        ]
    )
    temperament = rng.choices(list(TEMPERAMENTS), weights=list(TEMPERAMENTS.values()))[0]
    return Person(
        handle=handle,
        name=f"{given} {family}",
        language=language,
        temperament=temperament,
        place=rng.choice(names["places"]),
        woman=woman,
        about=rng.choice(texts(language)["about"][temperament]),
        energy=round(0.3 + 1.7 * rng.random() ** 2, 3),
    )


def _spellings(name: str) -> tuple[str, str]:
    own, _, latin_spelling = name.partition("/")
    return own, latin_spelling or own
