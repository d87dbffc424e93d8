"""Names of things on LinkedIn (URNs). What comes from outside is one of these shapes or is not used."""

from __future__ import annotations

import re
from urllib.parse import quote

from tabard.connectors.base import Access
from tabard.connectors.errors import Refused
from tabard.connectors.platforms.linkedin.card import SITE
from tabard.connectors.words import _

PAGE = re.compile(r"urn:li:(?:organization|organizationBrand):([0-9]{1,25})")
PERSON = re.compile(r"urn:li:(?:person|organization|organizationBrand|user|company):([A-Za-z0-9_-]{1,100})")
POST = re.compile(r"urn:li:(?:share|ugcPost|activity):[0-9]{1,25}")
MEDIA = re.compile(r"urn:li:(image|video|document):[A-Za-z0-9_-]{1,200}")
# Events leave out the inner beginning: `urn:li:comment:(activity:1,2)`.
COMMENT = re.compile(r"urn:li:comment:\((?:urn:li:)?((?:activity|share|ugcPost):[0-9]{1,25}),([0-9]{1,25})\)")


def whole(pattern: re.Pattern[str], value: object) -> str:
    """`value` if all of it is of that shape, else nothing."""
    return value if isinstance(value, str) and pattern.fullmatch(value) else ""


def comment_of(value: object) -> tuple[str, str, str] | None:
    """A comment's name written in full, the post it stands under, and its number there."""
    found = COMMENT.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return None
    post, number = f"urn:li:{found.group(1)}", found.group(2)
    return f"urn:li:comment:({post},{number})", post, number


def message_of(value: object) -> str:
    """A post or a comment, written in full; nothing if it is neither."""
    found = comment_of(value)
    return found[0] if found else whole(POST, value)


def known(value: str) -> str:
    """The same for what was stored here. Refused if nothing on LinkedIn can be called so."""
    if found := message_of(value):
        return found
    says = _("“%(name)s” is the name of no post and no comment on LinkedIn.")
    raise Refused(says, code="urn", name=value[:80])


def author(access: Access) -> str:
    """The page itself. Of a brand's page the kind is kept beside its number."""
    brand = whole(PAGE, access.session.get("brand"))
    return brand or f"urn:li:organization:{access.remote_id}"


def same_page(one: object, other: object) -> bool:
    """Whether both are the same page: a brand's may come back as an organisation's, of the same number."""
    numbers = [found.group(1) for each in (one, other) if (found := PAGE.fullmatch(str(each)))]
    return len(numbers) == 2 and numbers[0] == numbers[1]


def path(urn: str) -> str:
    """A name as it stands in an address: the colons and brackets would mean something there."""
    return quote(urn, safe="")


def address(message: str) -> str:
    """Where a post is seen, or a comment under it."""
    found = comment_of(message)
    if found is None:
        return f"{SITE}/feed/update/{message}/"
    return f"{SITE}/feed/update/{found[1]}/?commentUrn={path(found[0])}"
