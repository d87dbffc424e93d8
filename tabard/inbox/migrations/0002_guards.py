"""The database refuses every move of state that the machines do not have."""

from django.db import migrations

from tabard.kernel.states import GuardState


class Migration(migrations.Migration):
    dependencies = [("inbox", "0001_initial")]
    operations = [
        GuardState("inbox_conversation", ['open'], {'done': ['open'], 'open': ['done', 'waiting'], 'waiting': ['done', 'open']}),
    ]
