"""What is known of a channel, checked and cleaned field by field: for forms, API and imports alike."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from tabard.kernel import clock, text
from tabard.kernel.errors import Invalid
from tabard.register.models import Channel
from tabard.register.rules import SENTENCES, Resolved, Unresolved, resolve

_LANGUAGE = re.compile(r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}$")
_TRUE = {"on", "yes", "true", "1", "enabled", "y"}
_FALSE = {"off", "no", "false", "0", "disabled", "n"}


class Wrong(ValueError):
    """A value that cannot be taken; says the sentence."""


def cleaned(given: Mapping[str, Any]) -> dict[str, Any]:
    """`given` as it is stored. `Invalid` names every field that is wrong."""
    found, wrong = {}, {}
    for name, value in given.items():
        try:
            found[name] = FIELDS[name](value)
        except Wrong as error:
            wrong[name] = [str(error)]
    if wrong:
        raise Invalid(wrong)
    return found


def resolved(written: str, platform: str = "") -> Resolved:
    """The channel that a link or handle means. `Invalid` with a sentence where there is none."""
    try:
        return resolve(written, platform)
    except Unresolved as error:
        field = "platform" if error.code in {"platform", "whose"} else "handle"
        raise Invalid({field: [why_unresolved(error)]}) from error


def why_unresolved(error: Unresolved) -> str:
    """The sentence for people."""
    return _(SENTENCES[error.code]) % error.values


def _line(most: int) -> Callable[[Any], str]:
    def clean(value: Any) -> str:
        found = text.name(str(value if value is not None else ""))
        if len(found) > most:
            raise Wrong(_("At most %(n)s characters.") % {"n": most})
        return found

    return clean


def listed(value: Any) -> list[str]:
    """A list, or the words of a cell between commas, semicolons or bars."""
    parts = re.split(r"[,;|\n]", value) if isinstance(value, str) else list(value or ())
    return list(dict.fromkeys(clean for part in parts if (clean := text.name(str(part)))))


def _languages(value: Any) -> list[str]:
    found = listed(value)
    for each in found:
        if not _LANGUAGE.match(each) or len(each) > 12:
            raise Wrong(_("“%(given)s” is no language code such as en or pt-BR.") % {"given": each[:20]})
    return found


def _names(value: Any) -> list[str]:
    found = listed(value)
    if len(found) > 100 or any(len(each) > 200 for each in found):
        raise Wrong(_("At most 100 names of 200 characters."))
    return found


def _email(value: Any) -> str:
    found = text.name(str(value or ""))
    if found:
        try:
            validate_email(found)
        except ValidationError as error:
            raise Wrong(_("“%(given)s” is no e-mail address.") % {"given": found[:60]}) from error
    return found


def _url(value: Any) -> str:
    found = text.name(str(value or ""))
    if found:
        try:
            URLValidator(schemes=["http", "https"])(found)
        except ValidationError as error:
            raise Wrong(_("“%(given)s” is no web address.") % {"given": found[:60]}) from error
    return found[:500]


def _second_factor(value: Any) -> str:
    word = text.name(str(value or "")).casefold()
    if word in _TRUE:
        return Channel.SecondFactor.ON
    if word in _FALSE:
        return Channel.SecondFactor.OFF
    if word in {"", "unknown", "?"}:
        return Channel.SecondFactor.UNKNOWN
    raise Wrong(_("Say on, off or unknown."))


def _count(value: Any) -> int | None:
    plain = re.sub(r"[\s,.'’_]", "", str(value if value is not None else ""))
    if not plain:
        return None
    if not (plain.isascii() and plain.isdigit()) or int(plain) > 2_147_483_647:
        raise Wrong(_("“%(given)s” is no number of people.") % {"given": str(value)[:20]})
    return int(plain)


def _moment(value: Any) -> datetime | None:
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    given = text.name(str(value or ""))
    if not given:
        return None
    try:
        day = parse_date(given)
        found = datetime(day.year, day.month, day.day, tzinfo=UTC) if day else parse_datetime(given)
    except ValueError:
        found = None
    if found is None:
        raise Wrong(_("“%(given)s” is no day such as 2026-11-22.") % {"given": given[:20]})
    found = found if found.tzinfo else found.replace(tzinfo=UTC)
    if found > clock.now():
        raise Wrong(_("“%(given)s” has not been yet.") % {"given": given[:20]})
    return found


FIELDS: dict[str, Callable[[Any], Any]] = {
    "name": _line(200),
    "purpose": _line(300),
    "audience": _line(300),
    "languages": _languages,
    "business_manager": _line(200),
    "recovery_email": _email,
    "second_factor": _second_factor,
    "admins": _names,
    "reference": _line(120),
    "remote_id": _line(200),
    "url": _url,
    "followers": _count,
    "last_activity_at": _moment,
}


def search_words(channel: Channel, unit_name: str) -> str:
    """What a search finds a channel by."""
    return text.folded(
        channel.handle, channel.name, channel.purpose, unit_name, *channel.former_handles, channel.reference
    )
