"""What the watch does by itself."""

from __future__ import annotations

from tabard.kernel.actor import job
from tabard.org.models import Unit
from tabard.watch import actions
from tabard.watch.comparing import due


def compare() -> bool:
    """Compare what waits with the register, where that has changed. Whether it had."""
    root = Unit.objects.filter(parent=None).first()
    if root is None or not due():
        return False
    actions.compare(job("watch", "watch.decide"), root)
    return True
