"""Who knows what was typed or shown before this was kept: as the audit log has it, else whoever answers for it."""

from django.db import migrations

SQL = """
UPDATE access_directorytoken t SET made_by_id = e.person_id
  FROM audit_entry e JOIN org_person p ON p.id = e.person_id
 WHERE e.action = 'directory.token' AND e.thing_id = t.id;
UPDATE access_directorytoken SET made_by_id = keeper_id WHERE made_by_id IS NULL;
UPDATE access_source s SET secret_by_id = (
    SELECT e.person_id FROM audit_entry e JOIN org_person p ON p.id = e.person_id
     WHERE e.thing_id = s.id AND (e.action = 'source.add'
        OR e.action = 'source.change' AND e.notes ->> 'secret_changed' = 'true')
     ORDER BY e.id DESC LIMIT 1)
 WHERE s.secret <> '';
UPDATE audit_stream s SET maker = e.person_id
  FROM audit_entry e WHERE e.action = 'audit.stream' AND e.thing_id = s.id;
UPDATE register_platformapp SET secret_by_id = set_by_id;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0015_known_to"),
        ("audit", "0006_known_to"),
        ("register", "0017_known_to"),
        ("safety", "0005_known_to"),
    ]

    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
