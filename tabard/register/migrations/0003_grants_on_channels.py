"""A grant on a channel points to one that exists, although grants live below channels."""

from django.db import migrations

SQL = """
ALTER TABLE org_grant ADD CONSTRAINT org_grant_channel_fk FOREIGN KEY (channel_id)
    REFERENCES register_channel (id) DEFERRABLE INITIALLY DEFERRED;
"""


class Migration(migrations.Migration):
    dependencies = [("register", "0002_guards"), ("org", "0001_initial")]
    operations = [migrations.RunSQL(SQL, "ALTER TABLE org_grant DROP CONSTRAINT org_grant_channel_fk;")]
