"""The way there and back. The number of the request waits in the browser's session, once only."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse

from tabard.access.models import Source
from tabard.access.oidc.flow import KEY, PATIENCE, taken
from tabard.access.oidc.tokens import Untrusted
from tabard.access.once import once
from tabard.access.saml import keys, opened, said, signed, wire
from tabard.kernel import clock

SAW_EVERY = timedelta(hours=1)


def begin(session: Any, source: Source, *, onward: str, afresh: bool = False) -> str:
    """Where the browser goes now. `afresh`: the source must ask the person again, not know them still."""
    number = f"_{secrets.token_hex(20)}"
    session[KEY] = {
        "request": number,
        "source": source.pk,
        "at": clock.now().timestamp(),
        "next": onward,
        "afresh": afresh,
    }
    us, here, now = name(source), back(source), clock.now()
    return wire.request(source.address, number=number, us=us, here=here, now=now, afresh=afresh)


def finish(session: Any, source: Source, encoded: str) -> tuple[dict[str, Any], str]:
    """The claims about whoever came back, and where they wanted to go. `Untrusted` if anything is not right.

    Nobody comes who was not sent: an answer without a request of this very browser is refused.
    """
    waiting = taken(session)
    if "request" not in waiting:
        raise Untrusted("nobody is waited for here")
    if waiting["source"] != source.pk:
        raise Untrusted("another source was asked")
    expected = said.Expected(source.issuer, waiting["request"], name(source), back(source))
    root = signed.document(encoded)
    said.envelope(root, expected)
    try:
        found, encrypted = signed.assertion(
            root, keys.certificates(source.certificates), lambda *given: _opener(source)(*given)
        )
    except opened.Legacy:
        _saw(source, root)
        raise
    _saw(source, root)
    if source.encrypted and not encrypted:
        raise Untrusted("the assertion came in the clear, and this source encrypts them")
    claims = said.claims(found, expected, clock.now(), source.groups_claim)
    once(source, found.get("ID"))
    if waiting["afresh"] and abs(clock.now().timestamp() - claims["auth_time"]) > PATIENCE:
        raise Untrusted("the source did not ask the person again (AuthnInstant)")
    return claims, str(waiting["next"])


def _opener(source: Source) -> signed.Opener:
    """Made only where there is something to open: keys are unsealed for it."""
    return opened.opener([pair.private for pair in keys.pairs(source)], takes_cbc=source.takes_cbc)


def _saw(source: Source, root: Any) -> None:
    """What the source sends, shown where it is decided what it may send. Written when it changes, and once an
    hour."""
    said, now = opened.sent_by(root), clock.now()
    if said != source.sent_by or source.sent_at is None or abs(now - source.sent_at) > SAW_EVERY:
        Source.objects.filter(pk=source.pk).update(sent_by=said, sent_at=now)


def name(source: Source) -> str:
    """Who we are to this source: the address of our description for it."""
    return f"{settings.PUBLIC_URL}{reverse('source_metadata', args=[source.slug])}"


def back(source: Source) -> str:
    """Our address to which this source, and no other, sends people back."""
    return f"{settings.PUBLIC_URL}{reverse('source_acs', args=[source.slug])}"


def out(source: Source) -> str:
    """Our address to which this source says that somebody has signed out."""
    return f"{settings.PUBLIC_URL}{reverse('source_slo', args=[source.slug])}"


def description(source: Source) -> bytes:
    """Our metadata for this source."""
    ours = [keys.certificates(each.certificate)[0] for each in source.keys.order_by("id")]
    return wire.description(name(source), back(source), out(source) if source.logout_address else "", ours)
