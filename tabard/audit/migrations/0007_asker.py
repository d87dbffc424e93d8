from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0006_known_to'),
    ]

    operations = [
        migrations.AddField(
            model_name='export',
            name='asker',
            field=models.BigIntegerField(null=True),
        ),
    ]
