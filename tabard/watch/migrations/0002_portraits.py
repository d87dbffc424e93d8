import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('register', '0012_answers'),
        ('watch', '0001_initial'),
    ]

    operations = [
        migrations.AlterField(
            model_name='sighting',
            name='avatar',
            field=models.CharField(blank=True, max_length=210),
        ),
        migrations.CreateModel(
            name='Portrait',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('bio', models.CharField(blank=True, max_length=2000)),
                ('site', models.CharField(blank=True, max_length=500)),
                ('avatar', models.CharField(blank=True, max_length=210)),
                ('channel', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='portrait', to='register.channel')),
            ],
        ),
    ]
