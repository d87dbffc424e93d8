"""One request to a site and its whole answer, within limits of time and size; no cookies are kept."""

from __future__ import annotations

import asyncio
import codecs
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urljoin

import httpx

from tabard.connectors.errors import Refused
from tabard.watch.sites.whys import Cannot

LARGEST = 2_000_000  # bytes of an answer, packed or unpacked
REDIRECTS = frozenset([301, 302, 303, 307, 308])
PAGES = re.compile(r"text/(html|plain)|application/(xhtml\+xml|json|[\w.-]+\+json)")
# The letters that pages of the web are written in; Python knows codecs that are none.
LETTERS = re.compile(
    r"utf-?8|us-ascii|ascii|iso-?8859-?\d{1,2}|latin-?1|windows-125\d|cp125\d|koi8-[ru]|shift_?jis|euc-(jp|kr)"
    r"|gb2312|gbk|gb18030|big5",
    re.I,
)
IN_PAGE = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([\w-]{2,20})", re.I)


@dataclass(frozen=True)
class Reply:
    """An answer. `sent_to`: the address to which it sends, or nothing."""

    status: int
    url: str
    headers: httpx.Headers
    body: bytes
    sent_to: str = ""

    @property
    def kind(self) -> str:
        """The type of its content in small letters; empty where it says none."""
        return str(self.headers.get("content-type", "")).partition(";")[0].strip().lower()

    def text(self) -> str:
        """The body as letters. Raises Cannot."""
        if self.kind and self.body and not PAGES.fullmatch(self.kind):
            raise Cannot("content-type")
        found = self._decoded()
        # Who closes the connection where the page should end may have cut it off.
        ended = "content-length" in self.headers or "transfer-encoding" in self.headers
        if not ended and "<html" in found.lower() and "</html" not in found.lower():
            raise Cannot("broke-off")
        return found

    def _decoded(self) -> str:
        said = re.search(r"charset\s*=\s*[\"']?([^\s;\"']+)", self.headers.get("content-type", ""), re.I)
        in_page = IN_PAGE.search(self.body[:2048])
        name = said[1] if said else in_page[1].decode() if in_page else "utf-8"
        if not LETTERS.fullmatch(name):
            raise Cannot("charset")
        try:
            return codecs.decode(self.body, name).removeprefix("\ufeff")
        except (UnicodeDecodeError, LookupError) as error:
            raise Cannot("charset") from error


async def get(
    transport: httpx.AsyncBaseTransport, url: str, headers: Mapping[str, str], seconds: float
) -> Reply:
    """The answer of `url`; a redirect is not followed. Raises Cannot."""
    try:
        request = httpx.Request("GET", url, headers={**headers, "Accept-Encoding": "identity"})
        request.extensions = {"timeout": dict.fromkeys(("connect", "read", "write", "pool"), seconds)}
        async with asyncio.timeout(seconds):
            return await _exchange(transport, request)
    except (TimeoutError, httpx.TimeoutException) as error:
        raise Cannot("slow") from error
    except Refused as error:
        raise Cannot("no-tls" if error.code == "no_tls" else "private-address") from error
    except (httpx.InvalidURL, UnicodeError) as error:
        raise Cannot("malformed") from error
    except httpx.ConnectError as error:
        said = str(error).lower()
        raise Cannot(
            "tls" if "certificate" in said or "ssl" in said or "tls" in said else "unreachable"
        ) from error
    except httpx.ProtocolError as error:
        raise Cannot("malformed") from error
    except httpx.TransportError as error:
        raise Cannot("broke-off") from error


async def _exchange(transport: httpx.AsyncBaseTransport, request: httpx.Request) -> Reply:
    response = await transport.handle_async_request(request)
    try:
        if int(response.headers.get("content-length", "0") or 0) > LARGEST:
            raise Cannot("too-large")
        packed, size = [], 0
        async for chunk in response.aiter_raw():
            size += len(chunk)
            if size > LARGEST:
                raise Cannot("too-large")
            packed.append(chunk)
    except ValueError as error:
        raise Cannot("malformed") from error
    finally:
        await response.aclose()
    body = _unpacked(b"".join(packed), response.headers.get("content-encoding", "identity"))
    onward = response.headers.get("location", "") if response.status_code in REDIRECTS else ""
    return Reply(response.status_code, str(request.url), response.headers, body, _joined(request, onward))


def _joined(request: httpx.Request, onward: str) -> str:
    try:
        return urljoin(str(request.url), onward.strip()) if onward.strip() else ""
    except ValueError as error:
        raise Cannot("malformed") from error


def _unpacked(body: bytes, encoding: str) -> bytes:
    """The body as it was before it was packed: never more than LARGEST, however little came."""
    encoding = encoding.strip().lower()
    if encoding in {"", "identity"}:
        return body
    if encoding not in {"gzip", "x-gzip"}:
        raise Cannot("encoding")
    unpack = zlib.decompressobj(16 + zlib.MAX_WBITS)
    try:
        found = unpack.decompress(body, LARGEST + 1)
    except zlib.error as error:
        raise Cannot("malformed") from error
    if len(found) > LARGEST:
        raise Cannot("too-large")
    if not unpack.eof:
        raise Cannot("broke-off")
    return found
