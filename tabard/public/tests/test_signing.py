"""Signatures, checked by the program in docs that knows nothing of us; keys, made and rotated."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tabard.kernel import clock
from tabard.kernel.actor import Actor
from tabard.kernel.errors import Conflict, Denied
from tabard.public import actions, making
from tabard.public.canonical import canonical
from tabard.public.models import Edition, SigningKey
from tabard.public.signing import moment
from tests.cast import Cast

SCRIPT = Path(__file__).parents[3] / "docs/how-to/public-register/verify_register.py"


def written() -> str:
    return str(Edition.objects.latest("pk").document)


def verified(tmp_path: Path, document: str, *keys: str, at: str = "") -> tuple[int, str]:
    """What the other program says of a file."""
    file = tmp_path / "register.json"
    file.write_text(document, encoding="utf-8")
    more = [f"--key={key}" for key in keys] + (["--at", at] if at else [])
    done = subprocess.run(
        [sys.executable, str(SCRIPT), str(file), *more], capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


def test_another_program_finds_it_good(tmp_path: Path, channels: Any) -> None:
    key = SigningKey.objects.get()
    code, words = verified(tmp_path, written(), key.public)
    assert code == 0, words
    assert "1 channels" in words
    pretty = json.dumps(json.loads(written()), indent=2)
    assert verified(tmp_path, pretty, key.public)[0] == 0


def test_the_file_is_in_the_form_that_was_signed(channels: Any) -> None:
    assert canonical(json.loads(written())).decode() == written()


def test_a_change_shows(tmp_path: Path, channels: Any) -> None:
    changed = written().replace("meridian_nordics", "meridian_nordicz")
    code, words = verified(tmp_path, changed, SigningKey.objects.get().public)
    assert code == 1
    assert "changed after it was signed" in words


def test_another_key_and_an_old_file_show(tmp_path: Path, channels: Any) -> None:
    mine = SigningKey.objects.get().public
    assert "no key that you trust" in verified(tmp_path, written(), "A" * 43)[1]
    later = moment(clock.now() + timedelta(days=8))
    assert "load a fresh one" in verified(tmp_path, written(), mine, at=later)[1]
    assert verified(tmp_path, '{"a": 1, "a": 2}', mine)[0] == 2


def test_the_old_key_signs_until_the_new_one_is_known(
    cast: Cast, channels: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = SigningKey.objects.get()
    new = actions.rotate_key(cast.by("owner"), cast.organisation, days=14)
    making.publish()
    actions.publish(cast.by("owner"), cast.organisation)
    said = json.loads(written())
    assert said["signatures"][0]["key"] == old.name
    assert {key["id"] for key in said["keys"]} == {old.name, new.name}
    with pytest.raises(Conflict):
        actions.rotate_key(cast.by("owner"), cast.organisation)
    with clock.at(clock.now() + timedelta(days=15)):
        assert making.publish()
        at = moment(clock.now())
    said = json.loads(written())
    assert said["signatures"][0]["key"] == new.name
    assert verified(tmp_path, written(), new.public, at=at)[0] == 0
    assert verified(tmp_path, written(), old.public, at=at)[0] == 1


def test_a_lost_key_is_revoked_at_once(cast: Cast, channels: Any, tmp_path: Path) -> None:
    old, before = SigningKey.objects.get(), written()
    new = actions.rotate_key(cast.by("owner"), cast.organisation, lost=True)
    assert making.publish()
    said = json.loads(written())
    assert said["signatures"][0]["key"] == new.name
    assert {key["id"]: key["revoked"] for key in said["keys"]} == {old.name: True, new.name: False}
    assert verified(tmp_path, before, new.public)[0] == 1


def test_the_signature_is_renewed_each_day(channels: Any) -> None:
    assert not making.publish()
    with clock.at(clock.now() + timedelta(hours=25)):
        assert making.publish()


def test_the_private_half_is_sealed(channels: Any) -> None:
    key = SigningKey.objects.get()
    assert key.secret.startswith("v2.")
    assert key.secret not in written()


def test_who_may(cast: Cast, channels: Any) -> None:
    def refused(by: Actor, act: Any, *given: Any, **more: Any) -> None:
        with pytest.raises(Denied):
            act(by, *given, **more)

    refused(cast.by("district"), actions.turn_off, cast.organisation)
    refused(cast.by("stranger"), actions.show, channels["shown"], shown="no")
    refused(cast.by("creator"), actions.show, channels["shown"], shown="no")
    actions.show(cast.by("district"), channels["shown"], shown="no")
