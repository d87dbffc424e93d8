"""The one transport through which anything leaves Tabard: it decides which addresses may be reached.

Names are resolved here, every address they give is checked, and the connection goes to a checked address: a
name that answers differently a moment later gains nothing. Connections are kept and used again.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import AsyncIterator, Iterable
from functools import cache
from typing import Any

import httpcore
import httpx

from tabard.connectors.errors import Refused
from tabard.connectors.pool import Pool
from tabard.connectors.words import _

IPv4or6 = ipaddress.IPv4Address | ipaddress.IPv6Address
NAT64 = ipaddress.ip_network("64:ff9b::/96")


def _inside(address: ipaddress.IPv6Address) -> IPv4or6:
    """The IPv4 address an IPv6 address carries, if it does: mapped, NAT64, 6to4 or Teredo."""
    if address.ipv4_mapped:
        return address.ipv4_mapped
    if address in NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    if address.sixtofour:
        return address.sixtofour
    return address.teredo[1] if address.teredo else address


def is_public(text: str) -> bool:
    """Whether an IP address belongs to the open internet: not loopback, private, link-local or metadata."""
    address: IPv4or6 = ipaddress.ip_address(text.split("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        address = _inside(address)
    local = address.is_multicast or address.is_reserved or getattr(address, "is_site_local", False)
    return address.is_global and not local


async def resolve(host: str, port: int) -> list[str]:
    """The addresses of `host`, in the order the system prefers."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as error:  # a name that no name can be: a part too long, or empty
        raise socket.gaierror(socket.EAI_NONAME, "no such name") from error
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class _Checked(httpcore.AsyncNetworkBackend):
    """Opens connections to checked addresses only; `private` are host names that may be anywhere."""

    def __init__(self, private: frozenset[str]) -> None:
        self._private = private
        self._real = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        try:
            async with asyncio.timeout(timeout):
                addresses = await resolve(host, port)
        except TimeoutError as error:
            raise httpcore.ConnectTimeout(f"no answer about the name {host}") from error
        except OSError as error:
            raise httpcore.ConnectError(f"the name {host} is not known") from error
        if host not in self._private and not all(map(is_public, addresses)):
            raise forbidden(host)
        return await self._first(addresses, port, timeout, local_address, socket_options)

    async def _first(
        self,
        addresses: list[str],
        port: int,
        timeout: float | None,
        local: str | None,
        options: Iterable[Any] | None,
    ) -> httpcore.AsyncNetworkStream:
        failure: Exception = httpcore.ConnectError("no address")
        for address in addresses:
            try:
                return await self._real.connect_tcp(address, port, timeout, local, options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    async def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[Any] | None = None
    ) -> httpcore.AsyncNetworkStream:
        raise forbidden(path)

    async def sleep(self, seconds: float) -> None:
        await self._real.sleep(seconds)


def forbidden(host: str) -> Refused:
    """The error for an address we do not call; `TABARD_PRIVATE_HOSTS` has those we call all the same."""
    return Refused(
        _(
            "%(host)s is in a private network, or no server of this platform. Tabard calls it only if "
            "whoever runs Tabard has allowed that host."
        ),
        code="forbidden_host",
        host=host,
    )


def in_the_open(host: str) -> Refused:
    """The error for plain http to a host that is not one of ours."""
    return Refused(
        _("Tabard calls %(host)s by https only, unless whoever runs Tabard has allowed that host."),
        code="no_tls",
        host=host,
    )


@cache
def tls() -> ssl.SSLContext:
    """One set of trusted certificates for the whole process: making it takes tens of milliseconds."""
    return httpx.create_ssl_context()


class GuardedTransport(httpx.AsyncBaseTransport):
    """Sends over checked connections. `private_hosts` are names that may be private, and use plain http."""

    def __init__(self, private_hosts: Iterable[str] = ()) -> None:
        private = frozenset(host.lower() for host in private_hosts)
        self.private_hosts = private
        self.pool = Pool(tls(), _Checked(private))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request; plain http only to a host that may be private. Failures are httpx's own."""
        url = request.url
        if url.scheme != "https" and url.host not in self.private_hosts:
            raise in_the_open(str(url.host))
        asked = httpcore.Request(
            method=request.method,
            url=httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
            headers=request.headers.raw,
            content=request.stream,
            extensions=request.extensions,
        )
        try:
            answer = await self.pool.handle_async_request(asked)
        except KNOWN as error:
            raise _told(error, request) from error
        body = _Told(answer.stream, request)
        return httpx.Response(
            answer.status, headers=answer.headers, stream=body, extensions=answer.extensions, request=request
        )

    async def aclose(self) -> None:
        """Close every connection that is kept."""
        await self.pool.aclose()


KNOWN = (
    httpcore.TimeoutException,
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.UnsupportedProtocol,
)


def _told(error: Exception, request: httpx.Request) -> httpx.RequestError:
    """httpcore's failure under httpx's name, which is the same word."""
    kind: type[httpx.RequestError] = getattr(httpx, type(error).__name__, httpx.TransportError)
    return kind(str(error), request=request)


class _Told(httpx.AsyncByteStream):
    """The body of an answer, whose failures are httpx's own."""

    def __init__(self, stream: Any, request: httpx.Request) -> None:
        self._stream = stream
        self._request = request

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for part in self._stream:
                yield part
        except KNOWN as error:
            raise _told(error, self._request) from error

    async def aclose(self) -> None:
        await self._stream.aclose()
