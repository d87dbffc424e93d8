"""Recovery codes become digests; those that people have written down go on letting them in."""

import hmac
from hashlib import sha1

from django.contrib.auth.hashers import make_password
from django.db import migrations, transaction
from django.utils import timezone

from tabard.access.vault.sealing import unseal

CODES, DIGITS = 10, 8


def from_seed(data):
    """The codes of a seed that were not used: as the library made them that kept it."""
    seed = unseal(data["seed"], about="second factor")["text"]
    made, used = hmac.new(seed.encode("ascii"), None, sha1), data.get("used_mask", 0)
    for n in range(CODES):
        made.update(f"{n:3},".encode())
        code = int.from_bytes(made.digest()[: DIGITS // 2], "big") % 10**DIGITS
        if not used & (1 << n):
            yield f"{code:0{DIGITS}}"


def keep_digests(apps, schema_editor):
    """Person by person: digests are slow to make, and what is done stays done."""
    factors = apps.get_model("mfa", "Authenticator").objects.filter(type="recovery_codes")
    kept = apps.get_model("access", "RecoveryCode").objects
    for number in list(factors.values_list("pk", flat=True)):
        with transaction.atomic():
            factor = factors.select_for_update().filter(pk=number).first()
            if factor is None:
                continue
            now = timezone.now()
            kept.bulk_create(
                kept.model(
                    person_id=factor.user_id, start=code[0], digest=make_password(code), made_at=now
                )
                for code in (from_seed(factor.data) if factor.data.get("seed") else ())
            )
            factor.delete()


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("access", "0013_recovery_codes"), ("mfa", "0003_authenticator_type_uniq")]
    operations = [migrations.RunPython(keep_digests, migrations.RunPython.noop)]
