"""`If-Match`: a program says which state of a thing it has read; what has become another is left alone.

The tag of a thing is that of the answer to its GET. An action asks for that answer anew when it has locked
the row, so between looking and changing nobody else gets in. Without the header a change is made as it is.
What moves by itself has a part of the tag of its own, which changes are not measured by.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.db.models import Model
from django.http import HttpRequest, QueryDict
from django.urls import resolve
from django.utils.translation import gettext as _

from tabard.kernel.drift import drifting, settled
from tabard.kernel.errors import Refusal, Stale

Teller = Callable[[Model], Mapping[str, Any]]
_teller: Teller | None = None


def wire(teller: Teller) -> None:
    """Called once, by `config`: who knows who changed a thing last."""
    global _teller
    _teller = teller


@dataclass(frozen=True)
class Seen:
    """What a request has read: the tags it names, where the thing is read, and the ids of its address."""

    tags: frozenset[str]
    request: HttpRequest
    address: str
    ids: Mapping[str, Any]


_seen: ContextVar[Seen | None] = ContextVar("tabard_seen", default=None)


def tag(content: bytes, shape: Any = None) -> str:
    """The tag of an answer of this shape: of what people may have changed, then of what moves by itself."""
    moving = drifting(shape)
    if not moving:
        return f'"{_digest(content)}"'
    still = json.dumps(settled(json.loads(content), moving), sort_keys=True)
    return f'"{_digest(still.encode())}.{_digest(content)[:16]}"'


def _digest(content: bytes) -> str:
    return sha256(content).hexdigest()[:32]


def _changed_by_people(tag: str) -> str:
    """The part of a tag that a change is measured by."""
    return tag.strip('"').partition(".")[0]


@contextmanager
def matching(request: HttpRequest, address: str, ids: Mapping[str, Any]) -> Iterator[None]:
    """While `request` is answered, its first action asks whether `address` reads as its `If-Match` says.

    `address` is empty where there is nothing to read: no tag is right there.
    """
    asked = request.headers.get("If-Match")
    if asked is None:
        yield
        return
    # What compresses an answer on its way makes its tag a weak one; the thing is still the same.
    tags = frozenset(_changed_by_people(each.strip().removeprefix("W/")) for each in asked.split(","))
    token = _seen.set(Seen(tags, request, address, ids))
    try:
        yield
        _answer()
    except Refusal:
        # What was wrong with the request was said of another state of the thing.
        _answer()
        raise
    finally:
        _seen.reset(token)


def met(thing: Model, *others: Any) -> None:
    """Inside an action, on the locked row: `Stale` if the thing reads otherwise than was seen.

    Asked once in a request: what comes after its first action is its own doing.
    """
    _answer(thing, *others)


def _answer(*things: Any) -> None:
    seen = _seen.get()
    if seen is None:
        return
    _seen.set(None)
    stands = _read(seen)
    if stands is None or not seen.tags & {_changed_by_people(stands), "*"}:
        raise Stale(_("This was changed after it was read. Read it again."), _last_change(seen, things))


def _read(seen: Seen) -> str | None:
    """The tag that a GET gives at this moment; None where it gives nothing."""
    if not seen.address:
        return None
    again: Any = copy.copy(seen.request)
    again.method, again.GET, again.path_info = "GET", QueryDict(), seen.address
    again.META = {k: v for k, v in seen.request.META.items() if not k.startswith("HTTP_IF_")}
    again.__dict__.pop("headers", None)
    found = resolve(seen.address)
    answer = found.func(again, *found.args, **found.kwargs)
    return tag(answer.content, again.shape) if answer.status_code == 200 else None


def _last_change(seen: Seen, things: tuple[Any, ...]) -> Mapping[str, Any]:
    """Who changed last what the address names, when, and which fields."""
    there = [each for each in things if isinstance(each, Model) and each.pk in seen.ids.values()]
    there.sort(key=lambda each: seen.ids.get(f"{each._meta.model_name}_id") != each.pk)
    return _teller(there[0]) if there and _teller else {}
