"""Nothing new for a unit that is closed, whoever closes it in the same moment."""

from django.db import migrations

from tabard.kernel.guards import GuardUnit, OpenUnits


class Migration(migrations.Migration):
    dependencies = [("org", "0001_initial")]
    operations = [OpenUnits(), GuardUnit("org_unit", "parent_id"), GuardUnit("org_person"), GuardUnit("org_grant")]
