"""No secret lies in the tree, and one that is put there is found."""

from __future__ import annotations

import base64
import hashlib
import importlib.util
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
_spec = importlib.util.spec_from_file_location("no_secrets", ROOT / "tools/no_secrets.py")
assert _spec
assert _spec.loader
no_secrets = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(no_secrets)

# Put together here, so that this file itself holds none.
RANDOM = base64.b64encode(hashlib.sha256(b"invented").digest()).decode()
PLANTED = {
    "private": "-----BEGIN " + f"PRIVATE KEY-----\n{RANDOM}{RANDOM}\n",
    "encrypted": "-----BEGIN RSA " + f"PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\n{RANDOM}{RANDOM}\n",
    "amazon": "x = 'AKIA" + "IOSFODNN7EXAMPLE'",
    "github": "gh" + "p_" + "a1B2" * 9,
    "slack": "xox" + "b-123456789012-abcdefGHIJ",
    "tabard": "tb" + "d_" + "aB3_" * 10 + "xyz",
    "address": "DATABASE_URL=postgresql://tabard:" + "Zx9kQ27b@db/tabard",
    "setting": f'TABARD_VAULT_KEY = "{RANDOM}"',
    "yaml": f"  client_secret: {RANDOM}\n",
    "json": f'{{"api_key": "{RANDOM}"}}',
}


def test_no_secret_lies_in_the_tree():
    assert no_secrets.look(no_secrets.in_tree()) == []


@pytest.mark.parametrize("kind", PLANTED)
def test_a_secret_that_is_put_there_is_found(kind, tmp_path):
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    (tmp_path / "settings.py").write_text(f"# words before\n{PLANTED[kind]}\n")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\xff\xfe")
    found = no_secrets.look(no_secrets.in_tree(tmp_path), tmp_path)
    assert [each.split(" ")[0] for each in found][:1] == ["settings.py:2"]


def test_words_and_places_are_no_secrets():
    for text in (
        'password = request.POST["password"]',
        "secret_name = tabard.access.vault.names",
        "postgresql://tabard:...@db.example.com/tabard",
        "token: str = models.CharField(max_length=64)",
    ):
        assert list(no_secrets.secrets_in(text, "x.py")) == []
