"""Time stamps of RFC 3161, from a server of our own that `openssl ts` answers for."""

from __future__ import annotations

import shutil
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.test import override_settings

from tabard.audit.chain.anchors import leave_head, places
from tabard.audit.chain.sealing import seal
from tabard.audit.chain.verifying import verify
from tabard.audit.models import Anchor
from tabard.audit.tests.test_chain import run
from tabard.org.actions import change_unit

CONFIG = """
[tsa]
default_tsa = it
[it]
serial = {0}/serial
signer_cert = {0}/cert.pem
signer_key = {0}/key.pem
certs = {0}/cert.pem
default_policy = 1.2.3.4.1
signer_digest = sha256
digests = sha256, sha384, sha512
ess_cert_id_alg = sha256
[ext]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
[ca]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign
subjectKeyIdentifier = hash
[req]
distinguished_name = dn
[dn]
"""

pytestmark = pytest.mark.skipif(not shutil.which("openssl"), reason="openssl is not installed")


def openssl(folder, *words):
    done = subprocess.run(["openssl", *words], cwd=folder, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()


def authority(folder):
    folder.mkdir()
    (folder / "serial").write_text("01")
    (folder / "tsa.conf").write_text(CONFIG.format(folder))
    new = ["req", "-new", "-config", "tsa.conf", "-newkey", "rsa:2048", "-nodes"]
    ca = ["-x509", "-days", "30", "-extensions", "ca", "-subj", "/CN=Root of the tests"]
    openssl(folder, *new, *ca, "-keyout", "root.key", "-out", "root.pem")
    openssl(folder, *new, "-subj", "/CN=Stamps of the tests", "-keyout", "key.pem", "-out", "csr.pem")
    sign = ["x509", "-req", "-in", "csr.pem", "-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial"]
    openssl(folder, *sign, "-days", "30", "-extfile", "tsa.conf", "-extensions", "ext", "-out", "cert.pem")
    return folder


class Answers(BaseHTTPRequestHandler):
    folder = None
    known: bytes | None = None  # answer this instead, whatever was asked

    def do_POST(self):
        asked = self.rfile.read(int(self.headers["Content-Length"]))
        (self.folder / "asked.tsq").write_bytes(asked)
        words = ["ts", "-reply", "-config", "tsa.conf", "-section", "it", "-queryfile", "asked.tsq"]
        openssl(self.folder, *words, "-out", "answer.tsr")
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.known or (self.folder / "answer.tsr").read_bytes())

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def stamping(tmp_path_factory):
    folder = authority(tmp_path_factory.mktemp("tsa") / "good")
    handler = type("Handler", (Answers,), {"folder": folder})
    server = HTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/", folder, handler
    server.shutdown()
    server.server_close()


@pytest.fixture
def used(stamping):
    address, folder, handler = stamping
    handler.known = None
    with override_settings(AUDIT_ANCHOR_TSA=address, AUDIT_ANCHOR_TSA_ROOTS=str(folder / "root.pem")):
        yield handler


def test_a_head_is_stamped_and_the_stamp_proves_it(cast, used):
    seal()
    (made,) = leave_head()
    assert (made.where, made.trouble) == ("stamp", "")
    found = verify()
    assert (found.sound, found.anchors) == (True, 1)
    change_unit(cast.by("owner"), cast.nordics, name="Later")
    seal()
    assert verify().sound


def test_a_head_that_was_changed_after_its_stamp_is_found(cast, used):
    seal()
    leave_head()
    run("UPDATE audit_seal SET digest = sha256('x') WHERE number = 1")
    assert "rewritten" in {f.kind for f in verify().faults}


def test_the_answer_to_another_question_is_not_believed(cast, used):
    seal()
    leave_head()
    used.known = bytes(Anchor.objects.get().proof)
    change_unit(cast.by("owner"), cast.nordics, name="Later")
    seal()
    (made,) = leave_head()
    assert "not good" in made.trouble
    assert verify().sound  # a place that fails is told, and is no tampering


def test_a_stamp_of_a_stranger_is_not_believed(cast, used, tmp_path):
    other = authority(tmp_path / "other")
    with override_settings(AUDIT_ANCHOR_TSA_ROOTS=str(other / "root.pem")):
        seal()
        assert "not good" in leave_head()[0].trouble


def test_what_is_no_answer_at_all_is_told(cast, used):
    used.known = b"<html>"
    with pytest.raises(OSError, match="not good"):
        places()[0].examine()
