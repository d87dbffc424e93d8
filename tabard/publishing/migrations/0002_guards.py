"""The database refuses every move of state that the machine does not have."""

from django.db import migrations

from tabard.kernel.states import GuardState


class Migration(migrations.Migration):
    dependencies = [("publishing", "0001_initial")]
    operations = [GuardState("publishing_delivery", ['queued'], {'failed': ['cancelled', 'queued', 'sent'], 'held': ['cancelled', 'queued'], 'queued': ['cancelled', 'failed', 'held', 'sending'], 'sending': ['failed', 'held', 'queued', 'sent', 'unsure'], 'unsure': ['failed', 'queued', 'sent']})]
