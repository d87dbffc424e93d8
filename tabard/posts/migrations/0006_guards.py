"""What has gone out can be taken back from its platform."""

from django.db import migrations

from tabard.kernel.states import GuardState


class Migration(migrations.Migration):
    dependencies = [("posts", "0005_open_units")]
    operations = [GuardState("posts_variant", ['draft'], {'approved': ['draft', 'scheduled', 'withdrawn'], 'draft': ['approved', 'in_review', 'withdrawn'], 'handed_over': ['draft', 'withdrawn'], 'in_review': ['approved', 'draft', 'withdrawn'], 'scheduled': ['approved', 'draft', 'handed_over', 'withdrawn'], 'withdrawn': ['draft']})]
