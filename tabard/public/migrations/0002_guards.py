"""The database refuses anything new for a closed unit."""

from django.db import migrations

from tabard.kernel.guards import GuardUnit


class Migration(migrations.Migration):
    dependencies = [("public", "0001_initial"), ("org", "0002_open_units")]
    operations = [GuardUnit("public_disowned")]
