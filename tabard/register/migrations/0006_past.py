"""Which unit a channel was in is kept, for asking who might do what on a past day."""

from django.db import migrations

from tabard.kernel.past import KeepPast


class Migration(migrations.Migration):
    dependencies = [("register", "0005_lists"), ("org", "0005_past")]
    operations = [KeepPast("register_channel", "channel", ["unit_id"])]
