"""A large video over a real connection: taken in, played from the middle, and gone where it breaks off."""

from __future__ import annotations

import os
import re
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from django.test import override_settings

from tabard.library.models import Asset
from tabard.library.tests.films import mp4
from tests.browsing import serving
from tests.cast import cast as build

FILM = mp4(data=os.urandom(12_000_000))


@pytest.fixture
def address(own_database, tmp_path) -> Iterator[str]:
    with (
        override_settings(MEDIA_ROOT=tmp_path / "media", INCOMING=tmp_path / "incoming", FFMPEG=""),
        serving(LIVE_URL="") as found,
    ):
        yield found


@pytest.fixture
def creator(address) -> Iterator[httpx.Client]:
    """The creator of the cast, signed in with a password as everybody is."""
    person = build().creator
    person.set_password("a coat for every herald")
    person.save()
    with httpx.Client(base_url=address, follow_redirects=True, timeout=60) as client:
        token = asked(client, "/sign-in/")
        form = {"login": person.email, "password": "a coat for every herald", "csrfmiddlewaretoken": token}
        assert client.post("/sign-in/", data=form).status_code == 200
        yield client


def asked(client: httpx.Client, path: str) -> str:
    """The token of the form on a page."""
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', client.get(path).text)
    assert found
    return found[1]


def test_a_large_video_is_taken_in_and_played_from_the_middle(creator, tmp_path):
    token = asked(creator, "/library/")
    sent = creator.post(
        "/library/new/",
        data={"csrfmiddlewaretoken": token},
        files={"files": ("soup.mp4", FILM)},
        headers={"HX-Request": "true"},
    )
    assert (sent.status_code, sent.headers["HX-Redirect"]) == (204, "/library/")
    asset = Asset.objects.get()
    part = creator.get(f"/library/{asset.pk}/whole/", headers={"Range": "bytes=6000000-"})
    assert (part.status_code, part.content) == (206, FILM[6_000_000:])
    assert creator.get(f"/library/{asset.pk}/whole/").content == FILM
    assert list((tmp_path / "incoming").iterdir()) == []


def test_a_video_whose_line_breaks_leaves_nothing(creator, address, tmp_path):
    token, host = asked(creator, "/library/"), httpx.URL(address)
    cookies = "; ".join(f"{name}={value}" for name, value in creator.cookies.items())
    head = (
        f"POST /library/new/ HTTP/1.1\r\nHost: {host.host}:{host.port}\r\nCookie: {cookies}\r\n"
        f"Content-Type: multipart/form-data; boundary=aVeryLongBoundary\r\n"
        f"Content-Length: 90000000\r\nX-CSRFToken: {token}\r\n\r\n"
        '--aVeryLongBoundary\r\nContent-Disposition: form-data; name="files"; filename="a.mp4"\r\n\r\n'
    )
    incoming: Path = tmp_path / "incoming"
    with socket.create_connection((host.host, host.port)) as line:
        line.sendall(head.encode() + FILM)
        wait(lambda: incoming.exists() and any(incoming.iterdir()))
    wait(lambda: not any(incoming.iterdir()))
    assert not Asset.objects.exists()


def wait(true) -> None:
    end = time.monotonic() + 15
    while not true():
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.05)
