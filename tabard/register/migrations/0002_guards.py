"""The database refuses every move of state that the machine does not have."""

from django.db import migrations

from tabard.kernel.states import GuardState


class Migration(migrations.Migration):
    dependencies = [("register", "0001_initial")]
    operations = [GuardState("register_channel", ['active', 'dormant', 'proposed'], {'active': ['dormant', 'retiring'], 'dormant': ['active', 'retiring'], 'proposed': ['active', 'retired'], 'retired': ['active'], 'retiring': ['active', 'dormant', 'retired']})]
