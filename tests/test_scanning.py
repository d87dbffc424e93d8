"""Files of strangers are shown to a virus scanner: one that speaks ClamAV's protocol on a real socket."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.uploadedfile import SimpleUploadedFile

from tabard.audit.models import Refusal
from tabard.cli._doctor import machine
from tabard.config import environment
from tabard.kernel import scanning
from tabard.kernel.errors import Infected, Unscanned
from tabard.library.actions import add_asset
from tabard.library.models import Asset
from tabard.register.actions import start_import
from tabard.register.models import Import
from tabard.watch import actions as watch
from tabard.watch.models import Evidence, Sighting
from tabard.watch.tests.casework import LINK, decided, opened, png, proven
from tests.cast import make_channel
from tests.test_every_screen import orange

# In two parts, so that no scanner of this machine takes the test itself for it.
EICAR = (r"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + "EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*").encode()


class Daemon(threading.Thread):
    """Listens like clamd; `mood` makes it fall silent, hang up or say nonsense."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.mood, self.seen = "", 0
        self.server = socket.create_server(("127.0.0.1", 0))
        self.start()

    def run(self) -> None:
        while True:
            try:
                line, _from = self.server.accept()
            except OSError:
                return
            with line, line.makefile("rb") as said:
                if self.mood == "silent":
                    said.read()
                elif self.mood != "hangs up":
                    line.sendall(self.answer(said))

    def stop(self) -> None:
        with contextlib.suppress(OSError):
            self.server.shutdown(socket.SHUT_RDWR)  # whoever waits in accept() wakes up
        self.server.close()
        self.join(5)

    def answer(self, said: Any) -> bytes:
        command = b""
        while not command.endswith(b"\0"):
            command += said.read(1)
        if command == b"zPING\0":
            return b"PONG\0"
        whole = b""
        while size := struct.unpack("!I", said.read(4))[0]:
            whole += said.read(size)
        self.seen = len(whole)
        if self.mood:
            return self.mood.encode() + b"\0"
        return b"stream: Eicar-Signature FOUND\0" if EICAR in whole else b"stream: OK\0"


@pytest.fixture
def daemon(settings) -> Iterator[Daemon]:
    made = Daemon()
    settings.CLAMAV, settings.CLAMAV_SECONDS = made.server.getsockname(), 2
    yield made
    made.stop()


def test_what_is_clean_is_kept_and_was_seen_whole(cast, daemon, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    add_asset(cast.by("creator"), cast.nordics, name="soup.jpg", data=orange())
    assert daemon.seen == len(orange())
    scanning.demand_clean(b"x" * 1_000_000, name="x")
    assert daemon.seen == 1_000_000


def test_a_virus_is_named_written_down_and_nothing_is_kept(cast, daemon, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    with pytest.raises(Infected, match="Eicar-Signature"):
        add_asset(cast.by("creator"), cast.nordics, name="soup.jpg", data=orange() + EICAR)
    with pytest.raises(Infected):
        start_import(cast.by("owner"), cast.nordics, name="list.csv", data=b"handle\n" + EICAR)
    assert not Asset.objects.exists()
    assert not Import.objects.exists()
    assert list(tmp_path.iterdir()) == []
    told = Refusal.objects.filter(action="refused.file").order_by("pk").values_list("what", "person_id")
    assert list(told) == [
        ("soup.jpg: Eicar-Signature", cast.creator.pk),
        ("list.csv: Eicar-Signature", cast.owner.pk),
    ]


def test_whatever_else_is_brought_is_looked_at_before_it_is_opened(cast, daemon, client):
    """Lists and evidence of those who watch, and pictures of which only the likeness is kept."""
    case = opened(cast, decided(cast, LINK))
    by, soups = cast.by("district"), make_channel(cast.nordics, "soups")
    for bring in (
        lambda: proven(cast, case, picture=png() + EICAR),
        lambda: watch.describe(by, case.sighting, picture=png() + EICAR),
        lambda: watch.portray(by, soups, picture=png() + EICAR),
    ):
        with pytest.raises(Infected, match="Eicar-Signature"):
            bring()
    client.force_login(cast.district)
    sheet = SimpleUploadedFile("found.csv", b"handle\nhttps://x.com/soups\n" + EICAR)
    page = client.post("/watch/new/", {"links": "", "words": "", "file": sheet})
    assert (page.status_code, "Eicar-Signature" in page.text) == (422, True)
    assert not Evidence.objects.exists()
    assert Sighting.objects.count() == 1
    told = Refusal.objects.filter(action="refused.file").order_by("pk").values_list("what", "person_id")
    seen = ("Picture: Eicar-Signature", "found.csv: Eicar-Signature")
    assert list(told) == [(each, cast.district.pk) for each in seen]
    # What is clean goes on as ever.
    sheet = SimpleUploadedFile("found.csv", b"handle\nhttps://x.com/soups_b\n")
    assert client.post("/watch/new/", {"links": "", "words": "", "file": sheet}).status_code == 200
    assert proven(cast, case, picture=png()).picture


@pytest.mark.parametrize(
    "mood", ["silent", "hangs up", "INSTREAM size limit exceeded. ERROR", "stream: what"]
)
def test_without_a_clear_answer_nothing_is_kept(cast, daemon, mood):
    daemon.mood = mood
    with pytest.raises(Unscanned, match="was not kept"):
        start_import(cast.by("owner"), cast.nordics, name="list.csv", data=b"handle\nsoups")
    assert not Import.objects.exists()


def test_what_is_too_large_to_be_looked_through_is_not_called_a_virus(cast, daemon):
    """`AlertExceedsMax`: what ClamAV did not read to the end it reports as if it had found something."""
    daemon.mood = "stream: Heuristics.Limits.Exceeded.MaxScanSize FOUND"
    with pytest.raises(Unscanned, match="MaxScanSize"):
        start_import(cast.by("owner"), cast.nordics, name="list.csv", data=b"handle\nsoups")
    assert not Import.objects.exists()
    assert not Refusal.objects.filter(action="refused.file").exists()


def test_where_nobody_listens_nothing_is_kept_and_doctor_says_so(cast, daemon):
    assert machine.scanner().state == "ok"
    daemon.stop()
    with pytest.raises(Unscanned):
        start_import(cast.by("owner"), cast.nordics, name="list.csv", data=b"handle\nsoups")
    assert machine.scanner().state == "bad"


def test_without_a_scanner_everything_is_as_before(settings):
    settings.CLAMAV = None
    scanning.demand_clean(EICAR, name="x")


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("", None),
        ("/run/clamd.sock", "/run/clamd.sock"),
        ("unix:/run/clamd.sock", "/run/clamd.sock"),
        ("av.example:3310", ("av.example", 3310)),
        ("[::1]:3310", ("::1", 3310)),
    ],
)
def test_where_it_listens_is_read(monkeypatch, said, meant):
    monkeypatch.setenv("TABARD_CLAMAV", said)
    assert environment.scanner("TABARD_CLAMAV") == meant


def test_what_cannot_be_meant_is_refused(monkeypatch):
    monkeypatch.setenv("TABARD_CLAMAV", "clamd")
    with pytest.raises(ImproperlyConfigured, match="host:port"):
        environment.scanner("TABARD_CLAMAV")
