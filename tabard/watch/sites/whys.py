"""Why a site could not tell, by a short stable word; and what one asked of it came to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

EXISTS, ABSENT, UNSURE = "exists", "does-not-exist", "could-not-tell"


def _(said: str) -> str:
    """Marks a sentence that is put into other languages by whoever draws it; nothing here knows languages."""
    return said


WHYS = {
    "alphabet": _("The site's names are not made of these letters, or not of so many."),
    "back-off": _("The site asked to be left alone for a while, or failed several times in a row."),
    "broke-off": _("The connection broke off before the answer was whole."),
    "budget": _("The requests that the site's definition allows for a day are used up."),
    "changed": _("At the end the site no longer answered as it must for a known and an impossible name."),
    "charset": _("The page is not in the letters it says it is in, or in none that pages are written in."),
    "content-type": _("The answer is no page and no JSON."),
    "contradictory": _("The answer has the signs of a profile and of a missing one at once."),
    "crawl-delay": _("The site's robots.txt asks for longer pauses than we would wait."),
    "encoding": _("The answer is packed in a way that was not asked for."),
    "forbidden": _("The site refuses to answer (403)."),
    "legal": _("The site may not answer here for legal reasons (451)."),
    "login-wall": _("The site shows profiles only to people who have signed in."),
    "malformed": _("The answer is no proper HTTP, or no proper JSON."),
    "no-tls": _("The address is not one by https."),
    "not-named": _("The page has the signs of a profile, but does not name this one."),
    "private-address": _("The site's name leads into a private network."),
    "rate-limited": _("The site says that it is asked too often (429)."),
    "redirected": _("The site sends to somewhere that is no profile of this name."),
    "redirects": _("The site sends in circles."),
    "robots": _("The site's robots.txt forbids this address."),
    "robots-unknown": _("The site's robots.txt cannot be read at present, so that nothing may be asked."),
    "self-check": _("The site did not answer as it must for a known and an impossible name."),
    "server-error": _("The site has a fault of its own."),
    "shield": _("A page that keeps machines out stood before the answer."),
    "slow": _("The site did not answer in time."),
    "status": _("The site answered with a status that says nothing about a name."),
    "tls": _("The site's certificate is not to be trusted."),
    "too-large": _("The answer is larger than any profile."),
    "unlike-either": _("The answer is neither like a profile nor like a missing one."),
    "unreachable": _("The site cannot be reached."),
}

# What is said after it, by a word of its own: which of the names by which a site is checked it was about.
MORES = {
    "known": _("That was so for the known name %(name)s."),
    "nobody": _("That was so for a name that nobody has."),
    "known-reads": _("The known name %(name)s reads as %(answer)s."),
    "nobody-reads": _("A name that nobody has reads as %(answer)s."),
    "was": _("It was %(answer)s where %(expected)s is right."),
}


@dataclass(frozen=True)
class More:
    """A sentence of MORES with what is put into it."""

    code: str
    values: tuple[tuple[str, str], ...] = ()

    @property
    def says(self) -> str:
        """It in English."""
        return MORES[self.code] % dict(self.values)

    def as_json(self) -> list[Any]:
        """To be kept; `of` reads it again."""
        return [self.code, dict(self.values)]

    @classmethod
    def of(cls, said: Any) -> More | None:
        """What `as_json` gave; nothing where it is something else."""
        if not (isinstance(said, list) and len(said) == 2 and said[0] in MORES and isinstance(said[1], dict)):
            return None
        return cls(said[0], tuple((str(name), str(value)) for name, value in said[1].items()))


def more(code: str, **values: str) -> More:
    """A sentence of MORES."""
    return More(code, tuple(values.items()))


class Cannot(Exception):
    """It could not be told, `why` being a key of WHYS."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Told:
    """What one answer of a site means. `why`: a key of WHYS, or the signs by which it was read."""

    answer: str
    why: str
    more: More | None = None

    @property
    def says(self) -> str:
        """The same as a sentence."""
        if self.answer == UNSURE:
            return " ".join([WHYS[self.why], *([self.more.says] if self.more else [])])
        there = "a profile by that name" if self.answer == EXISTS else "a name that nobody has"
        return f"The answer has every sign of {there}."


def unsure(why: str, more: More | None = None) -> Told:
    """It could not be told."""
    return Told(UNSURE, why, more)


@dataclass(frozen=True)
class Finding:
    """What a site said of one name, and when."""

    site: str
    handle: str
    url: str
    told: Told
    at: datetime

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return {
            "site": self.site,
            "handle": self.handle,
            "url": self.url,
            "answer": self.told.answer,
            "why": self.told.why,
            "says": self.told.says,
            "at": self.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
