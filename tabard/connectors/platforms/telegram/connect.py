"""Connecting a channel: the token of a bot that administers it, and the channel's public name."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from tabard.connectors.base import Access, Administrator, Connected, Connector, Profile
from tabard.connectors.errors import ConnectorError, Refused, Revoked, unreadable
from tabard.connectors.http import Http
from tabard.connectors.platforms.telegram.card import API, PAGE
from tabard.connectors.platforms.telegram.client import Client
from tabard.connectors.words import _

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{2,31}")
ROLES = {"creator": "owner", "administrator": "administrator"}


class Connecting(Connector):
    """`connect`, `check` and `administrators`."""

    async def connect(self, fields: Mapping[str, str], http: Http) -> Connected:
        """With a bot's token. `fields`: token, channel, and server where it is not Telegram's own."""
        name, token = name_of(fields["channel"]), fields["token"].strip()
        base = _server(fields.get("server", ""))
        access = Access(self.card.name, base, "", name, {"token": token})
        client = Client.of(access, self.line(access, http))
        chat = await _chat(client, f"@{name}")
        await self._may_post(client, chat)
        found = await _profile(client, chat)
        return Connected(replace(access, remote_id=found.remote_id, handle=found.handle), found)

    async def check(self, access: Access, http: Http) -> Profile:
        """Is the bot still an administrator who may post? By the channel's number: names change."""
        client = Client.of(access, self.line(access, http))
        chat = await _chat(client, int(access.remote_id))
        await self._may_post(client, chat)
        return await _profile(client, chat)

    async def _may_post(self, client: Client, chat: Mapping[str, Any]) -> None:
        bot = await client.ask("getMe")
        member = await client.ask("getChatMember", chat_id=chat["id"], user_id=bot["id"])
        if member.get("status") != "administrator" or not member.get("can_post_messages"):
            says = _("The bot %(bot)s is no administrator of the channel with the right to post messages.")
            raise Revoked(says, code="rights", bot=f"@{bot.get('username', '')}")

    async def administrators(self, access: Access, http: Http) -> Sequence[Administrator]:
        """Everybody whom the channel lists, our bot and other bots left out."""
        client = Client.of(access, self.line(access, http))
        found = await client.ask("getChatAdministrators", chat_id=int(access.remote_id))
        if not isinstance(found, list):
            raise unreadable(found)
        people = (each for each in found if not each["user"].get("is_bot"))
        return [_administrator(each) for each in people]


def _administrator(member: Mapping[str, Any]) -> Administrator:
    user = member["user"]
    name = " ".join(part for part in (user.get("first_name"), user.get("last_name")) if part)
    # Who is anonymous in the channel is still listed here by name.
    said = str(member.get("custom_title") or "") or ROLES.get(str(member.get("status")), "administrator")
    return Administrator(str(user["id"]), name, str(user.get("username") or ""), role=said)


async def _chat(client: Client, chat_id: str | int) -> dict[str, Any]:
    """The channel; Refused where it is a group or a person, or has no public name."""
    try:
        found: dict[str, Any] = await client.ask("getChat", chat_id=chat_id)
    except ConnectorError as error:
        if error.code == "rights":
            said = _("The bot does not know this channel. Make it an administrator there first.")
            raise Revoked(said, code="rights", raw=error.raw) from error
        raise
    if found.get("type") != "channel":
        raise Refused(_("This is no channel: groups and people cannot be connected."), code="no_channel")
    if not found.get("username"):
        said = _("The channel has no public name. Without one nobody can tell whether a post is there.")
        raise Refused(said, code="no_name")
    return found


async def _profile(client: Client, chat: Mapping[str, Any]) -> Profile:
    followers = await client.ask("getChatMemberCount", chat_id=chat["id"])
    handle = str(chat["username"])
    return Profile(
        remote_id=str(chat["id"]),
        handle=handle,
        name=str(chat.get("title") or handle),
        url=f"https://{PAGE}/{handle}",
        about=str(chat.get("description") or ""),
        followers=followers if isinstance(followers, int) else None,
        also=tuple(str(name) for name in chat.get("active_usernames") or () if name != handle),
    )


def name_of(typed: str) -> str:
    """The public name in what somebody typed: `@name`, `name`, or a link to the channel. Refused if none."""
    text = typed.strip()
    if "/" in text:
        parts = urlsplit(text if "//" in text else f"//{text}")
        path = parts.path.removeprefix("/s/").strip("/")
        text = path.partition("/")[0] if (parts.hostname or "").lower() in _PAGES else ""
    text = text.removeprefix("@")
    if not NAME.fullmatch(text):
        raise Refused(_("This is not the name of a public channel."), code="no_name")
    return text


_PAGES = {"t.me", "telegram.me", "telegram.dog", "www.t.me"}


def _server(typed: str) -> str:
    """The address of the Bot API: Telegram's own unless somebody runs one."""
    text = typed.strip().rstrip("/") or API
    return text if "//" in text else f"https://{text}"
