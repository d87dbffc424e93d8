"""Connecting pages: who signs in at Facebook opens each one on which they may publish."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tabard.connectors.base import Access, Administrator, Begun, Connected, Connector, Profile
from tabard.connectors.families import oauth
from tabard.connectors.families.meta import id_of, list_of
from tabard.connectors.families.meta_pages import (
    DOOR,
    MOST,
    granted,
    nothing_found,
    onward_of,
    pages,
    signed_in,
    still_granted,
)
from tabard.connectors.http import Http
from tabard.connectors.platforms.facebook.card import SCOPES
from tabard.connectors.platforms.facebook.client import SITE, graph
from tabard.connectors.words import _

PROFILE = "id,name,username,link,about,followers_count,picture{url}"
NEEDED = ("pages_show_list", "pages_manage_posts", "pages_read_engagement")
WRITES = {"CREATE_CONTENT", "PROFILE_PLUS_CREATE_CONTENT"}
WANTED = tuple(sorted({scope for scopes in SCOPES.values() for scope in scopes}))


class Connecting(Connector):
    """`begin`, `finish`, `check` and `administrators`."""

    async def begin(self, fields: Mapping[str, str], redirect_uri: str, http: Http) -> Begun:
        """Where the person lets us in. `fields`: those of the app."""
        return oauth.begin(DOOR, fields, redirect_uri, WANTED)

    async def finish(
        self, keep: Mapping[str, str], query: Mapping[str, str], http: Http
    ) -> tuple[Connected, ...]:
        """Every page on which they may publish, with its own token."""
        person = await signed_in(keep, query, http)
        scopes = await granted(person, NEEDED)
        found = await pages(person, f"{PROFILE},access_token,tasks")
        made = [self._connected(page, scopes) for page in found if _may_publish(page)]
        if not made:
            raise nothing_found(_("There is no page you let Tabard into on which you may publish."))
        return tuple(made)

    def _connected(self, page: Mapping[str, Any], scopes: list[str]) -> Connected:
        profile = _profile(page)
        session = {"token": str(page["access_token"]), "scopes": scopes}
        base = "https://graph.facebook.com"
        return Connected(
            Access(self.card.name, base, profile.remote_id, profile.handle, session=session), profile
        )

    async def check(self, access: Access, http: Http) -> Profile:
        """Is the page's token alive?"""
        line = self.line(access, http)
        profile = _profile(await graph(access, line).get(access.remote_id, fields=PROFILE))
        await still_granted(access, line, NEEDED)
        return profile

    async def administrators(self, access: Access, http: Http) -> Sequence[Administrator]:
        """Everybody with a part in the page; what they may do there stands for their role."""
        there = graph(access, self.line(access, http))
        found: list[dict[str, Any]] = []
        after: dict[str, str] = {}
        for _page in range(MOST):
            page = await there.get(f"{access.remote_id}/roles", fields="id,name,tasks", limit=100, **after)
            found += [each for each in list_of(page) if each.get("id")]
            if not (onward := onward_of(page)):
                break
            after = {"after": onward}
        people = {str(each["id"]): each for each in found}
        return [
            Administrator(number, str(each.get("name") or ""), role=_role(each))
            for number, each in people.items()
        ]


def _role(found: Mapping[str, Any]) -> str:
    tasks = found.get("tasks")
    return ", ".join(map(str, tasks)) if isinstance(tasks, list) and tasks else "role"


def _may_publish(page: Mapping[str, Any]) -> bool:
    """Where no tasks are told, as with pages of a business, the token itself will show it."""
    tasks = page.get("tasks")
    return not isinstance(tasks, list) or bool(WRITES & set(tasks))


def _profile(found: Mapping[str, Any]) -> Profile:
    number, followers = id_of(found), found.get("followers_count")
    handle = str(found.get("username") or number)
    picture = found.get("picture")
    data = picture.get("data", picture) if isinstance(picture, dict) else {}
    return Profile(
        remote_id=number,
        handle=handle,
        name=str(found.get("name") or handle),
        url=str(found.get("link") or f"{SITE}/{handle}"),
        avatar_url=str(data.get("url") or ""),
        about=str(found.get("about") or ""),
        followers=followers if isinstance(followers, int) and not isinstance(followers, bool) else None,
        also=(number,) if handle != number else (),
    )
