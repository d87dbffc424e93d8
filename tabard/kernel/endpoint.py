"""API operations: as with screens, none without saying who may call it."""

from __future__ import annotations

import functools
import inspect
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar, Generic, TypeVar

from django.urls import reverse
from django.utils.translation import gettext as _
from ninja import Router, Schema
from pydantic import AfterValidator, AwareDatetime
from pydantic_core import PydanticUndefined

from tabard.kernel import matching, permissions
from tabard.kernel.errors import Denied
from tabard.kernel.query import Page

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True)
class Operation:
    """What is known of an operation, for the tests about the whole."""

    method: str
    path: str
    may: str
    does: tuple[str, ...]
    function: Callable[..., Any]


operations: list[Operation] = []


def endpoint(
    router: Router,
    method: str,
    path: str,
    *,
    may: str,
    does: str | Iterable[str] = (),
    step_up: bool = False,
    **options: Any,
) -> Callable[[F], F]:
    """`@endpoint(router, "POST", "/posts/{post_id}/approval", may="posts.submit", does="post.submit")`."""

    def add(function: F) -> F:
        @functools.wraps(function)
        def gate(request: Any, *args: Any, **kwargs: Any) -> Any:
            if may not in {permissions.PUBLIC, permissions.SIGNED_IN}:
                answer = permissions.may(request.actor, may, None)
                if not answer:
                    raise Denied(answer.reason)
            if step_up:
                permissions.demand_proof(request.actor)
            if method == "GET":
                request.shape = options.get("response")  # by which its tag is made
                return function(request, *args, **kwargs)
            with matching.matching(request, _address(readable(path), kwargs), kwargs):
                return function(request, *args, **kwargs)

        # The annotations are words of the module the operation stands in; the API reads them here.
        gate.__signature__ = inspect.signature(function, eval_str=True)  # type: ignore[attr-defined]
        if may == permissions.PUBLIC:
            options["auth"] = None
        router.api_operation([method], path, **options)(gate)
        names = (does,) if isinstance(does, str) else tuple(does)
        operations.append(Operation(method, path, may, names, function))
        return function

    return add


def readable(path: str) -> str:
    """The path whose GET gives the state of what `path` changes: itself, or the nearest thing above it."""
    reads = {each.path for each in operations if each.method == "GET"}
    if path in reads:
        return path
    while path := path.rpartition("/")[0]:
        if path in reads and "{" in path:
            return path
    return ""


def _address(path: str, values: Mapping[str, Any]) -> str:
    """`path` with the values of the one that was called; empty for nothing."""
    named = re.sub(r"{(?:\w+:)?(\w+)}", lambda found: str(values.get(found[1], "")), path)
    return reverse("api:api-root").rstrip("/") + named if path else ""


def nothing_there(kind: str) -> str:
    """The one sentence for "no such thing, or not for you"."""
    return _("There is no such %(kind)s, or it is not yours to see.") % {"kind": kind}


def _in_reach(moment: datetime) -> datetime:
    """In UTC; years that no calendar of ours goes to are refused here, before the database stumbles."""
    if not 1971 <= moment.year <= 2199:
        raise ValueError(_("Give a moment between the years 1971 and 2199."))
    return moment.astimezone(UTC)


# A moment in a request: with its offset, because what time it is nobody should have to guess.
Moment = Annotated[AwareDatetime, AfterValidator(_in_reach)]


T = TypeVar("T")


class Whole(Schema):
    """What a PUT takes that says a thing anew: all of it, so that nothing is undone by not being named.

    `unread`: fields that nobody can read back; what is left out there stays.
    """

    unread: ClassVar[frozenset[str]] = frozenset()

    @classmethod
    def __pydantic_init_subclass__(cls, **options: Any) -> None:
        super().__pydantic_init_subclass__(**options)
        for name, said in cls.model_fields.items():
            if name not in cls.unread:
                said.default = PydanticUndefined
        cls.model_rebuild(force=True)


class Listed(Schema, Generic[T]):
    """A page of a list. `after` goes into the next call; null at the end."""

    items: list[T]
    after: str | None
    count: int
    more_than_counted: bool


def listed(page: Page[Any]) -> dict[str, Any]:
    """A `Page` as the API shows it."""
    return {
        "items": page.rows,
        "after": page.older,
        "count": page.count,
        "more_than_counted": page.more_than_counted,
    }


def query(**given: Any) -> dict[str, list[str]]:
    """Named values of an operation as `Listing` takes them; empty ones are left out."""
    found: dict[str, list[str]] = {}
    for name, value in given.items():
        values = value if isinstance(value, list) else [value]
        if kept := [str(v) for v in values if v not in (None, "")]:
            found[name] = kept
    return found
