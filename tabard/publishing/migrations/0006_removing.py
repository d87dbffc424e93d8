"""Problems as sentences with facts, and posts that are taken off their platforms again."""

from django.db import migrations, models
from django.db.models import Q, Value

from tabard.kernel.states import GuardState


def facts() -> models.JSONField:
    return models.JSONField(blank=True, db_default=Value({}, models.JSONField()), default=dict)


class Migration(migrations.Migration):
    dependencies = [("publishing", "0005_open_units"), ("posts", "0006_guards")]
    operations = [
        # The columns keep their names.
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RenameField("delivery", "problem", "says"),
                migrations.AlterField("delivery", "says", models.TextField(blank=True, db_column="problem")),
                migrations.RenameField("attempt", "detail", "says"),
                migrations.AlterField("attempt", "says", models.TextField(blank=True, db_column="detail")),
            ]
        ),
        migrations.AddField("delivery", "facts", facts()),
        migrations.AddField("attempt", "facts", facts()),
        migrations.AddField("delivery", "removal_asked_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("delivery", "removed_at", models.DateTimeField(blank=True, null=True)),
        migrations.RemoveConstraint("delivery", "one_live_delivery"),
        migrations.AddConstraint(
            "delivery",
            models.UniqueConstraint(
                condition=~Q(state__in=["cancelled", "failed", "removed"]),
                fields=("variant",),
                name="one_live_delivery",
            ),
        ),
        migrations.AddIndex(
            "delivery",
            models.Index(condition=Q(state="removing"), fields=["next_at", "id"], name="delivery_removing"),
        ),
        GuardState("publishing_delivery", ['queued'], {'failed': ['cancelled', 'queued', 'sent'], 'held': ['cancelled', 'queued'], 'queued': ['cancelled', 'failed', 'held', 'sending'], 'removing': ['removed', 'sent'], 'sending': ['failed', 'held', 'queued', 'sent', 'unsure'], 'sent': ['removed', 'removing'], 'unsure': ['failed', 'queued', 'sent']}),
    ]
