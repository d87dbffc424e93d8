"""The database refuses every move of state that the machines do not have."""

from django.db import migrations

from tabard.kernel.states import GuardState


class Migration(migrations.Migration):
    dependencies = [("inbox", "0005_moderations")]
    operations = [
        GuardState("inbox_moderation", ['queued'], {'doing': ['done', 'failed', 'queued'], 'failed': ['cancelled', 'queued'], 'queued': ['cancelled', 'doing', 'failed']}),
    ]
