"""The edition that is out, read once and kept in memory: what outsiders see comes from here and nowhere else.

A channel that is not public is in no edition, so that nothing asked of one can tell it from an account that
does not exist.
"""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from tabard.kernel import text
from tabard.public.canonical import canonical
from tabard.public.models import Edition

PAGES = 200  # drawn pages that are kept in memory, some 40 kB each


@dataclass(frozen=True)
class Listed:
    """One channel as the public sees it. `until`: since when it is ours no more, or nothing."""

    platform: str
    platform_name: str
    handle: str
    name: str
    url: str
    id: str
    languages: list[str]
    unit: str
    unit_slug: str
    arms: str
    since: str
    until: str = ""

    @cached_property
    def search(self) -> str:
        return text.folded(self.handle, self.name, self.unit, self.platform_name)


@dataclass
class Snapshot:
    """One edition, ready to be asked."""

    number: int
    made_at: datetime
    document: dict[str, Any]
    written: bytes
    profiles: dict[str, str]
    pages: OrderedDict[tuple[Any, ...], Any] = field(default_factory=OrderedDict)
    judges: dict[str, tuple[Any, list[Listed]]] = field(default_factory=dict)

    @cached_property
    def channels(self) -> list[Listed]:
        return [Listed(**each) for each in self.document["channels"]]

    @cached_property
    def former(self) -> list[Listed]:
        return [Listed(**each) for each in self.document["former"]]

    @cached_property
    def keys(self) -> bytes:
        """The keys alone, for whoever wants to remember them."""
        said = {name: self.document[name] for name in ("organisation", "address", "keys")}
        return canonical({"type": "tabard.signing-keys", "version": 1, **said})

    def judge(self, platform: str = "") -> tuple[Any, list[Listed]]:
        """Who knows which names of ours, on one platform or all, others may be taken for; and these channels.

        Half a second of work for thousands, once for each edition.
        """
        from tabard.watch.faces import face
        from tabard.watch.scoring import Judge

        if platform not in self.judges:
            ours = [c for c in self.channels if platform in {"", c.platform}]
            rows = ({"platform": c.platform, "handle": c.handle, "name": c.name} for c in ours)
            self.judges[platform] = Judge([face(row, Path()) for row in rows]), ours
        return self.judges[platform]

    @cached_property
    def by_address(self) -> dict[str, Listed]:
        """By canonical address and by the platform's own id; what is ours now comes before what was."""
        found: dict[str, Listed] = {}
        for each in (*self.former, *self.channels):
            found[place(each.platform, address_of(each.platform, each.handle))] = each
            if each.id:
                found[place(each.platform, address_of(each.platform, each.id))] = each
        return found

    @cached_property
    def by_handle(self) -> dict[str, list[Listed]]:
        found: dict[str, list[Listed]] = {}
        for each in self.channels:
            found.setdefault(each.handle.casefold(), []).append(each)
        return found

    def kept(self, key: tuple[Any, ...], draw: Callable[[], Any]) -> Any:
        """What was drawn for `key`, or what `draw` gives. The oldest is forgotten: no flood of addresses
        fills the memory.
        """
        if key in self.pages:
            return self.pages[key]
        drawn = self.pages[key] = draw()
        while len(self.pages) > PAGES:
            self.pages.pop(next(iter(self.pages)), None)
        return drawn


def place(platform: str, address: str) -> str:
    """One key for one profile."""
    return f"{platform} {address}"


def address_of(platform: str, handle: str) -> str:
    """The canonical address of a handle as the register keeps it."""
    from tabard.register.platforms import platforms

    known = platforms().get(platform)
    return (known.canonical(handle) if known else "") or handle.casefold()


_out: Snapshot | None = None
IS_OUT = "SELECT edition_id FROM public_publication WHERE is_on AND edition_id IS NOT NULL"


def out() -> Snapshot | None:
    """The edition that is out now, None where the public register is off. One small query."""
    global _out  # every thread reads the same; two that build it at once build the same
    with connection.cursor() as cursor:
        cursor.execute(IS_OUT)  # by itself: what builds a question costs ten times as much as the question
        row = cursor.fetchone()
    if row is None:
        return None
    number: int = row[0]
    if _out is None or _out.number != number:
        _out = read(Edition.objects.get(pk=number))
    return _out


def read(edition: Edition) -> Snapshot:
    """One edition, as it is kept."""
    written = edition.document.encode()
    return Snapshot(
        edition.pk, edition.made_at, json.loads(edition.document), written, dict(edition.profiles)
    )


def digest(body: bytes) -> str:
    """What stands in an ETag."""
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def trust_txt(there: Snapshot) -> bytes:
    """The file of the trust.txt specification (draft-org-trust-relationship-protocol-01, February 2025):
    one `attribute=value` a line; `social` is an account that we control.
    """
    lines = [f"# {_plain(there.document['organisation'])}", f"# {there.document['address']}"]
    if contact := _plain(there.document["contact"]):
        lines.append(f"contact={contact}")
    lines += [f"social={_plain(each.url)}" for each in there.channels if each.url]
    lines.append(f"disclosure={there.document['address']}")
    return ("\n".join(lines) + "\n").encode()


def _plain(said: str) -> str:
    """One line, so that nothing in a name becomes a line of its own."""
    return " ".join(said.split())


def feed(there: Snapshot) -> bytes:
    """What became official and what was retired, the newest first, as JSON Feed 1.1."""
    items = sorted(
        (
            {
                "id": f"{each.url or each.handle}#{each.until or each.since}",
                "url": each.url,
                "title": f"{each.platform_name}: {each.name}",
                "content_text": f"until {each.until}" if each.until else f"official since {each.since}",
                "date_published": f"{each.until or each.since}T00:00:00Z",
                "tags": [each.platform, each.unit_slug],
            }
            for each in (*there.channels, *there.former)
        ),
        key=lambda item: (item["date_published"], item["id"]),
        reverse=True,
    )
    address = there.document["address"]
    return canonical(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": there.document["organisation"],
            "home_page_url": address,
            "feed_url": f"{address}feed.json",
            "items": items[:200],
        }
    )


def own(url: str) -> str:
    """An address of this very site, from the settings."""
    return settings.PUBLIC_URL.rstrip("/") + url
