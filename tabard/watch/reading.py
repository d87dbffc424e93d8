"""What people paste or bring, read into rows of accounts that can be recorded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from tabard.kernel import text
from tabard.kernel.errors import Invalid
from tabard.register.fields import why_unresolved
from tabard.register.imports import reading
from tabard.register.rules import Unresolved, resolve
from tabard.watch.faces import SHARED, domain
from tabard.watch.pictures import written

LARGEST = reading.LARGEST  # bytes of a file
MOST = 5_000  # rows at once: more would keep whoever brings them waiting
LONGEST = {"name": 200, "bio": 2000}
Row = Mapping[str, str]


@dataclass(frozen=True)
class Read:
    """One account that was named: `given` as it was written. `why` says what is wrong with it, if it is."""

    number: int
    given: str
    platform: str = ""
    handle: str = ""
    url: str = ""
    name: str = ""
    bio: str = ""
    site: str = ""
    avatar: str = ""
    why: str = ""

    @property
    def identity(self) -> tuple[str, str]:
        """What two spellings of one account share."""
        return self.platform, self.handle.casefold()


def lines(pasted: str, platform: str = "") -> list[dict[str, str]]:
    """A row for each line that says something; `platform` of bare handles."""
    said = [line.strip() for line in text.prose(pasted).splitlines()]
    return [{"handle": line, "platform": platform if "://" not in line else ""} for line in said if line]


def rows_of(name: str, data: bytes) -> list[dict[str, str]]:
    """The rows of a file with the columns of `tabard watch score`. `Invalid` where it is none."""
    table = reading.read(name, data)
    names = {header: header.strip().casefold() for header in table.headers}
    if not {"handle", "url"} & set(names.values()):
        raise Invalid({"file": [_("There is no column called “handle” or “url”.")]})
    return [{names[k]: v for k, v in row.cells.items() if k in names} for row in table.rows]


def read_all(rows: Iterable[Row]) -> list[Read]:
    """Every row with what it means, or why it means nothing. `Invalid` where there are none, or too many."""
    found = [_read(number, row) for number, row in enumerate(rows, 1)]
    if not found:
        raise Invalid({"links": [_("Give a link or a handle.")]})
    if len(found) > MOST:
        raise Invalid({"links": [_("At most %(n)s at once. Split them.") % {"n": f"{MOST:,}"}]})
    return found


def _read(number: int, row: Row) -> Read:
    handle, url = text.name(row.get("handle") or ""), text.name(row.get("url") or "")
    platform = text.name(row.get("platform") or "")
    given = (handle or url)[:500]
    try:
        meant = resolve(handle or url, platform)
    except Unresolved as error:
        return Read(number, given, why=why_unresolved(error))
    if len(meant.handle) > 200:
        return Read(number, given, why=_("A handle has at most %(n)s characters.") % {"n": 200})
    avatar = text.name(row.get("avatar") or "").casefold()
    return Read(
        number,
        given,
        meant.platform,
        meant.handle,
        meant.url[:500],
        text.name(row.get("name") or "")[: LONGEST["name"]],
        text.prose(row.get("bio") or "")[: LONGEST["bio"]],
        _site(row.get("site") or url, meant.platform),
        avatar if written(avatar) else "",
    )


def _site(said: str, platform: str) -> str:
    """Where an account sends people: an address that is not of the platform itself."""
    link = text.name(said)[:500]
    host = domain(link)
    if not host or host in SHARED:
        return ""
    try:
        return "" if resolve(link).platform == platform else link
    except Unresolved:
        return link
