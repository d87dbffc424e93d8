"""Whether a signed assertion is what it must be, and what it says. Pure: the time is given.

SAML 2.0 Core and Profiles 4.1.4.2 and 4.1.4.3 (web browser single sign-on), with what they leave open closed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tabard.access.oidc.flow import SESSION
from tabard.access.oidc.tokens import Untrusted
from tabard.access.saml.signed import ASSERTION, PROTOCOL

SLACK = 60  # seconds by which clocks may differ
OLDEST = 600  # seconds since it was made
SUCCESS = "urn:oasis:names:tc:SAML:2.0:status:Success"
BEARER = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
TRANSIENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"
BY_MAIL = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"
MOMENT = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$")
# By which names sources hand over an e-mail and a name, the most telling first.
MAILS = (
    "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress",
    "urn:oid:0.9.2342.19200300.100.1.3",
    "email",
    "mail",
    "emailAddress",
    "Email",
)
NAMES = (
    "http://schemas.microsoft.com/identity/claims/displayname",
    "urn:oid:2.16.840.1.113730.3.1.241",
    "displayName",
    "cn",
    "name",
    # Some give a name by it, some what people sign in with.
    "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name",
)


QUALIFIERS = ("Format", "NameQualifier", "SPNameQualifier")


@dataclass(frozen=True)
class Leaving:
    """Somebody signed out at the source: which request said so, who, and in which of their sessions there.

    No `indexes`: in all of them.
    """

    number: str
    subject: str
    indexes: tuple[str, ...]


@dataclass(frozen=True)
class Expected:
    """What an answer must fit: who was asked, by which request, who we are, where it must come to."""

    issuer: str
    request: str
    us: str
    here: str


def envelope(root: Any, expected: Expected) -> None:
    """What the response itself says. It may be unsigned: none of it is believed, all of it must fit."""
    status = root.findall(f"{PROTOCOL}Status/{PROTOCOL}StatusCode")
    if [s.get("Value") for s in status] != [SUCCESS]:
        raise Untrusted(f"the source said no: {[str(s.get('Value'))[-60:] for s in status]}")
    if root.get("Version") != "2.0":
        raise Untrusted("another version")
    if root.get("Destination", expected.here) != expected.here:
        raise Untrusted("sent to another place (Destination)")
    if root.get("InResponseTo") != expected.request:
        raise Untrusted("the answer is to another request (InResponseTo)")
    if any(_text(i) != expected.issuer for i in root.findall(f"{ASSERTION}Issuer")):
        raise Untrusted("the response is of another issuer")


def claims(signed: Any, expected: Expected, now: datetime, groups: str) -> dict[str, Any]:
    """What the assertion says about whoever came: `sub`, `email`, `name`, the groups, and `auth_time`."""
    if signed.get("Version") != "2.0" or _text(_one(signed, "Issuer")) != expected.issuer:
        raise Untrusted("the assertion is of another issuer")
    made = moment(signed.get("IssueInstant"))
    if made > now.timestamp() + SLACK or made < now.timestamp() - OLDEST:
        raise Untrusted("the assertion is too old, or from the future (IssueInstant)")
    subject = _one(signed, "Subject")
    _confirmed(subject, expected, now)
    _conditions(_one(signed, "Conditions"), expected, now)
    name = _one(subject, "NameID")
    if name.get("Format") == TRANSIENT:
        raise Untrusted("the subject is another one every time (transient)")
    who = _text(name)
    if not 1 <= len(who) <= 255:
        raise Untrusted("no subject")
    said = _attributes(signed)
    mail = who if name.get("Format") == BY_MAIL else ""
    return {
        "sub": who,
        "email": next((said[n][0] for n in MAILS if said.get(n)), mail),
        "name": next((v for n in NAMES for v in said.get(n, [])[:1] if "@" not in v), ""),
        "auth_time": _signed_in(signed, now),
        **({groups: said.get(groups, [])} if groups else {}),
        SESSION: {
            "subject": who,
            "index": _index(signed),
            "name": {n: name.get(n) for n in QUALIFIERS if name.get(n)},
        },
    }


def leaving(signed: Any, issuer: str, here: str, now: datetime) -> Leaving:
    """What a request to sign somebody out says (SAML Core 3.7.1), once its signature was checked."""
    _message(signed, "LogoutRequest", issuer, here, now)
    if signed.get("NotOnOrAfter") is not None:
        _not_over(signed, now)
    who = _text(_one(signed, "NameID"))
    indexes = [_text(i) for i in signed.findall(f"{PROTOCOL}SessionIndex")]
    if not 1 <= len(who) <= 255 or not all(indexes) or len(indexes) > 100:
        raise Untrusted("nobody is named who signs out")
    return Leaving(signed.get("ID", ""), who, tuple(indexes))


def left(signed: Any, issuer: str, here: str, request: str, now: datetime) -> None:
    """The answer to our own request: that they are signed out there too (SAML Core 3.7.2)."""
    _message(signed, "LogoutResponse", issuer, here, now)
    if not request or signed.get("InResponseTo") != request:
        raise Untrusted("the answer is to another request (InResponseTo)")
    status = signed.findall(f"{PROTOCOL}Status/{PROTOCOL}StatusCode")
    if [s.get("Value") for s in status] != [SUCCESS]:
        raise Untrusted(f"the source said no: {[str(s.get('Value'))[-60:] for s in status]}")


def _message(signed: Any, name: str, issuer: str, here: str, now: datetime) -> None:
    if signed.tag != f"{PROTOCOL}{name}" or signed.get("Version") != "2.0" or not signed.get("ID"):
        raise Untrusted(f"no {name}, or of another version")
    if _text(_one(signed, "Issuer")) != issuer:
        raise Untrusted("the message is of another issuer")
    if signed.get("Destination") != here:
        raise Untrusted("sent to another place (Destination)")
    made = moment(signed.get("IssueInstant"))
    if made > now.timestamp() + SLACK or made < now.timestamp() - OLDEST:
        raise Untrusted("the message is too old, or from the future (IssueInstant)")


def _confirmed(subject: Any, expected: Expected, now: datetime) -> None:
    """Handed to whoever brings it, for this request, to this place, and still good."""
    found = _all(subject, "SubjectConfirmation")
    if len(found) != 1 or found[0].get("Method") != BEARER:
        raise Untrusted("not exactly one bearer confirmation")
    data = _one(found[0], "SubjectConfirmationData")
    if data.get("Recipient") != expected.here:
        raise Untrusted("meant for another place (Recipient)")
    if data.get("InResponseTo") != expected.request:
        raise Untrusted("the assertion is to another request (InResponseTo)")
    if data.get("NotBefore") is not None:
        raise Untrusted("a bearer confirmation that is not good yet")
    _not_over(data, now)


def _conditions(found: Any, expected: Expected, now: datetime) -> None:
    known = {"AudienceRestriction", "OneTimeUse", "ProxyRestriction"}
    if any(c.tag.removeprefix(ASSERTION) not in known for c in found):
        raise Untrusted("there is a condition that is not known")
    before = found.get("NotBefore")
    if before is not None and moment(before) > now.timestamp() + SLACK:
        raise Untrusted("not good yet (NotBefore)")
    if found.get("NotOnOrAfter") is not None:
        _not_over(found, now)
    audiences = [[_text(a) for a in _all(r, "Audience")] for r in _all(found, "AudienceRestriction")]
    if not audiences or not all(expected.us in named for named in audiences):
        raise Untrusted("made for another audience")


def _signed_in(signed: Any, now: datetime) -> float:
    """When they last showed the source that it is them."""
    statement = _one(signed, "AuthnStatement")
    end = statement.get("SessionNotOnOrAfter")
    if end is not None and moment(end) + SLACK <= now.timestamp():
        raise Untrusted("the session at the source is over")
    return moment(statement.get("AuthnInstant"))


def _index(signed: Any) -> str:
    """How the source calls the session there; nothing if it names none."""
    found = str(_one(signed, "AuthnStatement").get("SessionIndex", ""))
    return found if len(found) <= 255 else ""


def _attributes(signed: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for statement in _all(signed, "AttributeStatement"):
        for attribute in _all(statement, "Attribute"):
            values = [_text(v) for v in _all(attribute, "AttributeValue")]
            found.setdefault(str(attribute.get("Name")), []).extend(v for v in values if v)
    return found


def _not_over(element: Any, now: datetime) -> None:
    if moment(element.get("NotOnOrAfter")) + SLACK <= now.timestamp():
        raise Untrusted("no longer good (NotOnOrAfter)")


def moment(said: str | None) -> float:
    if said is None or not MOMENT.match(said):
        raise Untrusted("a time that is none")
    try:
        return datetime.fromisoformat(said[:19]).replace(tzinfo=UTC).timestamp()
    except ValueError as error:
        raise Untrusted("a time that is none") from error


def _all(element: Any, name: str) -> list[Any]:
    return list(element.findall(f"{ASSERTION}{name}"))


def _one(element: Any, name: str) -> Any:
    found: Iterator[Any] = iter(_all(element, name))
    first, second = next(found, None), next(found, None)
    if first is None or second is not None:
        raise Untrusted(f"not exactly one {name}")
    return first


def _text(element: Any) -> str:
    """All of its text; an element with others in it has no text that two readers agree on."""
    if len(element):
        raise Untrusted("text with something else in it")
    return (element.text or "").strip()
