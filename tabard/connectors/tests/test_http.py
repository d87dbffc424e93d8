"""Nothing leaves Tabard but to where it may go, and every failure is one of the six."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime

import httpx
import pytest

from tabard.connectors import guard
from tabard.connectors.errors import Later, Limited, Refused, Revoked, Unsure
from tabard.connectors.guard import GuardedTransport, is_public
from tabard.connectors.http import Http, open_http
from tabard.connectors.outcome import failure
from tabard.connectors.scrub import scrub

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def out(handler: Callable[[httpx.Request], httpx.Response]) -> Http:
    return Http(httpx.MockTransport(handler), frozenset({"api.example.org"}), clock=lambda: NOW)


@contextlib.asynccontextmanager
async def server(answer: bytes | None) -> AsyncIterator[tuple[int, list[bytes]]]:
    """A server that gives one fixed answer, or breaks off; port and what it was sent."""
    seen: list[bytes] = []

    running: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        running.add(asyncio.current_task())
        try:
            while True:
                seen.append(await reader.readuntil(b"\r\n\r\n"))
                if answer is None:
                    break
                writer.write(answer)
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()

    listening = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with listening:
        yield listening.sockets[0].getsockname()[1], seen
        for task in running:
            task.cancel()
        await asyncio.gather(*running)


OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Type: application/json\r\n\r\n{}"


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "192.168.0.1", "172.16.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
        "224.0.0.1", "255.255.255.255", "::1", "fe80::1", "fe80::1%eth0", "fd00::1", "::ffff:10.0.0.1",
        "64:ff9b::a00:1", "2002:7f00:1::", "ff02::1", "::", "192.0.2.1",
        "fec0::1",
    ],
)  # fmt: skip
def test_addresses_inside_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:4700::1111", "::ffff:93.184.215.14"])
def test_addresses_outside_are_public(address: str) -> None:
    assert is_public(address)


def test_a_name_that_leads_inside_is_refused_before_anything_is_sent() -> None:
    async def story() -> None:
        async with server(OK) as (port, seen), open_http() as http:
            for name in ("localhost", "127.0.0.1", "2130706433", "[::1]"):
                with pytest.raises(Refused) as refused:
                    await http.to({name.strip("[]")}).get(f"https://{name}:{port}/")
                assert refused.value.code == "forbidden_host"
            assert seen == []

    asyncio.run(story())


def test_a_name_with_one_address_inside_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story() -> None:
        async def both(host: str, port: int) -> list[str]:
            return ["93.184.215.14", "127.0.0.1"]

        monkeypatch.setattr(guard, "resolve", both)
        async with open_http() as http:
            with pytest.raises(Refused):
                await http.to({"rebind.example.org"}).get("https://rebind.example.org/")

    asyncio.run(story())


def test_the_connection_goes_to_the_address_that_was_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    async def story() -> None:
        async def once(host: str, port: int) -> list[str]:
            asked.append(host)
            return ["127.0.0.1"]

        monkeypatch.setattr(guard, "resolve", once)
        async with server(OK) as (port, seen), open_http({"pinned.example.org"}) as http:
            line = http.to({f"pinned.example.org:{port}"})
            assert (await line.get(f"http://pinned.example.org:{port}/a")).status == 200
            assert (await line.get(f"http://pinned.example.org:{port}/b")).status == 200
            assert len(seen) == 2
        assert asked == ["pinned.example.org"]  # one connection, used twice

    asyncio.run(story())


def test_plain_http_is_for_private_hosts_only() -> None:
    async def story() -> None:
        async with open_http({"localhost"}) as http:
            with pytest.raises(Refused):
                await http.to({"api.example.org"}).get("http://api.example.org/")

    asyncio.run(story())


def test_only_the_channels_hosts_are_called_and_redirects_are_held_to_that() -> None:
    async def story() -> None:
        def handler(request: httpx.Request) -> httpx.Response:
            return httpx.Response(302, headers={"location": "https://evil.example/"})

        with pytest.raises(Refused):
            await out(handler).get("https://elsewhere.example/")
        with pytest.raises(Refused) as refused:
            await out(handler).get("https://api.example.org/")
        assert refused.value.values["host"] == "evil.example"

    asyncio.run(story())


def test_a_redirect_inside_the_hosts_is_followed_without_the_credential_of_the_first() -> None:
    seen: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        if request.url.host == "api.example.org":
            return httpx.Response(301, headers={"location": "https://b.example.org/x"})
        return httpx.Response(200, json={"ok": True})

    http = out(handler).to({"api.example.org", "b.example.org"})
    answer = asyncio.run(http.get("https://api.example.org/", headers={"Authorization": "Bearer abcdefgh"}))
    assert answer.data() == {"ok": True}
    assert "authorization" in seen[0].headers
    assert "authorization" not in seen[1].headers


@pytest.mark.parametrize(
    ("commit", "error", "wanted"),
    [
        (True, httpx.ReadTimeout("slow"), Unsure),
        (True, httpx.RemoteProtocolError("gone"), Unsure),
        (True, httpx.WriteError("gone"), Unsure),
        (True, httpx.ConnectError("refused"), Later),
        (True, httpx.ConnectTimeout("slow"), Later),
        (False, httpx.ReadTimeout("slow"), Later),
        (False, httpx.ConnectError("refused"), Later),
    ],
)
def test_what_breaks_is_unsure_only_if_a_commit_may_have_left(
    commit: bool, error: Exception, wanted: type[Exception]
) -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        raise error

    told: list[str] = []

    async def sent() -> None:
        told.append("sent")

    with pytest.raises(wanted):
        asyncio.run(out(handler).watched(sent).call("POST", "https://api.example.org/", commit=commit))
    assert bool(told) == (wanted is Unsure)


def test_on_a_real_connection_the_moment_of_sending_is_told_before_the_answer_comes() -> None:
    async def story() -> None:
        told: list[int] = []
        async with server(None) as (port, seen), open_http({"127.0.0.1"}) as http:

            async def sent() -> None:
                told.append(len(seen))

            line = http.to({f"127.0.0.1:{port}"}).watched(sent)
            with pytest.raises(Unsure):
                await line.call("POST", f"http://127.0.0.1:{port}/", json={"a": 1}, commit=True)
            assert told == [0]

    asyncio.run(story())


def test_on_a_real_connection_a_closed_door_is_later_and_nothing_was_sent() -> None:
    async def story() -> None:
        told: list[str] = []

        async def sent() -> None:
            told.append("sent")

        async with server(OK) as (port, _seen):
            pass
        async with open_http({"127.0.0.1"}) as http:
            with pytest.raises(Later):
                await (
                    http.to({f"127.0.0.1:{port}"})
                    .watched(sent)
                    .call("POST", f"http://127.0.0.1:{port}/", commit=True)
                )
        assert told == []

    asyncio.run(story())


def test_an_answer_that_takes_too_long_or_never_ends_is_cut_off() -> None:
    async def story() -> None:
        async with server(b"HTTP/1.1 200 OK\r\n") as (port, _seen), open_http({"127.0.0.1"}) as http:
            with pytest.raises(Unsure):
                await http.to({f"127.0.0.1:{port}"}).call(
                    "POST", f"http://127.0.0.1:{port}/", commit=True, timeout=0.2
                )

    asyncio.run(story())

    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield b"x" * 1_000_000

    with pytest.raises(Later):
        asyncio.run(
            out(lambda request: httpx.Response(200, content=endless())).get("https://api.example.org/")
        )


@pytest.mark.parametrize(
    ("status", "headers", "commit", "wanted"),
    [
        (429, {"retry-after": "30"}, True, Limited),
        (429, {"x-ratelimit-reset": "2026-11-22T12:00:30Z"}, False, Limited),
        (429, {"ratelimit-reset": str(int(NOW.timestamp()) + 30)}, False, Limited),
        (401, {}, True, Revoked),
        (422, {}, True, Refused),
        (500, {}, True, Unsure),
        (503, {}, False, Later),
    ],
)
def test_what_a_status_means(status: int, headers: dict, commit: bool, wanted: type[Exception]) -> None:
    http = out(lambda request: httpx.Response(status, headers=headers, json={"error": "no"}))
    answer = asyncio.run(http.call("POST", "https://api.example.org/", commit=commit))
    error = failure(answer)
    assert type(error) is wanted
    if isinstance(error, Limited):
        assert (error.until - NOW).total_seconds() == 30


def test_no_secret_stays_in_what_is_kept_of_an_answer() -> None:
    jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln"
    text = json.dumps({"accessJwt": jwt, "token": "abc", "error": f"bad my-app-pass {jwt}", "text": "kept"})
    shown = scrub(text + " Authorization: Bearer 123456789", ["my-app-pass"])
    for secret in (jwt, "abc", "my-app-pass", "123456789"):
        assert secret not in shown
    assert "kept" in shown


def test_the_transport_keeps_its_checked_connections() -> None:
    assert isinstance(GuardedTransport().pool._backend, guard._Checked)
