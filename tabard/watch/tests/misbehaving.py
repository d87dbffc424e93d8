"""The ways in which sites misbehave: what each of them answers for a name, and why that tells nothing."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator

from tabard.watch.tests.farm import HOST, Asked, answer, good, missing, profile

SHIELD = "<html><title>Just a moment...</title><div id='challenge'>{}</div></html>"


def says(status=200, body="", **headers):
    return lambda asked: answer(status, body.replace("{}", asked.handle), **headers)


def sends(to, status=302):
    return lambda asked: answer(status, location=to.replace("{}", asked.handle))


def raw(data):
    return lambda asked: data


def to_port(to):
    """A redirect to where the farm listens, by another name."""
    return lambda asked: answer(302, location=f"http://{to}:{asked.headers['host'].partition(':')[2]}/u/acme")


async def _never(asked: Asked) -> AsyncIterator[bytes]:
    await asyncio.sleep(60)
    yield b""


async def _drips(asked: Asked) -> AsyncIterator[bytes]:
    for sign in answer(200, profile(asked.handle)).decode():
        yield sign.encode()
        await asyncio.sleep(0.05)


async def _drips_its_body(asked: Asked) -> AsyncIterator[bytes]:
    yield b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n\r\n" + profile(asked.handle).encode()
    while True:
        yield b" "
        await asyncio.sleep(0.05)


async def _never_ends(asked: Asked) -> AsyncIterator[bytes]:
    yield b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n\r\n" + profile(asked.handle).encode()
    while True:
        yield b" " * 65536


async def _floods(asked: Asked) -> AsyncIterator[bytes]:
    yield b"HTTP/1.1 200 OK\r\n"
    while True:
        yield f"x-more: {'y' * 200}\r\n".encode() * 300


def bomb(asked: Asked) -> bytes:
    return answer(
        200, gzip.compress(profile(asked.handle).encode() + bytes(3_000_000)), content_encoding="gzip"
    )


def cookie_wall(asked: Asked) -> bytes:
    if "cookie" in asked.headers:
        return good(asked)
    return answer(302, location=asked.path, set_cookie="seen=1; Path=/")


def chain(asked: Asked) -> bytes:
    return answer(302, location=f"{asked.path}-")


def cut(asked: Asked, **more: str) -> bytes:
    return answer(200, profile(asked.handle)[:-9], content_length=None, **more)


# By name: what it answers, and why nothing can be told; "" where several reasons are right.
WAYS = {
    "shield with 403": (says(403, SHIELD), "shield"),
    "shield with 503": (says(503, SHIELD), "shield"),
    "shield with 200": (says(200, SHIELD), "shield"),
    "shield by header": (says(200, profile("{}"), cf_mitigated="challenge"), "shield"),
    "shield with 404": (says(404, SHIELD), "shield"),
    "forbidden": (says(403, profile("{}")), "forbidden"),
    "unauthorized": (says(401, profile("{}")), "login-wall"),
    "too many": (says(429, missing("{}"), retry_after="3600"), "rate-limited"),
    "too many, no time": (says(429, profile("{}")), "rate-limited"),
    "fault": (says(500, missing("{}")), "server-error"),
    "gateway": (says(502, profile("{}")), "server-error"),
    "busy": (says(503, "later", retry_after="Mon, 23 Nov 2026 12:00:00 GMT"), "server-error"),
    "legal": (says(451, missing("{}")), "legal"),
    "timed out itself": (says(408), "slow"),
    "soft 404": (says(200, "<html>No such page, sorry.</html>"), "unlike-either"),
    "soft 404 with the name": (says(200, "<html>There is no {}.</html>"), "unlike-either"),
    "soft 404 with its sign": (says(200, missing("{}")), "unlike-either"),
    "empty": (says(200), "unlike-either"),
    "no content": (raw(b"HTTP/1.1 204 No Content\r\n\r\n"), "unlike-either"),
    "not modified": (raw(b"HTTP/1.1 304 Not Modified\r\ncontent-length: 0\r\n\r\n"), "unlike-either"),
    "bare 404": (says(404), "unlike-either"),
    "both signs": (says(200, profile("{}") + missing("{}")), ""),
    "profile with 404": (says(404, profile("{}") + missing("{}")), "contradictory"),
    "somebody else": (says(200, profile("other")), "not-named"),
    "a longer name": (says(200, profile("{}-fans")), "not-named"),
    "a part of a word": (says(200, profile("x{}y")), "not-named"),
    "login page": (says(200, "<html>Sign in to see {}<input type='password'></html>"), "login-wall"),
    "sent to login": (sends("/accounts/login/?next=/u/{}"), "login-wall"),
    "loop": (sends("/u/{}"), "redirects"),
    "chain": (chain, ""),
    "cookie wall": (cookie_wall, "redirects"),
    "sent home": (sends("/"), "redirected"),
    "sent to search": (sends("/u/known?q={}"), "redirected"),
    "sent to another site": (sends("https://elsewhere.example/{}"), "redirected"),
    "sent to loopback": (to_port("127.0.0.1"), "redirected"),
    "sent to localhost": (to_port("localhost"), "redirected"),
    "sent to metadata": (sends("http://169.254.169.254/latest/meta-data/"), "redirected"),
    "sent to a script": (sends("javascript:alert(1)"), "redirected"),
    "sent to a file": (sends("file:///etc/passwd"), "redirected"),
    "sent to nowhere": (sends("http://[::1"), ""),
    "sent with a password": (sends(f"http://a:b@{HOST}/u/{{}}"), "redirected"),
    "never answers": (_never, "slow"),
    "drips": (_drips, "slow"),
    "drips its body": (_drips_its_body, "slow"),
    "never ends": (_never_ends, "too-large"),
    "says it is huge": (says(200, "", content_length="99999999999"), "too-large"),
    "flood of headers": (_floods, "malformed"),
    "gzip bomb": (bomb, "too-large"),
    "broken gzip": (says(200, profile("{}"), content_encoding="gzip"), "malformed"),
    "cut gzip": (raw(answer(200, gzip.compress(b"x" * 99)[:-5], content_encoding="gzip")), "broke-off"),
    "brotli": (says(200, profile("{}"), content_encoding="br"), "encoding"),
    "wrong letters": (lambda a: answer(200, profile(a.handle + " für").encode("latin-1")), "charset"),
    "wrong letters of a missing one": (lambda a: answer(404, missing("für").encode("latin-1")), "charset"),
    "no such letters": (says(200, profile("{}"), content_type="text/html; charset=klingon"), "charset"),
    "letters that are a codec": (
        says(200, profile("{}"), content_type="text/html; charset=rot13"),
        "charset",
    ),
    "utf-16 said": (says(404, missing("{}"), content_type="text/html; charset=utf-16"), "charset"),
    "a picture": (says(200, profile("{}"), content_type="image/png"), "content-type"),
    "a file": (says(404, missing("{}"), content_type="application/octet-stream"), "content-type"),
    "garbage": (raw(b"\x00\xff\x00garbage\r\n\r\n"), "malformed"),
    "another protocol": (raw(b"SSH-2.0-OpenSSH_9.6\r\n"), "malformed"),
    "bad length": (says(200, profile("{}"), content_length="-5"), "malformed"),
    "says nothing": (raw(b""), "malformed"),
    "closes early": (says(200, profile("{}"), content_length="5000"), ""),
    "cut off": (cut, "broke-off"),
    "cut off, HTTP/1.0": (lambda a: cut(a).replace(b"HTTP/1.1", b"HTTP/1.0", 1), "broke-off"),
    "bad chunks": (says(200, "zz\r\n", content_length=None, transfer_encoding="chunked"), "malformed"),
}
