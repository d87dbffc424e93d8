"""Whether the token or session somebody acts by still stands in the moment their change is committed.

A request may have begun before its token was revoked. Its change is committed only if the revocation has not
been: the row is kept from being ended until then. Waiting for it is bounded, so nobody waits for each other.
"""

from __future__ import annotations

import time

from django.db import connection
from django.utils.translation import gettext as _

from tabard.kernel.actor import Actor
from tabard.kernel.errors import Denied

# Kept as it is until the commit, unless somebody has it in hand or it has ended.
_KEEP = {
    "token": "SELECT id FROM access_apitoken WHERE id = %s AND ended_at IS NULL FOR SHARE SKIP LOCKED",
    "session": "SELECT id FROM access_session WHERE id = %s AND ended_at IS NULL FOR SHARE SKIP LOCKED",
}
# When it ended, and the transaction that wrote that.
_ENDED = {
    "token": "SELECT ended_at, xmin::text::bigint FROM access_apitoken WHERE id = %s",
    "session": "SELECT ended_at, xmin::text::bigint FROM access_session WHERE id = %s",
}
# Only one's own transaction is seen while it is in progress: who ends the session they are in may go on.
_OURS = "SELECT pg_xact_status((((pg_current_xact_id()::text::bigint >> 32) << 32) | %s)::text::xid8)"
_PAUSE, _TRIES = 0.02, 50


def still_stands(by: Actor) -> None:
    """At the end of an action: `Denied` if what `by` acts by has been ended meanwhile."""
    for kind, pk in (("token", by.token_id), ("session", by.session_id)):
        if pk is not None and not _stands(kind, pk):
            raise Denied(_("What you are signed in with has just been ended. Nothing was changed."))


def _stands(kind: str, pk: int) -> bool:
    with connection.cursor() as cursor:
        for _try in range(_TRIES):
            cursor.execute(_KEEP[kind], [pk])
            if cursor.fetchone():
                return True
            cursor.execute(_ENDED[kind], [pk])
            row = cursor.fetchone()
            if row is None:
                return False
            if row[0] is not None:
                cursor.execute(_OURS, [row[1]])
                return bool(cursor.fetchone() == ("in progress",))
            time.sleep(_PAUSE)
    return False
