"""Settings: every variable is documented, and what cannot be meant is refused in a sentence."""

from __future__ import annotations

import errno
import io
import os
import re
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from tabard.cli import _serve, _start
from tabard.config import environment

ROOT = Path(__file__).resolve().parent.parent
NAMES = re.compile(r"""["'](TABARD_[A-Z0-9_]+|DATABASE_URL)["']""")
# Between a process and those it starts, or of the test of that; nobody sets them.
INTERNAL = {"TABARD_EMBEDDED", "TABARD_STARTS", "TABARD_ABOUT", "TABARD_VAULT_CALLS", "TABARD_VAULT_"}
INTERNAL |= {"TABARD_AUDIT_SECONDS"}


def used() -> set[str]:
    found: set[str] = set()
    for folder in ("tabard", "tests", "bench"):
        for path in (ROOT / folder).rglob("*.py"):
            if "practice" not in path.relative_to(ROOT).parts:
                found |= set(NAMES.findall(path.read_text()))
    found |= set(re.findall(r"TABARD_[A-Z0-9_]+", (ROOT / "Makefile").read_text()))
    return found - INTERNAL


def documented() -> set[str]:
    page = (ROOT / "docs/reference/settings.md").read_text()
    return set(re.findall(r"^\| `([A-Z0-9_]+)` \|", page, re.MULTILINE))


def test_every_variable_is_documented_and_every_documented_one_exists():
    assert used() == documented()


@pytest.mark.parametrize(
    ("read", "value", "says"),
    [
        (lambda: environment.number("EXAMPLE", 2), "many", "whole number of at least 1, not 'many'"),
        (lambda: environment.number("EXAMPLE", 2), "0", "at least 1"),
        (lambda: environment.number("EXAMPLE", 2), "٣x", "whole number"),
        (
            lambda: environment.address("EXAMPLE", "http://a"),
            "tabard.example.com",
            "must be an address like",
        ),
    ],
)
def test_what_cannot_be_meant_is_refused(monkeypatch, read, value, says):
    monkeypatch.setenv("EXAMPLE", value)
    with pytest.raises(ImproperlyConfigured, match=re.escape(says)):
        read()


def test_a_database_address_keeps_every_character_of_its_secret():
    there = environment.database("postgresql://tab%40rd:p%2F%3A@db.example:5433/na%20me?sslmode=require", 3)
    assert (there["USER"], there["PASSWORD"], there["NAME"]) == ("tab@rd", "p/:", "na me")
    assert (there["HOST"], there["PORT"], there["OPTIONS"]["sslmode"]) == ("db.example", "5433", "require")
    with pytest.raises(ImproperlyConfigured, match="postgresql://"):
        environment.database("mysql://x@y/z", 1)


def test_mail_is_sealed_unless_it_is_a_relay_inside(monkeypatch, tmp_path):
    monkeypatch.setenv("TABARD_EMAIL_URL", "smtp://me:s%40@mail.example")
    asked = environment.mail(tmp_path, local=False)
    assert (asked["EMAIL_PORT"], asked["EMAIL_USE_TLS"], asked["EMAIL_HOST_PASSWORD"]) == (587, True, "s@")
    monkeypatch.setenv("TABARD_EMAIL_URL", "smtps://mail.example")
    asked = environment.mail(tmp_path, local=False)
    assert (asked["EMAIL_PORT"], asked["EMAIL_USE_SSL"], asked["EMAIL_USE_TLS"]) == (465, True, False)


