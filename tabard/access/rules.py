"""What a directory says of somebody, read: name, e-mail, language, and the unit a rule puts them into."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Any, Protocol, TypeVar

from django.utils.translation import gettext_lazy as _

from tabard.kernel import text

ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
# Nobody reads this domain, and nobody can (RFC 2606): for people of whom no e-mail is known.
NOWHERE = "no-mail.invalid"
# Attributes that rules of places may look at.
ATTRIBUTES = {
    "department": _("Department"),
    "division": _("Division"),
    "organization": _("Organisation"),
    "costCenter": _("Cost centre"),
    "userType": _("Kind of person"),
    "title": _("Job title"),
}
_MAIL = re.compile(r"^[^@\s]+@[^@\s]+\.[^@\s]+$")


class Fits(Protocol):
    """A rule, as far as fitting needs it."""

    attribute: str
    value: str


F = TypeVar("F", bound=Fits)


def attribute(said: dict[str, Any], name: str) -> str:
    """The value of one of ATTRIBUTES in what was said; empty where nothing was."""
    place = said if name in {"userType", "title"} else said.get(ENTERPRISE)
    value = place.get(name) if isinstance(place, dict) else None
    return text.name(value) if isinstance(value, str) else ""


def fitting(rules: Iterable[F], said: dict[str, Any]) -> F | None:
    """The first of `rules` that fits what was said."""
    return next((r for r in rules if _folded(attribute(said, r.attribute)) == _folded(r.value)), None)


def _folded(value: str) -> str:
    return unicodedata.normalize("NFC", value).casefold()


def name_of(user_name: str, said: dict[str, Any]) -> str:
    """What somebody is called: at most 120 characters, never empty."""
    given = said.get("name")
    parts: dict[str, Any] = given if isinstance(given, dict) else {}
    whole = " ".join(str(parts.get(p) or "") for p in ("givenName", "familyName"))
    candidates = (said.get("displayName"), parts.get("formatted"), whole, user_name)
    return next((clean for c in candidates if (clean := text.name(str(c or ""))[:120])), "?")


def email_of(user_name: str, said: dict[str, Any]) -> str:
    """Their e-mail: the primary one, the one at work, the first, or a user name that is one. Or nothing."""
    given = [e for e in said.get("emails") or [] if isinstance(e, dict) and e.get("value")]
    given.sort(key=lambda e: (not e.get("primary"), str(e.get("type", "")).lower() != "work"))
    if given:
        return str(given[0]["value"]).strip()
    return user_name.strip() if _MAIL.match(user_name.strip()) else ""


def language_of(said: dict[str, Any], spoken: Iterable[str]) -> str:
    """The language they prefer, where Tabard speaks it; else English."""
    for name in ("preferredLanguage", "locale"):
        wanted = str(said.get(name) or "").replace("_", "-").split("-")[0].lower()
        if wanted in spoken:
            return wanted
    return "en"


# How somebody showed that it is them: by what they know, have or are (RFC 8176, read 2026-11-24).
_TAKES = (
    {"pwd", "pin", "kba"},
    {"otp", "hwk", "swk", "sms", "tel", "sc", "pop", "mca"},
    {"face", "fpt", "iris", "retina", "vbm", "user"},
)


def one_factor(amr: Any) -> bool:
    """Whether a source says how somebody showed that it is them, and that this was one way only.

    Whether a source that says nothing of it asks for two is for who trusts it to say.
    """
    said = {each for each in amr if isinstance(each, str)} if isinstance(amr, list) else set()
    return bool(said) and "mfa" not in said and sum(bool(said & kind) for kind in _TAKES) < 2


def normal(value: Any) -> Any:
    """All text of a document in NFC and without the sign that PostgreSQL does not keep."""
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value).replace("\x00", "")
    if isinstance(value, list):
        return [normal(each) for each in value]
    if isinstance(value, dict):
        return {str(key): normal(each) for key, each in value.items()}
    return value
