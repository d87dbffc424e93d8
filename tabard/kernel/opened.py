"""Two people with the same form open: only what each has changed is written, and nobody overwrites unseen.

A form brings back what it showed (the hidden field `was`). Fields left as they were are not written, so that
two people may change two fields of one thing; of one field the second is told what the first has written.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Protocol

from django.utils.translation import gettext as _

from tabard.kernel.errors import Invalid, Overtaken

Values = Mapping[str, str]


class Formed(Protocol):
    """A thing with a form; `form_values` is what the form shows of it, as text by field."""

    def form_values(self) -> dict[str, str]: ...


def not_overtaken(thing: Formed | None, was: Values | None, *, readable: bool = True) -> None:
    """Inside an action, on the locked row: `Overtaken` for every field of `was` that has another value now.

    `readable` is false where the values are not words for people to read.
    """
    if not was:
        return
    now = thing.form_values() if thing else {}
    if overtaken := {name: now.get(name, "") for name in was if _differs(was[name], now.get(name, ""))}:
        raise Overtaken({name: [_said(stands, readable)] for name, stands in overtaken.items()})


def _said(stands: str, readable: bool) -> str:
    if not readable:
        return _("Somebody else has just changed this. Look at what holds now, and save again to keep yours.")
    if not stands:
        return _("Somebody else has just emptied this. Save again to keep yours.")
    return _("Somebody else has just made this “%(value)s”. Save again to keep yours.") % {
        "value": stands[:200]
    }


class Opened:
    """A form that changes what is there: `mine` is what somebody changed in it, `base` what stood there.

    `shown` and `was` are for drawing it, the first time and after a refusal.
    """

    def __init__(self, form: Mapping[str, Any] | None, now: Values) -> None:
        self.now = dict(now)
        self._seen = _read(form.get("was", "")) if form else dict(now)
        given = {name: str(form[name]) for name in now if name in form} if form else {}
        self.mine = {n: v for n, v in given.items() if n not in self._seen or _differs(v, self._seen[n])}
        self.base = {name: self._seen[name] for name in self.mine if name in self._seen}

    @property
    def shown(self) -> dict[str, str]:
        """What stands in the fields: what was typed, and for the rest what was seen before."""
        return {**self.now, **self._seen, **self.mine}

    @property
    def was(self) -> str:
        return json.dumps({name: self._seen[name] for name in self.now if name in self._seen})

    def refused(self, error: Invalid) -> dict[str, list[str]]:
        """What to say beside the fields. Whoever was told what stands there now has seen it."""
        if isinstance(error, Overtaken) or not self._seen:
            self._seen = dict(self.now)
        return error.fields


def _read(said: str) -> dict[str, str]:
    try:
        found = json.loads(said)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {name: value for name, value in found.items() if isinstance(value, str)}


def _lines(value: str) -> str:
    """Browsers end lines with CR and LF."""
    return value.replace("\r\n", "\n").strip()


def _differs(one: str, other: str) -> bool:
    return _lines(one) != _lines(other)
