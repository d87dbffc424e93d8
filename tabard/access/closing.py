"""What is over by its time is closed in writing, so that a clock that is set back opens none of it again.

It was over before: every question about it compares with the clock. A grant that was closed so ended at the
end it was given. How a source calls a session is kept no longer than there is something to sign out of.
"""

from __future__ import annotations

from django.db.models import F, Q
from django.db.models.functions import Least

from tabard.access import rate
from tabard.access.models import ApiToken, DirectoryToken, Session, SourceSession
from tabard.kernel import clock
from tabard.org.models import Absence, Grant


def close() -> int:
    """Close what has ended by now; returns how much that was."""
    now = clock.now()
    sessions = Session.objects.filter(Q(idle_at__lte=now) | Q(ends_at__lte=now), ended_at=None)
    done: int = sessions.update(ended_at=Least("idle_at", "ends_at"))
    done += ApiToken.objects.filter(expires_at__lte=now, ended_at=None).update(ended_at=F("expires_at"))
    for model in (Grant, Absence, DirectoryToken):
        done += model.objects.filter(ends_at__lte=now, ended_at=None).update(ended_at=F("ends_at"))
    _forget()
    rate.forget()
    return done


def _forget() -> None:
    """What was kept to sign out at a source: of sessions that are over, and of sources not signed out at."""
    SourceSession.objects.filter(session__ended_at__isnull=False).delete()
    not_there = Q(source__signs_out=False) | Q(source__enabled=False)
    SourceSession.objects.exclude(secret="").filter(not_there).update(secret="")
