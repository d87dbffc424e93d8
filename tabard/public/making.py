"""Editions come of themselves: after every decision at once, and within a minute of any other change."""

from __future__ import annotations

from datetime import timedelta

from tabard.kernel import clock
from tabard.kernel.actor import job
from tabard.org.models import Unit
from tabard.public import actions, queries
from tabard.public.gathering import gather
from tabard.public.models import SigningKey
from tabard.public.signing import current

EVERY = timedelta(days=1)  # a signature is renewed, whether or not anything has changed


def publish() -> bool:
    """Make an edition if what is public, the key that signs or the day is another. Whether one was made."""
    publication = queries.publication()
    if publication is None or not publication.is_on:
        return False
    now, last = clock.now(), publication.edition
    if last is not None and last.made_at > now - EVERY:
        key = current(list(SigningKey.objects.all()), now)
        if key and key.pk == last.key_id and gather(now, publication, last).says == last.says:
            return False
    actions.publish(job("public register", "channels.show"), Unit.objects.get(parent=None))
    return True
