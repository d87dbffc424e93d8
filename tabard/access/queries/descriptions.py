"""What SAML sources say of themselves, and which of their certificates end soon."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db.models import Q, prefetch_related_objects
from django.utils.translation import gettext as _

from tabard.access.actions.sources import Settings
from tabard.access.models import Source
from tabard.access.oidc.tokens import Untrusted
from tabard.access.saml import keys
from tabard.access.saml.described import Described, fetched
from tabard.kernel import clock
from tabard.kernel.errors import Invalid

SOON = timedelta(days=30)
EVERY = timedelta(hours=23)


@dataclass(frozen=True)
class Certificate:
    """One certificate: whose it is, until when, and `ok`, `warn` (ends within 30 days) or `bad` (over).

    `next`: ours that opens already and signs once the one before it is gone.
    """

    name: str
    ends_at: datetime
    state: str
    ours: bool
    next: bool = False


def certificates(source: Source) -> list[Certificate]:
    """Those the source signs with, then ours for it, as they stand in its settings."""
    theirs = [(c, False) for c in keys.certificates(source.certificates)]
    ours = [(c, True) for k in source.keys.all() for c in keys.certificates(k.certificate)]
    return [
        Certificate(
            c.subject.rfc4514_string()[:120],
            c.not_valid_after_utc,
            _state(c.not_valid_after_utc),
            mine,
            next=number > len(theirs),
        )
        for number, (c, mine) in enumerate((*theirs, *ours))
    ]


def worst(source: Source) -> Certificate | None:
    """The certificate that must be seen to first; None if all are good for a month at least.

    One that is over does no harm while another one of the source is good.
    """
    found = certificates(source)
    theirs = [c for c in found if not c.ours]
    last = max(theirs, key=lambda c: c.ends_at, default=None)
    bad = [c for c in (last, *(c for c in found if c.ours)) if c and c.state != "ok"]
    return min(bad, key=lambda c: c.ends_at, default=None)


def with_worst(sources: Sequence[Source]) -> None:
    """Put on each of them, as `worst`, the certificate that must be seen to first."""
    prefetch_related_objects(sources, "keys")
    for source in sources:
        source.worst = worst(source)  # type: ignore[attr-defined]


def _state(end: datetime) -> str:
    now = clock.now()
    return "bad" if end <= now else "warn" if end <= now + SOON else "ok"


def read(source: Source) -> tuple[Described | None, str]:
    """What stands at the address of its description now, or what is wrong with it."""
    if not source.metadata_address:
        return None, ""
    try:
        return fetched(source.metadata_address, keys.certificates(source.metadata_certificate)), ""
    except Untrusted as error:
        return None, str(error)


def to_read() -> list[Source]:
    """Those whose description was not read well for a day."""
    old = Q(metadata_at=None) | Q(metadata_at__lt=clock.now() - EVERY)
    return list(Source.objects.open().filter(old).exclude(metadata_address=""))


def as_described(said: Settings, source: Source | None = None) -> Settings:
    """`said` with addresses and certificates as the source itself gives them, where it is asked to.

    Where it does not answer now, what is kept of it stays; a new one is refused.
    """
    where = said.metadata_address.strip()
    if not where or said.kind != "saml":
        return said
    try:
        found = fetched(where, keys.certificates(said.metadata_certificate))
    except (Untrusted, ValueError) as error:
        if source and source.metadata_address == where:
            kept = {n: getattr(source, n) for n in ("address", "logout_address", "certificates")}
            return replace(said, **kept)
        says = _("It cannot be used: %(why)s.") % {"why": error}
        raise Invalid({"metadata_address": [says]}) from error
    issuer = said.issuer.strip() or found.issuer
    if issuer != found.issuer:
        says = _("It speaks for “%(issuer)s”.") % {"issuer": found.issuer[:200]}
        raise Invalid({"metadata_address": [says]})
    out = found.logout_address or said.logout_address
    return replace(
        said, issuer=issuer, address=found.address, logout_address=out,
        certificates=found.certificates, read=True,
    )  # fmt: skip