def test_a_key_made_by_several_at_once_is_one_key_that_only_its_owner_reads(tmp_path):
    keys: set[str] = set()
    threads = [
        threading.Thread(target=lambda: keys.add(environment.key("EXAMPLE_KEY", tmp_path, local=True)))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(keys) == 1
    assert len(keys.pop()) > 40
    (kept,) = (tmp_path / "keys").iterdir()
    assert kept.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("variables", "says"),
    [
        ({"TABARD_WEB_WORKERS": "abc"}, "TABARD_WEB_WORKERS must be a whole number"),
        ({"DATABASE_URL": "mysql://x"}, "DATABASE_URL must begin with postgresql://"),
        ({"DATABASE_URL": "postgresql://x@127.0.0.1:1/y", "TABARD_LOCAL": "0"}, "TABARD_SECRET_KEY"),
        ({"DATABASE_URL": "postgresql://x@127.0.0.1:1/y"}, "The database does not answer"),
    ],
    ids=["number", "another database", "keys", "no answer"],
)
def test_a_mistake_in_the_environment_is_one_sentence_and_exit_code_2(tmp_path, variables, says):
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("TABARD_", "DATABASE_"))}
    answer = subprocess.run(
        [sys.executable, "-m", "tabard", "migrate"],
        env={**clean, "DATABASE_URL": os.environ["DATABASE_URL"], "TABARD_LOCAL": "1", **variables}
        | {"TABARD_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert answer.returncode == 2, answer.stderr
    assert says in answer.stderr
    assert "Traceback" not in answer.stderr


@pytest.mark.parametrize(
    "url",
    ["", "postgresql://x@127.0.0.1:port/y", "postgresql://x@[::1/y", "postgresql://x@h:99999/y", "tabard"],
)
def test_an_address_of_a_database_that_is_none_is_refused(url):
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL must begin with postgresql://"):
        environment.database(url, 1)


@pytest.mark.parametrize("url", ["smtp://a:b@c:port", "smtp://[c", "smtp://"])
def test_an_address_of_mail_that_is_none_is_refused(monkeypatch, tmp_path, url):
    monkeypatch.setenv("TABARD_EMAIL_URL", url)
    with pytest.raises(ImproperlyConfigured, match="TABARD_EMAIL_URL must look like"):
        environment.mail(tmp_path, local=False)


def test_an_address_of_ours_that_is_none_is_refused(monkeypatch):
    monkeypatch.setenv("TABARD_URL", "https://tabard.example:port")
    with pytest.raises(ImproperlyConfigured, match="TABARD_URL must be an address like"):
        environment.address("TABARD_URL", "")


def test_a_key_that_cannot_be_had_is_said_with_its_place(tmp_path):
    def said(home):
        with pytest.raises(ImproperlyConfigured) as refused:
            environment.key("EXAMPLE_KEY", home, local=True)
        return str(refused.value)

    kept = tmp_path / "keys" / "example_key"
    kept.parent.mkdir()
    for content in (b"", b" \n", b"\xff\xfe\x00"):
        kept.write_bytes(content)
        assert f"{kept} holds no key. Put the key back from your backup" in said(tmp_path)
        assert kept.read_bytes() == content, "nothing is made in its place: what is sealed would stay closed"
    kept.unlink()
    kept.mkdir()
    assert f"{kept} cannot be read or made: Is a directory" in said(tmp_path)
    (tmp_path / "file").touch()
    assert "Not a directory. Mend the folder" in said(tmp_path / "file")


def test_a_key_that_finds_no_room_leaves_nothing_half_made(tmp_path, monkeypatch):
    class Full(io.StringIO):
        def write(self, _text):
            raise OSError(errno.ENOSPC, "No space left on device")

    def full(descriptor, _mode):
        os.close(descriptor)
        return Full()

    monkeypatch.setattr(os, "fdopen", full)
    with pytest.raises(ImproperlyConfigured, match="No space left on device"):
        environment.key("EXAMPLE_KEY", tmp_path, local=True)
    assert list((tmp_path / "keys").iterdir()) == []


def test_a_database_that_is_too_old_is_said_with_what_to_do(monkeypatch):
    monkeypatch.setattr(_start, "_asked", lambda: ("", 14))
    said = pytest.raises(_start.Refused, match="is PostgreSQL 14, and Tabard needs 15 or later")
    with said, _start.reaching_database():
        raise AssertionError("nothing is done with it")


def test_a_place_to_listen_at_that_is_taken_or_is_none():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert not _serve.is_free("127.0.0.1", taken.getsockname()[1])
    for nowhere in ("192.0.2.1", "no.such.host.invalid"):
        with pytest.raises(_start.Refused, match=f"{nowhere}:8633 is no address of this machine"):
            _serve.is_free(nowhere, 8633)
