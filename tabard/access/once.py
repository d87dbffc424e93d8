"""What a source says counts once, on every node."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from django.db import IntegrityError, transaction

from tabard.access.models import SeenAssertion, Source
from tabard.access.oidc.tokens import OLDEST, SLACK, Untrusted
from tabard.kernel import clock


def once(source: Source, number: str) -> None:
    """Remember that `number` was used, until it would be too old anyway; `Untrusted` if it was already."""
    SeenAssertion.objects.filter(until__lt=clock.now()).delete()
    mark = hashlib.sha256(number.encode()).hexdigest()
    until = clock.now() + timedelta(seconds=2 * (OLDEST + SLACK))
    try:
        with transaction.atomic():
            SeenAssertion.objects.create(source=source, mark=mark, until=until)
    except IntegrityError as error:
        raise Untrusted("it was used already") from error
