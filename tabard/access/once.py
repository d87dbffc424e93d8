"""What a source says counts once, on every node."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from django.db import IntegrityError, transaction

from tabard.access.models import SeenAssertion, Source
from tabard.access.oidc.tokens import OLDEST, SLACK, Untrusted
from tabard.kernel import clock

KEPT = timedelta(seconds=2 * (OLDEST + SLACK))


def once(source: Source, number: str) -> None:
    """Remember that `number` was used, until it would be too old anyway; `Untrusted` if it was already.

    The newest of each source stays: if it comes from later on, the clock was set back, to a time of which
    what was used is forgotten.
    """
    there = SeenAssertion.objects.filter(source=source)
    newest = there.order_by("-until").first()
    if newest is not None:
        if newest.until > clock.latest() + KEPT:
            raise Untrusted("the clock was set back since the last one, and nobody knows what was used")
        there.filter(until__lt=clock.now()).exclude(pk=newest.pk).delete()
    mark = hashlib.sha256(number.encode()).hexdigest()
    until = clock.now() + KEPT
    try:
        with transaction.atomic():
            SeenAssertion.objects.create(source=source, mark=mark, until=until)
    except IntegrityError as error:
        raise Untrusted("it was used already") from error
