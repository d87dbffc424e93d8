"""The vault: what is sealed opens with its key, for its purpose, and keys change while all goes on."""

import base64
import stat

import pytest
from click.testing import CliRunner

from tabard.access.vault import Sealed, seal, unseal
from tabard.access.vault.keys import ring
from tabard.access.vault.places import places
from tabard.access.vault.rotation import count_by_key, rotate, unknown_keys
from tabard.access.vault.sealing import rewrap
from tabard.audit.models import Entry
from tabard.kernel import clock
from tabard.kernel.actor import command_line
from tabard.kernel.errors import Denied
from tabard.register.models import Connection
from tests.cast import make_channel

TOKEN = "hunter2-hunter2"


@pytest.fixture
def words(settings):
    settings.VAULT_KEY, settings.VAULT_OLD_KEYS, settings.VAULT_COMMAND = "first long key", [], ""
    return settings


def test_what_is_sealed_does_not_show_and_opens_again(words):
    sealed = seal({"token": TOKEN}, about="channel 1")
    assert TOKEN not in sealed
    assert base64.b64encode(TOKEN.encode()).decode() not in sealed
    assert unseal(sealed, about="channel 1") == {"token": TOKEN}
    assert seal({"token": TOKEN}, about="channel 1") != sealed


def test_it_opens_for_its_own_purpose_only(words):
    sealed = seal({"token": TOKEN}, about="channel 1")
    with pytest.raises(Sealed, match="channel 2 does not open"):
        unseal(sealed, about="channel 2")


@pytest.mark.parametrize("part", [2, 3])
def test_a_changed_byte_is_noticed(words, part):
    parts = seal({"token": TOKEN}, about="channel 1").split(".")
    raw = bytearray(base64.b64decode(parts[part]))
    raw[-1] ^= 1
    parts[part] = base64.b64encode(raw).decode()
    with pytest.raises(Sealed):
        unseal(".".join(parts), about="channel 1")


@pytest.mark.parametrize("damaged", ["v2", "v2.a.b", "v9.a.b.c", "v2.a.%.%", "nothing at all"])
def test_what_is_damaged_is_said_to_be(words, damaged):
    with pytest.raises(Sealed):
        unseal(damaged, about="channel 1")


def test_the_secret_s_own_key_stays_when_the_master_key_changes(words):
    sealed = seal({"token": TOKEN}, about="channel 1")
    words.VAULT_KEY, words.VAULT_OLD_KEYS = "second long key", ["first long key"]
    again = rewrap(sealed, about="channel 1")
    assert again.split(".")[3] == sealed.split(".")[3]
    assert again.split(".")[1] == ring().current.id != sealed.split(".")[1]
    words.VAULT_OLD_KEYS = []
    assert unseal(again, about="channel 1") == {"token": TOKEN}
    with pytest.raises(Sealed, match="sealed under key"):
        unseal(sealed, about="channel 1")


PROGRAM = """#!/usr/bin/env python3
import base64, os, sys
if sys.argv[1] == "id":
    print("hsm-1")
else:
    given = base64.b64decode(sys.stdin.read())
    print(base64.b64encode(bytes(b ^ 90 for b in given)).decode())
    open(os.environ["TABARD_VAULT_CALLS"], "a").write(sys.argv[1] + " " + os.environ["TABARD_ABOUT"] + "\\n")
"""


def test_a_program_can_hold_the_key(words, tmp_path, monkeypatch):
    program, calls = tmp_path / "kms", tmp_path / "calls"
    program.write_text(PROGRAM)
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("TABARD_VAULT_CALLS", str(calls))
    words.VAULT_COMMAND = str(program)
    sealed = seal({"token": TOKEN}, about="channel 1")
    assert sealed.startswith("v2.hsm-1.")
    for _again in range(3):
        assert unseal(sealed, about="channel 1") == {"token": TOKEN}
    assert calls.read_text() == "wrap channel 1\nunwrap channel 1\n"


def test_a_program_that_fails_is_said_without_what_it_printed(words, tmp_path):
    program = tmp_path / "kms"
    program.write_text(f"#!/bin/sh\necho {TOKEN} >&2; exit 1\n")
    program.chmod(0o700)
    words.VAULT_COMMAND = str(program)
    with pytest.raises(Sealed, match="failed to id") as failed:
        seal({"token": TOKEN}, about="channel 1")
    assert TOKEN not in str(failed.value)


@pytest.fixture
def connected(words, cast):
    made = []
    for n in range(5):
        channel = make_channel(cast.nordics, f"nordics{n}")
        about = f"channel {channel.pk}"
        made.append(
            Connection.objects.create(
                channel=channel,
                connected_at=clock.now(),
                secret=seal({"token": f"{TOKEN}{n}"}, about=about),
                session=seal({"access": TOKEN}, about=about) if n else "",
            )
        )
    return made


def test_another_key_while_everybody_works(words, cast, connected, monkeypatch):
    monkeypatch.setattr("tabard.access.vault.rotation.BATCH", 2)
    words.VAULT_KEY, words.VAULT_OLD_KEYS = "second long key", ["first long key"]
    told = []
    root = cast.organisation
    assert rotate(command_line(), root, lambda *said: told.append(said)) == 9
    assert told[:3] == [("register.Connection.secret", n, 5) for n in (2, 4, 5)]
    left = {str(k): set(c) for k, c in count_by_key().items()}
    assert left.keys() == {str(place) for place in places()}
    assert set().union(*left.values()) == {ring().current.id}
    words.VAULT_OLD_KEYS = []
    for n, each in enumerate(connected):
        each.refresh_from_db()
        assert unseal(each.secret, about=f"channel {each.channel_id}") == {"token": f"{TOKEN}{n}"}
    assert rotate(command_line(), root, lambda *said: None) == 0
    assert Entry.objects.filter(action="vault.rotate").count() == 1


def test_only_whoever_may_rotates(words, cast, connected):
    words.VAULT_KEY, words.VAULT_OLD_KEYS = "second long key", ["first long key"]
    with pytest.raises(Denied):
        rotate(cast.by("district"), cast.organisation, lambda *said: None)
    assert not any(ring().current.id in counts for counts in count_by_key().values())


def test_a_key_that_is_missing_is_named_with_what_it_sealed(words, connected):
    first = ring().current.id
    words.VAULT_KEY = "second long key"
    assert unknown_keys() == {first: 9}


def test_status_on_the_command_line(words, connected):
    from tabard.cli.vault import command

    said = CliRunner().invoke(command, ["status"])
    assert (said.exit_code, "register.Connection.secret: 5 under" in said.output) == (0, True), said.output
    words.VAULT_KEY = "second long key"
    said = CliRunner().invoke(command, ["status"])
    assert (said.exit_code, "9 cannot be opened" in said.output) == (1, True), said.output
