"""Exports with their manifest, streams with their cursor, and refusals that are counted."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
import socket
import threading
import time
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.test import override_settings

from tabard.access.actions import leave, suspend
from tabard.audit import actions, exporting, outward, refusals, streaming
from tabard.audit.chain import keys
from tabard.audit.chain.sealing import chain, seal
from tabard.audit.lists import said
from tabard.audit.models import Entry, Refusal, Seal
from tabard.kernel import clock
from tabard.kernel.errors import Invalid
from tabard.org.actions import change_unit, end_grant, give_grant
from tabard.org.models import Role


@pytest.fixture
def written(cast, settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    change_unit(cast.by("district"), cast.nordics, name="=1+1")
    seal()
    return cast


def _file(cast, form, **params):
    made = actions.export(cast.by("owner"), chain(), form=form, params=params)
    exporting.write(made.pk)
    made.refresh_from_db()
    return made


def test_an_export_carries_a_manifest_that_others_can_check(written, client):
    made = _file(written, "jsonl", action=["unit.change"])
    client.force_login(written.owner)
    data = b"".join(client.get(f"/audit/exports/{made.pk}/file/").streaming_content)
    manifest = client.get(f"/audit/exports/{made.pk}/manifest/").json()
    lines = [json.loads(line) for line in data.decode().splitlines()]
    assert {line["action"] for line in lines} == {"unit.change"}
    assert manifest["sha256"] == hashlib.sha256(data).hexdigest()
    assert (manifest["entries"], manifest["filter"]) == (len(lines), {"action": ["unit.change"]})
    assert manifest["seals"][-1]["head"] == bytes(Seal.objects.first().digest).hex()
    told = {k: v for k, v in manifest.items() if k not in {"algorithm", "public_key", "signature"}}
    text = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(manifest["public_key"]))
    public.verify(bytes.fromhex(manifest["signature"]), text.encode())


def test_no_cell_of_an_export_is_a_formula(written, client):
    made = _file(written, "csv")
    client.force_login(written.owner)
    data = b"".join(client.get(f"/audit/exports/{made.pk}/file/").streaming_content).decode()
    assert "'=1+1" in data
    assert ",=1+1" not in data
    assert made.done == made.total == len(data.strip().split("\r\n")) - 1


def test_a_file_is_gone_after_a_week_and_its_manifest_stays(written, client):
    made = _file(written, "jsonl")
    with clock.at(clock.now() + timedelta(days=8)):
        exporting.forget_old()
    client.force_login(written.owner)
    assert client.get(f"/audit/exports/{made.pk}/file/").status_code == 404
    assert client.get(f"/audit/exports/{made.pk}/manifest/").json()["entries"] == made.done


def _asked_by_a_second(cast):
    """Somebody else who may, and what they asked for a moment ago."""
    role = Role.objects.get(slug="auditor")
    given = {"person": cast.regional, "role": role, "reason": "The audit of the year"}
    grant = give_grant(cast.by("owner"), cast.organisation, **given)
    return grant, actions.export(cast.by("regional"), chain(), form="jsonl")


@pytest.mark.parametrize("how", ["left", "suspended", "ended"])
def test_who_left_or_lost_the_right_meanwhile_gets_no_file(written, client, how):
    grant, made = _asked_by_a_second(written)
    by = written.by("owner")
    if how == "left":
        leave(by, written.regional, reason="Retired")
    elif how == "suspended":
        suspend(by, written.regional, reason="Asked to", until=clock.now() + timedelta(days=1))
    else:
        end_grant(by, grant, reason="The audit is over")
    exporting.write(made.pk)
    made.refresh_from_db()
    assert (made.file, made.finished_at, made.done) == ("", None, 0)
    client.force_login(written.owner)
    assert "may not export the audit log any more" in client.get("/audit/exports/").text
    assert client.get(f"/audit/exports/{made.pk}/file/").status_code == 404
    assert client.get("/api/v1/audit/exports?state=failed").json()["items"][0]["id"] == made.pk


def test_the_right_is_looked_at_again_when_the_file_is_complete(written, monkeypatch):
    grant, made = _asked_by_a_second(written)

    def lines(rows, whole=exporting._json):
        yield from whole(rows)
        end_grant(written.by("owner"), grant, reason="In the meantime")

    monkeypatch.setattr(exporting, "_json", lines)
    exporting.write(made.pk)
    made.refresh_from_db()
    assert (made.file, made.finished_at) == ("", None)
    assert "any more" in made.trouble


def test_an_export_that_cannot_be_meant_is_refused_at_once(written):
    with pytest.raises(Invalid):
        actions.export(written.by("owner"), chain(), form="jsonl", params={"since": ["yesterday"]})


class Sink(BaseHTTPRequestHandler):
    taken: list
    status = 204

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.taken.append((dict(self.headers), body))
        self.send_response(self.status)
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def sink():
    handler = type("Handler", (Sink,), {"taken": []})
    server = HTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield handler, f"http://127.0.0.1:{server.server_port}/audit"
    server.shutdown()
    server.server_close()


def _stream(cast, address, kind="webhook"):
    given = {"name": "SIEM", "kind": kind, "address": address, "whole": True}
    return actions.stream(cast.by("owner"), chain(), **given)


@override_settings(PRIVATE_HOSTS=["127.0.0.1"])
def test_a_webhook_gets_every_sealed_entry_signed_and_in_order(written, sink):
    handler, address = sink
    stream = _stream(written, address)
    streaming.send_all()
    (headers, body), *_more = handler.taken
    ids = [json.loads(line)["id"] for line in body.decode().splitlines()]
    sealed = Seal.objects.first().last_id
    assert ids == list(Entry.objects.filter(pk__lte=sealed).order_by("pk").values_list("pk", flat=True))
    stamp, code = (part.partition("=")[2] for part in headers["Tabard-Signature"].split(","))
    want = hmac.digest(keys.stream_secret(stream.pk).encode(), f"{stamp}.".encode() + body, "sha256").hex()
    assert code == want
    handler.taken.clear()
    streaming.send_all()
    assert handler.taken == []  # what was made since is not sealed yet


@override_settings(PRIVATE_HOSTS=["127.0.0.1"])
def test_what_was_not_taken_comes_again_and_the_failure_is_seen(written, sink, client):
    handler, address = sink
    handler.status = 500
    stream = _stream(written, address)
    streaming.send_all()
    stream.refresh_from_db()
    assert (stream.cursor, stream.failures) == (0, 1)
    client.force_login(written.owner)
    assert "answered 500" in client.get("/audit/streams/").content.decode()
    streaming.send_all()
    assert len(handler.taken) == 1  # it waits before it tries again
    handler.status = 200
    with clock.at(clock.now() + timedelta(minutes=5)):
        streaming.send_all()
    stream.refresh_from_db()
    assert (stream.cursor, stream.failures, stream.trouble) == (Seal.objects.first().last_id, 0, "")
    assert handler.taken[0][1] == handler.taken[1][1]


@override_settings(PRIVATE_HOSTS=[])
@pytest.mark.parametrize("kind", ["webhook", "syslog"])
def test_a_private_address_is_not_called(written, sink, kind):
    handler, address = sink
    if kind == "webhook":
        address = address.replace("http://", "https://")
    else:
        address = address.replace("http://", "tcp://").removesuffix("/audit")
    stream = _stream(written, address, kind)
    streaming.send_all()
    stream.refresh_from_db()
    assert stream.failures == 1
    assert "private" in stream.trouble
    assert handler.taken == []


@override_settings(PRIVATE_HOSTS=["127.0.0.1"])
def test_syslog_gets_messages_as_the_standard_has_them(written):
    got = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def take():
            line, _address = server.accept()
            with line:
                while part := line.recv(65536):
                    got.append(part)

        taking = threading.Thread(target=take)
        taking.start()
        _stream(written, f"tcp://127.0.0.1:{server.getsockname()[1]}", "syslog")
        streaming.send_all()
        taking.join(5)
    data, messages = b"".join(got), []
    while data:
        length, _, data = data.partition(b" ")
        messages.append(data[: int(length)].decode())
        data = data[int(length) :]
    assert messages[0].startswith("<133>1 20")
    assert json.loads(messages[-1].partition("\ufeff")[2])["action"] == "unit.change"
    assert len(messages) == Entry.objects.filter(pk__lte=Seal.objects.first().last_id).count()


@override_settings(PRIVATE_HOSTS=["127.0.0.1"])
@pytest.mark.parametrize("kind", ["webhook", "syslog"])
def test_a_receiver_that_talks_without_end_holds_up_no_sealing(written, monkeypatch, kind):
    monkeypatch.setattr(outward, "TIMEOUT", 0.5)
    monkeypatch.setattr(outward, "PATIENCE", 0.5)
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def talk():
            line, _address = server.accept()
            with line, contextlib.suppress(OSError):
                line.sendall(b"HTTP/1.1 200 OK\r\nX-Told: ")
                while not over.wait(0.05):
                    line.sendall(b"a")

        talking = threading.Thread(target=talk)
        talking.start()
        way = "tcp" if kind == "syslog" else "http"
        stream = _stream(written, f"{way}://127.0.0.1:{server.getsockname()[1]}", kind)
        begun = time.monotonic()
        sending = threading.Timer(8, over.set)  # else this test would never end
        sending.start()
        streaming.send_all()
        spent = time.monotonic() - begun
        sending.cancel()
        over.set()
        talking.join(5)
    stream.refresh_from_db()
    assert spent < 6
    assert stream.failures == (kind == "webhook")  # of syslog nobody says that it was taken


def test_refusals_are_counted_and_then_logged(written, client):
    client.force_login(written.creator)
    for _again in range(3):
        assert client.get("/audit/keeping/").status_code == 403
    client.logout()
    wrong = {"login": "marek.nowak@meridian.example", "password": "not the one"}
    client.post("/sign-in/login/", wrong)
    client.get("/api/v1/audit", headers={"Authorization": "Bearer tbd_nothing"})
    counted = {row.action: row.count for row in Refusal.objects.all()}
    assert counted["refused.action"] == 3
    assert counted["refused.key"] == 1
    with clock.at(clock.now() + timedelta(hours=2)):
        refusals.log_closed()
    entry = Entry.objects.get(action="refused.action")
    assert (entry.person_id, entry.notes["count"]) == (written.creator.pk, 3)
    assert "3" in said(entry)
    assert not Refusal.objects.exists()


def test_a_failed_sign_in_names_an_address_and_never_a_password(written):
    refusals.sign_in_failed(None, {"email": "a@meridian.example", "password": "x"})
    refusals.sign_in_failed(None, {"email": "my secret typed here"})
    assert {row.who for row in Refusal.objects.all()} == {"a@meridian.example", ""}


def test_a_flood_of_refusals_stays_small(written, monkeypatch):
    monkeypatch.setattr(refusals, "MOST", 5)
    for n in range(40):
        refusals.count("refused.sign_in", origin=f"192.0.2.{n}")
    assert Refusal.objects.count() <= 7
    assert sum(Refusal.objects.values_list("count", flat=True)) == 40
