"""The database keeps what roles, units, grants and people were."""

from django.db import migrations, models

from tabard.kernel.past import KeepingPast, KeepPast


class Migration(migrations.Migration):
    dependencies = [("org", "0004_lists")]
    operations = [
        migrations.CreateModel(
            name="Past",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=10)),
                ("thing_id", models.BigIntegerField()),
                ("until", models.DateTimeField()),
                ("value", models.JSONField()),
            ],
            options={
                "ordering": ("until", "id"),
                "indexes": [models.Index(fields=["kind", "thing_id", "until"], name="past_of_thing")],
            },
        ),
        KeepingPast(),
        KeepPast("org_role", "role", ["permissions"]),
        KeepPast("org_unit", "unit", ["path"]),
        KeepPast("org_grant", "grant", ["unit_id", "role_id", "starts_at", "ends_at"]),
        KeepPast("org_person", "person", ["is_active"]),
    ]
