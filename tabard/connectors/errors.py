"""The six ways a call to a platform can fail. Each is a decision for the caller, not a description.

| error     | what the caller does                                                          |
|-----------|-------------------------------------------------------------------------------|
| `Later`   | nothing happened; try again at `until`, or after its own patience             |
| `Refused` | nothing happened and never will; the author or an admin must change something |
| `Expired` | refresh the credential, then try again                                        |
| `Revoked` | a person must connect the channel again                                       |
| `Limited` | nothing happened; send nothing more over this channel before `until`          |
| `Unsure`  | it may have happened: ask `find()` before any second try                      |

Anything else that leaves a connector is a fault of ours and must stay visible.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from tabard.connectors.words import _


class ConnectorError(Exception):
    """Why a call failed.

    `says` is a sentence for people with `%(name)s` places for `values` (translate, then fill in).
    `code` is a short stable word for rules and figures. `raw` is the platform's answer without secrets.
    `state` is what `prepare` had achieved by then: store it, and give it to the next try. From `commit` it
    replaces what was prepared, for what was prepared is good no longer.
    """

    def __init__(
        self,
        says: str,
        *,
        code: str = "",
        raw: str = "",
        until: datetime | None = None,
        state: Mapping[str, object] | None = None,
        **values: object,
    ) -> None:
        super().__init__(says)
        self.says = says
        self.values = values
        self.code = code or type(self).__name__.lower()
        self.raw = raw
        self.until = until
        self.state = state

    def __str__(self) -> str:
        return self.says % self.values if self.values else self.says


class Later(ConnectorError):
    """Nothing happened. `until` is when the platform asks to be tried again, or None."""


class Refused(ConnectorError):
    """Nothing happened and a repeat would be refused as well."""


class Expired(ConnectorError):
    """The credential is too old and can be refreshed without a person."""


class Revoked(ConnectorError):
    """The credential was ended or never was right; a person must connect the channel again."""


class Limited(ConnectorError):
    """The platform's limit is reached. `until` is always set."""

    until: datetime

    def __init__(self, says: str, *, until: datetime, code: str = "", raw: str = "") -> None:
        super().__init__(says, code=code, raw=raw, until=until)


class Unsure(ConnectorError):
    """The call may have worked. Only `find()`, or a person, can tell."""


def unreadable(answer: object, *, shows: bool = False) -> ConnectorError:
    """The error for an answer that says yes and has not what it must: Unsure of a call that shows."""
    kind = Unsure if shows else Later
    return kind(_("The server gave an answer that cannot be read."), code="unreadable", raw=str(answer)[:500])
