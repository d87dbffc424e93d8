"""What the palette finds: places, things one can do, channels, people, posts, units. Four small queries."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from tabard.kernel import permissions, text
from tabard.kernel.actor import Actor
from tabard.org import queries as org
from tabard.posts import queries as posts
from tabard.register import queries as register
from tabard.web.rail import RAIL, address, address_of
from tabard.web.shapes import FindEntry

MOST = 6


def find(by: Actor, words: str) -> list[FindEntry]:
    """Entries for what somebody typed; with nothing typed: where one can go and what one can do."""
    wanted = text.folded(words)
    found = [*_does(by, wanted), *_places(wanted)]
    if wanted:
        found += [*_units(by, wanted), *_channels(by, wanted), *_people(by, wanted), *_posts(by, words)]
    return [entry for entry in found if entry.url]


def _does(by: Actor, wanted: str) -> list[FindEntry]:
    can = [
        (_("New post"), "new_post", "posts.write", "plus", "C"),
        (_("Hold publishing…"), "hold_press", "holds.press", "square-pause", ""),
        (_("Decide what waits for you"), "approvals", "approvals.decide", "ring-half", ""),
        (_("Add a channel"), "channel_new", "channels.edit", "plus", ""),
        (_("Import a register"), "imports", "channels.import", "import", ""),
    ]
    return [
        FindEntry(name, address(route), _("Do"), icon=icon, key=key)
        for name, route, right, icon, key in can
        if wanted in text.folded(name) and address(route) and permissions.may(by, right, None)
    ]


def _places(wanted: str) -> list[FindEntry]:
    return [
        FindEntry(
            str(entry.name), address(*entry.routes), _("Go to"), icon=entry.icon, key=f"G {entry.key.upper()}"
        )
        for entry in RAIL
        if wanted in text.folded(str(entry.name)) and address(*entry.routes)
    ]


def _units(by: Actor, wanted: str) -> list[FindEntry]:
    found = [u for u in org.tree(by) if wanted in text.folded(u.name)][:MOST]
    return [
        FindEntry(u.name, f"/@{u.slug}/", _("Units"), arms=u.arms, note=u.get_kind_display()) for u in found
    ]


def _channels(by: Actor, wanted: str) -> list[FindEntry]:
    return [
        FindEntry(str(c), address_of("channel", c.pk), _("Channels"), note=c.unit.name, mark=c.platform_id)
        for c in register.found(by, wanted)[:MOST]
    ]


def _people(by: Actor, wanted: str) -> list[FindEntry]:
    return [
        FindEntry(p.name, address_of("person", p.pk), _("People"), note=p.title or p.unit.name, face=p.name)
        for p in org.people_found(by, wanted)[:MOST]
    ]


def _posts(by: Actor, words: str) -> list[FindEntry]:
    rows: Any = posts.POSTS.narrow(posts.visible(by, None), {"q": [words]}).order_by("-changed_at", "-pk")[
        :MOST
    ]
    return [
        FindEntry(p.title, address_of("post", p.pk), _("Posts"), note=p.unit.name, arms=p.unit.arms)
        for p in rows
    ]
