"""What time brings: check-outs end, rotations become overdue."""

from __future__ import annotations

from tabard.kernel import clock
from tabard.kernel.actor import job
from tabard.safety import actions
from tabard.safety.models import CheckOut, Rotation

MOST = 500  # in one run


def end_check_outs() -> int:
    """Whoever has had something for too long has it no longer."""
    by, late = job("vault", "vault.edit"), CheckOut.objects.late()
    found = list(late.order_by("until")[:MOST])
    for out in found:
        actions.time_up(by, out)
    return len(found)


def escalate() -> int:
    """Tell the leads of what nobody has changed in time."""
    by, late = job("vault", "vault.edit"), Rotation.objects.filter(state="asked", due_at__lt=clock.now())
    found = list(late.order_by("due_at")[:MOST])
    for rotation in found:
        actions.now_overdue(by, rotation)
    return len(found)
