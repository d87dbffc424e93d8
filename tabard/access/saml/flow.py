"""The way there and back. The number of the request waits in the browser's session, once only."""

from __future__ import annotations

import hashlib
import secrets
import time
from datetime import timedelta
from typing import Any

from cryptography import x509
from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse

from tabard.access.models import SeenAssertion, Source
from tabard.access.oidc.flow import KEY, PATIENCE
from tabard.access.oidc.tokens import Untrusted
from tabard.access.saml import said, signed, wire
from tabard.kernel import clock


def begin(session: Any, source: Source, *, onward: str, afresh: bool = False) -> str:
    """Where the browser goes now. `afresh`: the source must ask the person again, not know them still."""
    number = f"_{secrets.token_hex(20)}"
    session[KEY] = {
        "request": number,
        "source": source.pk,
        "at": time.time(),
        "next": onward,
        "afresh": afresh,
    }
    us, here, now = name(source), back(source), clock.now()
    return wire.request(source.address, number=number, us=us, here=here, now=now, afresh=afresh)


def finish(session: Any, source: Source, encoded: str) -> tuple[dict[str, Any], str]:
    """The claims about whoever came back, and where they wanted to go. `Untrusted` if anything is not right.

    Nobody comes who was not sent: an answer without a request of this very browser is refused.
    """
    waiting = session.pop(KEY, None)
    if not waiting or "request" not in waiting or time.time() - waiting["at"] > PATIENCE:
        raise Untrusted("nobody is waited for, or no longer")
    if waiting["source"] != source.pk:
        raise Untrusted("another source was asked")
    expected = said.Expected(source.issuer, waiting["request"], name(source), back(source))
    root = signed.document(encoded)
    said.envelope(root, expected)
    found = signed.assertion(root, certificates(source.certificates))
    claims = said.claims(found, expected, clock.now(), source.groups_claim)
    _once(source, found.get("ID"))
    if waiting["afresh"] and abs(clock.now().timestamp() - claims["auth_time"]) > PATIENCE:
        raise Untrusted("the source did not ask the person again (AuthnInstant)")
    return claims, str(waiting["next"])


def _once(source: Source, number: str) -> None:
    """Each assertion counts once, on every node."""
    SeenAssertion.objects.filter(until__lt=clock.now()).delete()
    mark = hashlib.sha256(number.encode()).hexdigest()
    until = clock.now() + timedelta(seconds=2 * (said.OLDEST + said.SLACK))
    try:
        with transaction.atomic():
            SeenAssertion.objects.create(source=source, mark=mark, until=until)
    except IntegrityError as error:
        raise Untrusted("the assertion was used already") from error


def certificates(text: str) -> list[x509.Certificate]:
    """Those of a source, from PEM; `ValueError` if one is none."""
    return x509.load_pem_x509_certificates(text.encode()) if text.strip() else []


def name(source: Source) -> str:
    """Who we are to this source: the address of our description for it."""
    return f"{settings.PUBLIC_URL}{reverse('source_metadata', args=[source.slug])}"


def back(source: Source) -> str:
    """Our address to which this source, and no other, sends people back."""
    return f"{settings.PUBLIC_URL}{reverse('source_acs', args=[source.slug])}"
