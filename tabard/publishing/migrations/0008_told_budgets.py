import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("publishing", "0007_until_attested"),
        ("register", "0016_revocations"),
    ]

    operations = [
        # Counts of the last hours at most; they begin anew, and platforms mend them with their answers.
        migrations.DeleteModel("budget"),
        migrations.CreateModel(
            "Budget",
            [
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=120, unique=True)),
                (
                    "platform",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="register.platform",
                    ),
                ),
                (
                    "channel",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="register.channel",
                    ),
                ),
                ("of", models.CharField(max_length=60)),
                ("most", models.FloatField()),
                ("left", models.FloatField()),
                ("at", models.DateTimeField()),
                ("told", models.FloatField(blank=True, null=True)),
                ("told_until", models.DateTimeField(blank=True, null=True)),
            ],
        ),
    ]
