"""Nothing new for a unit that is closed, whoever closes it in the same moment."""

from django.db import migrations

from tabard.kernel.guards import GuardUnit


class Migration(migrations.Migration):
    dependencies = [("publishing", "0004_lists"), ("org", "0002_open_units")]
    operations = [GuardUnit("publishing_delivery"), GuardUnit("publishing_hold")]
