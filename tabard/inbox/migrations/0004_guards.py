"""The database refuses every move of state that the machines do not have."""

from django.db import migrations

from tabard.kernel.states import GuardState


class Migration(migrations.Migration):
    dependencies = [("inbox", "0003_replies")]
    operations = [
        GuardState("inbox_reply", ['queued'], {'failed': ['cancelled', 'queued', 'sent'], 'queued': ['cancelled', 'failed', 'sending'], 'sending': ['failed', 'queued', 'sent', 'unsure'], 'unsure': ['failed', 'queued', 'sent']}),
    ]
