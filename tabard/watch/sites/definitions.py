"""What a site is: where its profiles are, how its answers are read, how often it may be asked."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlsplit

from tabard.watch.alphabets import Alphabet

HANDLE = "{handle}"
# Answers that are about the asking, never about the name.
UNTELLING = {
    401: "login-wall",
    403: "forbidden",
    407: "forbidden",
    408: "slow",
    425: "server-error",
    429: "rate-limited",
    451: "legal",
}
ANY_STATUS = frozenset([200, 400, 404, 410])  # where a sign names none
LENGTH = 14  # of a name that nobody has
SIGNS = "bcdfghjklmnpqrstvwxz"


def untelling(status: int) -> str:
    """Why an answer with this status says nothing about a name; empty where it may."""
    return "server-error" if status >= 500 else UNTELLING.get(status, "")


@dataclass(frozen=True)
class Signs:
    """By what an answer is known. All that is named must hold.

    `text`: all of these are in the page; `some`: one of these is. `json`: by dotted path what stands there.
    `redirect`: the address to which the site sends, whatever stands behind its question mark.
    """

    status: frozenset[int] = frozenset()
    text: tuple[str, ...] = ()
    some: tuple[str, ...] = ()
    json: tuple[tuple[str, Any], ...] = ()
    redirect: str = ""

    @property
    def kinds(self) -> str:
        """Which kinds of signs these are."""
        said = {
            "status": self.status,
            "text": self.text or self.some,
            "json": self.json,
            "redirect": self.redirect,
        }
        return ", ".join(name for name, value in said.items() if value)

    @property
    def by_status_alone(self) -> bool:
        return self.kinds == "status"

    @property
    def names_it(self) -> bool:
        """Whether a sign of what is in the answer has the name in it."""
        said = [*self.text, *(value for _path, value in self.json)]
        return any(isinstance(value, str) and HANDLE in value for value in said)


@dataclass(frozen=True)
class Site:
    """One site. `profile` and `asks` have `{handle}`: what people open, and what is asked for."""

    key: str
    name: str
    profile: str
    asks: str
    exists: Signs
    absent: Signs
    known: tuple[str, ...]
    alphabet: Alphabet
    impossible: str = ""
    platform: str = ""
    hosts: frozenset[str] = frozenset()
    headers: tuple[tuple[str, str], ...] = ()
    minute: int = 10
    day: int = 200
    said: dict[str, str] = field(default_factory=dict, compare=False)  # source, seen, licence

    def url(self, handle: str) -> str:
        """What people open."""
        return self.profile.replace(HANDLE, quote(handle, safe=""))

    def address(self, handle: str) -> str:
        """What is asked for."""
        return self.asks.replace(HANDLE, quote(handle, safe=""))

    @property
    def places(self) -> frozenset[str]:
        """Every host, with its port where it has one, that may be asked for this site."""
        return self.hosts | {urlsplit(self.asks).netloc.lower()}

    @property
    def in_json(self) -> bool:
        return bool(self.exists.json or self.absent.json)

    def nobody(self) -> str:
        """A name that nobody has: the definition's, or one drawn by lot."""
        if self.impossible:
            return self.impossible
        length = min(self.alphabet.most, max(self.alphabet.least, LENGTH))
        return "".join(secrets.choice(SIGNS) for _sign in range(length))
