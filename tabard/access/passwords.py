"""Passwords that would be guessed: made of common ones, of runs and repeats, or of words of the house."""

from __future__ import annotations

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from tabard.kernel import text
from tabard.org.models import Unit

# How many guesses, as a power of ten, whoever has the digest must need at least.
GUESSES = 10
# What must be left of a password without the words of the house.
REST = 8
# Beyond this nothing is judged more closely: it would take long, and cannot be guessed any more.
LOOKED_AT = 64
SHORTEST = 4
OURS = ("tabard",)


class NotGuessable:
    """For `AUTH_PASSWORD_VALIDATORS`. Says which word it was, so that nobody tries the next variant of it."""

    def validate(self, password: str, user: Any = None) -> None:
        words = house_words(user)
        if word := mostly(password, words):
            said = _("It is mostly “%(word)s”, which whoever knows you or your organisation would try first.")
            raise ValidationError(said % {"word": word}, code="password_of_the_house")
        if guessed := _guessed(password):
            raise ValidationError(guessed, code="password_guessable")

    def get_help_text(self) -> str:
        return _("It is none that is common or leaked, and not made of your name or your organisation's.")


def house_words(person: Any) -> list[str]:
    """What must not make up a password: the names of the organisation, of the person's units, of themselves,
    the parts of their e-mail address, their title, and the name of this program."""
    said = [*OURS]
    root = Unit.objects.filter(parent=None).values_list("name", flat=True).first()
    said += [root or ""]
    if person is not None:
        said += [str(getattr(person, name, "") or "") for name in ("name", "title")]
        said += re.split(r"[@.+_-]", str(getattr(person, "email", "") or ""))[:-1]
        if getattr(person, "unit_id", None):
            above = [int(part) for part in person.unit.path.split("/") if part]
            said += Unit.objects.filter(pk__in=above).values_list("name", flat=True)
    found = {word for each in said for word in re.findall(r"\w+", text.folded(each))}
    return sorted((word for word in found if len(word) >= SHORTEST), key=lambda word: (-len(word), word))


_LOOKALIKE = str.maketrans("013457@$!|", "oieastasii")


def mostly(password: str, words: list[str]) -> str:
    """The word of the house that a password would be nothing without; empty if enough else is in it."""
    plain = text.folded(password)
    if len(plain) > LOOKED_AT:
        return ""
    for form in (plain, plain.translate(_LOOKALIKE)):
        rest, hit = form, ""
        for word in words:
            if word in rest:
                rest, hit = rest.replace(word, ""), hit or word
        if hit and len(re.sub(r"[\W_]", "", rest)) < REST:
            return hit
    return ""


def _guessed(password: str) -> str:
    # Read only when somebody sets a password: its lists take a tenth of a second.
    from zxcvbn import zxcvbn

    if len(password) > LOOKED_AT:
        return ""
    judged = zxcvbn(password)
    if judged["guesses_log10"] >= GUESSES:
        return ""
    kinds = {match["pattern"] for match in judged["sequence"]}
    if "dictionary" in kinds:
        return _(
            "It is made of common words or passwords, which are tried first. "
            "Take words that have nothing to do with each other."
        )
    return _("It is made of repeats, rows of keys or dates, which are tried first.")
