"""The database refuses moves that a rotation does not have, and anything new for a closed unit."""

from django.db import migrations

from tabard.kernel.guards import GuardUnit
from tabard.kernel.states import GuardState


class Migration(migrations.Migration):
    dependencies = [("safety", "0001_initial"), ("org", "0002_open_units")]
    operations = [
        GuardUnit("safety_credential"),
        GuardState(
            "safety_rotation",
            ["asked", "done"],
            {"asked": ["done", "dropped", "overdue"], "overdue": ["asked", "done", "dropped"]},
        ),
    ]
