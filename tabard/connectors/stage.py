"""A platform in a box, for tests: what `ConnectorContract` asks of every platform's simulator.

A simulator keeps state (posts, uploads, messages), answers like the platform, and has switches for what can
go wrong. It is reached through an httpx transport: a connector cannot tell it from the real thing.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import httpx

from tabard.connectors.base import Access, Media
from tabard.connectors.card import Act
from tabard.connectors.http import Http

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)

LOSE_BEFORE = "lose_before"  # a commit's request is lost on its way: nothing happens there
LOSE_AFTER = "lose_after"  # a commit happens, its answer is lost
UNREACHABLE = "unreachable"  # no connection can be made
BROKEN = "broken"  # connections are made and break, whatever is asked
LIMITED = "limited"  # "too many requests", with a time
REVOKED = "revoked"  # the credential was ended
FAULT = "fault"  # a commit gives a 500 and nothing happens
FAULT_AFTER = "fault_after"  # a commit happens and gives a 500
EXPIRED = "expired"  # the access has ended by itself, and can be renewed
SWITCHES = frozenset(
    {LOSE_BEFORE, LOSE_AFTER, UNREACHABLE, BROKEN, LIMITED, REVOKED, EXPIRED, FAULT, FAULT_AFTER}
)


@dataclass(frozen=True)
class Shown:
    """A post as everybody sees it."""

    remote_id: str
    text: str
    alts: tuple[str, ...] = ()
    reply_to: str = ""


@dataclass
class Stage:
    """Subclass it: fill in `access`, `fields`, `shown`, `say`, `shows` and `route`.

    `let_in` if it lists administrators, `app` and `allow` if a person signs in there, `tell` if it sends
    events, `tells` if it must be asked for them, `acted` if messages can be moderated.
    """

    # Of what `say` gives with `reply_to`, and without.
    kinds: ClassVar[tuple[str, str]] = ("reply", "mention")

    on: set[str] = field(default_factory=set)
    requests: list[httpx.Request] = field(default_factory=list)
    now: datetime = NOW

    def access(self) -> Access:
        """A channel that is connected and whose credential is alive."""
        raise NotImplementedError

    def fields(self) -> Mapping[str, str]:
        """What a person would fill in to connect that channel."""
        raise NotImplementedError

    def file(self, placement: str) -> Media:
        """A file that a place takes which takes no post without one."""
        return picture()

    def options(self, placement: str) -> Mapping[str, Any]:
        """What must be set in a place for a post to be taken there."""
        return {}

    def shown(self) -> list[Shown]:
        """Every post of the channel that can be seen, oldest first."""
        raise NotImplementedError

    def say(self, text: str, *, reply_to: str = "") -> str:
        """Somebody else mentions the channel, or answers one of its posts; gives the message's remote id."""
        raise NotImplementedError

    def said_for(self, act: Act) -> str:
        """Somebody says something with which this act may be done; gives the message's remote id."""
        return self.say(f"Look at this: {act}")

    def app(self) -> Mapping[str, str]:
        """What the installation has entered for the card's app."""
        return {}

    def allow(self, url: str) -> Mapping[str, str]:
        """A person follows `url` and lets us in: what the platform sends back with them."""
        raise NotImplementedError

    def tell(self, text: str, *, ours: bool = False) -> tuple[Mapping[str, str], bytes]:
        """Somebody, or the channel itself, says `text`: headers (in lower case) and body of the event."""
        raise NotImplementedError

    def tells(self) -> bool:
        """Whether it was asked to tell of the channel, where the card says that it must be."""
        raise NotImplementedError

    def acted(self, message: str) -> frozenset[str]:
        """The acts that hold for a message now: `hide`, `like`, `delete` or `block`."""
        raise NotImplementedError

    def let_in(self, name: str, email: str) -> str:
        """Somebody administers the channel there from now on, if it has such a list; gives their id there."""
        raise NotImplementedError

    def shows(self, request: httpx.Request) -> bool:
        """Whether `request` is one that makes a post visible."""
        raise NotImplementedError

    async def route(self, request: httpx.Request) -> httpx.Response:
        """What the platform answers; LIMITED and REVOKED are for it to act on."""
        raise NotImplementedError

    def http(self) -> Http:
        """A way out that ends here. Its clock stands still, its sleep is none."""
        return Http(httpx.MockTransport(self.answer), clock=lambda: self.now, sleep=self._sleep)

    async def _sleep(self, seconds: float) -> None:
        """Time does not pass here; simulators that wait count their requests."""

    def switch(self, name: str, on: bool = True) -> None:
        """Turn one of SWITCHES, or one of the simulator's own, on or off."""
        (self.on.add if on else self.on.discard)(name)

    async def answer(self, request: httpx.Request) -> httpx.Response:
        """One request, with what is switched on going wrong."""
        await request.aread()
        self.requests.append(request)
        if UNREACHABLE in self.on:
            raise httpx.ConnectError("connection refused", request=request)
        if BROKEN in self.on:
            raise httpx.ReadError("connection reset", request=request)
        if not self.shows(request):
            return await self.route(request)
        return await self._commit(request)

    async def _commit(self, request: httpx.Request) -> httpx.Response:
        if LOSE_BEFORE in self.on:
            raise httpx.ReadTimeout("lost on its way", request=request)
        if FAULT in self.on:
            return httpx.Response(500, text="fault")
        response = await self.route(request)
        if LOSE_AFTER in self.on:
            raise httpx.ReadTimeout("the answer was lost", request=request)
        if FAULT_AFTER in self.on:
            return httpx.Response(500, text="fault")
        return response


def payload(folder: Path, name: str) -> Any:
    """A platform's captured answer `payloads/<name>.json`."""
    return json.loads((folder / "payloads" / f"{name}.json").read_text())


def film(key: str = "film", *, alt: str = "", seconds: float = 12.0, size: int = 900) -> Media:
    """A film for tests, upright, which no program could play."""

    async def load() -> bytes:
        return b"\x00\x01" * (size // 2)

    return Media(
        key,
        "video",
        "video/mp4",
        size,
        load,
        alt=alt,
        width=1080,
        height=1920,
        seconds=seconds,
        name=f"{key}.mp4",
    )


def picture(
    key: str = "picture",
    *,
    width: int = 640,
    height: int = 480,
    form: str = "JPEG",
    alt: str = "A red square",
) -> Media:
    """A picture with a position hidden in it, for tests."""
    from PIL import Image

    image = Image.new("RGB", (width, height), (200, 30, 40))
    exif = image.getexif()
    exif[0x010F] = "Secret Camera"
    out = io.BytesIO()
    image.save(out, form, exif=exif) if form == "JPEG" else image.save(out, form)
    body = out.getvalue()

    async def load() -> bytes:
        return body

    mime = f"image/{form.lower()}"
    return Media(
        key, "image", mime, len(body), load, alt=alt, width=width, height=height, name=f"{key}.{form.lower()}"
    )
