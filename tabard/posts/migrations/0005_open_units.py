"""Nothing new for a unit that is closed, whoever closes it in the same moment."""

from django.db import migrations

from tabard.kernel.guards import GuardUnit


class Migration(migrations.Migration):
    dependencies = [("posts", "0004_by_title"), ("org", "0002_open_units")]
    operations = [GuardUnit("posts_post"), GuardUnit("posts_campaign")]
