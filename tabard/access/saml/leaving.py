"""Single logout, both ways: we tell the source, and it tells us. Every message is signed, and counts once.

By the browser, in its address or in a form (SAML Profiles 4.4); not by SOAP from behind, which would need
another door for machines, and which OpenID Connect does better.
"""

from __future__ import annotations

import secrets
from typing import Any

from tabard.access.models import Source, SourceSession
from tabard.access.oidc.tokens import Untrusted
from tabard.access.saml import carried, flow, keys, said, wire
from tabard.kernel import clock


def away(there: SourceSession) -> tuple[str, str]:
    """Where the browser goes to sign out at the source, and the number of that request."""
    source, number = there.source, f"_{secrets.token_hex(20)}"
    ours = keys.pairs(source)
    if not source.logout_address or not ours:
        return "", ""
    known = {"subject": there.subject, "index": there.index, "name": there.name}
    given: dict[str, Any] = {"number": number, "us": flow.name(source), "now": clock.now()}
    where = wire.logout_request(source.logout_address, ours[0].private, at_source=known, **given)
    return where, number


# The raw query of an address, or the message out of a form; the other one is empty.
Carried = tuple[str, str]


def told(source: Source, message: Carried) -> said.Leaving:
    """Who signed out at the source, by its request."""
    here = flow.out(source)
    signed = _read(source, message, "SAMLRequest")
    return said.leaving(signed, source.issuer, here, clock.now())


def answer(source: Source, request: str, relay: str) -> str:
    """Where the browser goes with our word that they are signed out here."""
    ours = keys.pairs(source)
    if not source.logout_address or not ours:
        raise Untrusted("the source has no place for the answer")
    given = {"number": f"_{secrets.token_hex(20)}", "us": flow.name(source), "request": request}
    return wire.logout_answer(
        source.logout_address, ours[0].private, relay=relay[:80], now=clock.now(), **given
    )


def answered(source: Source, message: Carried, request: str) -> None:
    """That the source signed them out too, as we asked by `request`; `Untrusted` if it does not say so."""
    signed = _read(source, message, "SAMLResponse")
    said.left(signed, source.issuer, flow.out(source), request, clock.now())


def _read(source: Source, message: Carried, name: str) -> Any:
    query, form = message
    known = keys.certificates(source.certificates)
    return carried.by_form(form, known) if form else carried.by_address(query, name, known)
