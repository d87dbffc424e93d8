"""A rotation of the vault that is killed midway: nothing is unreadable, and the next one finishes it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter

from tabard.access.vault import seal, unseal
from tabard.access.vault.keys import ring
from tabard.access.vault.rotation import count_by_key
from tabard.audit.models import Entry
from tabard.safety.models import Credential
from tabard.safety.rules import purpose
from tests.cast import cast as build

FIRST, SECOND = "first-long-key-of-the-tests", "second-long-key-of-the-tests"
MANY = 1500


def kept(unit) -> list[int]:
    """Shared credentials with a secret each."""
    made = Credential.objects.bulk_create([Credential(unit=unit, name=f"Shared {n}") for n in range(MANY)])
    for each in made:
        each.secret = seal({"password": f"horse {each.pk}"}, about=purpose(each.pk))
    Credential.objects.bulk_update(made, ["secret"], batch_size=500)
    return [each.pk for each in made]


def readable(pks: list[int]) -> bool:
    rows = Credential.objects.filter(pk__in=pks).values_list("pk", "secret")
    return len(rows) == len(pks) and all(
        unseal(sealed, about=purpose(pk)) == {"password": f"horse {pk}"} for pk, sealed in rows
    )


def by_key() -> Counter[str]:
    return count_by_key()["safety.Credential.secret"]


def rotating(url: str) -> subprocess.Popen[str]:
    told = {"TABARD_VAULT_KEY": SECOND, "TABARD_VAULT_OLD_KEYS": FIRST, "TABARD_LOCAL": "1"}
    env = {**os.environ, **told, "DATABASE_URL": url, "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "tabard", "vault", "rotate"]
    return subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True)


def test_a_rotation_that_is_killed_loses_nothing_and_the_next_one_finishes_it(own_database, settings):
    settings.VAULT_KEY, settings.VAULT_OLD_KEYS, settings.VAULT_COMMAND = FIRST, [], ""
    pks = kept(build().nordics)
    first = ring().current.id
    settings.VAULT_KEY, settings.VAULT_OLD_KEYS = SECOND, [FIRST]
    second = ring().current.id
    before = 0
    for _time in range(2):
        with rotating(own_database) as running:
            assert running.stdout
            line = running.stdout.readline()  # a batch is done, the next one is under way
            running.kill()
        assert line.startswith("safety.Credential.secret: ")
        now = by_key()
        assert before < now[second] < MANY == now[first] + now[second]
        assert readable(pks)
        before = now[second]
    assert not Entry.objects.filter(action="vault.rotate").exists()
    with rotating(own_database) as last:
        said, _nothing = last.communicate(timeout=60)
    assert last.returncode == 0
    assert "are under the new key now" in said
    settings.VAULT_OLD_KEYS = []
    assert by_key() == {second: MANY}
    assert readable(pks)
    assert Entry.objects.filter(action="vault.rotate").count() == 1
