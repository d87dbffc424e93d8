"""The database refuses every move of state that the machine does not have."""

from django.db import migrations

from tabard.kernel.states import GuardState


class Migration(migrations.Migration):
    dependencies = [("posts", "0001_initial")]
    operations = [GuardState("posts_variant", ['draft'], {'approved': ['draft', 'scheduled', 'withdrawn'], 'draft': ['approved', 'in_review', 'withdrawn'], 'handed_over': ['draft'], 'in_review': ['approved', 'draft', 'withdrawn'], 'scheduled': ['approved', 'draft', 'handed_over', 'withdrawn'], 'withdrawn': ['draft']})]
