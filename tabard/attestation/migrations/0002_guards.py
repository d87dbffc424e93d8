"""States move as states.py has them, and nothing new is asked about a closed unit."""

from django.db import migrations

from tabard.kernel.guards import GuardUnit
from tabard.kernel.states import GuardState


class Migration(migrations.Migration):
    dependencies = [("attestation", "0001_initial"), ("org", "0002_open_units")]
    operations = [
        GuardState(
            "attestation_round",
            ["planned", "open"],
            {"planned": ["open", "cancelled"], "open": ["closed", "cancelled"]},
        ),
        GuardState("attestation_sheet", ["open"], {"open": ["signed", "lapsed", "cancelled"]}),
        GuardUnit("attestation_round"),
        GuardUnit("attestation_sheet"),
    ]
