"""The database refuses every move of state that the machine does not have."""

from django.db import migrations

from tabard.kernel.states import GuardState


class Migration(migrations.Migration):
    dependencies = [("approvals", "0001_initial")]
    operations = [GuardState("approvals_approval", ['asked'], {'asked': ['expired', 'granted', 'refused', 'void'], 'granted': ['expired', 'void']})]
