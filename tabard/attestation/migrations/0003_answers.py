"""An answer says what its kind lets it say, a round may be narrowed, and a sheet knows how far it is."""

from django.db import migrations, models
from django.db.models import Value

COUNT = """
UPDATE attestation_sheet AS s SET total = i.total, answered = i.answered FROM (
    SELECT sheet_id, count(*) AS total, count(answered_at) AS answered FROM attestation_item GROUP BY sheet_id
) AS i WHERE i.sheet_id = s.id
"""

WORD = """
UPDATE attestation_sheet AS s SET unanswered = r.unanswered FROM attestation_round AS r WHERE r.id = s.round_id
"""


class Migration(migrations.Migration):
    dependencies = [("attestation", "0002_guards")]
    operations = [
        migrations.AddField(
            "round",
            "scope",
            models.JSONField(blank=True, db_default=Value({}, models.JSONField()), default=dict),
        ),
        migrations.AddField(
            "sheet", "unanswered", models.CharField(blank=True, db_default="", default="", max_length=20)
        ),
        migrations.AddField("sheet", "total", models.PositiveIntegerField(db_default=0, default=0)),
        migrations.AddField("sheet", "answered", models.PositiveIntegerField(db_default=0, default=0)),
        migrations.AddField(
            "sheet",
            "gone",
            models.JSONField(blank=True, db_default=Value([], models.JSONField()), default=list),
        ),
        migrations.AddField(
            "item",
            "given",
            models.JSONField(blank=True, db_default=Value({}, models.JSONField()), default=dict),
        ),
        migrations.RunSQL(COUNT, migrations.RunSQL.noop),
        migrations.RunSQL(WORD, migrations.RunSQL.noop),
    ]
