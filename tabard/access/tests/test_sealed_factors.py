"""Seeds of second factors: sealed, of use as before, and sealed anew with everything else."""

from importlib import import_module

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.apps import apps

from tabard.access.vault.keys import ring
from tabard.access.vault.rotation import count_by_key, rotate
from tabard.kernel.actor import command_line

SEED = "JBSWY3DPEHPK3PXP"


@pytest.fixture
def words(settings):
    settings.VAULT_KEY, settings.VAULT_OLD_KEYS, settings.VAULT_COMMAND = "first long key", [], ""
    settings.MFA_TOTP_TOLERANCE = 1  # half a minute may pass while this runs
    return settings


def code():
    return format_hotp_value(hotp_value(SEED, list(yield_hotp_counters_from_time())[1]))


def kept(person, kind):
    return Authenticator.objects.get(user=person, type=kind)


def test_a_seed_is_kept_sealed_and_its_codes_count(words, cast):
    factor = TOTP.activate(cast.creator, SEED)
    said = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert SEED not in said
    assert said.count("v2.") == 1
    assert TOTP(kept(cast.creator, "totp")).validate_code(code())
    assert not factor.validate_code("000000")


def test_another_master_key_reaches_them(words, cast):
    TOTP.activate(cast.creator, SEED)
    words.VAULT_KEY, words.VAULT_OLD_KEYS = "second long key", ["first long key"]
    assert rotate(command_line(), cast.organisation, lambda *said: None) == 1
    words.VAULT_OLD_KEYS = []
    counted = count_by_key()
    assert counted["mfa.Authenticator.data.secret"] == {ring().current.id: 1}
    assert TOTP(kept(cast.creator, "totp")).validate_code(code())


def test_seeds_from_before_are_sealed_by_the_migration(words, cast):
    Authenticator.objects.create(user=cast.creator, type="totp", data={"secret": SEED})
    Authenticator.objects.create(
        user=cast.creator, type="recovery_codes", data={"seed": "abc", "used_mask": 5}
    )
    migration = import_module("tabard.access.migrations.0005_sealed_factors")
    for _again in range(2):
        migration.seal_them(apps, None)
    assert TOTP(kept(cast.creator, "totp")).validate_code(code())
    codes = kept(cast.creator, "recovery_codes")
    assert codes.data["used_mask"] == 5
    assert codes.data["seed"].startswith("v2.")
