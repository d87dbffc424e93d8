"""Platforms' lists of administrators, who those are, and what does not fit."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from tabard.kernel.states import GuardState


class Migration(migrations.Migration):

    dependencies = [
        ('access', '0009_directories'),
        ('register', '0007_problems'),
        ('safety', '0002_guards'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PlatformAdmin',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('server', models.CharField(blank=True, max_length=300)),
                ('remote_id', models.CharField(max_length=200)),
                ('handle', models.CharField(blank=True, max_length=200)),
                ('name', models.CharField(blank=True, max_length=200)),
                ('email', models.CharField(blank=True, max_length=254)),
                ('role', models.CharField(blank=True, max_length=80)),
                ('since', models.DateTimeField(null=True)),
                ('first_at', models.DateTimeField()),
                ('last_at', models.DateTimeField()),
                ('gone_at', models.DateTimeField(null=True)),
                ('channel', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='platform_admins', to='register.channel')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('suggested', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('name', 'id'),
            },
        ),
        migrations.CreateModel(
            name='AdminFinding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('left', 'Has left, and still administers it'), ('unknown', 'Nobody knows who that is'), ('no_grant', 'Has no grant there'), ('alone', 'Administers it alone')], max_length=8)),
                ('state', models.CharField(default='open', max_length=8)),
                ('found_at', models.DateTimeField()),
                ('due_at', models.DateTimeField()),
                ('reason', models.CharField(blank=True, max_length=300)),
                ('decided_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('ended_says', models.CharField(blank=True, max_length=300)),
                ('ended_facts', models.JSONField(blank=True, db_default=models.Value({}, models.JSONField()), default=dict)),
                ('channel', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='admin_findings', to='register.channel')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('departure', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.departure')),
                ('owner', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('admin', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='findings', to='safety.platformadmin')),
            ],
            options={
                'ordering': ('due_at', 'id'),
            },
        ),
        migrations.CreateModel(
            name='PlatformName',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('server', models.CharField(blank=True, max_length=300)),
                ('remote_id', models.CharField(max_length=200)),
                ('said_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='platform_names', to=settings.AUTH_USER_MODEL)),
                ('platform', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='register.platform')),
                ('said_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='AdminList',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('asked_at', models.DateTimeField(null=True)),
                ('next_at', models.DateTimeField()),
                ('tried_at', models.DateTimeField(null=True)),
                ('read_at', models.DateTimeField(null=True)),
                ('problem_says', models.CharField(blank=True, max_length=300)),
                ('problem_facts', models.JSONField(blank=True, db_default=models.Value({}, models.JSONField()), default=dict)),
                ('channel', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='admin_list', to='register.channel')),
            ],
            options={
                'indexes': [models.Index(fields=['next_at'], name='admin_list_due'), models.Index(fields=['asked_at'], name='admin_list_asked')],
            },
        ),
        migrations.AddIndex(
            model_name='platformadmin',
            index=models.Index(condition=models.Q(('gone_at', None)), fields=['person'], name='platform_admin_here'),
        ),
        migrations.AddIndex(
            model_name='platformadmin',
            index=models.Index(fields=['remote_id'], name='platform_admin_by_id'),
        ),
        migrations.AddConstraint(
            model_name='platformadmin',
            constraint=models.UniqueConstraint(condition=models.Q(('gone_at', None)), fields=('channel', 'remote_id'), name='platform_admin_once'),
        ),
        migrations.AddIndex(
            model_name='adminfinding',
            index=models.Index(condition=models.Q(('state', 'open')), fields=['channel', 'kind'], name='admin_finding_open'),
        ),
        migrations.AddIndex(
            model_name='adminfinding',
            index=models.Index(fields=['due_at', 'id'], name='admin_finding_by_due'),
        ),
        migrations.AddIndex(
            model_name='adminfinding',
            index=models.Index(fields=['departure'], name='admin_finding_by_departure'),
        ),
        migrations.AddIndex(
            model_name='adminfinding',
            index=models.Index(condition=models.Q(('state', 'open')), fields=['owner'], name='admin_finding_by_owner'),
        ),
        migrations.AddConstraint(
            model_name='adminfinding',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ('open', 'accepted'))), fields=('admin', 'kind'), name='admin_finding_once'),
        ),
        migrations.AddConstraint(
            model_name='platformname',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('platform', 'server', 'remote_id'), name='platform_name_once'),
        ),
        GuardState(
            "safety_adminfinding",
            ["open"],
            {"accepted": ["gone", "open"], "open": ["accepted", "gone"]},
        ),
    ]
