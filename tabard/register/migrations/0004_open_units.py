"""Nothing new for a unit that is closed, whoever closes it in the same moment."""

from django.db import migrations

from tabard.kernel.guards import GuardUnit


class Migration(migrations.Migration):
    dependencies = [("register", "0003_grants_on_channels"), ("org", "0002_open_units")]
    operations = [GuardUnit("register_channel"), GuardUnit("register_import")]
