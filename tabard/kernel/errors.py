"""The errors that cross the border of an app, mapped once per surface.

`Denied` is 403 (404 where even the existence may not be known), `ProveFirst` 403, `Missing` 404,
`IllegalMove` and `Conflict` 409, `Invalid` 422 with a sentence per field (409 where somebody was faster:
`Overtaken`), `Stale` 412, `Hurried` 429.
"""

from __future__ import annotations

import errno
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class Refusal(Exception):
    """An action that was not carried out, for a reason a person can read."""

    status = 400

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Denied(Refusal):
    """The actor may not. `hidden` is true where the actor may not even know that the thing exists."""

    status = 403

    def __init__(self, reason: str, *, hidden: bool = False) -> None:
        super().__init__(reason)
        self.hidden = hidden
        if hidden:
            self.status = 404


class ProveFirst(Refusal):
    """The actor may, but has not shown lately that it is really them. Nothing was done."""

    status = 403


class Missing(Refusal):
    """There is no such thing, or not for this actor."""

    status = 404


class IllegalMove(Refusal):
    """The state of the thing does not allow this, or somebody was faster."""

    status = 409


class Conflict(Refusal):
    """Somebody else changed it since it was read. `theirs` is what stands now."""

    status = 409

    def __init__(self, reason: str, theirs: Mapping[str, Any] | None = None) -> None:
        super().__init__(reason)
        self.theirs = dict(theirs or {})


class Invalid(Refusal):
    """What was given is wrong. `fields` maps a field to its sentences; `""` means the whole."""

    status = 422

    def __init__(self, fields: Mapping[str, Sequence[str]] | str) -> None:
        self.fields = {"": [fields]} if isinstance(fields, str) else {k: list(v) for k, v in fields.items()}
        super().__init__(" ".join(sentence for sentences in self.fields.values() for sentence in sentences))


class Overtaken(Invalid):
    """Somebody else has saved the same field since it was read. `fields` says what stands there now."""

    status = 409


class Infected(Invalid):
    """A virus scanner found something in a file. Nothing of it was kept; the log says who brought it."""

    def __init__(self, field: str, name: str, found: str) -> None:
        self.name, self.found = name, found
        said = _("The virus scanner found %(found)s in this file. Nothing was kept.") % {"found": found}
        super().__init__({field: [said]})


class Unscanned(Invalid):
    """The installation wants files scanned and the scanner gave no answer. Nothing was kept."""

    status = 503

    def __init__(self, field: str, why: str = "") -> None:
        said = _("The virus scanner did not look at this file, so it was not kept.")
        todo = why or _("Try again in a while; tell whoever runs Tabard if it goes on.")
        super().__init__({field: [f"{said} {todo}"]})


class Stale(Refusal):
    """A program named a state of the thing (`If-Match`) that is no longer so. `changed` says who and when."""

    status = 412

    def __init__(self, reason: str, changed: Mapping[str, Any]) -> None:
        super().__init__(reason)
        self.changed = dict(changed)


class Hurried(Refusal):
    """Somebody asks more than is good for all others. Nothing was looked at; `seconds`: how long to wait."""

    status = 429

    def __init__(self, reason: str, seconds: int) -> None:
        super().__init__(reason)
        self.seconds = seconds


class Full(Refusal):
    """A disk of the server has no room left, or a quota is used up; nothing was written."""

    status = 507

    def __init__(self) -> None:
        super().__init__(_("The server's disk is full. Nothing was saved; tell whoever runs Tabard."))
