"""Seeds of second factors that were kept as they are."""

from django.db import migrations

from tabard.access.vault.sealing import seal


def seal_them(apps, schema_editor):
    factors = apps.get_model("mfa", "Authenticator").objects
    for factor in factors.filter(type__in=("totp", "recovery_codes")).iterator():
        plain = {
            key: factor.data[key]
            for key in ("secret", "seed")
            if factor.data.get(key) and not factor.data[key].startswith("v2.")
        }
        if plain:
            factor.data |= {key: seal({"text": text}, about="second factor") for key, text in plain.items()}
            factor.save(update_fields=["data"])


class Migration(migrations.Migration):
    dependencies = [("access", "0004_sources"), ("mfa", "0003_authenticator_type_uniq")]
    operations = [migrations.RunPython(seal_them, migrations.RunPython.noop)]
