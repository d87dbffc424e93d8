"""Why a site could not tell, by a short stable word; and what one asked of it came to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

EXISTS, ABSENT, UNSURE = "exists", "does-not-exist", "could-not-tell"

WHYS = {
    "alphabet": "The site's names are not made of these letters, or not of so many.",
    "back-off": "The site asked to be left alone for a while, or failed several times in a row.",
    "broke-off": "The connection broke off before the answer was whole.",
    "budget": "The requests that the site's definition allows for a day are used up.",
    "changed": "At the end the site no longer answered as it must for a known and an impossible name.",
    "charset": "The page is not in the letters it says it is in, or in none that pages are written in.",
    "content-type": "The answer is no page and no JSON.",
    "contradictory": "The answer has the signs of a profile and of a missing one at once.",
    "crawl-delay": "The site's robots.txt asks for longer pauses than we would wait.",
    "encoding": "The answer is packed in a way that was not asked for.",
    "forbidden": "The site refuses to answer (403).",
    "legal": "The site may not answer here for legal reasons (451).",
    "login-wall": "The site shows profiles only to people who have signed in.",
    "malformed": "The answer is no proper HTTP, or no proper JSON.",
    "no-tls": "The address is not one by https.",
    "not-named": "The page has the signs of a profile, but does not name this one.",
    "private-address": "The site's name leads into a private network.",
    "rate-limited": "The site says that it is asked too often (429).",
    "redirected": "The site sends to somewhere that is no profile of this name.",
    "redirects": "The site sends in circles.",
    "robots": "The site's robots.txt forbids this address.",
    "robots-unknown": "The site's robots.txt cannot be read at present, so that nothing may be asked.",
    "self-check": "The site did not answer as it must for a known and an impossible name.",
    "server-error": "The site has a fault of its own.",
    "shield": "A page that keeps machines out stood before the answer.",
    "slow": "The site did not answer in time.",
    "status": "The site answered with a status that says nothing about a name.",
    "tls": "The site's certificate is not to be trusted.",
    "too-large": "The answer is larger than any profile.",
    "unlike-either": "The answer is neither like a profile nor like a missing one.",
    "unreachable": "The site cannot be reached.",
}


class Cannot(Exception):
    """It could not be told, `why` being a key of WHYS; `more` is said after it."""

    def __init__(self, why: str, more: str = "") -> None:
        super().__init__(why)
        self.why = why
        self.more = more


@dataclass(frozen=True)
class Told:
    """What one answer of a site means. `why`: a key of WHYS, or the signs by which it was read."""

    answer: str
    why: str
    more: str = ""

    @property
    def says(self) -> str:
        """The same as a sentence."""
        if self.answer == UNSURE:
            return " ".join(filter(None, (WHYS[self.why], self.more)))
        there = "a profile by that name" if self.answer == EXISTS else "a name that nobody has"
        return f"The answer has every sign of {there}."


def unsure(why: str, more: str = "") -> Told:
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
