"""What a request of the API says, read strictly: nothing is guessed, and nothing the database cannot keep."""

from __future__ import annotations

import json
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from ninja.errors import HttpError
from ninja.parser import Parser

from tabard.kernel.errors import Invalid

DEEPEST = 32
# What PostgreSQL counts ids and positions with; a larger number is refused here, where it stands.
LARGEST = 2**63 - 1


class StrictParser(Parser):
    """JSON as RFC 8259 has it, with every name once, and text that can be stored."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        if request.content_type not in {"application/json", ""}:
            raise HttpError(415, _("Send JSON, with “Content-Type: application/json”."))
        try:
            found = json.loads(request.body.decode(), object_pairs_hook=_once, parse_constant=_no_number)
        except UnicodeDecodeError as error:
            raise HttpError(400, _("The text is not in UTF-8 (byte %(n)s).") % {"n": error.start}) from error
        except RecursionError as error:
            raise HttpError(400, _("The JSON is nested too deeply.")) from error
        except ValueError as error:
            place = getattr(error, "lineno", 1), getattr(error, "colno", 1)
            said = _("This is no JSON (line %(line)s, column %(column)s).")
            raise HttpError(400, said % {"line": place[0], "column": place[1]}) from error
        _check(found, "", 0)
        return found  # type: ignore[no-any-return] # the schema of the operation judges what it is

    def parse_querydict(
        self, data: MultiValueDict[str, Any], list_fields: list[str], request: HttpRequest
    ) -> dict[str, Any]:
        for name, values in data.lists():
            for value in values:
                _check(value, name, 0)
        return super().parse_querydict(data, list_fields, request)


def too_large(request: HttpRequest, error: Exception) -> HttpError:
    """A body that Django would not even read."""
    if isinstance(error, RequestDataTooBig):
        return HttpError(413, _("The request is too large."))
    return HttpError(400, _("The request could not be read."))


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _value in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise HttpError(400, _("“%(name)s” is given twice.") % {"name": _shown(twice)})
    return found


def _no_number(_word: str) -> Any:
    raise ValueError("NaN and Infinity are no JSON")


def _check(value: Any, where: str, depth: int) -> None:
    if depth > DEEPEST:
        raise HttpError(400, _("The JSON is nested too deeply."))
    if isinstance(value, dict):
        for name, each in value.items():
            _check(name, where, depth)
            _check(each, f"{where}.{name}".lstrip("."), depth + 1)
    elif isinstance(value, list):
        for each in value:
            _check(each, where, depth + 1)
    elif isinstance(value, str):
        _check_text(value, where)
    elif isinstance(value, (int, float)) and abs(value) > LARGEST:
        raise Invalid({_shown(where): [_("The number is too large.")]})


def _check_text(value: str, where: str) -> None:
    """PostgreSQL stores neither the character zero nor halves of UTF-16 pairs."""
    if "\x00" in value or any("\ud800" <= c <= "\udfff" for c in value):
        raise Invalid({_shown(where): [_("It has a character that is none: zero, or half a pair.")]})


def _shown(name: str) -> str:
    """A name that somebody sent, fit to be said back."""
    return name.encode("ascii", "backslashreplace").decode().replace("\x00", "\\0")[:60]
