"""What has waited longest is shown first, to people who decide thousands."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("approvals", "0003_open_units")]

    operations = [
        migrations.AddIndex(
            model_name="approval",
            index=models.Index(
                fields=["asked_at", "id"], condition=models.Q(("state", "asked")), name="approval_first"
            ),
        ),
    ]
