"""Is this account yours? Official, not ours, reported as an impostor, or unknown: in any spelling.

Only the edition that is out is asked: what is not public is answered by the same steps as what is not there.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from tabard.kernel import text
from tabard.public.reading import Listed, Snapshot, address_of, place
from tabard.register.rules import LONGEST, Resolved, Unresolved, resolve

WORDS = {
    "official": _("Yes, this is ours"),
    "former": _("This was ours"),
    "impostor": _("No. We have reported it as an impostor"),
    "not_ours": _("No, this is not ours"),
    "unknown": _("We do not know it"),
}
TONES = {"official": "good", "former": "warn", "impostor": "bad", "not_ours": "bad", "unknown": "mute"}


@dataclass(frozen=True)
class Answer:
    """`answer` is a key of WORDS. `channels`: what it is, or on which platforms that handle is ours.

    `like`: the one of ours that its name may be taken for. `why`: what could not be read of the question.
    """

    asked: str
    answer: str
    channels: list[Listed] = field(default_factory=list)
    like: Listed | None = None
    why: str = ""

    @property
    def word(self) -> str:
        return str(WORDS[self.answer])

    @property
    def tone(self) -> str:
        return TONES[self.answer]

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return {
            "asked": self.asked,
            "answer": self.answer,
            "channels": [_brief(each) for each in self.channels],
            "resembles": _brief(self.like) if self.like else None,
            "why": self.why,
        }


def _brief(each: Listed) -> dict[str, str]:
    return {name: getattr(each, name) for name in ("platform", "handle", "name", "url", "unit", "until")}


def answer(there: Snapshot, asked: str, platform: str = "") -> Answer:
    """What the public register says of a link or a handle."""
    said = text.name(asked)[:LONGEST]
    try:
        meant = resolve(said, platform)
    except Unresolved as error:
        if error.code == "whose" and (found := there.by_handle.get(said.lstrip("@").casefold())):
            return Answer(said, "official", list(found))
        return _unknown(there, said, platform, said, why=str(error) if error.code != "whose" else "")
    key = place(meant.platform, address_of(meant.platform, meant.handle))
    if found_one := there.by_address.get(key):
        return Answer(said, "former" if found_one.until else "official", [found_one])
    if kind := there.profiles.get(meant.canonical):
        return Answer(said, kind, like=_like(there, meant.platform, meant.handle))
    return _unknown(there, said, meant.platform, _name(meant))


def _unknown(there: Snapshot, said: str, platform: str, handle: str, why: str = "") -> Answer:
    return Answer(said, "unknown", like=_like(there, platform, handle), why=why)


def _name(meant: Resolved) -> str:
    return meant.handle.rpartition("/")[2] or meant.handle


def _like(there: Snapshot, platform: str, handle: str) -> Listed | None:
    """The channel that this name may be taken for, by the score that Watch judges with; one on the same
    platform before others."""
    from tabard.watch.faces import face

    if not there.channels or not handle:
        return None
    candidate = face({"platform": platform, "handle": handle}, Path())
    here = platform if any(c.platform == platform for c in there.channels) else ""
    for among in dict.fromkeys((here, "")):
        judge, ours = there.judge(among)
        verdict = judge.judge(candidate)
        if verdict.official is not None and verdict.label != "unrelated":
            found: Listed = ours[verdict.official]
            return found
    return None
